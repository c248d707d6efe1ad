"""Lists of students as other systems export them. Pure.

Which columns each system's export has, and where that is known from, is in ``docs/lms.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from alpaca_course.contract.ids import spelled
from alpaca_course.lms.formats import TITLES
from alpaca_course.lms.names import sections, split_full, split_sortable
from alpaca_course.lms.roster import Student
from alpaca_course.lms.tables import Row, Table, TableError, is_summary

# What may stand for each thing, in small letters. "id" is what the format says that it is.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "first_name": ("first_name", "first name", "firstname", "given name", "vorname"),
    "last_name": ("last_name", "last name", "lastname", "surname", "family name", "nachname"),
    "name": ("full name", "name", "student", "student name", "vollständiger name"),
    "email": ("email", "email address", "e-mail", "e-mail address", "mail", "e-mail-adresse"),
    "section": ("section", "sections", "group", "groups", "gruppe", "gruppen"),
    "sis_id": ("sis user id", "sis_user_id", "sis id", "id number", "student number", "id-nummer",
               "matriculation number", "matrikelnummer", "orgdefinedid", "org defined id"),
    "sis_login": ("sis login id", "sis_login_id", "login", "username", "user name",
                  "anmeldename"),
    "lms_user_id": ("lms_user_id",),
    "github": ("github_username", "github", "github login"),
    "participant": ("identifier",),
    "id": ("id", "student_id", "student id", "user_id"),
    "identifier": ("identifier", "roster_identifier"),
}  # fmt: skip
IDS = ("id", "sis_login", "sis_id", "email", "canvas_id", "github")
"""What a new student's id may be made of."""
_PARTICIPANT = re.compile(r"\D*(\d+)")


