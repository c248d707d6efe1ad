"""The one way into the gradebook: a record is entered, and what came of it is given back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select

from alpaca_course.contract.attempt import Attempt
from alpaca_course.contract.cells import TEST_PREFIX
from alpaca_course.gradebook.booked import booked
from alpaca_course.gradebook.errors import GradingError
from alpaca_course.gradebook.late import LatePenalties
from alpaca_course.gradebook.locks import SUBMISSION, dialect_of, hold
from alpaca_course.gradebook.verdict_html import comments
from alpaca_course.judging.attempts import attempt_of, best, is_settled, with_attempt
from alpaca_course.judging.records import Record
from alpaca_course.judging.result import Result, entered, owners_of, result_of, with_grade


class Ledger:
    """An open gradebook of one lab.

    Args:
        gradebook: open.
        lab: nbgrader's assignment.
        late: what late hand-ins cost.
    """

    def __init__(self, gradebook: Gradebook, lab: str, late: LatePenalties) -> None:
        self._gradebook, self._lab, self._late = gradebook, lab, late

    def enter(
        self, record: Record, earlier: Record | None, keep: Callable[[Record], None] | None = None
    ) -> tuple[Record, Result]:
        """Enter ``record``; entering it once more changes nothing.

        Args:
            record: to be entered.
            earlier: the record that is kept of the student, which may be the same.
            keep: what else is to be written of the record; the gradebook changes after it, and
                not at all where it raises.

        Returns:
            The record as it is to be kept, and the result.

        Raises:
            GradingError: the gradebook does not know the submission.
        """
        database = self._gradebook.db
        try:
            submission = self._held(record.student)
            entry, result = self._foresee(record, earlier)
            submission.timestamp = _handed_in(submission, record, earlier)
            _write(submission, result)
            database.flush()
            if keep is not None:
                keep(entry)
            database.commit()
        except BaseException:
            database.rollback()
            raise
        return entry, result

    def foresee(self, record: Record, earlier: Record | None) -> tuple[Record, Result]:
        """What :meth:`enter` would give back; the gradebook stays as it is."""
        try:
            return self._foresee(record, earlier)
        except BaseException:
            self._gradebook.db.rollback()
            raise
        finally:
            if dialect_of(self._gradebook.db) != "sqlite":
                # A transaction that stays open for a class is in the way of who cares for the
                # server, and ended by some; opening one costs nothing there.
                self._gradebook.db.rollback()

    def _foresee(self, record: Record, earlier: Record | None) -> tuple[Record, Result]:
        submission = self._submission(record.student)
        before = booked(submission)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        counts = self._late.policy(record.student).counts
        record = with_attempt(
            record, earlier, settled=is_settled(earlier, before), now=now, counts=counts
        )
        handed_in, counted = _handed_in(submission, record, earlier), None
        if counts == "best":
            counted, handed_in = self._best(record, submission, handed_in)
        after = entered(record, earlier, before, counted)
        possible = sum(score.max_points for score in after.scores.values())
        lateness = self._late.lateness(submission, handed_in, after.points, possible)
        after = replace(after, penalty=lateness.penalty_points)
        record = replace(
            record,
            by_hand=owners_of(earlier, before),
            lateness=lateness,
            counted=counted.id if counted else "",
        )
        result = result_of(record.student, record, after)
        return with_grade(record, earlier, result, now), result

    def _best(
        self, record: Record, submission: SubmittedAssignment, handed_in: datetime | None
    ) -> tuple[Attempt | None, datetime | None]:
        """Which other run counts, if one does, and when what counts was handed in first."""
        own = attempt_of(record)

        def time(attempt: Attempt | None) -> datetime | None:
            known = attempt.handed_in if attempt else None
            return known.replace(tzinfo=None) if known else handed_in if attempt == own else None

        def penalty(attempt: Attempt) -> float:
            late = self._late.lateness(
                submission, time(attempt), attempt.earned, attempt.max_points
            )
            return late.penalty_points

        counted = best(record, penalty)
        return counted, time(counted or own)

    def ask(self, student: str, exercises: Collection[str]) -> None:
        """Have a person asked for the points of ``exercises``; :meth:`enter` commits it.

        Raises:
            GradingError: the gradebook does not know the submission.
        """
        for grade in self._grades(student, exercises):
            grade.needs_manual_grade = True

    def settle(self, student: str, exercises: Collection[str], points: float | None = None) -> None:
        """Say that a person looked at the points of ``exercises``; :meth:`enter` commits it.

        formgrader does the same. ``points`` take the place of those that grading gave, where they
        are given.

        Raises:
            GradingError: the gradebook does not know the submission.
        """
        for grade in self._grades(student, exercises):
            grade.needs_manual_grade = False
            if points is not None:
                grade.manual_score = points

    def comment(self, student: str, exercise: str, text: str) -> None:
        """Have ``text`` as a person's comment on an answer; :meth:`enter` commits it.

        Raises:
            GradingError: the gradebook does not know the submission, or has no place for it.
        """
        places = [
            comment
            for notebook in self._submission(student).notebooks
            for comment in notebook.comments
            if comment.name == exercise
        ]
        if not places:
            raise GradingError(f"The gradebook has no place for a comment on {exercise}.")
        for comment in places:
            comment.manual_comment = text or None

    def _grades(self, student: str, exercises: Collection[str]) -> list[Grade]:
        return [
            grade
            for notebook in self._submission(student).notebooks
            for grade in notebook.grades
            if grade.name.removeprefix(TEST_PREFIX) in exercises
        ]

    def _held(self, student: str) -> SubmittedAssignment:
        """The submission, which until the transaction ends nobody else changes.

        What a person enters in formgrader meanwhile waits for it, and is not written over; SQLite
        has one writer at a time anyway.
        """
        database = self._gradebook.db
        if dialect_of(database) == "sqlite":
            return self._submission(student)
        hold(database, SUBMISSION, self._lab, student)
        submission = self._submission(student)
        database.refresh(submission)
        notebooks = [each.id for each in submission.notebooks]
        kinds = ((SubmittedNotebook, SubmittedNotebook.id), (Grade, Grade.notebook_id))
        for kind, column in (*kinds, (Comment, Comment.notebook_id)):
            rows = select(kind).where(column.in_(notebooks)).order_by(kind.id)
            fresh = rows.with_for_update(of=kind).execution_options(populate_existing=True)
            database.execute(fresh).all()
        return submission

    def _submission(self, student: str) -> SubmittedAssignment:
        try:
            return self._gradebook.find_submission(self._lab, student)
        except MissingEntry as error:
            raise GradingError(f"The gradebook does not know it: {error}") from error


def _handed_in(
    submission: SubmittedAssignment, record: Record, earlier: Record | None
) -> datetime | None:
    """When it was handed in; a time that somebody entered is that of the file graded then."""
    if record.receipt.handed_in is not None:
        return record.receipt.handed_in
    same = earlier is None or earlier.submission == record.submission
    return submission.timestamp if same else None


def _write(submission: SubmittedAssignment, result: Result) -> None:
    texts = comments(result)
    for notebook in submission.notebooks:
        # Names first: each is looked up in the database, and that writes what has changed so far.
        graded = [(grade, grade.name.removeprefix(TEST_PREFIX)) for grade in notebook.grades]
        commented = [(comment, comment.name) for comment in notebook.comments]
        for grade, name in graded:
            score = result.scores.get(name)
            if score is not None:
                grade.auto_score, grade.needs_manual_grade = score.auto, score.waiting
        for comment, name in commented:
            comment.auto_comment = texts.get(name)
        notebook.late_submission_penalty = result.penalty or None
