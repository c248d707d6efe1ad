"""The qualification with each supported pair of TensorFlow and Keras, in its own environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alpaca_course.course import Course
from alpaca_course.errors import CourseError

KINDS = ("wrong", "alternative", "habits", "hostile", "mutants")
_PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==")


@dataclass(frozen=True)
class Pair:
    """A TensorFlow release and the Keras release that goes with it."""

    tensorflow: str
    keras: str

    @property
    def name(self) -> str:
        return f"tf{self.tensorflow}-keras{self.keras}"


@dataclass(frozen=True)
class PairResult:
    """What ``alpaca qualify --json`` said in a pair's environment."""

    pair: Pair
    python: str
    found: dict[str, Any]

    @property
    def holds(self) -> bool:
        return not self.found["surprises"]


def read_pairs(pyproject: Path) -> tuple[list[Pair], frozenset[str]]:
    """The supported pairs, oldest first, and the packages whose pins an older pair cannot keep."""
    table = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["alpaca"]["matrix"]
    return [Pair(**pair) for pair in table["pairs"]], frozenset(table["loosened"])


def constraints_for(pair: Pair, pinned: str, loosened: frozenset[str]) -> str:
    """``pinned`` (the text of constraints.txt) with the pair's own releases.

    Where the pair is the one that is pinned already, nothing is loosened.
    """
    own = {
        "tensorflow": pair.tensorflow,
        "tensorflow-cpu": pair.tensorflow,
        "keras": pair.keras,
    }
    if all(f"{name}=={version}" in pinned for name, version in own.items()):
        return pinned
    kept = []
    for line in pinned.splitlines():
        found = _PINNED.match(line)
        if found is None or found["name"].lower() not in loosened | own.keys():
            kept.append(line)
    return "\n".join([*kept, *(f"{name}=={version}" for name, version in own.items())]) + "\n"


def run_pair(
    course: Course,
    pair: Pair,
    loosened: frozenset[str],
    options: Sequence[str],
    say: Callable[[str], None],
) -> PairResult:
    """Qualify with ``pair``, in an environment that is made where it is not there yet.

    Raises:
        CourseError: the environment or the qualification failed; the text holds the last lines.
    """
    folder = course.state / "matrix" / pair.name
    python = _environment(course, pair, loosened, folder, say)
    say(f"{pair.name}: running the corpus and its mutants")
    done = subprocess.run(
        [str(python.parent / "alpaca"), "qualify", "--json", *options],
        cwd=course.root,
        env={**os.environ, "PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise CourseError(f"{pair.name}: `alpaca qualify` ended with {done.returncode}") from error
    return PairResult(pair, ".".join(map(str, sys.version_info[:2])), found)


def _environment(
    course: Course,
    pair: Pair,
    loosened: frozenset[str],
    folder: Path,
    say: Callable[[str], None],
) -> Path:
    pinned = (course.root / "constraints.txt").read_text(encoding="utf-8")
    wanted = constraints_for(pair, pinned, loosened)
    python = folder / "bin" / "python"
    stamp = folder / "constraints.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    say(f"{pair.name}: making its environment in {folder}")
    venv.create(folder, with_pip=True, clear=True)
    draft = folder / "wanted.txt"
    draft.write_text(wanted, encoding="utf-8")
    done = subprocess.run(
        [
            *(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("-c", str(draft), "-e", str(course.root)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CourseError(f"{pair.name}: pip failed.\n" + done.stderr[-2000:])
    draft.replace(stamp)
    return python


def page(results: Sequence[PairResult]) -> str:
    """``docs/matrix.md``: one row a pair, and what surprised."""
    lines = [
        "# Supported pairs of TensorFlow and Keras",
        "",
        "Written by `make matrix`: `alpaca qualify` in an environment of its own for each pair "
        "named in `pyproject.toml`. Cells say how many cases came out as expected.",
        "",
        "| TensorFlow | Keras | Python | wrong | alternative | hostile | mutants | surprises |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for result in results:
        cells = [
            f"{result.found[kind]['as_expected']} of {result.found[kind]['total']}"
            for kind in KINDS
        ]
        lines.append(
            f"| {result.pair.tensorflow} | {result.pair.keras} | {result.python} | "
            f"{' | '.join(cells)} | {len(result.found['surprises'])} |"
        )
    for result in results:
        if not result.holds:
            lines += ["", f"## Surprises with {result.pair.name}", ""]
            lines += [f"* {text}" for text in result.found["surprises"]]
    return "\n".join(lines) + "\n"
