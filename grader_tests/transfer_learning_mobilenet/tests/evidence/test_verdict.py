"""Verdicts: to and from JSON, and as text that needs no colour."""

from __future__ import annotations

import json

import pytest

from alpaca_course.contract.verdict import Verdict
from grader_tests.transfer_learning_mobilenet.tests.evidence import samples

MIXED = {"model.backbone.training": "omitted", "model.backbone.trainable_parameters": 5}


def test_json_round_trip() -> None:
    verdict = samples.verdict_on(samples.edited("alpaca_model", MIXED))
    assert Verdict.from_dict(json.loads(json.dumps(verdict.to_dict()))) == verdict


@pytest.mark.parametrize("data", [{}, {"exercise": 1}, {"results": [{}]}])
def test_what_is_no_verdict_is_an_error(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a verdict"):
        Verdict.from_dict(data)


def test_text_says_in_words_what_happened_to_each_rule() -> None:
    text = samples.verdict_on(samples.edited("alpaca_model", MIXED)).text()
    assert text.startswith("The model (alpaca_model): 40 of 50 points.")
    assert "FAILED (0 of 6): Backbone frozen" in text
    assert "Seen: The backbone is not frozen" in text
    assert "UNDECIDED (0 of 1): Trains the head and nothing else" in text
    assert "PASSED (4 of 4): Takes pictures of the given shape" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_no_evidence_is_zero_points_with_a_reason() -> None:
    verdict = samples.RULES["fine_tuning"].no_evidence("The cell did not run.")
    assert (verdict.points, verdict.max_points) == (0, 30)
    assert "The cell did not run." in verdict.text()
    assert Verdict.from_dict(verdict.to_dict()) == verdict
