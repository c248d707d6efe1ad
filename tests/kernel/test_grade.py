"""What a test cell's ``grade(...)`` does in a kernel: one message, nothing else, never an error."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.course import Course
from alpaca_course.kernel import CHALLENGE_VARIABLE, GRADING, MIME_TYPE

CHALLENGE = "0123456789abcdef0123456789abcdef"
DOUBLE = "def double(x): return 2 * x"
# Runs cells in an IPython shell whose display messages are kept; prints what came of the last.
SHELL = """
import json, sys
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.display_pub = CapturingDisplayPublisher()
*cells, test = json.loads(sys.argv[1])
for cell in cells:
    shell.run_cell(cell)
before = set(sys.modules)
result = shell.run_cell(test)
rooms = sorted(name for name in set(sys.modules) - before
               if name.split(".")[0] in ("alpaca_course", "grader_tests", "notebooks", "pydantic"))
print()
print(json.dumps({
    "result": result.result,
    "error": str(result.error_in_exec),
    "messages": [output["data"] for output in shell.display_pub.outputs],
    "imported": rooms,
}))
"""


@pytest.fixture
def beside(pristine: Course, tmp_path: Path) -> Path:
    """A folder with the lab's collectors and nothing else of the course."""
    lab = pristine.lab()
    shutil.copytree(lab.evidence, tmp_path / "notebooks" / lab.name / "evidence")
    return tmp_path


def run_cell(
    folder: Path, *cells: str, exercise: str = "double", lab: str = "light_lab", **variables: str
) -> dict[str, Any]:
    """What came of a test cell after ``cells``, in a kernel that is started in ``folder``."""
    test = f"from alpaca_course.kernel import grade\ngrade({exercise!r}, lab={lab!r})"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NBGRADER", "ALPACA"))}
    home = {"IPYTHONDIR": str(folder / ".ipython"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", SHELL, json.dumps([*cells, test])],
        cwd=folder,
        env={**kept, **home, CHALLENGE_VARIABLE: CHALLENGE, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    *said, last = done.stdout.splitlines()
    return {**json.loads(last), "said": "\n".join(said)}


def graded(folder: Path, *cells: str, exercise: str = "double") -> dict[str, Any]:
    return run_cell(folder, *cells, exercise=exercise, **dict([GRADING]))


def test_one_message_and_no_points_while_grading(beside: Path) -> None:
    seen = graded(beside, DOUBLE)
    assert (seen["result"], seen["error"]) == (0.0, "None")
    assert [list(message) for message in seen["messages"]] == [[MIME_TYPE]]
    payload = seen["messages"][0][MIME_TYPE]
    assert (payload["exercise"], payload["challenge"]) == ("double", CHALLENGE)
    assert payload["values"] == [6, -8]


def test_only_what_collects_is_imported(beside: Path) -> None:
    imported = graded(beside, DOUBLE)["imported"]
    assert imported == [
        "alpaca_course",
        "alpaca_course.kernel",
        "alpaca_course.kernel.certain",
        "alpaca_course.kernel.collect",
        "alpaca_course.kernel.guard",
        "alpaca_course.kernel.publish",
        "alpaca_course.kernel.seen",
        "alpaca_course.kernel.steady",
        "notebooks",
        "notebooks.light_lab",
        "notebooks.light_lab.evidence",
        "notebooks.light_lab.evidence.double",
        "notebooks.light_lab.evidence.seen",
    ]


@pytest.mark.parametrize(("double", "points"), [(DOUBLE, 20.0), (DOUBLE.replace("2", "0"), 0.0)])
def test_an_author_gets_the_points_and_the_verdict(
    pristine: Course, double: str, points: float
) -> None:
    """In a kernel that is started where the instructor's notebook lies."""
    seen = run_cell(pristine.lab().source, double)
    assert (seen["result"], seen["error"]) == (points, "None")
    assert len(seen["messages"]) == 1
    assert f"Doubling: {points:g} of 20 points." in seen["said"]


def test_outside_of_a_course_there_are_no_points(beside: Path) -> None:
    seen = run_cell(beside, DOUBLE)
    assert (seen["result"], seen["error"], len(seen["messages"])) == (0.0, "None", 1)


@pytest.mark.parametrize("exercise", ["double", "total"])
def test_without_any_work_there_is_one_message_and_no_error(beside: Path, exercise: str) -> None:
    seen = graded(beside, exercise=exercise)
    assert (seen["result"], seen["error"], len(seen["messages"])) == (0.0, "None", 1)


@pytest.mark.parametrize(
    ("exercise", "lab"), [("something_else", "light_lab"), ("double", "no_lab")]
)
def test_an_unknown_exercise_or_lab_is_no_error(beside: Path, exercise: str, lab: str) -> None:
    seen = run_cell(beside, DOUBLE, exercise=exercise, lab=lab, **dict([GRADING]))
    assert (seen["result"], seen["error"], len(seen["messages"])) == (0.0, "None", 0)
    assert "No evidence could be collected: ModuleNotFoundError." in seen["said"]


def test_the_challenge_is_the_one_of_the_environment(beside: Path) -> None:
    """Whatever the notebook made of it: the trusted side compares it with its own."""
    seen = graded(beside, f"import os\nos.environ[{CHALLENGE_VARIABLE!r}] = 'f' * 32", DOUBLE)
    assert seen["messages"][0][MIME_TYPE]["challenge"] == "f" * 32


def test_an_interrupt_ends_the_collection(beside: Path) -> None:
    endless = """
import _thread, threading
def double(x):
    threading.Timer(0.3, _thread.interrupt_main).start()
    while True: pass
"""
    seen = graded(beside, endless)
    assert (seen["result"], seen["error"], len(seen["messages"])) == (0.0, "None", 1)
    assert seen["messages"][0][MIME_TYPE]["error"]["type"] == "KeyboardInterrupt"
