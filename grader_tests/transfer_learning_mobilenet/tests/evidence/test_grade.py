"""The lab's test cells in a kernel: one message, nothing else, never an error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader_tests.transfer_learning_mobilenet.tests.evidence import samples
from grader_tests.transfer_learning_mobilenet.tests.lab_process import (
    C1,
    CHALLENGE,
    IMPORTS,
    ROOT,
    AsGraded,
)

BESIDE_STUDENTS = (
    "alpaca_course.kernel",
    "alpaca_course.keras_probe",
    f"notebooks.{samples.LAB.name}.evidence",
)
# Runs a test cell in an IPython shell whose display messages are kept, and hands what it saw to
# the collector as the names of metrics, which evidence repeats as text.
SHELL = """
import os, sys
os.environ.update({environment!r})
sys.path[:0] = {path!r}
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.display_pub = CapturingDisplayPublisher()
shell.user_ns.update(globals())
before = set(sys.modules)
result = shell.run_cell("from alpaca_course.kernel import grade\\n"
                        "grade({exercise!r}, lab='{lab}')")
seen = shell.display_pub.outputs
rooms = sorted(name for name in set(sys.modules) - before
               if name.split(".")[0] in ("alpaca_course", "grader_tests", "notebooks", "pydantic"))
metrics = [str(result.result), str(result.error_in_exec), str(len(seen)),
           ",".join(seen[0]["data"]) if seen else "",
           str(seen[0]["data"].popitem()[1].get("challenge")) if seen else "",
           str([name for name in rooms if not name.startswith({beside!r})
                and name not in ("alpaca_course", "notebooks", "notebooks.{lab}")])]
"""


def run_cell(
    lab: AsGraded, *cells: str, exercise: str = "data_augmenter", author: bool = False
) -> list[str]:
    """Points, error, number of messages, MIME types, challenge, further modules imported."""
    environment = {"ALPACA_CHALLENGE": CHALLENGE, "NBGRADER_EXECUTION": "autograde"}
    if author:
        environment |= {"NBGRADER_EXECUTION": "validate", "ALPACA_COURSE_ROOT": str(ROOT)}
    shell = SHELL.format(
        environment=environment,
        path=[str(ROOT)] if author else [],
        exercise=exercise,
        lab=samples.LAB.name,
        beside=BESIDE_STUDENTS,
    )
    payload = lab.collect("fine_tuning", [IMPORTS, *cells, shell])
    return [metric["kind"] for metric in payload["in_names"]["metrics"]]


def test_one_message_and_no_points_while_grading(lab: AsGraded) -> None:
    points, error, messages, types, challenge, further = run_cell(lab, C1)
    assert (points, error, messages) == ("0.0", "None", "1")
    assert types == "application/vnd.alpaca.evidence+json"
    assert challenge == CHALLENGE
    assert further == "[]"


def test_an_author_gets_the_points(lab: AsGraded) -> None:
    points, error, messages, *_ = run_cell(lab, C1, author=True)
    worth = float(samples.RULES["data_augmenter"].points)
    assert (float(points), error, messages) == (worth, "None", "1")


@pytest.mark.parametrize("exercise", ["data_augmenter", "alpaca_model", "fine_tuning"])
def test_without_any_work_there_is_one_message_and_no_error(lab: AsGraded, exercise: str) -> None:
    points, error, messages, *_ = run_cell(lab, exercise=exercise)
    assert (points, error, messages) == ("0.0", "None", "1")


def test_an_unknown_exercise_is_no_error(lab: AsGraded) -> None:
    points, error, messages, *_ = run_cell(lab, exercise="something_else")
    assert (points, error, messages) == ("0.0", "None", "0")


INTERRUPTED = """
import _thread, threading
calls = []
def data_augmenter():
    calls.append(1)
    threading.Timer(0.3, _thread.interrupt_main).start()
    while True: pass
"""


def test_an_interrupt_ends_the_collection(lab: AsGraded) -> None:
    payload: dict[str, Any] = lab.collect("data_augmenter", [IMPORTS, INTERRUPTED])
    evidence = samples.RULES["data_augmenter"].parse(payload, challenge=CHALLENGE)
    assert evidence.exercise == "data_augmenter"
    assert evidence.function.error is not None
    assert evidence.function.error.type == "KeyboardInterrupt"
    assert len(json.dumps(payload)) < 2_000
