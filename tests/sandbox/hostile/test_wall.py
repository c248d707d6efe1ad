"""The wall: which of the project's files exist where students' code runs, one by one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

import alpaca_course
from alpaca_course.contract.inputs import EvidenceCode
from alpaca_course.course import Course
from alpaca_course.execution.warm import SandboxKernelSource
from alpaca_course.kernel import GRADING
from tests.sandbox.hostile.driving import REPOSITORY, run

pytestmark = pytest.mark.sandbox

PACKAGE = Path(alpaca_course.__file__).parent
LAB = Course.load(REPOSITORY).lab()
VISIBLE = ("kernel", "keras_probe")
INSIDE = Path("/run/course")
# Everything of the package that is not beside students' code, and what knows right answers.
BEHIND = [
    *sorted(
        f"alpaca_course.{path.stem}"
        for path in PACKAGE.iterdir()
        if path.suffix in ("", ".py") and path.stem not in (*VISIBLE, "__init__", "__pycache__")
    ),
    "grader_tests",
    f"grader_tests.{LAB.name}.rules",
    f"notebooks.{LAB.name}.helpers",
]
# Names inside of what is looked for: files of the package, of the course, of what is mounted.
LOOK = """
import importlib, json, os, sys
def files(top, leave_out=()):
    found = []
    for folder, folders, names in os.walk(top):
        folders[:] = [n for n in folders if n != "__pycache__" and f"{folder}/{n}" not in leave_out]
        found += [os.path.join(folder, name) for name in names]
    return sorted(found)
def attempt(name):
    try:
        importlib.import_module(name)
    except BaseException as error:
        return type(error).__name__
    return "IMPORTED"
import alpaca_course
print(json.dumps({
    "package": files(os.path.dirname(alpaca_course.__file__)),
    "course": files(COURSE, [PREFIX]),
    "run": files("/run/course"),
    "imports": {name: attempt(name) for name in BEHIND},
    "evidence": attempt("notebooks." + LAB + ".evidence.seen"),
}))
"""


@pytest.fixture(scope="module")
def seen(fresh: SandboxKernelSource) -> Any:
    """What a submission finds when it looks for the project."""
    values = {
        "COURSE": str(REPOSITORY),
        "PREFIX": sys.prefix,
        "BEHIND": BEHIND,
        "LAB": LAB.name,
    }
    settings = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    # As in grading, and with nothing that the lab's inputs would add.
    environment = dict([GRADING])
    collectors = EvidenceCode(LAB.name, LAB.evidence)
    return run(
        fresh, settings, LOOK, inputs=(), evidence=collectors, environment=environment
    ).json()


def files_of(folder: Path, at: Path | None = None) -> set[str]:
    """The files below ``folder``, as they are called when it lies ``at`` another place."""
    return {
        str((at or folder) / path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def package_files() -> set[str]:
    parts = (files_of(PACKAGE / name) for name in VISIBLE)
    return {str(PACKAGE / "__init__.py")}.union(*parts)


def test_of_the_package_only_what_collects_evidence_exists(seen: Any) -> None:
    assert set(seen["package"]) == package_files()


def test_of_the_course_nothing_exists_but_the_package_in_it(seen: Any) -> None:
    inside = {path for path in package_files() if Path(path).is_relative_to(REPOSITORY)}
    assert set(seen["course"]) == inside


def test_of_the_lab_only_its_evidence_exists(seen: Any) -> None:
    evidence = files_of(LAB.evidence, INSIDE / "notebooks" / LAB.name / "evidence")
    assert set(seen["run"]) == {str(INSIDE / "process_one.py")} | evidence


def test_nothing_behind_the_wall_can_be_imported(seen: Any) -> None:
    assert len(BEHIND) > 15
    assert seen["evidence"] == "IMPORTED"
    assert set(seen["imports"].values()) == {"ModuleNotFoundError"}
