"""A class in figures: pure functions from records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean, median

from alpaca_course.contract.states import State
from alpaca_course.judging.result import Result
from alpaca_course.reporting.records import (
    ClassRecord,
    Exercise,
    counted_ways,
    ways_in_words,
    what_was_seen,
)

BINS = 10
MOST_SEEN = 3


@dataclass(frozen=True)
class Bin:
    """Totals from ``low`` to below ``high`` points (the last bin includes ``high``)."""

    low: float
    high: float
    count: int
    last: bool

    @property
    def label(self) -> str:
        return f"{self.low:g}–{self.high:g}" if self.last else f"{self.low:g}–<{self.high:g}"


@dataclass(frozen=True)
class ExerciseFigures:
    """One exercise over all submissions that have points for it; None where there are none."""

    exercise: Exercise
    mean: float | None
    median: float | None
    full: int
    count: int


@dataclass(frozen=True)
class RuleFigures:
    """One rule over all verdicts that judged it.

    Attributes:
        failed: the students who failed it.
        seen: what the judge saw where it failed, the most frequent first, with the numbers.
        undecided: verdicts in which an earlier thing was missing.
    """

    id: str
    exercise: str
    title: str
    failed: tuple[str, ...]
    seen: tuple[tuple[str, int], ...]
    undecided: int
    judged: int


@dataclass(frozen=True)
class AdvisoryFigures:
    """One remark that costs nothing, and who got it."""

    id: str
    text: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """All figures of the class report. ``mean`` and ``median`` are of the graded totals.

    ``ways`` says how the submissions were executed; empty where there is nothing to say.
    """

    graded: int
    states: tuple[tuple[State, int], ...]
    mean: float | None
    median: float | None
    bins: tuple[Bin, ...]
    exercises: tuple[ExerciseFigures, ...]
    rules: tuple[RuleFigures, ...]
    advisories: tuple[AdvisoryFigures, ...]
    attention: tuple[Result, ...]
    repaired: tuple[Result, ...]
    ways: str


def summarise(record: ClassRecord) -> Summary:
    """All figures of the class; submissions that were not graded count in none but the states."""
    graded = [s for s in record.submissions if s.state.is_graded]
    totals = [s.total for s in graded]
    states = Counter(s.state for s in record.submissions)
    return Summary(
        graded=len(graded),
        states=tuple((state, states[state]) for state in State),
        mean=mean(totals) if totals else None,
        median=median(totals) if totals else None,
        bins=distribution(totals, record.max_points),
        exercises=tuple(_exercise(e, graded) for e in record.exercises),
        rules=_rules(graded),
        advisories=_advisories(graded),
        attention=tuple(s for s in record.submissions if not s.state.is_graded),
        repaired=tuple(s for s in record.submissions if s.state is State.REPAIRED),
        ways=ways_in_words(counted_ways(record.submissions)),
    )


def distribution(totals: Iterable[float], max_points: float) -> tuple[Bin, ...]:
    """The totals in :data:`BINS` bins of equal width; points beyond the most go in the last."""
    width = max_points / BINS
    counts = Counter(
        min(BINS - 1, max(0, int(total / width))) if width else BINS - 1 for total in totals
    )
    return tuple(
        Bin(n * width, (n + 1) * width, counts[n], last=n == BINS - 1) for n in range(BINS)
    )


def _exercise(exercise: Exercise, graded: list[Result]) -> ExerciseFigures:
    points = [s.scores[exercise.id].points for s in graded if exercise.id in s.scores]
    return ExerciseFigures(
        exercise=exercise,
        mean=mean(points) if points else None,
        median=median(points) if points else None,
        full=sum(p >= exercise.max_points for p in points),
        count=len(points),
    )


def _rules(graded: list[Result]) -> tuple[RuleFigures, ...]:
    """Every rule that was judged, the most often failed first, else in the rules' own order."""
    titles: dict[str, tuple[str, str]] = {}
    failed: dict[str, list[str]] = {}
    seen: dict[str, Counter[str]] = {}
    judged, undecided = Counter[str](), Counter[str]()
    for submission in graded:
        for exercise, verdict in submission.verdicts.items():
            for result in verdict.results:
                titles.setdefault(result.id, (exercise, result.title))
                judged[result.id] += 1
                undecided[result.id] += result.status == "undecided"
                if result.status == "failed":
                    failed.setdefault(result.id, []).append(submission.student)
                    seen.setdefault(result.id, Counter())[what_was_seen(result)] += 1
    figures = [
        RuleFigures(
            id=rule,
            exercise=exercise,
            title=title,
            failed=tuple(failed.get(rule, ())),
            seen=tuple(seen.get(rule, Counter[str]()).most_common(MOST_SEEN)),
            undecided=undecided[rule],
            judged=judged[rule],
        )
        for rule, (exercise, title) in titles.items()
    ]
    return tuple(sorted(figures, key=lambda each: -len(each.failed)))


def _advisories(graded: list[Result]) -> tuple[AdvisoryFigures, ...]:
    texts: dict[str, str] = {}
    students: dict[str, list[str]] = {}
    for submission in graded:
        for verdict in submission.verdicts.values():
            for advisory in verdict.advisories:
                texts.setdefault(advisory.id, advisory.text)
                students.setdefault(advisory.id, []).append(submission.student)
    figures = [AdvisoryFigures(i, text, tuple(students[i])) for i, text in texts.items()]
    return tuple(sorted(figures, key=lambda each: -len(each.students)))
