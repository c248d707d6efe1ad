"""Verdicts: to and from JSON, and as text that needs no colour."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from alpaca_course.contract.verdict import Verdict
from tests.contract import small

MIXED: dict[str, Any] = {"angle": 45.0, "corners": [{"name": "A", "measured": False}]}


def from_json(text: str) -> Verdict:
    return TypeAdapter(Verdict).validate_python(json.loads(text))


def verdict_on(**changes: Any) -> Verdict:
    exercise = small.exercise()
    evidence = exercise.parse(small.payload(**changes), challenge=small.CHALLENGE)
    return exercise.judge(evidence, {})


def test_json_round_trip() -> None:
    verdict = verdict_on(**MIXED)
    assert from_json(json.dumps(verdict, default=vars)) == verdict


@pytest.mark.parametrize("data", [{}, {"exercise": 1}, {"results": [{}]}])
def test_what_is_no_verdict_is_an_error(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="for Verdict"):
        from_json(json.dumps(data))


def test_text_says_in_words_what_happened_to_each_rule() -> None:
    text = verdict_on(**MIXED).text()
    assert text.startswith("The triangle (triangle): 8 of 14 points.")
    assert "FAILED (0 of 5): Angles of one size" in text
    assert "Seen: The angle is 45 degrees" in text
    assert "UNDECIDED (0 of 1): Right as a whole" in text
    assert "PASSED (2 of 2): Has three sides" in text
    assert "NOTE (costs no points): A corner is not measured." in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_no_evidence_is_zero_points_with_a_reason() -> None:
    verdict = small.exercise().no_evidence("The cell did not run.")
    assert (verdict.points, verdict.max_points) == (0, 14)
    assert "The cell did not run." in verdict.text()
    assert from_json(json.dumps(verdict, default=vars)) == verdict


def test_a_loss_includes_what_could_not_be_checked_because_of_it() -> None:
    verdict = verdict_on(sides=4, angle=45.0)
    assert [(loss.points, loss.text, loss.told) for loss in verdict.losses] == [
        (
            3,
            "It has 4 sides.",
            "−3, of these 1 for what could not be checked because of it",
        ),
        (5, "The angle is 45 degrees.", "−5"),
    ]
    assert sum(loss.points for loss in verdict.losses) == verdict.max_points - verdict.points


def test_a_cause_may_be_a_later_rule() -> None:
    """No angle is the fault of the corners, and without an angle nothing is right as a whole."""
    verdict = small.exercise().judge(
        small.exercise().parse(small.payload(angle=None), challenge=small.CHALLENGE),
        {"atlas": ["X"]},
    )
    (loss,) = verdict.losses
    assert (loss.points, loss.unchecked) == (12, 6)
    assert loss.text.startswith("The corners are")


def test_what_no_rule_is_to_blame_for_is_one_loss() -> None:
    """What nothing was there to look at for, and what depends on that, is told once."""
    verdict = verdict_on(angle=None)
    (loss,) = verdict.losses
    assert (loss.points, loss.text, loss.told) == (
        6,
        "Could not be checked: there is no angle.",
        "−6",
    )
    (loss,) = small.exercise().no_evidence("The cell did not run.").losses
    assert (loss.points, loss.text) == (14, "The cell did not run.")
    assert verdict_on().losses == ()
