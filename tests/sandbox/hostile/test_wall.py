"""The wall: which of the project's files exist where students' code runs, one by one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

import alpaca_course
from alpaca_course.assets import inputs
from alpaca_course.assets.weights import models_folder
from alpaca_course.contract.inputs import EvidenceCode, InputMount
from alpaca_course.course import Course
from alpaca_course.execution.pool import environment
from alpaca_course.execution.sources import source_spec
from alpaca_course.execution.warm import SandboxKernelSource, WarmKernelSource
from alpaca_course.sandbox.probe import ProbeResult
from tests.sandbox.hostile.driving import REPOSITORY, run

pytestmark = pytest.mark.sandbox

PACKAGE = Path(alpaca_course.__file__).parent
COURSE = Course.load(REPOSITORY)
LAB = COURSE.lab()
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
    f"notebooks.{LAB.name}.lab",
    f"notebooks.{LAB.name}.{LAB.notebook}",
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
package = os.path.dirname(alpaca_course.__file__)
print(json.dumps({
    "package": files(package),
    "course": files(COURSE, [PREFIX]),
    "run": files("/run/course"),
    # Folders too, be they empty.
    "in package": os.listdir(package),
    "in run": os.listdir("/run/course"),
    "in notebooks": os.listdir("/run/course/notebooks"),
    "in lab": os.listdir("/run/course/notebooks/" + LAB),
    "imports": {name: attempt(name) for name in BEHIND},
    "evidence": attempt("notebooks." + LAB + ".evidence.seen"),
}))
"""


@pytest.fixture(scope="module")
def mounts(tmp_path_factory: pytest.TempPathFactory) -> tuple[InputMount, ...]:
    """The lab's inputs as a course mounts that has them, a file in each."""
    course = Course.from_config(tmp_path_factory.mktemp("inputs"), Config())
    for folder in (course.dataset, models_folder(course)):
        folder.mkdir(parents=True)
        (folder / "one").write_bytes(b"")
    return inputs.mounts(course, LAB.kernel.inputs)


@pytest.fixture(scope="module", params=["warm", "fresh"])
def seen(
    request: pytest.FixtureRequest, isolation: ProbeResult, mounts: tuple[InputMount, ...]
) -> Any:
    """What a submission finds when it looks for the project, in a kernel as grading has it."""
    values = {
        "COURSE": str(REPOSITORY),
        "PREFIX": sys.prefix,
        "BEHIND": BEHIND,
        "LAB": LAB.name,
    }
    settings = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    source = source_spec(COURSE, LAB, request.param).open()
    assert isinstance(source, SandboxKernelSource)
    try:
        return run(
            source,
            settings,
            LOOK,
            inputs=mounts,
            evidence=EvidenceCode(LAB.name, LAB.evidence),
            environment={**LAB.kernel.environment, **environment()},
        ).json()
    finally:
        source.close()


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
    assert set(seen["in package"]) == {"__init__.py", *VISIBLE}
    assert set(seen["package"]) == package_files()


def test_of_the_course_nothing_exists_but_the_package_in_it(seen: Any) -> None:
    inside = {path for path in package_files() if Path(path).is_relative_to(REPOSITORY)}
    assert set(seen["course"]) == inside


def test_of_the_lab_only_its_inputs_and_its_evidence_exist(
    seen: Any, mounts: tuple[InputMount, ...]
) -> None:
    assert set(seen["in run"]) == {"process_one", "inputs", "notebooks"}
    assert seen["in notebooks"] == [LAB.name]
    assert seen["in lab"] == ["evidence"]
    given = {str(INSIDE / "inputs" / mount.place / "one") for mount in mounts}
    assert len(given) == len(LAB.kernel.inputs)
    evidence = files_of(LAB.evidence, INSIDE / "notebooks" / LAB.name / "evidence")
    program = files_of(PACKAGE / "sandbox" / "process_one", INSIDE / "process_one")
    assert set(seen["run"]) == program | given | evidence


def test_nothing_behind_the_wall_can_be_imported(seen: Any) -> None:
    assert len(BEHIND) > 15
    assert seen["evidence"] == "IMPORTED"
    assert set(seen["imports"].values()) == {"ModuleNotFoundError"}


def test_collectors_are_in_no_kernel_but_those_of_their_lab(plain: WarmKernelSource) -> None:
    """One source may serve several labs: what one of them brought is gone for the next."""
    look = "import os; print(sorted(os.listdir('/run/course')))"
    collectors = EvidenceCode(LAB.name, LAB.evidence)
    named = f"import notebooks.{LAB.name}.evidence.seen as seen; print(seen.__name__)"
    ran = run(plain, look, named, inputs=(), evidence=collectors)
    assert ran.text(0) == "['notebooks', 'process_one']\n"
    assert ran.text(1) == f"notebooks.{LAB.name}.evidence.seen\n"
    ran = run(plain, look, named, inputs=())
    assert ran.text(0) == "['process_one']\n"
    assert ran.text(1).startswith("ModuleNotFoundError")
