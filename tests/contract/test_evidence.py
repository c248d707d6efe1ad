"""Bounds and validation of evidence: whatever is wrong with it, a refusal in words."""

from __future__ import annotations

import contextlib
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alpaca_course.contract.evidence import MAX_BYTES, EvidenceRefused
from alpaca_course.kernel.seen import SCHEMA_VERSION
from tests.contract import small

EXERCISE = small.exercise()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)


def refused(payload: object, challenge: str = small.CHALLENGE) -> str:
    with pytest.raises(EvidenceRefused) as caught:
        EXERCISE.parse(payload, challenge=challenge)
    return caught.value.reason


def test_a_value_and_its_text_give_the_same_evidence() -> None:
    evidence = EXERCISE.parse(small.payload(), challenge=small.CHALLENGE)
    assert isinstance(evidence, small.Triangle)
    assert EXERCISE.parse(json.dumps(small.payload()), challenge=small.CHALLENGE) == evidence


@given(payload=JSON)
@settings(max_examples=200, deadline=None)
def test_any_json_is_evidence_or_refused(payload: object) -> None:
    for tried in (payload, small.payload(corners=payload), small.payload(angle=payload)):
        with contextlib.suppress(EvidenceRefused):
            assert EXERCISE.parse(tried, challenge=small.CHALLENGE).exercise == small.NAME


@given(number=st.sampled_from([math.nan, math.inf, -math.inf, 10**400, -(10**400), 1e300]))
def test_numbers_that_are_not_finite_or_too_large_are_refused(number: float) -> None:
    assert "number" in refused(small.payload(angle=number))


def test_other_exercise_challenge_and_version_are_refused() -> None:
    assert "another exercise" in refused(small.payload(exercise="circle"))
    assert "challenge" in refused(small.payload(), challenge="f" * 32)
    for version in (SCHEMA_VERSION - 1, SCHEMA_VERSION + 1):
        assert "grade the submission again" in refused(small.payload(schema_version=version))
    assert "version" in refused(small.payload(schema_version=True))


def test_true_is_not_a_number_and_one_is_not_true() -> None:
    assert "malformed at sides" in refused(small.payload(sides=True))
    corner = {"name": "A", "measured": 1}
    assert "malformed at corners.0.measured" in refused(small.payload(corners=[corner]))


def test_unknown_fields_are_refused() -> None:
    assert "malformed at points" in refused(small.payload(points=50))
    inner = small.payload(corners=[{"name": "A", "points": 50}])
    assert "malformed at corners.0.points" in refused(inner)


def test_deep_wide_and_long_evidence_is_refused() -> None:
    deep: Any = 0
    for _ in range(100_000):
        deep = [deep]
    assert "nested" in refused(small.payload(extra=deep))
    assert "large" in refused([0] * 1_000_000)
    assert "large" in refused({"text": "x" * (MAX_BYTES + 1), "more": 0})
    assert "larger" in refused("[" * (MAX_BYTES + 1))
    assert "not JSON" in refused("[" * 100_000)
    corner = {"name": "x" * 81}
    assert "malformed at corners.0.name" in refused(small.payload(corners=[corner]))


@pytest.mark.parametrize(
    "payload", [b"\xff", "", "{", "NaN", None, 3, object(), {1: 2}, {"a": {3}}, "\ud800"]
)
def test_what_is_not_json_is_refused(payload: object) -> None:
    assert refused(payload)
