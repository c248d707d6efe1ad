"""What a report is made from: one result a submission, decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alpaca_course.contract.verdict import Loss, RuleResult
from alpaca_course.judging.result import Result
from alpaca_course.reporting.to_instructor import to_instructor
from alpaca_course.reporting.ways import counted_ways

# Characters of one misconception in the terminal's table.
MAX_WORDS = 100


@dataclass(frozen=True)
class Exercise:
    """One graded cell: its id, its title for people, and what it is worth."""

    id: str
    title: str
    max_points: float


@dataclass(frozen=True)
class About:
    """What is known of a student besides the result.

    Attributes:
        name: for people; empty where nobody knows.
        sections: of the course.
        page: the feedback page; None where there is none.
        notebook: the autograded notebook; None where there is none.
        seconds: that the execution took; None where nothing was executed.
        memory: bytes that its kernel held at most; None where nobody knows.
    """

    name: str = ""
    sections: tuple[str, ...] = ()
    page: Path | None = None
    notebook: Path | None = None
    seconds: float | None = None
    memory: int | None = None


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
        about: of everybody, by id.
        excerpts: what stands in a graded cell, by student and exercise, for some of each mistake.
        anonymous: ids are pseudonyms, and nothing else tells who is who.
    """

    assignment: str
    exercises: tuple[Exercise, ...]
    submissions: tuple[Result, ...]
    missing: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    excused: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, About] = field(default_factory=dict)
    excerpts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    anonymous: bool = False

    @property
    def max_points(self) -> float:
        return sum(exercise.max_points for exercise in self.exercises)

    def known(self, student: str) -> About:
        return self.about.get(student, About())

    @property
    def sections(self) -> tuple[str, ...]:
        """All sections that anybody is in."""
        return tuple(sorted({name for each in self.about.values() for name in each.sections}))


def in_few_words(submission: Result, most: int = 3, characters: int = MAX_WORDS) -> str:
    """What went wrong, dearest first, then what cost nothing; or why it was not graded.

    Args:
        submission: the result.
        most: so many things are told; 0 tells all.
        characters: so much of each is told; 0 tells all.
    """
    if not submission.state.is_graded:
        told = (*submission.reasons, *submission.notes)
        return " ".join(to_instructor(note.text) for note in told) or "No reason was recorded."
    verdicts = submission.verdicts.values()
    lost: dict[str, float] = {}
    for loss in sorted((loss for each in verdicts for loss in each.losses), key=_dearest_first):
        text = _in_short(loss, characters)
        lost[text] = lost.get(text, 0) + loss.points
    besides = [note.text for note in submission.notes]
    besides += [each.reason for each in verdicts if each.reason and each.results]
    for sentence in besides:
        # A notebook that broke off gives the same reason for each exercise.
        lost.setdefault(to_instructor(sentence).rstrip("."), 0)
    by_hand = sum(_by_hand(submission).values())
    for text, points in (("late", submission.penalty), ("changed by a person", -by_hand)):
        lost |= {text: points} if points else {}
    found = [_with_points(text, points) for text, points in lost.items()]
    if most and len(found) > most:
        rest = f"and {len(found) - most} more"
        found = [*found[:most], _with_points(rest, sum([*lost.values()][most:]))]
    return "; ".join(found)


def _by_hand(submission: Result) -> dict[str, float]:
    """By how many points a person changed what grading gave, by exercise."""
    return {
        name: score.points - verdict.points
        for name, verdict in submission.verdicts.items()
        if (score := submission.scores.get(name)) is not None and score.by_hand
    }


def _dearest_first(loss: Loss) -> float:
    return -loss.points


def _in_short(loss: Loss, characters: int) -> str:
    if loss.result:
        return what_was_seen(loss.result, characters)
    return to_instructor(loss.text).rstrip(".")


def _with_points(text: str, points: float) -> str:
    sign = "+" if points < 0 else "\N{MINUS SIGN}"
    return f"{text} ({sign}{abs(points):g})" if points else text


def what_was_seen(result: RuleResult, most: int = MAX_WORDS) -> str:
    """The misconception behind a failed rule: the first sentence of what the judge saw.

    A rule's title says what is right, so it alone would read as praise. ``most`` characters are
    told of it; 0 tells all.
    """
    if result.message is None:
        return f"not: {result.title}"
    sentence = re.split(r"(?<=[.!?]) ", " ".join(result.message.seen.split()))[0].rstrip(".")
    return sentence if not most or len(sentence) <= most else f"{sentence[: most - 1]}…"


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
                **submission.to_json(),
                "what": in_few_words(submission),
                "sections": list(record.known(submission.student).sections),
                "seconds": record.known(submission.student).seconds,
                "memory_bytes": record.known(submission.student).memory,
            }
            for submission in record.submissions
        ],
        "ways": counted_ways(record.submissions),
        "missing": list(record.missing),
        "excused": dict(record.excused),
        "dropped": list(record.dropped),
    }
