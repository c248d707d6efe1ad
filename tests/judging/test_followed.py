"""Which verdict counts where a later exercise was executed beside the lab's own answer."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from alpaca_course.contract.states import State
from alpaca_course.execution.runner import EvidenceRun, Followed
from alpaca_course.execution.stops import Stop
from alpaca_course.judging import causes
from alpaca_course.judging.assessment import judged
from alpaca_course.judging.judge import Judge
from alpaca_course.judging.records import Record
from tests.contract.small import CHALLENGE, NAME, exercise, payload

LEAK = "the lab's own answer, word for word"
WRONG = payload(sides=4)
RIGHT = payload()


def sent(seen: dict[str, Any] | None, stop: Stop | None = None) -> EvidenceRun:
    messages = 0 if seen is None else 1
    return EvidenceRun("test", "ok", messages, seen, 10, error=LEAK, stop=stop)


@pytest.fixture
def judge() -> Judge:
    return Judge({NAME: exercise()}, {}, "digest")


def verdict(judge: Judge, first: EvidenceRun, *later: EvidenceRun, unanswered: bool = False) -> Any:
    record = Record(
        "ann",
        State.GRADED,
        (),
        (),
        {},
        challenge=CHALLENGE,
        ending="complete",
        evidence={NAME: first},
        unanswered=(NAME,) if unanswered else (),
        followed=tuple(Followed((NAME,), CHALLENGE, "complete", (each,)) for each in later),
    )
    released: Any = SimpleNamespace(exercises=(SimpleNamespace(id=NAME, test_id="test"),))
    return judged(record, released, judge).verdicts[NAME]


def test_the_better_one_counts_and_says_so(judge: Judge) -> None:
    found = verdict(judge, sent(WRONG), sent(RIGHT))
    assert found.points == found.max_points
    assert found.reason.startswith("Judged with the lab's own answer to 'The triangle (triangle)'")


def test_the_students_own_run_counts_where_it_is_as_good(judge: Judge) -> None:
    for first, later in ((RIGHT, WRONG), (WRONG, WRONG)):
        found = verdict(judge, sent(first), sent(later))
        assert found == verdict(judge, sent(first))
        assert found.reason == ""


def test_what_is_not_answered_gets_nothing_beside_it_either(judge: Judge) -> None:
    found = verdict(judge, sent(WRONG), sent(RIGHT), unanswered=True)
    assert (found.points, found.reason) == (0, causes.NOT_ANSWERED)


def test_of_that_run_only_results_are_told(judge: Judge) -> None:
    stop = Stop("ValueError", LEAK, 3)
    leaking = sent(payload(sides=4, corners=[{"name": LEAK}]), stop)
    found = verdict(judge, replace(sent(None), stop=stop), leaking)
    assert 0 < found.points < found.max_points
    assert LEAK not in repr(found)
    assert "line 3" in found.reason
    told = {causes.NOT_TOLD.format(each.title) for each in found.failed}
    assert {each.message.seen for each in found.failed} == told
    assert found.advisories == ()


def test_the_cause_of_a_stop_is_the_first_that_is_read(judge: Judge) -> None:
    found = verdict(judge, sent(WRONG, Stop("NameError", "name 'x' is not defined", 8)))
    assert found.text().splitlines()[1].startswith("Your cell stopped in line 8 with NameError")
    nothing = verdict(judge, sent(None, Stop("NameError", "name 'x' is not defined", 8)))
    assert nothing.reason.startswith("Your cell stopped in line 8 with NameError")