@dataclass(frozen=True)
class Named:
    """One person as a list names them.

    Attributes:
        line: in the file.
        student: what the list tells; the id is the one that a new student would get, and empty
            where nothing in the list can be one.
        identifier: of a list of GitHub Classroom's: a name, number or address that somebody chose.
        id_from: of what the id was made, such as "sis_login".
    """

    line: int
    student: Student
    identifier: str = ""
    id_from: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A row that names no student, and why."""

    line: int
    text: str


@dataclass(frozen=True)
class Listing:
    """What was read from a list.

    Attributes:
        system: whose export it is, one of ``FORMATS``.
        people: in the file's order.
        left_out: rows that are nobody.
        has: what the list tells of everybody, such as "sections".
    """

    system: str
    people: tuple[Named, ...]
    left_out: tuple[LeftOut, ...] = ()
    has: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Format:
    """How one system's list is read.

    Attributes:
        is_it: whether these columns, in small letters, are its.
        reads: what its columns are; ``id`` of one is not the ``id`` of another.
        id_from: of which a new student's id is made: the first that is there.
    """

    is_it: Callable[[set[str]], bool]
    reads: tuple[str, ...]
    id_from: tuple[str, ...]


_PERSON = ("first_name", "last_name", "name", "email", "section", "sis_id", "sis_login")
FORMATS: Mapping[str, _Format] = {
    "canvas": _Format(
        lambda c: {"id", "section"} <= c and bool(c & {"student", "lastname"}),
        (*_PERSON, "id"),
        ("sis_login", "sis_id", "canvas_id"),
    ),
    "github": _Format(
        lambda c: {"identifier", "github_username"} <= c,
        ("name", "github", "identifier"),
        ("identifier", "github"),
    ),
    "brightspace": _Format(
        lambda c: "end-of-line indicator" in c or "orgdefinedid" in c,
        _PERSON,
        ("sis_login", "sis_id", "email"),
    ),
    "nbgrader": _Format(
        lambda c: "id" in c and c <= {"id", "first_name", "last_name", "email", "lms_user_id"},
        (*_PERSON, "id", "lms_user_id"),
        ("id",),
    ),
    "moodle": _Format(
        lambda c: (
            {"identifier", "status"} <= c
            or {"identifier", "email address"} <= c
            or ("email address" in c and {"first name"} <= c and bool(c & {"last name", "surname"}))
        ),
        (*_PERSON, "participant"),
        ("sis_login", "sis_id", "email"),
    ),
    "plain": _Format(
        lambda _: True,
        (*_PERSON, "id", "github", "identifier", "lms_user_id"),
        ("id", "sis_login", "sis_id", "email"),
    ),
}


def read_listing(
    table: Table, system: str = "", columns: Mapping[str, str] | None = None, id_from: str = ""
) -> Listing:
    """The students that ``table`` names.

    Args:
        table: an export.
        system: whose; found by the columns where it is empty.
        columns: of the table for what is named otherwise than in English: ``{"email": "Adresse"}``.
        id_from: what a new student's id is made of, one of ``IDS``; the system's where it is empty.

    Raises:
        TableError: no student can be told from it.
    """
    columns = {**(columns or {})}
    small = {name.lower(): name for name in reversed(table.columns)}
    _check(columns, small, system, id_from)
    system = system or next(name for name, each in FORMATS.items() if each.is_it({*small}))
    chosen = FORMATS[system]
    found = {
        what: small[spelled(columns[what]).lower()] if what in columns else _column(what, small)
        for what in (*chosen.reads, *columns)
    }
    found = {what: name for what, name in found.items() if name}
    ids = (id_from,) if id_from else chosen.id_from
    people, left_out = _rows(table, system, found, ids)
    if not table.rows:
        raise TableError("It has a header, and no row below it: nobody is in it.")
    if not people:
        raise TableError(
            f"Nobody could be read from it, taken for a list of {TITLES[system]}. It has the "
            f"columns {', '.join(table.columns)}; what is called otherwise can be said with "
            '--column, as in --column "email=E-Mail".'
        )
    has = {"sections"} & {"sections" if "section" in found else ""}
    return Listing(system, tuple(people), tuple(left_out), frozenset(has))


def _check(columns: Mapping[str, str], small: Mapping[str, str], system: str, id_from: str) -> None:
    if id_from not in ("", *IDS):
        raise TableError(f"An id is made of one of {', '.join(IDS)}, not of '{id_from}'.")
    if system and system not in FORMATS:
        raise TableError(f"There is no list of '{system}'; there is {', '.join(FORMATS)}.")
    for what, name in columns.items():
        if what not in _COLUMNS:
            raise TableError(f"'{what}' is nothing that a list tells: {', '.join(_COLUMNS)}.")
        if spelled(name).lower() not in small:
            raise TableError(f"It has no column '{name}', but {', '.join(small.values())}.")


def _column(what: str, small: Mapping[str, str]) -> str:
    return next((small[name] for name in _COLUMNS[what] if name in small), "")


def _rows(
    table: Table, system: str, found: Mapping[str, str], ids: Iterable[str]
) -> tuple[list[Named], list[LeftOut]]:
    people: list[Named] = []
    left_out: list[LeftOut] = []
    of_sections = sections([row.get(found.get("section", "")) for row in table.rows])
    for row, own in zip(table.rows, of_sections, strict=True):
        if why := _nobody(row, system, found):
            left_out.append(LeftOut(row.line, why))
            continue
        told = {what: row.get(name) for what, name in found.items()}
        student = replace(_student(told, system), sections=own, systems=(system,))
        candidates = {**told, **vars(student), "id": told.get("id", "")}
        made_of = next((what for what in ids if candidates.get(what)), "")
        name = candidates.get(made_of, "")
        if not name and not any((*student.moodle_ids, student.github, student.name)):
            left_out.append(LeftOut(row.line, "it tells nothing of a student"))
            continue
        people.append(
            Named(
                row.line,
                replace(student, id=spelled(name)),
                told.get("identifier", ""),
                made_of,
            )
        )
    return people, left_out


def _nobody(row: Row, system: str, found: Mapping[str, str]) -> str:
    """Why a row is no student's; empty where it is one's."""
    if system != "canvas":
        summary = is_summary(row.get(name) for name in found.values())
        return "a row of figures of the whole class" if summary else ""
    first = next(iter(row.cells.values()), "").strip()
    if first.startswith("Points Possible"):
        return "the row of possible points"
    if not row.get(found.get("id", "")):
        return "the row that says how grades are posted" if not first else "it has no ID"
    test = split_sortable(first) == ("Test", "Student") or first == "Test Student"
    if test and not row.get(found.get("sis_id", "")):
        return "Canvas's test student"
    return ""


def _student(told: Mapping[str, str], system: str) -> Student:
    """What a row tells of a student; the id is not decided yet."""
    first, last = told.get("first_name", ""), told.get("last_name", "")
    if not (first or last) and (name := told.get("name", "")):
        first, last = split_sortable(name) if "," in name else split_full(name)
    number = _PARTICIPANT.fullmatch(told.get("participant", ""))
    canvas = told.get("id", "") if system == "canvas" else ""
    # Brightspace puts a sign before ids, so that spreadsheets leave their zeros.
    sign = "#" if system == "brightspace" else ""
    return Student(
        id="",
        first_name=first,
        last_name=last,
        email=told.get("email", ""),
        lms_user_id=told.get("lms_user_id", "") or canvas,
        canvas_id=canvas,
        sis_id=told.get("sis_id", "").removeprefix(sign),
        sis_login=told.get("sis_login", "").removeprefix(sign),
        moodle_ids=(number[1],) if number else (),
        github=told.get("github", ""),
    )
