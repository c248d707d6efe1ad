"""What has to be the same on both sides for an execution to give the same result. Pure but for
reading what is installed."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from pathlib import Path

import alpaca_course
from alpaca_course.cluster.link import ClusterError
from alpaca_course.execution.cache import LIBRARIES, folder_digest, version_of

# Rooms whose code takes part in an execution, by what a person would call them.
_PARTS = {
    "collectors": ("kernel", "keras_probe"),
    "sandbox": ("sandbox", "sandbox/process_one"),
    "execution": ("execution", "bounded", "contract", "cluster"),
}
_ALSO = ("alpaca-course", "nbclient", "nbformat", "pyzmq", "distributed", "dask")
NONE = "not installed"


class MismatchError(ClusterError):
    """A worker would not give the results that this machine gives."""


def facts_here(libraries: Iterable[str]) -> dict[str, str]:
    """Versions and digests of this machine's side, by name.

    Args:
        libraries: packages that the lab's kernels use.
    """
    package = Path(alpaca_course.__file__).parent
    digests = {
        name: "+".join(folder_digest(package / part, "*.py")[:12] for part in parts)
        for name, parts in _PARTS.items()
    }
    names = dict.fromkeys((*libraries, *LIBRARIES, *_ALSO))
    return {
        "python": platform.python_version(),
        **{name: version_of(name) or NONE for name in names},
        **digests,
    }


def check_same(here: Mapping[str, str], there: Mapping[str, Mapping[str, str]]) -> None:
    """Whether all workers are as this machine.

    Args:
        here: this machine's facts.
        there: those of each worker, by its address.

    Raises:
        MismatchError: some are not; the text has the list of this machine and theirs.
    """
    others = {name: facts for name, facts in there.items() if differences(here, facts)}
    if not others:
        return
    said = ["Not all workers have what this machine has, and would give other results."]
    said.append(f"  here: {_in_words(here)}")
    for name, facts in others.items():
        said.append(f"  {name}: {_in_words(facts)}")
        said.append(f"    other: {', '.join(differences(here, facts))}")
    said.append(
        "Install the same there: the same Python, the same copy of this course's package, and "
        "`pip install -c constraints.txt '.[cluster]'`."
    )
    raise MismatchError("\n".join(said))


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """Names of what is not the same."""
    return [name for name in {**here, **there} if here.get(name) != there.get(name)]


def _in_words(facts: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {what}" for name, what in facts.items())
