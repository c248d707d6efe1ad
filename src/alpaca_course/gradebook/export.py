"""Grades as CSV: quoted, with points per exercise, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from alpaca_course.contract.cells import TEST_PREFIX
from alpaca_course.course import Course
from alpaca_course.judging.records import Record, RecordStore

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
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_text(value: Any) -> str:
    """Text that a spreadsheet takes as text and not as a formula.

    See OWASP, "CSV Injection": a leading apostrophe makes a spreadsheet show the rest as it is.
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def rows(
    gradebook: Gradebook,
    records: Mapping[tuple[str, str], Record],
    *,
    assignments: Iterable[str] = (),
    students: Iterable[str] = (),
) -> Iterator[dict[str, str | float]]:
    """One row for each assignment and student of the gradebook.

    Args:
        gradebook: open.
        records: by assignment and student, for the state of a submission.
        assignments: only these; all without any.
        students: only these; all without any.
    """
    wanted_assignments, wanted_students = set(assignments), set(students)
    for assignment in gradebook.assignments:
        if wanted_assignments and assignment.name not in wanted_assignments:
            continue
        names = [cell.name for notebook in assignment.notebooks for cell in notebook.grade_cells]
        for student in gradebook.students:
            if wanted_students and student.id not in wanted_students:
                continue
            try:
                submission = gradebook.find_submission(assignment.name, student.id)
            except MissingEntry:
                submission = None
            yield {
                "assignment": safe_text(assignment.name),
                "duedate": safe_text(assignment.duedate),
                "student_id": safe_text(student.id),
                "last_name": safe_text(student.last_name),
                "first_name": safe_text(student.first_name),
                "email": safe_text(student.email),
                "max_score": assignment.max_score,
                **_scores(submission, sorted(names)),
                **_state(submission, records.get((assignment.name, student.id))),
            }


def _scores(submission: Any, names: Iterable[str]) -> dict[str, str | float]:
    if submission is None:
        empty: dict[str, str | float] = {
            "timestamp": "",
            "raw_score": 0.0,
            "late_submission_penalty": 0.0,
            "score": 0.0,
        }
        return {**empty, **dict.fromkeys(map(_exercise, names), 0.0)}
    grades = {
        grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades
    }
    penalty = submission.late_submission_penalty
    return {
        "timestamp": safe_text(submission.timestamp),
        "raw_score": submission.score,
        "late_submission_penalty": penalty,
        "score": max(0.0, submission.score - penalty),
        **{_exercise(name): grades.get(name, 0.0) for name in names},
    }


def _state(submission: Any, record: Record | None) -> dict[str, str | float]:
    if submission is None:
        return {"state": "not handed in", "needs_person": "no", "reasons": ""}
    return {
        "state": record.state.value if record else "",
        "needs_person": "yes" if submission.needs_manual_grade else "no",
        "reasons": safe_text(" ".join(record.said) if record else ""),
    }


def _exercise(test_id: str) -> str:
    return test_id.removeprefix(TEST_PREFIX)


def to_csv(found: Iterable[Mapping[str, str | float]]) -> str:
    """Rows as CSV with a header; all of them have the columns of the first and maybe more."""
    table = list(found)
    columns = list(dict.fromkeys([*COLUMNS, *(name for row in table for name in row)]))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def stored_records(course: Course) -> dict[tuple[str, str], Record]:
    """By lab and student."""
    return {
        (lab.name, record.student): record
        for lab in course.labs.values()
        for record in RecordStore(course, lab)
    }


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
        path.write_text(text, encoding="utf-8")
        self.log.info("Wrote %s", path)
