"""Official runs of what a student handed in, and which of them counts. Pure.

They are in the student's record, so they are written with the grade or not at all. Where the best
run counts, the evidence of the others is kept with it: changed rules judge them again, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from alpaca_course.contract.attempt import Attempt
from alpaca_course.contract.grade import Booked
from alpaca_course.contract.states import Note
from alpaca_course.judging.records import Record
from alpaca_course.policy import Counts

BEST = "attempt.best"
UNSETTLED = "attempt.unsettled"


def attempts_of(record: Record | None) -> tuple[Attempt, ...]:
    """The runs that a record knows; one of before runs were kept knows its own."""
    return _known(record, datetime.now(UTC).isoformat(timespec="seconds"))[0]


def attempt_of(record: Record) -> Attempt | None:
    """The run that ``record`` is the result of; None where nothing was run."""
    return next((each for each in record.attempts if _is_of(each, record)), None)


def is_settled(record: Record | None, before: Booked) -> bool:
    """Whether nobody has to look at a run any more, by what the gradebook has of it.

    A gradebook that has no points of it, since it was lost, knows of nobody who looked.
    """
    if record is None or record.state.is_graded:
        return True
    entered = bool(before.scores) and all(each.auto is not None for each in before.scores.values())
    return entered and not before.waiting


def with_attempt(
    record: Record, earlier: Record | None, *, settled: bool, now: str, counts: Counts
) -> Record:
    """``record`` with its run after those that ``earlier`` knows.

    The same file, or another one with the same cells, is the same run. What could not be run at
    all, by its own fault or the grader's, is none.

    Args:
        record: to be entered.
        earlier: the record that is kept of the student, which may be the same.
        settled: whether nobody has to look at ``earlier`` any more.
        now: in UTC, as ISO 8601.
        counts: which run counts.
    """
    known, others = _known(earlier, now)
    attempts = {each.id: each for each in known}
    before = next((each for each in known if earlier and _is_of(each, earlier)), None)
    own = next((each for each in known if _is_of(each, record)), None)
    if earlier is not None and before is not None and before != own:
        attempts[before.id] = replace(before, settled=settled)
        if counts == "best":
            others[before.id] = earlier.to_judge()
    if record.ending is not None:
        own = _run(record, own, now)
        attempts[own.id] = own
        others.pop(own.id, None)
    kept = tuple(others.values())
    return replace(record, attempts=tuple(attempts.values()), others=kept, counts=counts)


def best(record: Record, penalty: Callable[[Attempt], float]) -> Attempt | None:
    """Another run than that of ``record``, which has more points after its penalty.

    One that a person had to look at, and nobody did, is no candidate.

    Args:
        record: with its attempts.
        penalty: points that a run loses by lateness.
    """
    own = attempt_of(record)
    found, most = None, own.earned - penalty(own) if own else 0.0
    for each in record.attempts:
        total = each.earned - penalty(each)
        if each != own and each.settled and {*each.points} == {*record.verdicts} and total > most:
            found, most = each, total
    return found


def notes(record: Record) -> Iterator[Note]:
    """What a reader of the points has to know of the other runs, where the best one counts."""
    if record.counts != "best":
        return
    own = attempt_of(record)
    number = {each.id: at for at, each in enumerate(record.attempts, start=1)}
    counted = next((each for each in record.attempts if each.id == record.counted), own)
    if counted is not None and counted != own:
        this = f"This file is run {number[own.id]} and has {own.earned:g}." if own else (
            "This file could not be run."
        )  # fmt: skip
        yield Note(
            BEST,
            f"The best run counts: run {number[counted.id]} of {len(number)}{_when(counted)}, with "
            f"{counted.earned:g} of {counted.max_points:g} points before any penalty. {this}",
        )
    for each in record.attempts:
        if each not in (own, counted) and not each.settled and each.earned > _earned(counted):
            yield Note(
                UNSETTLED,
                f"Run {number[each.id]}{_when(each)} has more points, {each.earned:g} of "
                f"{each.max_points:g}, but a person had to look at it, and another file was handed "
                "in before anybody did. So it does not count; ask about it if it should.",
            )


def _earned(attempt: Attempt | None) -> float:
    return attempt.earned if attempt else 0.0


def _when(attempt: Attempt) -> str:
    time = attempt.handed_in
    return f", handed in {time.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if time else ""


def _known(earlier: Record | None, now: str) -> tuple[tuple[Attempt, ...], dict[str, Record]]:
    """The runs that a record knows, and the records of others by their run's id.

    A record of before runs were kept knows its own.
    """
    if earlier is None:
        return (), {}
    attempts = earlier.attempts
    if not attempts and earlier.ending is not None and earlier.submission:
        since = earlier.grade.since if earlier.grade else ""
        attempts = (_run(earlier, None, since or now),)
    others = {
        attempt.id: each
        for each in earlier.others
        for attempt in attempts
        if each.submission in attempt.files
    }
    return attempts, others


def _is_of(attempt: Attempt, record: Record) -> bool:
    same_cells = bool(record.fingerprint) and attempt.cells == record.fingerprint
    return record.ending is not None and (record.submission in attempt.files or same_cells)


def _run(record: Record, known: Attempt | None, now: str) -> Attempt:
    """The run of ``record``, which may be one that is ``known``."""
    handed_in = record.receipt.handed_in
    attempt = known or Attempt(
        files=(record.submission,),
        run=now,
        received=handed_in.replace(tzinfo=UTC).isoformat() if handed_in else "",
    )
    return replace(
        attempt,
        files=tuple(dict.fromkeys((*attempt.files, record.submission))),
        cells=record.fingerprint or attempt.cells,
        points=record.by_exercise,
        max_points=record.max_points,
    )
