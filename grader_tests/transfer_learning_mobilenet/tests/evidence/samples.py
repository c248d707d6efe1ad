"""Evidence of the reference solution, as the collector gave it, for tests without Keras."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from alpaca_course.contract.rule import Exercise
from alpaca_course.contract.verdict import Verdict
from alpaca_course.lab import Lab
from grader_tests.transfer_learning_mobilenet import rules

FILE = Path(__file__).with_name("reference_evidence.json")
_REFERENCE: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
EXERCISES = tuple(_REFERENCE)
LAB = Lab.read(Path(__file__).parents[4] / "notebooks" / "transfer_learning_mobilenet")
RULES: dict[str, Exercise[Any]] = {each.id: each for each in rules.EXERCISES}
for _declared in LAB.exercises:
    RULES[_declared.cell].title = _declared.title
# Of the weights that the reference's evidence was collected with.
FINGERPRINTS = {"160": _REFERENCE["alpaca_model"]["model"]["backbone"]["fingerprint"]}


def payload(exercise: str) -> dict[str, Any]:
    """A copy of the reference's evidence that a test may change."""
    return copy.deepcopy(_REFERENCE[exercise])


def edited(exercise: str, edits: dict[str, Any]) -> dict[str, Any]:
    """The reference's evidence with values replaced by dotted path (``"model.head.units": 2``)."""
    result = payload(exercise)
    for path, value in edits.items():
        *parents, last = path.split(".")
        place: Any = result
        for part in parents:
            place = place[int(part)] if isinstance(place, list) else place[part]
        if isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = value
    return result


def verdict_on(data: dict[str, Any], fingerprints: dict[str, str] | None = None) -> Verdict:
    exercise = RULES[data["exercise"]]
    evidence = exercise.parse(data, challenge=data["challenge"])
    return exercise.judge(evidence, facts_with(fingerprints))


def facts_with(fingerprints: dict[str, str] | None) -> dict[str, Any]:
    """What rules know of the lab's inputs, where these weights are in use."""
    return {} if fingerprints is None else {"weights": fingerprints}
