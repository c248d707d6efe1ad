"""Appeals taken in and answered: in the gradebook, and beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from alpaca_course.batch.comments import enter_again
from alpaca_course.contract.appeal import Appeal
from alpaca_course.contract.states import State
from alpaca_course.errors import CourseError
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.results import ClassResults
from alpaca_course.judging.appeal_table import Row
from alpaca_course.judging.appeals import AppealStore, with_new


@dataclass(frozen=True)
class TakenIn:
    """All appeals after an import, and those of them that are new."""

    appeals: tuple[Appeal, ...]
    new: tuple[Appeal, ...]


def plan(found: ClassResults, known: tuple[Appeal, ...], rows: Iterable[Row], now: str) -> TakenIn:
    """What taking in ``rows`` would give; ``now`` is the time in UTC, as ISO 8601."""
    asked = [
        Appeal(
            number=0,
            student=row.student,
            about=row.named.id if row.named else "",
            exercise=row.named.exercise if row.named else "",
            words=row.words,
            asked=now,
            submission=found.results[row.student].receipt.sha256,
        )
        for row in rows
    ]
    appeals, count = with_new(known, asked)
    return TakenIn(appeals, appeals[len(appeals) - count :])


def take_in(nbgrader: NbGrader, found: ClassResults, taken: TakenIn) -> None:
    """Have a person asked for what the new appeals are about, and keep them.

    The appeals are kept last: where that is not reached, taking in the same table again does it.

    Raises:
        CourseError: the gradebook cannot be used.
        OSError: they cannot be kept.
    """
    with nbgrader.ledger() as ledger:
        for appeal in taken.new:
            ledger.ask(appeal.student, exercises_of(appeal, found))
            enter_again(nbgrader, found, ledger, appeal.student)
    AppealStore(nbgrader.course, nbgrader.lab).save(taken.appeals)


def answer(
    nbgrader: NbGrader,
    found: ClassResults,
    number: int,
    text: str,
    now: str,
    points: float | None = None,
) -> Appeal:
    """Answer an appeal; the points that it asked about are settled by that.

    Where the grader itself asks for a person, or another question about the same exercise is open,
    that stays so, unless points are given.

    Args:
        nbgrader: of the course.
        found: the class, as it is.
        number: of the appeal.
        text: the answer, as Markdown; a later one takes the place of an earlier one.
        now: the time in UTC, as ISO 8601.
        points: in place of those of the exercise; None leaves them as they are.

    Raises:
        CourseError: there is no such appeal, or the points do not fit.
    """
    store = AppealStore(nbgrader.course, nbgrader.lab)
    appeals = store.load()
    appeal = next((each for each in appeals if each.number == number), None)
    if appeal is None:
        raise CourseError(f"There is no appeal {number}. `alpaca appeals --all` lists them.")
    if not text.strip():
        raise CourseError("The answer is empty.")
    result = found.results.get(appeal.student)
    if result is None or found.records.get(appeal.student) is None:
        raise CourseError(f"{appeal.student} has no result any more. Run `alpaca grade`.")
    if points is not None:
        _check_points(appeal, found, points)
    done = replace(appeal, answer=text.strip(), answered=now)
    rest = tuple(done if each.number == number else each for each in appeals)
    settled = _settled(done, rest, found, points)
    with nbgrader.ledger() as ledger:
        ledger.settle(appeal.student, settled, points)
        enter_again(nbgrader, found, ledger, appeal.student)
    store.save(rest)
    return done


def _check_points(appeal: Appeal, found: ClassResults, points: float) -> None:
    if not appeal.exercise:
        raise CourseError(
            "The appeal is about the whole result: enter points of its exercises in formgrader."
        )
    most = found.points.get(appeal.exercise, 0.0)
    if not 0 <= points <= most:
        raise CourseError(f"{appeal.exercise} is worth {most:g} points: {points:g} does not fit.")


def _settled(
    done: Appeal, appeals: Iterable[Appeal], found: ClassResults, points: float | None
) -> set[str]:
    """The exercises of which nothing is left to be asked."""
    asked = exercises_of(done, found)
    if points is not None:
        return asked
    record = found.records[done.student]
    if record is not None and record.state is State.NEEDS_PERSON:
        return set()
    open_ = [each for each in appeals if each.student == done.student and each.is_open]
    return asked.difference(*(exercises_of(each, found) for each in open_))


def exercises_of(appeal: Appeal, found: ClassResults) -> set[str]:
    """The exercises whose points an appeal is about."""
    return {appeal.exercise} if appeal.exercise else {*found.points}
