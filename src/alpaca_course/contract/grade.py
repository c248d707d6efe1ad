"""What the gradebook has of a submission, and what is kept of a result: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from alpaca_course.contract.states import State


@dataclass(frozen=True)
class ByHand:
    """One entry that a person made in the gradebook, and the file that it was made for.

    Attributes:
        value: what was entered, as text.
        submission: sha256 of the file that was graded when it was entered; "" where there was none.
        received: when that file was received, for people.
    """

    value: str
    submission: str = ""
    received: str = ""


@dataclass(frozen=True)
class Score:
    """Points of one exercise as the gradebook has them.

    Attributes:
        max_points: what it is worth.
        auto: points that grading gave; None where it gave none yet.
        manual: points that a person gave in their place; None where none did.
        extra: further points that a person gave.
        waiting: whether the gradebook asks a person to confirm it.
    """

    max_points: float
    auto: float | None = None
    manual: float | None = None
    extra: float = 0.0
    waiting: bool = False

    @property
    def points(self) -> float:
        given = self.auto if self.manual is None else self.manual
        return (given or 0.0) + self.extra

    @property
    def by_hand(self) -> bool:
        return self.manual is not None or bool(self.extra)

    @property
    def entry(self) -> str:
        """What a person entered, as text."""
        extra = f" + {self.extra:g}" if self.extra else ""
        return ("" if self.manual is None else f"{self.manual:g}") + extra


@dataclass(frozen=True)
class Booked:
    """What the gradebook has of one submission.

    Attributes:
        scores: by exercise.
        comments: those that a person wrote, by exercise.
        penalty: for lateness.
    """

    scores: Mapping[str, Score] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    penalty: float = 0.0

    @property
    def waiting(self) -> bool:
        return any(score.waiting for score in self.scores.values())

    @property
    def points(self) -> float:
        """Before the penalty."""
        return sum(score.points for score in self.scores.values())


@dataclass(frozen=True)
class Grade:
    """What is kept of a result when it was written, so that an earlier one can be looked up.

    Attributes:
        state: of the submission.
        points: by exercise.
        penalty: for lateness.
        total: after the penalty.
        max_points: what all exercises are worth.
        by_hand: the exercises whose points a person gave.
        submission: sha256 of the file.
        rules: digest of the hidden tests.
        since: when it was written first, in UTC.
    """

    state: State
    points: Mapping[str, float]
    penalty: float
    total: float
    max_points: float
    by_hand: tuple[str, ...]
    submission: str
    rules: str
    since: str = ""
