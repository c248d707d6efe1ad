"""Executions kept by content: the same program in the same lab is executed once.

A key names everything that an execution's result depends on: what is executed, by its program or,
where that counts, by its text (``execution.program``), and what a kernel sees beside it. A changed
rule is not among it, since rules judge the evidence that is kept here; nor are limits, which change
the executions alone that ended by one.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from pydantic import TypeAdapter

import alpaca_course
from alpaca_course.assets import inputs
from alpaca_course.course import Course
from alpaca_course.execution.needed import executed_cells
from alpaca_course.execution.program import program_in, sees_text
from alpaca_course.execution.runner import Execution
from alpaca_course.files import ordinary_bytes, write_atomically
from alpaca_course.lab import Lab
from alpaca_course.settings import AlpacaCourse

FORMAT = 3
_EXECUTION = TypeAdapter(Execution)
LIBRARIES = ("ipykernel", "ipython")
LIMITS = (
    "cell_timeout",
    "total_timeout",
    "memory_limit",
    "process_limit",
    "file_size_limit",
    "disk_limit",
    "output_limit",
    "evidence_limit",
)


def environment_facts(
    course: Course, lab: Lab, files: Mapping[str, bytes], reference: Mapping[str, str]
) -> dict[str, Any]:
    """What executions depend on besides the notebook: the same for every submission of a batch.

    Args:
        course: whose settings and inputs are used.
        lab: whose collectors and libraries they are.
        files: the helper files that a kernel gets, by name.
        reference: the lab's own answers, which take the place of one that gives nothing.
    """
    return {
        "format": FORMAT,
        "python": platform.python_version(),
        "libraries": {name: version_of(name) for name in (*lab.kernel.libraries, *LIBRARIES)},
        "collector": [folder_digest(folder, "*.py") for folder in _mounted(lab)],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
        "inputs": inputs.digests(course, lab.kernel.inputs),
        "follow_through": course.settings.follow_through
        and _digest(json.dumps(dict(reference), sort_keys=True).encode()),
        "environment": dict(lab.kernel.environment),
        "execute_all": course.settings.execute_all,
        "by_text": _collectors_see_text(lab),
    }


def _mounted(lab: Lab) -> list[Path]:
    """The folders of code that a kernel sees besides the libraries and the helper files."""
    package = Path(alpaca_course.__file__).parent
    return [package / "kernel", package / "keras_probe", lab.evidence]


def _collectors_see_text(lab: Lab) -> bool:
    """Whether a collector of the lab's own looks at how something was written."""
    return any(sees_text(path.read_text("utf-8")) for path in sorted(lab.evidence.glob("*.py")))


def execution_key(notebook: NotebookNode, facts: Mapping[str, Any]) -> str:
    """The name of the execution of just these cells: 64 hexadecimal digits."""
    return _key(notebook, "cells", executed_cells(notebook).values(), facts)


def program_key(notebook: NotebookNode, facts: Mapping[str, Any]) -> str:
    """The name of the execution of all cells that do the same; empty where their text counts.

    An execution has it that :func:`is_of_the_program`; nothing in ``notebook`` is other than plain.
    """
    by_text = facts.get("by_text", True)
    found = None if by_text else program_in(notebook, facts["files"])
    return "" if found is None else _key(notebook, "program", found, facts)


def _key(notebook: NotebookNode, what: str, codes: Iterable[Any], facts: Mapping[str, Any]) -> str:
    names = (
        notebook.cells[index].metadata.get("nbgrader", {}).get("grade_id")
        for index in executed_cells(notebook)
    )
    cells = list(zip(names, codes, strict=True))
    return _digest(json.dumps({what: cells, **facts}, sort_keys=True).encode())


def limits_of(settings: AlpacaCourse) -> dict[str, int]:
    """The settings by which an execution may end early."""
    return {name: getattr(settings, name) for name in LIMITS}


def hit_a_limit(execution: Execution) -> bool:
    """Whether a limit, and not the notebook alone, decided what came of an execution."""
    return (
        execution.ending not in ("complete", "died")
        or execution.output_cut
        or any(cell.status == "timeout" for cell in execution.cells)
        or any(test.messages and test.payload is None for test in execution.tests)
    )


class ExecutionCache:
    """A folder of executions; what cannot be read counts as not there.

    Args:
        folder: where they lie.
        limits: of today's executions; see :func:`limits_of`.
    """

    def __init__(self, folder: Path, limits: Mapping[str, int] | None = None) -> None:
        self.folder = folder
        self.limits = dict(limits or {})

    def path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"

    def load(self, key: str) -> Execution | None:
        """The execution kept under ``key``; None where there is none or it is damaged.

        Nor is one given that ended by a limit, once a limit has been raised.
        """
        try:
            digest, _, body = ordinary_bytes(self.path(key)).partition(b"\n")
            if digest.decode("ascii") != _digest(body):
                return None
            kept = json.loads(body)
            execution = _EXECUTION.validate_python(kept["execution"])
            raised = any(limit > kept["limits"][name] for name, limit in self.limits.items())
            return None if raised and hit_a_limit(execution) else execution
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def store(self, key: str, execution: Execution) -> None:
        """Keep ``execution``; killed at any moment, the cache is whole.

        Raises:
            OSError: it cannot be written.
        """
        kept = {"execution": execution, "limits": self.limits}
        body = json.dumps(kept, sort_keys=True, default=vars).encode()
        write_atomically(self.path(key), _digest(body).encode() + b"\n" + body)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def version_of(name: str) -> str | None:
    """The installed version of a package; None where there is none."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def folder_digest(folder: Path, pattern: str) -> str:
    """One digest of all files in ``folder`` whose names match."""
    total = hashlib.sha256()
    for path in sorted(folder.glob(pattern)):
        status = path.stat()
        total.update(
            f"{path.name}:{_file_digest(path, status.st_size, status.st_mtime_ns)}\n".encode()
        )
    return total.hexdigest()


@lru_cache(maxsize=256)
def _file_digest(path: Path, size: int, modified: int) -> str:
    """sha256 of a file; size and time of change are what makes the cached answer stale."""
    return _digest(path.read_bytes())
