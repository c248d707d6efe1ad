"""What a report is made from: one result a submission, decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alpaca_course.contract.verdict import Loss, RuleResult
from alpaca_course.judging.result import Result

# Characters of one misconception in a table.
MAX_WORDS = 100


@dataclass(frozen=True)
class Exercise:
    """One graded cell: its id, its title for people, and what it is worth."""

    id: str
    title: str
    max_points: float


@dataclass(frozen=True)
class ClassRecord:
    """A class and one assignment.

    Attributes:
        assignment: its name.
        exercises: in the lab's order.
        submissions: results in order of the students' ids.
        missing: enrolled students who handed in nothing.
        dropped: students who were graded and left the course.
        excused: why nothing is asked of some of the missing, by student.
    """

    assignment: str
    exercises: tuple[Exercise, ...]
    submissions: tuple[Result, ...]
    missing: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    excused: Mapping[str, str] = field(default_factory=dict)

    @property
    def max_points(self) -> float:
        return sum(exercise.max_points for exercise in self.exercises)


def in_few_words(submission: Result, most: int = 3) -> str:
    """What went wrong, dearest first: at most ``most`` things, or why it was not graded."""
    if not submission.state.is_graded:
        told = (*submission.reasons, *submission.notes)
        return " ".join(note.text for note in told) or "No reason was recorded."
    verdicts = submission.verdicts.values()
    first = [note.text for note in submission.notes]
    first += [each.reason for each in verdicts if each.reason and each.results]
    # A notebook that broke off gives the same reason for each exercise.
    lost: dict[str, float] = dict.fromkeys(first, 0)
    for loss in sorted((loss for each in verdicts for loss in each.losses), key=_dearest_first):
        lost[_in_short(loss)] = lost.get(_in_short(loss), 0) + loss.points
    found = [_with_points(text, points) for text, points in lost.items()]
    if len(found) > most:
        rest = f"and {len(found) - most} more"
        found = [*found[:most], _with_points(rest, sum([*lost.values()][most:]))]
    return "; ".join(found)


def _dearest_first(loss: Loss) -> float:
    return -loss.points


def _in_short(loss: Loss) -> str:
    return what_was_seen(loss.result) if loss.result else loss.text.rstrip(".")


def _with_points(text: str, points: float) -> str:
    return f"{text} (−{points:g})" if points else text


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
            {**submission.to_json(), "what": in_few_words(submission)}
            for submission in record.submissions
        ],
        "missing": list(record.missing),
        "excused": dict(record.excused),
        "dropped": list(record.dropped),
    }
