"""What a report is made from: one record a submission, read elsewhere, judged elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alpaca_course.contract.states import State
from alpaca_course.contract.verdict import RuleResult, Verdict
from alpaca_course.gradebook.booked import Score

# Characters of one misconception in a table.
MAX_WORDS = 100


@dataclass(frozen=True)
class Submission:
    """One student's submission.

    Attributes:
        student: id, as in ``submitted/``.
        name: the student's name for people; empty where the gradebook has none.
        state: what became of it.
        scores: points by exercise; empty where the gradebook has no row for it.
        penalty: points taken off for lateness, never more than were earned.
        verdicts: by exercise; empty where nothing could be judged.
        reasons: why it was refused or needs a person, or doubts that cost nothing.
        repairs: what was put right before grading.
    """

    student: str
    state: State
    name: str = ""
    scores: Mapping[str, Score] = field(default_factory=dict)
    penalty: float = 0.0
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        return max(0.0, sum(s.points for s in self.scores.values()) - self.penalty)


@dataclass(frozen=True)
class Exercise:
    """One graded cell: its id, its title for people, and what it is worth."""

    id: str
    title: str
    max_points: float


@dataclass(frozen=True)
class ClassRecord:
    """A class and one assignment. ``missing`` are enrolled students who handed in nothing."""

    assignment: str
    exercises: tuple[Exercise, ...]
    submissions: tuple[Submission, ...]
    missing: tuple[str, ...] = ()

    @property
    def max_points(self) -> float:
        return sum(exercise.max_points for exercise in self.exercises)


def in_few_words(submission: Submission, most: int = 3) -> str:
    """What went wrong, dearest first: at most ``most`` things, or why it was not graded."""
    if not submission.state.is_graded:
        return " ".join(submission.reasons) or "No reason was recorded."
    # A notebook that broke off gives the same reason for each exercise.
    found = list(dict.fromkeys(v.reason for v in submission.verdicts.values() if v.reason))
    lost = [
        (result.max_points - result.points, what_was_seen(result))
        for verdict in submission.verdicts.values()
        for result in verdict.failed
    ]
    found += [f"{seen} (−{points:g})" for points, seen in sorted(lost, key=lambda each: -each[0])]
    if len(found) > most:
        found = [*found[:most], f"and {len(found) - most} more"]
    return "; ".join(found)


def what_was_seen(result: RuleResult) -> str:
    """The misconception behind a failed rule: the first sentence of what the judge saw.

    A rule's title says what is right, so it alone would read as praise.
    """
    if result.message is None:
        return f"not: {result.title}"
    sentence = re.split(r"(?<=[.!?]) ", " ".join(result.message.seen.split()))[0].rstrip(".")
    return sentence if len(sentence) <= MAX_WORDS else f"{sentence[: MAX_WORDS - 1]}…"


def to_json(record: ClassRecord) -> dict[str, Any]:
    """The class as plain JSON, for ``--json``."""
    return {
        "assignment": record.assignment,
        "max_points": record.max_points,
        "exercises": [
            {"id": e.id, "title": e.title, "max_points": e.max_points} for e in record.exercises
        ],
        "submissions": [
            {
                "student": submission.student,
                "name": submission.name,
                "state": submission.state.value,
                "points": {name: s.points for name, s in submission.scores.items()},
                "penalty": submission.penalty,
                "total": submission.total,
                "by_hand": sorted(n for n, s in submission.scores.items() if s.by_hand),
                "failed": [r.id for v in submission.verdicts.values() for r in v.failed],
                "undecided": [r.id for v in submission.verdicts.values() for r in v.undecided],
                "advisories": [a.id for v in submission.verdicts.values() for a in v.advisories],
                "reasons": list(submission.reasons),
                "repairs": list(submission.repairs),
                "what": in_few_words(submission),
            }
            for submission in record.submissions
        ],
        "missing": list(record.missing),
    }
