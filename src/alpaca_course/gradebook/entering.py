"""The one way into the gradebook: a record is entered, and what came of it is given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from nbgrader.api import Gradebook, SubmittedAssignment

from alpaca_course.contract.cells import TEST_PREFIX
from alpaca_course.gradebook.booked import booked
from alpaca_course.gradebook.late import Lateness
from alpaca_course.gradebook.verdict_html import comments
from alpaca_course.judging.records import Record
from alpaca_course.judging.result import Result, entered, owners_of, result_of, with_grade


def enter(
    gradebook: Gradebook, record: Record, earlier: Record | None, lab: str, lateness: Lateness
) -> tuple[Record, Result]:
    """Enter ``record``; entering it once more changes nothing.

    Args:
        gradebook: open; knows the submission.
        record: to be entered.
        earlier: the record that is kept of the student, which may be the same.
        lab: nbgrader's assignment.
        lateness: what late hand-ins cost.

    Returns:
        The record as it is to be kept, and the result.

    Raises:
        MissingEntry: the gradebook does not know the submission.
    """
    submission = gradebook.find_submission(lab, record.student)
    record, result = foresee(submission, record, earlier, lateness)
    _write(submission, result, record)
    gradebook.db.commit()
    return record, result


def foresee(
    submission: SubmittedAssignment, record: Record, earlier: Record | None, lateness: Lateness
) -> tuple[Record, Result]:
    """What :func:`enter` would give back; the gradebook stays as it is."""
    before = booked(submission)
    after = entered(record, earlier, before)
    handed_in = record.receipt.handed_in or submission.timestamp
    after = replace(after, penalty=lateness.penalty(submission, handed_in, after.points))
    record = replace(record, by_hand=owners_of(earlier, before))
    result = result_of(record.student, record, after)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return with_grade(record, earlier, result, now), result


def _write(submission: SubmittedAssignment, result: Result, record: Record) -> None:
    texts = comments(result)
    submission.timestamp = record.receipt.handed_in or submission.timestamp
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            score = result.scores.get(grade.name.removeprefix(TEST_PREFIX))
            if score is not None:
                grade.auto_score, grade.needs_manual_grade = score.auto, score.waiting
        for comment in notebook.comments:
            comment.auto_comment = texts.get(comment.name)
        notebook.late_submission_penalty = result.penalty or None


def confirm(gradebook: Gradebook, student: str, lab: str) -> None:
    """Take the points of a submission for right, as a person says; formgrader does the same."""
    submission = gradebook.find_submission(lab, student)
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            grade.needs_manual_grade = False
    gradebook.db.commit()
