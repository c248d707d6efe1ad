"""The judge: evidence in, verdict out. A pure function, without Keras, a few milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alpaca_course.contract.verdict import Verdict
from grader_tests.transfer_learning_mobilenet.rules import (
    alpaca_model,
    data_augmenter,
    fine_tuning,
)
from grader_tests.transfer_learning_mobilenet.rules.rule import Exercise
from notebooks.transfer_learning_mobilenet.evidence.seen import Evidence

_EXERCISES: dict[str, Exercise[Any]] = {
    exercise.id: exercise
    for exercise in (data_augmenter.EXERCISE, alpaca_model.EXERCISE, fine_tuning.EXERCISE)
}


@dataclass(frozen=True)
class ExerciseInfo:
    """What others may know of an exercise: its title and what it is worth."""

    title: str
    points: int


EXERCISES: dict[str, ExerciseInfo] = {
    name: ExerciseInfo(exercise.title, exercise.points) for name, exercise in _EXERCISES.items()
}


def judge(evidence: Evidence, *, fingerprints: Mapping[str, str] | None = None) -> Verdict:
    """Apply the rules of the evidence's exercise.

    Args:
        evidence: what :func:`alpaca_course.contract.evidence.parse` returned.
        fingerprints: of the weights in use, by input size ("160"); the official files differ
            from size to size, and any of them counts as pretrained. Without them, weights count
            as pretrained unless the network's statistics show that it was never trained.
    """
    return _EXERCISES[evidence.exercise].judge(evidence, fingerprints)


def no_evidence(exercise: str, reason: str) -> Verdict:
    """Nothing to judge: 0 points, and why.

    Raises:
        KeyError: there is no such exercise.
    """
    about = EXERCISES[exercise]
    return Verdict(exercise, about.title, 0, about.points, reason=reason)
