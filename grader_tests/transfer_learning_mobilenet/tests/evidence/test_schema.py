"""The lab's types of evidence: on any JSON a verdict or a clear refusal, nothing else."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from alpaca_course.contract.evidence import EvidenceRefused
from grader_tests.transfer_learning_mobilenet.tests.evidence import samples

CHALLENGE = samples.payload("data_augmenter")["challenge"]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["returned", "sequential", "RandomFlip", "true", "average", "Adam", "mm.-"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)


def refused(payload: Any, exercise: str = "alpaca_model", challenge: str = CHALLENGE) -> str:
    with pytest.raises(EvidenceRefused) as caught:
        samples.RULES[exercise].parse(payload, challenge=challenge)
    return caught.value.reason


def verdict_or_refusal(payload: object, exercise: str) -> None:
    """The property that all fuzzing checks."""
    try:
        evidence = samples.RULES[exercise].parse(payload, challenge=CHALLENGE)
    except EvidenceRefused:
        return
    verdict = samples.RULES[exercise].judge(evidence, samples.facts_with(samples.FINGERPRINTS))
    assert 0 <= verdict.points <= verdict.max_points == samples.RULES[exercise].points
    assert verdict.points == sum(result.points for result in verdict.results)
    assert isinstance(verdict.points, int)
    json.dumps(verdict, default=vars, allow_nan=False)
    assert verdict.text()


@pytest.mark.parametrize("exercise", samples.EXERCISES)
def test_what_is_dumped_can_be_parsed_again(exercise: str) -> None:
    rules = samples.RULES[exercise]
    evidence = rules.parse(samples.payload(exercise), challenge=CHALLENGE)
    dumped = TypeAdapter(rules.evidence).dump_python(evidence, mode="json")
    assert rules.parse(dumped, challenge=CHALLENGE) == evidence
    assert rules.parse(json.dumps(dumped), challenge=CHALLENGE) == evidence


@pytest.mark.parametrize("exercise", samples.EXERCISES)
@given(payload=JSON)
@settings(max_examples=200, deadline=None)
def test_any_json_is_judged_or_refused(exercise: str, payload: object) -> None:
    verdict_or_refusal(payload, exercise)


def paths(value: Any, prefix: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [prefix] if prefix else []
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(inner, dict | list):
            found += paths(inner, (*prefix, key))
        else:
            found.append((*prefix, key))
    return found


def drawn_place(payload: Any, data: st.DataObject) -> tuple[Any, Any]:
    """Any place in ``payload``: what holds it, and its key there."""
    *parents, last = data.draw(st.sampled_from(paths(payload)))
    for part in parents:
        payload = payload[part]
    return payload, last


@pytest.mark.parametrize("exercise", samples.EXERCISES)
@given(data=st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_evidence_with_anything_in_any_place_is_judged_or_refused(
    exercise: str, data: st.DataObject
) -> None:
    payload = samples.payload(exercise)
    for _ in range(data.draw(st.integers(1, 3))):
        place, last = drawn_place(payload, data)
        if data.draw(st.booleans()):
            del place[last]
        else:
            place[last] = data.draw(JSON)
    verdict_or_refusal(payload, exercise)


def of_its_kind(value: Any) -> list[Any]:
    """Other values that may stand in place of one: longer, shorter, empty, larger, smaller."""
    if isinstance(value, bool):
        return [not value, None]
    if isinstance(value, list):
        return [[], value[:-1], value[1:], [*value, *value[-1:]], value[::-1], [None] * len(value)]
    if isinstance(value, dict):
        return [{}, None]
    if isinstance(value, str):
        return ["", "x", value[:-1], value * 2, None]
    return [0, 1, 3, 97, 10**6, 10**10, -1, 0.0, -0.5, 1e-12, -1e12, None]


@pytest.mark.parametrize("exercise", samples.EXERCISES)
@given(data=st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_evidence_with_other_values_of_its_kind_is_judged_or_refused(
    exercise: str, data: st.DataObject
) -> None:
    payload = samples.payload(exercise)
    for _ in range(data.draw(st.integers(1, 3))):
        place, last = drawn_place(payload, data)
        place[last] = data.draw(st.sampled_from(of_its_kind(place[last])))
    verdict_or_refusal(payload, exercise)


@pytest.mark.parametrize("side", [0, 1, 32, 97, 192, 10**10])
def test_an_answer_for_a_picture_of_a_size_that_nobody_asked_for_is_no_answer(side: int) -> None:
    payload = samples.edited("alpaca_model", {"model.answer.side": side})
    verdict = samples.verdict_on(payload, samples.FINGERPRINTS)
    assert verdict.points == 0
    assert "other questions" in verdict.reason


@given(number=st.sampled_from([math.nan, math.inf, -math.inf, 10**400, -(10**400), 1e300]))
def test_numbers_that_are_not_finite_or_too_large_are_refused(number: float) -> None:
    payload = samples.edited("fine_tuning", {"base_learning_rate": number})
    assert "number" in refused(payload, "fine_tuning")


def test_other_exercise_challenge_and_version_are_refused() -> None:
    payload = samples.payload("alpaca_model")
    assert "another exercise" in refused(payload, "fine_tuning")
    assert "challenge" in refused(payload, challenge="f" * 32)
    assert "version" in refused({**payload, "schema_version": 1})


def test_true_is_not_a_number_and_one_is_not_true() -> None:
    refused(samples.edited("alpaca_model", {"model.head.units": True}))
    refused(samples.edited("alpaca_model", {"model.head.linear": 1}))
    refused({**samples.payload("alpaca_model"), "schema_version": True})


@pytest.mark.parametrize("exercise", samples.EXERCISES)
def test_unknown_fields_are_refused_everywhere(exercise: str) -> None:
    places = [(), *(path for path in paths(samples.payload(exercise)) if path)]
    tried = 0
    for path in places:
        payload = place = samples.payload(exercise)
        for part in path:
            place = place[part]
        if isinstance(place, dict) and path not in (("versions",), ("names",)):
            place["points"] = 50
            assert "malformed" in refused(payload, exercise)
            tried += 1
    assert tried > 3


def test_long_texts_are_refused() -> None:
    refused(samples.edited("alpaca_model", {"model.stages.0.kind": "x" * 81}))
