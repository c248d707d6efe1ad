"""Grades as CSV, harmless in a spreadsheet, and as JSON Lines: with points per exercise."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment
from nbgrader.plugins import ExportPlugin
from sqlalchemy.exc import SQLAlchemyError

from alpaca_course.contract.cells import TEST_PREFIX
from alpaca_course.contract.ids import spelled
from alpaca_course.contract.lateness import Lateness
from alpaca_course.contract.states import State, fault
from alpaca_course.course import Course
from alpaca_course.deadlines import Deadlines
from alpaca_course.files import write_whole
from alpaca_course.gradebook.booked import booked
from alpaca_course.gradebook.results import unreadable
from alpaca_course.gradebook.spelling import students_of, submissions_of
from alpaca_course.intake import submissions
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.judging.result import Result, result_of
from alpaca_course.lms.roster import Roster
from alpaca_course.lms.roster import Student as RosterStudent

# nbgrader's own columns, in its order, then ours.
COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
# What the roster knows of a student, and nbgrader's gradebook has no place for.
ROSTER_COLUMNS = ("sections", "lms_user_id", "canvas_id", "sis_id", "sis_login", "moodle_id")
# The last four are the wide forms that a spreadsheet set to Chinese or Japanese reads the same way.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# What a program may drop from the beginning of a cell before it looks at the rest.
_UNSEEN = re.compile(r"^[\s\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")

Row = dict[str, str | float]
"""One student and assignment; text as it is, which :func:`to_csv` makes harmless."""


def text_of(value: Any) -> str:
    """A value as text; what is no letter in any encoding would keep a file from being written."""
    text = "" if value is None else str(value)
    return text.encode("utf-8", "replace").decode("utf-8")


def safe_text(value: Any) -> str:
    """Text that a spreadsheet takes as text and not as a formula.

    See OWASP, "CSV Injection": a leading apostrophe makes a spreadsheet show the rest as it is.
    """
    text = text_of(value)
    begins = text.startswith(_FORMULA) or _UNSEEN.sub("", text, count=1).startswith(_FORMULA)
    return f"'{text}" if begins else text


@dataclass(frozen=True)
class Stored:
    """What is known of submissions besides the gradebook.

    Attributes:
        labs: the assignments that this package grades.
        records: by lab and student.
        handed_in: lab and student of all who have a folder.
        roster: who is what in the university's systems.
        deadlines: who is excused.
    """

    labs: frozenset[str] = frozenset()
    records: Mapping[tuple[str, str], Record] = field(default_factory=dict)
    handed_in: frozenset[tuple[str, str]] = frozenset()
    roster: Roster = field(default_factory=Roster)
    deadlines: Deadlines = field(default_factory=Deadlines)


def stored_records(course: Course) -> Stored:
    """Of all labs of the course."""
    labs = course.labs.values()
    return Stored(
        frozenset(course.labs),
        {(lab.name, r.student): r for lab in labs for r in RecordStore(course, lab)},
        frozenset(
            (lab.name, student) for lab in labs for student in submissions.students(course, lab)
        ),
        Roster.load(course),
        Deadlines.read(course.deadlines),
    )


def rows(
    gradebook: Gradebook,
    stored: Stored,
    *,
    assignments: Iterable[str] = (),
    students: Iterable[str] = (),
) -> Iterator[Row]:
    """One row for each assignment and student of the gradebook.

    Args:
        gradebook: open.
        stored: for the state of a submission.
        assignments: only these; all without any.
        students: only these; all without any.
    """
    wanted_assignments, wanted_students = set(assignments), {*map(spelled, students)}
    for assignment in sorted(gradebook.assignments, key=_by_due_date):
        if wanted_assignments and assignment.name not in wanted_assignments:
            continue
        exercises = [
            cell.name for notebook in assignment.notebooks for cell in notebook.grade_cells
        ]
        submissions = submissions_of(assignment.submissions)
        for name, student in students_of(gradebook).items():
            if wanted_students and name not in wanted_students:
                continue
            yield {
                "assignment": text_of(assignment.name),
                "duedate": text_of(assignment.duedate),
                "student_id": text_of(name),
                "last_name": text_of(student.last_name),
                "first_name": text_of(student.first_name),
                "email": text_of(student.email),
                "max_score": assignment.max_score,
                **_row_or_fault(
                    submissions.get(name), stored, (assignment.name, name), sorted(exercises)
                ),
                **_of_roster(stored.roster.by_id.get(name)),
            }


def _by_due_date(assignment: Assignment) -> tuple[bool, datetime, str]:
    """As nbgrader orders them; databases disagree on where one without a due date stands."""
    due = assignment.duedate
    return due is not None, due or datetime.min, assignment.name


def _of_roster(student: RosterStudent | None) -> Row:
    """What the university's systems call somebody; nothing of one who is in no roster."""
    if student is None:
        return {}
    values = {name: getattr(student, name) for name in ROSTER_COLUMNS}
    return {**values, "sections": "; ".join(student.sections)}


