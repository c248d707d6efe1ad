"""The table given back: read, filled, and kept in mind for the next time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from alpaca_course.course import Course
from alpaca_course.deadlines import Deadlines
from alpaca_course.errors import CourseError
from alpaca_course.files import json_text, read_json_object, write_atomically
from alpaca_course.gradebook.results import read_results
from alpaca_course.lab import Lab
from alpaca_course.lms.roster import Roster
from alpaca_course.lms.sheet import Sheet, SheetError
from alpaca_course.lms.way_back import Place, Wanted, place
from alpaca_course.lms.whose import Whose, whose
from alpaca_course.returning.grades import Class, Entry, Policy, entries, nowhere


@dataclass(frozen=True)
class Return:
    """One system's table, and what it gets.

    Attributes:
        system: whose.
        sheet: as it was exported.
        place: where grades go in it.
        whose: its rows.
        known: the class.
        entries: what becomes of each row.
        nowhere: graded students who are in no row.
    """

    system: str
    sheet: Sheet
    place: Place
    whose: Whose
    known: Class
    entries: tuple[Entry, ...]
    nowhere: tuple[str, ...]

    @property
    def filled(self) -> bytes:
        """The table with the grades in it; every other byte is as it was."""
        values = {(row, self.place.column): text for row, text in self.place.fill.items()}
        for entry in self.entries:
            if entry.fate == "changes":
                values[entry.row, self.place.column] = entry.after
        return self.sheet.with_values(values)


def read_table(path: Path) -> Sheet:
    """The table in ``path``.

    Raises:
        CourseError: it cannot be read.
    """
    try:
        return Sheet.read(path.read_bytes())
    except SheetError as error:
        raise CourseError(f"{path} cannot be used: {error}") from None
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror or error}.") from None


def prepare(
    course: Course,
    lab: Lab,
    system: str,
    sheet: Sheet,
    *,
    column: str = "",
    make: bool = False,
    policy: Policy,
) -> Return:
    """What ``system`` gets, by the results, deadlines and roster of today; nothing is written.

    Args:
        course: the course.
        lab: whose grades.
        system: one of :data:`alpaca_course.lms.way_back.SYSTEMS`.
        sheet: what it exported.
        column: in which the grades go; chosen by the lab's names where it is empty.
        make: make a column where there is none.
        policy: what is done where it is not clear.

    Raises:
        CourseError: the table is not that system's, or its points are others.
    """
    results = read_results(course, lab)
    most = sum(results.points.values())
    wanted = Wanted((lab.title, lab.name, lab.notebook), column, make, most)
    where = place(system, sheet, wanted)
    roster = Roster.load(course)
    rows = whose(where.rows, roster, {*results.results, *results.missing})
    known = Class(
        results.results,
        most,
        _excused(course, lab, roster, rows.students.values()),
        returned(course, lab, system),
        frozenset(each.id for each in roster.students if each.dropped),
    )
    found = tuple(entries(sheet, where, rows, known, policy))
    return Return(system, sheet, where, rows, known, found, tuple(nowhere(rows, known)))


def write(course: Course, lab: Lab, back: Return, path: Path) -> None:
    """Write the table to ``path``, for its owner's eyes alone, and remember what it has.

    Raises:
        OSError: it cannot be written.
    """
    write_atomically(path, back.filled)
    kept = {student: [*texts] for student, texts in back.known.returned.items()}
    for each in back.entries:
        if each.student and each.fate in ("changes", "same") and each.after != each.last:
            kept.setdefault(each.student, []).append(each.after)
    write_atomically(_memory(course, lab, back.system), json_text(kept).encode())


def returned(course: Course, lab: Lab, system: str) -> dict[str, tuple[str, ...]]:
    """All that ``system`` was given for each student, the last at the end.

    All, since a table that was written need not have been uploaded.
    """
    kept = read_json_object(_memory(course, lab, system)) or {}
    return {
        student: tuple(map(str, texts))
        for student, texts in kept.items()
        if isinstance(texts, list)
    }


def _memory(course: Course, lab: Lab, system: str) -> Path:
    return course.state / "returned" / lab.name / f"{system}.json"


def _excused(course: Course, lab: Lab, roster: Roster, students: Iterable[str]) -> dict[str, str]:
    deadlines = Deadlines.read(course.deadlines)
    found = {
        student: deadlines.term(lab.name, student, roster.sections_of(student)).excused
        for student in students
    }
    return {student: why for student, why in found.items() if why}
