"""The gradebook in PostgreSQL: the light course on a server that the tests start."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from alpaca_course.batch.grade import Batch, Outcome
from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.gradebook import copying
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.session import GradingSession

# Not the order of bytes, which SQLite has: nothing may depend on either.
ENGLISH = "ENCODING 'UTF8' TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
# Names of the students of every row, by table: what is random in a row is replaced by these.
_KEYS = {
    "assignment": ("name",),
    "notebook": ("name",),
    "base_cell": ("type", "name"),
    "source_cell": ("name",),
    "submitted_assignment": ("student_id",),
    "submitted_notebook": ("assignment_id",),
    "grade": ("notebook_id", "cell_id"),
    "comment": ("notebook_id", "cell_id"),
}


def with_gradebook(course: Course, url: str) -> Course:
    """``course`` with its gradebook at ``url``."""
    path = course.root / CONFIG_FILE
    path.write_text(f"{path.read_text()}\nc.CourseDirectory.db_url = {url!r}\n")
    return Course.load(course.root)


def grade(course: Course, students: Iterable[str]) -> dict[str, Outcome]:
    lab = course.lab()
    with GradingSession(course, lab) as session:
        batch = Batch(session, NbGrader(course, lab))
        return {outcome.student: outcome for outcome in batch.run(students)}


def tables(url: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, sorted, with names in place of the random keys."""
    names: dict[Any, Any] = {}
    found: dict[str, list[dict[str, Any]]] = {}
    with copying.reading(url) as connection:
        for table in copying.TABLES:
            rows = []
            for row in connection.execute(select(table)).mappings():
                named = {name: names.get(value, value) for name, value in row.items()
                         if name != "id"}  # fmt: skip
                if table.name in _KEYS:
                    key = (table.name, *(named[name] for name in _KEYS[table.name]))
                    names[row["id"]] = str(key)
                rows.append({**named, "id": names.get(row.get("id"), row.get("id"))})
            found[table.name] = sorted(rows, key=repr)
    return found


def make_late(course: Course, student: str, assignment: str) -> None:
    folder: Path = course.submitted / student / assignment
    (folder / "timestamp.txt").write_text("2026-03-01 10:00:00 UTC", encoding="utf-8")
