"""What is told first of a result: each loss with all that it cost, adding up to what is missing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from alpaca_course.batch.grade import Batch
from alpaca_course.cli.show import _lines
from alpaca_course.contract.codes import code_of
from alpaca_course.course import Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.session import GradingSession
from alpaca_course.reporting.reading import read_class
from alpaca_course.reporting.records import in_few_words
from tests import light
from tests.light import ASSIGNMENT, NOTEBOOK

NOTHING = "# UNQ_C1\ndef double(x):\n    y = 2 * x\n"
HAND_INS: dict[str, dict[str, str]] = {
    "nothing": {"double": NOTHING},
    "both": {"double": NOTHING, "total": "# UNQ_C2\ntotal = 11\n"},
    "second": {"double": light.WRONG_DOUBLE},
    "stopped": {"total": "# UNQ_C2\ntotal = 10\n1 / 0\n"},
    "unreadable": {"double": "# UNQ_C1\ndef double(x:\n    return 2 * x\n"},
    "unanswered": {"double": "# UNQ_C1\n"},
    "right": {},
}


@pytest.fixture(scope="module")
def graded(new_course: Any, tmp_path_factory: pytest.TempPathFactory) -> Course:
    course: Course = new_course(tmp_path_factory.mktemp("told") / "course")
    rules = course.lab().grader_tests / "rules" / "double.py"
    text = rules.read_text()
    needy = text.replace(
        'why="Sums.")\ndef negative', 'why="Sums.", needs=("positive",))\n\ndef negative'
    )
    assert needy != text
    rules.write_text(needy.replace("\n\ndef negative", "\ndef negative"))
    for student, answers in HAND_INS.items():
        light.hand_in(course, student, light.solved(course, **answers))
    light.hand_in(course, "refused", b"{")
    with GradingSession(course, course.lab()) as session:
        nbgrader = NbGrader(course, course.lab())
        for outcome in Batch(session, nbgrader).run([*HAND_INS, "refused"]):
            assert not outcome.error
            nbgrader.generate_feedback(outcome.student)
    return course


def box(course: Course, student: str) -> str:
    page = (course.feedback / student / ASSIGNMENT / f"{NOTEBOOK}.html").read_text()
    found = re.search(r"<section[^>]*alpaca-result.*?</section>", page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


def told(text: str) -> float:
    return sum(float(points) for points in re.findall(r"\(−([\d.]+)", text))


@pytest.mark.parametrize("student", [*HAND_INS, "refused"])
def test_what_is_told_is_what_is_missing(student: str, graded: Course) -> None:
    found = read_class(graded, graded.lab())
    result = next(each for each in found.submissions if each.student == student)
    missing = result.max_points - result.total
    page = box(graded, student)
    points = [tuple(map(float, each)) for each in re.findall(r": (\d+) of (\d+) points\.", page)]
    assert sum(most - got for got, most in points) == missing
    # Where there was nothing to look at, the points stand beside the reason.
    without = sum(v.max_points for v in result.verdicts.values() if not v.results)
    assert told(page) == missing - without
    assert told("\n".join(_lines(result, ()))) == missing
    if result.state.is_graded:
        assert told(in_few_words(result)) == missing


def test_in_words(graded: Course) -> None:
    assert (
        "Not passed: Doubles a positive number (−20, of these 8 for what could not be checked "
        f"because of it) code {code_of('double.positive')} Seen It gave None. Expected SOMETHING "
        "ELSE. Why Sums. Hint Try. Not checked Doubles a negative number: this depends on “Doubles "
        "a positive number”." in box(graded, "nothing")
    )
    assert "Right: Doubles a positive number." in box(graded, "second")
    assert "ZeroDivisionError" in box(graded, "stopped")
    assert "(−" not in box(graded, "right")
    assert box(graded, "right").count("Right: ") == 2
