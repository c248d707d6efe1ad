"""A class whose lab has a template: who inherits what is ready, who does not, and what is told."""

from __future__ import annotations

from typing import Any

import pytest

from alpaca_course.batch.grade import Batch
from alpaca_course.course import Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.records import RecordStore
from alpaca_course.judging.session import GradingSession
from alpaca_course.reporting.ways import counted_ways, ways_in_words
from alpaca_course.sandbox.probe import require
from tests import light

ANSWERS = {
    "ann": light.DOUBLE,
    "bob": light.DOUBLE + "# bob\nprint(sorted([1]))\n",
    "eve": light.WRONG_DOUBLE,
    "joe": "# UNQ_C1\ndef double(x):\n    raise ValueError('no')\n",
    "kim": "# UNQ_C1\ndef double(x) return x\n",
    "lou": "# UNQ_C1\ndef double(x):\n    raise RuntimeError('no')\n",
    "max": "# UNQ_C1\nimport sys\ndef double(x):\n    return 2 * x\n",
    "zoe": "# UNQ_C1\ndef double(x):\n    while True: pass\n",
}
WAYS = {
    "ann": "template",
    "bob": "template",
    "eve": "template",
    "joe": "template",
    "kim": "template",
    "lou": "error",
    "max": "plain",
    "zoe": "late",
}

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    require()
    root = tmp_path_factory.mktemp("template") / "course"
    made = light.with_template(light.make_course(root))
    for student, answer in ANSWERS.items():
        light.hand_in(made, student, light.solved(made, double=answer))
    return made


def points(course: Course, *, template: bool) -> dict[str, Any]:
    lab = course.lab()
    with GradingSession(course, lab, isolation="warm", template=template) as session:
        found = list(Batch(session, NbGrader(course, lab), force=True).run(sorted(ANSWERS)))
    return {
        each.student: (each.result.state, each.result.total, each.result.way)
        for each in found
        if each.result
    }


def test_who_inherits_and_that_it_makes_no_difference(course: Course) -> None:
    plain = points(course, template=False)
    inherited = points(course, template=True)
    assert {name: way for name, (*_, way) in inherited.items()} == WAYS
    assert {way for *_, way in plain.values()} == {"plain"}
    assert {n: each[1] for n, each in plain.items()} == {n: e[1] for n, e in inherited.items()}
    kept = RecordStore(course, course.lab()).load("lou")
    assert kept is not None
    assert kept.way == "error"


def test_few_submissions_make_no_template(course: Course) -> None:
    lab = course.lab()
    with GradingSession(course, lab, isolation="warm") as session:
        batch = Batch(session, NbGrader(course, lab), force=True)
        (found,) = batch.run(["ann"])
    assert found.result is not None
    assert found.result.way == "plain"


def test_what_is_not_ready_for_a_template_is_tried_in_none(course: Course) -> None:
    with GradingSession(course, course.lab(), isolation="warm", expected=99) as session:
        taken = session.take_in("lou")
        ways = [session.submit(taken, ready=ready).result().way for ready in (True, False)]
    assert ways == ["error", "plain"]


def test_ways_in_words() -> None:
    assert ways_in_words({}) == ""
    assert ways_in_words({"plain": 3}) == ""
    assert ways_in_words({"template": 4}) == "4 of 4 executions inherited what was ready."
    assert "; 1 was executed again" in ways_in_words({"template": 4, "late": 1})
    assert ways_in_words({"template": 4, "error": 2, "late": 1, "plain": 1}) == (
        "4 of 8 executions inherited what was ready; 3 were executed again without it "
        "(1 took long, 2 raised an exception)."
    )
    assert counted_ways([]) == {}
