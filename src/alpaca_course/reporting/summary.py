"""A class in figures: pure functions from records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean, median

from alpaca_course.contract.states import State
from alpaca_course.contract.verdict import RuleResult
from alpaca_course.judging.result import Result
from alpaca_course.reporting.records import ClassRecord, Exercise, what_was_seen
from alpaca_course.reporting.ways import counted_ways, ways_in_words

BINS = 10
# From this share on (Jaccard's index) two rules count as failing together.
CLOSE = 0.5
MOST_PAIRS = 12
# So many things are said in one lecture.
MOST_ITEMS = 7


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
class Seen:
    """One misconception: what the judge saw, and in whose cells."""

    text: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class RuleFigures:
    """One rule over all verdicts that judged it.

    Attributes:
        failed: the students who failed it.
        lost: points, with what could not be checked because of it.
        seen: what the judge saw where it failed, the most frequent first.
        undecided: verdicts in which an earlier thing was missing.
        expected: what was asked for; empty where nobody failed.
        why: why it matters.
    """

    id: str
    exercise: str
    title: str
    failed: tuple[str, ...]
    lost: float
    seen: tuple[Seen, ...]
    undecided: int
    judged: int
    expected: str = ""
    why: str = ""


@dataclass(frozen=True)
class Together:
    """Two rules that the same students fail.

    ``both`` is the number of students who failed both.
    """

    first_rule: RuleFigures
    second_rule: RuleFigures
    both: int

    @property
    def share(self) -> float:
        """Of those who failed either, who failed both (Jaccard's index), from 0 to 1."""
        either = len({*self.first_rule.failed, *self.second_rule.failed})
        return self.both / either if either else 0.0


@dataclass(frozen=True)
class Account:
    """Where the points of all graded submissions are; the parts add up to ``possible``.

    Attributes:
        possible: what they could have.
        earned: what they have.
        mistakes: lost by rules that failed, with what could not be checked because of them.
        stopped: lost where there was nothing to judge, or nothing to blame.
        late: taken off for lateness.
        by_hand: taken off by people; below 0 where they gave more than grading.
    """

    possible: float
    earned: float
    mistakes: float
    stopped: float
    late: float
    by_hand: float


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
    together: tuple[Together, ...]
    account: Account
    attention: tuple[Result, ...]
    repaired: tuple[Result, ...]
    ways: str


def summarise(record: ClassRecord) -> Summary:
    """All figures of the class; submissions that were not graded count in none but the states."""
    graded = [s for s in record.submissions if s.state.is_graded]
    totals = [s.total for s in graded]
    states = Counter(s.state for s in record.submissions)
    rules = _rules(graded)
    return Summary(
        graded=len(graded),
        states=tuple((state, states[state]) for state in State),
        mean=mean(totals) if totals else None,
        median=median(totals) if totals else None,
        bins=distribution(totals, record.max_points),
        exercises=tuple(_exercise(e, graded) for e in record.exercises),
        rules=rules,
        together=together(rules),
        account=account(graded),
        advisories=_advisories(graded),
        attention=tuple(s for s in record.submissions if not s.state.is_graded),
        repaired=tuple(s for s in record.submissions if s.state is State.REPAIRED),
        ways=ways_in_words(counted_ways(record.submissions)),
    )


def together(rules: Sequence[RuleFigures]) -> tuple[Together, ...]:
    """Pairs of rules that at least two students and half of those who failed either failed.

    Failing together may have one cause; of single students nobody can tell.
    """
    failed = {rule.id: set(rule.failed) for rule in rules if len(rule.failed) > 1}
    pairs = [
        Together(a, b, len(failed[a.id] & failed[b.id]))
        for a, b in combinations([rule for rule in rules if rule.id in failed], 2)
    ]
    close = [pair for pair in pairs if pair.both > 1 and pair.share >= CLOSE]
    return tuple(sorted(close, key=lambda pair: (-pair.share, -pair.both))[:MOST_PAIRS])


def account(graded: Iterable[Result]) -> Account:
    """Where the points are."""
    graded = [*graded]
    losses = [loss for each in graded for verdict in each.verdicts.values()
              for loss in verdict.losses]  # fmt: skip
    possible = sum(each.max_points for each in graded)
    earned = sum(each.total for each in graded)
    mistakes = sum(loss.points for loss in losses if loss.result is not None)
    stopped = sum(loss.points for loss in losses if loss.result is None)
    late = sum(each.penalty for each in graded)
    rest = possible - earned - mistakes - stopped - late
    return Account(possible, earned, mistakes, stopped, late, round(rest, 6))


def for_the_lecture(summary: Summary) -> tuple[RuleFigures, ...]:
    """What is worth telling all: misconceptions of two students and more, and a tenth.

    In order of the points that they cost.
    """
    least = max(2, summary.graded / 10)
    found = [rule for rule in summary.rules if len(rule.failed) >= least]
    return tuple(sorted(found, key=lambda rule: -rule.lost)[:MOST_ITEMS])


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
    judged: dict[str, list[tuple[str, str, RuleResult]]] = {}
    lost: Counter[str] = Counter()
    for submission in graded:
        for exercise, verdict in submission.verdicts.items():
            for result in verdict.results:
                judged.setdefault(result.id, []).append((submission.student, exercise, result))
            for loss in verdict.losses:
                if loss.result is not None:
                    lost[loss.result.id] += int(loss.points)
    figures = [_rule(name, found, lost[name]) for name, found in judged.items()]
    return tuple(sorted(figures, key=lambda each: -len(each.failed)))


def _rule(name: str, found: list[tuple[str, str, RuleResult]], lost: float) -> RuleFigures:
    failed = [(student, result) for student, _, result in found if result.status == "failed"]
    seen: dict[str, list[str]] = {}
    for student, result in failed:
        seen.setdefault(what_was_seen(result, most=0), []).append(student)
    message = next((result.message for _, result in failed if result.message), None)
    _, exercise, first = found[0]
    return RuleFigures(
        id=name,
        exercise=exercise,
        title=first.title,
        failed=tuple(student for student, _ in failed),
        lost=lost,
        seen=tuple(
            Seen(text, tuple(students))
            for text, students in sorted(seen.items(), key=lambda each: -len(each[1]))
        ),
        undecided=sum(result.status == "undecided" for _, _, result in found),
        judged=len(found),
        expected=message.expected if message else "",
        why=message.why if message else "",
    )


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