def _row_or_fault(
    submission: SubmittedAssignment | None,
    stored: Stored,
    key: tuple[str, str],
    exercises: Iterable[str],
) -> Row:
    """A row; of what cannot be read only that, and no points that might be taken for some."""
    try:
        return _row(submission, stored, key, exercises)
    except SQLAlchemyError:
        raise
    except Exception as error:
        result = unreadable(key[1], fault(error))
        said = {"state": result.state.value, "needs_person": "yes", "by_hand": ""}
        return {**said, "reasons": text_of(" ".join(result.said))}


def _row(
    submission: SubmittedAssignment | None,
    stored: Stored,
    key: tuple[str, str],
    exercises: Iterable[str],
) -> Row:
    record = stored.records.get(key)
    if submission is None and record is None:
        result = Result(key[1], State.REFUSED, lateness=_excused(stored, key))
        state = "not handed in"
        if key in stored.handed_in:
            state = "not graded yet"
    else:
        result = result_of(key[1], record, booked(submission) if submission else None)
        state = result.state.value
        if key[0] not in stored.labs and submission is not None:  # graded by nbgrader alone
            state, result = "", replace(result, reasons=())
    needs_person = result.state is State.NEEDS_PERSON
    points = {name: score.points for name, score in result.scores.items()}
    receipt = result.receipt
    return {
        "timestamp": text_of(submission.timestamp if submission else None),
        "raw_score": sum(points.values()),
        "late_submission_penalty": result.penalty,
        "score": result.total,
        **{name: points.get(name, 0.0) for name in map(_exercise, exercises)},
        "state": state,
        "needs_person": "yes" if needs_person else "no",
        "by_hand": " ".join(result.by_hand),
        "reasons": text_of(" ".join(result.said)),
        "received": text_of(receipt.time),
        "received_read_as": text_of(f"{receipt.source}, {receipt.zone}" * bool(receipt.time)),
        "size": receipt.size or "",
        "sha256": receipt.sha256,
        **_lateness(result.lateness),
    }


def _excused(stored: Stored, key: tuple[str, str]) -> Lateness:
    """What is told of somebody who handed in nothing: that nothing is asked, where that is so."""
    lab, student = key
    term = stored.deadlines.term(lab, student, stored.roster.sections_of(student))
    return term.lateness(None, 0.0) if term.excused else Lateness()


def _lateness(found: Lateness) -> dict[str, str | float]:
    """When it was due for this student, with extensions, and how late it was."""
    return {
        "due": found.due.isoformat() if found.due else "",
        "late": found.in_short,
        "late_hours": found.hours,
        "lateness": text_of(found.why),
    }


def _exercise(test_id: str) -> str:
    return test_id.removeprefix(TEST_PREFIX)


def to_csv(found: Iterable[Row], separator: str = ",") -> str:
    """Rows as CSV with a header; all of them have the columns of the first and maybe more."""
    table = list(found)
    columns = list(dict.fromkeys([*COLUMNS, *(name for row in table for name in row)]))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n", delimiter=separator)
    writer.writeheader()
    writer.writerows(
        {name: safe_text(each) if isinstance(each, str) else each for name, each in row.items()}
        for row in table
    )
    return text.getvalue()


def to_json_lines(found: Iterable[Row]) -> str:
    """Rows as JSON Lines (https://jsonlines.org): one object a line, text as it is."""
    return "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in found)


def write_csv(path: Path, text: str) -> None:
    """Write a table so that spreadsheets know its letters: with a byte order mark."""
    write_whole(path, text, "utf-8-sig")


class CourseCsvExport(ExportPlugin):
    """What ``nbgrader export`` uses, so that it and ``alpaca export`` write the same."""

    def export(self, gradebook: Gradebook) -> None:
        root = Path(self.parent.coursedir.root)
        course = Course.from_config(root, self.config)
        text = to_csv(
            rows(
                gradebook,
                stored_records(course),
                assignments=map(str, self.assignment),
                students=map(str, self.student),
            )
        )
        path = Path(self.to or "grades.csv")
        write_csv(path, text)
        self.log.info("Wrote %s", path)
