"""Rules: declared once and in order, applied once each, points counted in one place."""

from __future__ import annotations

import re
from typing import Any

import pytest

from alpaca_course.contract.rule import Exercise, Undecided
from alpaca_course.contract.verdict import Verdict
from tests.contract import small


def verdict_on(facts: dict[str, Any] | None = None, **changes: Any) -> Verdict:
    exercise = small.exercise()
    evidence = exercise.parse(small.payload(**changes), challenge=small.CHALLENGE)
    return exercise.judge(evidence, facts or {})


def statuses(verdict: Verdict) -> dict[str, str]:
    return {result.id.partition(".")[2]: result.status for result in verdict.results}


def test_a_rule_is_declared_once_and_after_what_it_needs() -> None:
    exercise: Exercise[Any] = Exercise("some", dict)
    words: dict[str, Any] = {"title": "A rule", "expected": "Something.", "why": "Because."}

    def first(e: Any) -> None:
        return None

    def second(e: Any) -> None:
        return None

    with pytest.raises(ValueError, match=r"some.second needs 'first', and no rule before it has"):
        exercise.rule(points=1, needs=("first",), **words)(second)
    exercise.rule(points=1, **words)(first)
    exercise.rule(points=1, needs=("first",), **words)(second)
    with pytest.raises(ValueError, match=r"some.first is declared twice\."):
        exercise.rule(points=1, **words)(first)
    with pytest.raises(ValueError, match=r"some.second is declared twice\."):
        exercise.advisory(second)
    assert exercise.points == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"points": 0}, "some.first: points=0 is no whole number of 1 or more."),
        ({"points": -2}, "some.first: points=-2 is no whole number"),
        ({"points": 2.5}, "some.first: points=2.5 is no whole number"),
        ({"points": "4"}, "some.first: points='4' is no whole number"),
        ({"points": True}, "some.first: points=True is no whole number"),
        ({"points": 1, "expected": " "}, "some.first: expected is empty, and students read it."),
        ({"points": 1, "title": ""}, "some.first: title is empty"),
        ({"points": 1, "needs": "shape"}, "some.first: needs='shape' is no tuple of names"),
    ],
)
def test_a_declaration_that_cannot_be_meant_is_refused(wrong: dict[str, Any], said: str) -> None:
    exercise: Exercise[Any] = Exercise("some", dict)

    def first(e: Any) -> None:
        return None

    with pytest.raises(ValueError, match=re.escape(said)):
        exercise.rule(**{"title": "A rule", "expected": "Sums.", "why": "Sums.", **wrong})(first)


@pytest.mark.parametrize(
    ("gives", "said"),
    [
        (True, "The rule triangle.odd gave True, and not None, a Fault or an Undecided."),
        ("Too few.", "The rule triangle.odd gave 'Too few.', and not None"),
        (Undecided("no.", "side"), "because of 'side', which is no rule of this exercise."),
    ],
)
def test_a_rule_that_gives_something_else_is_an_error(gives: Any, said: str) -> None:
    exercise = small.exercise()

    def odd(e: Any) -> Any:
        return gives

    exercise.rule(points=1, title="Odd", expected="Something.", why="Because.")(odd)
    evidence = exercise.parse(small.payload(), challenge=small.CHALLENGE)
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        exercise.judge(evidence, {})


def test_everything_right_gets_all_points() -> None:
    verdict = verdict_on()
    assert set(statuses(verdict).values()) == {"passed"}
    assert verdict.points == verdict.max_points == small.exercise().points == 14
    assert not verdict.advisories


def test_what_depends_on_a_missing_thing_is_undecided_and_says_so() -> None:
    verdict = verdict_on(angle=None)
    assert statuses(verdict) == {
        "sides": "passed",
        "angle": "undecided",
        "corners": "passed",
        "whole": "undecided",
    }
    assert [result.because for result in verdict.undecided] == [
        "there is no angle.",
        "this depends on “Angles of one size”.",
    ]
    assert verdict.points == 8


def test_a_rule_on_facts_is_told_what_is_known_of_the_inputs() -> None:
    assert statuses(verdict_on({"atlas": ["A", "B", "C"]}))["corners"] == "passed"
    assert statuses(verdict_on({"atlas": ["X", "Y", "Z"]}))["corners"] == "failed"


def test_a_remark_costs_nothing() -> None:
    verdict = verdict_on(corners=[{"name": "A", "measured": False}])
    assert verdict.points == verdict.max_points
    assert [remark.id for remark in verdict.advisories] == ["triangle.unmeasured"]
