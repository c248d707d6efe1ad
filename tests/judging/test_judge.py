"""The same evidence is judged once, and nothing of it is kept longer than the evidence itself."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from alpaca_course.execution.runner import EvidenceRun
from alpaca_course.judging.judge import Judge
from tests.contract.small import CHALLENGE, NAME, exercise, payload


@pytest.fixture
def judge() -> Judge:
    return Judge({NAME: exercise()}, {}, "digest")


def sent(seen: dict[str, Any]) -> EvidenceRun:
    return EvidenceRun("test", "ok", 1, seen, 10)


def ask(judge: Judge, test: EvidenceRun, **how: Any) -> Any:
    return judge.verdict(NAME, test, **{"challenge": CHALLENGE, "ending": "complete", **how})


def test_the_very_same_evidence_is_judged_once(judge: Judge) -> None:
    right = sent(payload())
    assert ask(judge, right) is ask(judge, right)
    assert ask(judge, right) is not ask(judge, sent(payload()))
    assert ask(judge, right) == ask(judge, sent(payload()))


def test_another_question_is_another_answer(judge: Judge) -> None:
    right = sent(payload())
    full = ask(judge, right)
    assert full.points == full.max_points
    assert ask(judge, right, answered=False).points == 0
    assert ask(judge, right, challenge="0" * 32).points == 0
    assert ask(judge, right).points == full.max_points


def test_evidence_in_the_place_of_other_evidence_is_judged_anew(judge: Judge) -> None:
    """Python uses a place in memory again as soon as what was there is gone."""
    for _ in range(200):
        assert ask(judge, sent(payload())).points > 0
        assert ask(judge, sent(payload(sides=4))).points < ask(judge, sent(payload())).points
    gc.collect()
    assert judge._judged == {}
