"""Where in its own export a system looks for grades, and which rows are whose. Pure.

What is said here of Canvas and Moodle is read in their source; ``docs/lms.md`` names the places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from alpaca_course.contract.ids import spelled
from alpaca_course.errors import CourseError
from alpaca_course.lms.sheet import Sheet
from alpaca_course.lms.tables import plain_cell

SYSTEMS = ("canvas", "moodle", "brightspace", "nbgrader")

# Moodle asks for the encoding when a table is uploaded.
_UTF_8 = ("canvas",)

_CANVAS_WHO = (
    "Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID",
    "Root Account", "Section",
)  # fmt: skip
# As Canvas's importer leaves columns out that it computes itself: the words anywhere in the name.
_CANVAS_TOTALS = re.compile(
    "Current Score|Current Points|Current Grade|Final Score|Final Points|Final Grade"
    "|Override Score|Override Grade|Override Status"
)
_CANVAS_TITLE = re.compile(r"(.*)\s\(([0-9]+)\)")
_CANVAS_NO_STUDENT = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE)
_CANVAS_TEST_STUDENT = "Student, Test"
_READ_ONLY = re.compile(r"read\s+only")

# Moodle writes the names of columns in the language of the person who exports.
_MOODLE_ID = {"identifier", "id", "identifiant", "identificador", "identificatore", "identificatie"}
_MOODLE_GRADE = {
    "grade", "bewertung", "note", "calificación", "nota", "avaliação", "valutazione", "cijfer",
}  # fmt: skip
_MOODLE_MAXIMUM = {"maximum grade", "beste bewertung", "höchste bewertung", "note maximale"}
_MOODLE_CHANGEABLE = {"grade can be changed", "bewertung kann geändert werden"}
_MOODLE_NAME = {"full name", "vollständiger name", "nom complet", "nombre completo"}
_PARTICIPANT = re.compile(r"(\D*)([0-9]+)")
# What "no" is called there. Where the columns' names are not known, their places are.
_NO = {
    "no", "nein", "non", "nee", "não", "nie", "nej", "nei", "ei", "ne", "nu", "nem", "hayır",
    "нет", "ні", "не", "όχι", "いいえ", "否", "아니요", "לא", "لا",
}  # fmt: skip
_BRIGHTSPACE_ITEM = re.compile(r"(?P<item>.*) Points Grade(?: <(?P<about>.*)>)?")
_BRIGHTSPACE_MAXIMUM = re.compile(r"\bMaxPoints:([0-9.,]+)")
_BRIGHTSPACE_END = "end-of-line indicator"
_NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)")

_Names = Callable[[str], set[str]]
"""By what a column is called in the system, from its name in the table."""

_PLAIN_ID = ("student_id", "id", "student", "username", "login", "email")


class NotItsExportError(CourseError):
    """The table is none that the system exports, or does not have what is asked for."""


@dataclass(frozen=True)
class Ids:
    """What a row says of its student; empty what it does not say.

    Attributes:
        name: for people.
        canvas_id: Canvas's number of the person.
        sis_id: number that the university gives.
        sis_login: name to log in with.
        moodle_id: number of the participant in this assignment of Moodle's.
        any_id: an id or address of whatever kind.
    """

    name: str = ""
    canvas_id: str = ""
    sis_id: str = ""
    sis_login: str = ""
    moodle_id: str = ""
    any_id: str = ""


@dataclass(frozen=True)
class Place:
    """Where grades go in a table.

    Attributes:
        column: of the grades, from 0; one further than the last where it is to be made.
        title: of the column, for people.
        rows: of students, by number of the row.
        fixed: rows whose grade the system would not take, with the reason.
        maximum: what the system says that all points are; None where it says nothing.
        fill: what else has to be put in where the column is made, by row.
        excused: what the system takes for "nothing is asked"; empty where it takes nothing.
        bounded: whether more points than the maximum are refused.
    """

    column: int
    title: str
    rows: Mapping[int, Ids]
    fixed: Mapping[int, str] = field(default_factory=dict)
    maximum: float | None = None
    fill: Mapping[int, str] = field(default_factory=dict)
    excused: str = ""
    bounded: bool = False


@dataclass(frozen=True)
class Wanted:
    """What is to be returned.

    Attributes:
        titles: by which the column is known, such as the lab's title and name.
        column: name of the column that a person chose; empty where none did.
        make: make a new column where the table has none for it.
        maximum: what all points of the lab are.
    """

    titles: tuple[str, ...]
    column: str = ""
    make: bool = False
    maximum: float = 0.0


def place(system: str, sheet: Sheet, wanted: Wanted) -> Place:
    """Where ``system`` looks for the grades of one lab in its export.

    Raises:
        NotItsExportError: it is not that system's export, or the column is not clear.
    """
    if system in _UTF_8 and sheet.encoding != "utf-8":
        raise NotItsExportError(
            f"The table is {sheet.encoding.upper()}, since another program saved it, and the "
            "system takes UTF-8: export it once more and leave it as it is, or save it as CSV "
            "UTF-8."
        )
    places = {
        "canvas": _canvas, "moodle": _moodle, "brightspace": _brightspace, "nbgrader": _plain,
    }  # fmt: skip
    return places[system](sheet, wanted)


def number(text: str) -> float | None:
    """A number as one of the systems writes it, with a point or a comma; None where it is none."""
    text = text.strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _canvas(sheet: Sheet, wanted: Wanted) -> Place:
    header = [each.strip() for each in sheet.values(0)]
    if "ID" not in header[:3] or "Section" not in header or not (
        header[0] == "Student" or header[:2] == ["LastName", "FirstName"]
    ):  # fmt: skip
        raise NotItsExportError(
            "This is no gradebook export of Canvas: it begins with the columns Student (or "
            "LastName, FirstName), ID and so on, and has a column Section. In Canvas: Grades, "
            "Export, Export Entire Gradebook."
        )
    first = header.index("Section") + 1
    columns = {
        at: name
        for at, name in enumerate(header)
        if at >= first and name not in _CANVAS_WHO and not _CANVAS_TOTALS.search(name)
    }
    column = _chosen(columns, wanted, len(header), _canvas_names)
    rows, points_row, read_only = _canvas_rows(sheet, header, column)
    if read_only:
        raise NotItsExportError(f"Canvas says that the column '{header[column]}' is read only.")
    made = column == len(header)
    title = wanted.column or wanted.titles[0]
    maximum = wanted.maximum if made else None
    fill = dict.fromkeys(range(len(sheet.rows)), "") | {0: title} if made else {}
    if points_row is not None:
        values = sheet.values(points_row)
        if made:
            fill[points_row] = f"{wanted.maximum:g}"
        elif column < len(values):
            maximum = number(values[column])
    return Place(
        column,
        title if made else header[column],
        rows,
        {row: why for row in rows if (why := _canvas_fixed(sheet.values(row), column))},
        maximum,
        fill,
        excused="EX",
    )


def _canvas_rows(
    sheet: Sheet, header: list[str], column: int
) -> tuple[dict[int, Ids], int | None, bool]:
    """The rows of students, that of the points, and whether the column is read only."""
    rows, points, read_only = {}, None, False
    for row in range(1, len(sheet.rows)):
        values = sheet.values(row)
        if "Points Possible" in values[0]:
            points = row
            read_only = column < len(values) and bool(_READ_ONLY.search(values[column]))
        elif all(_CANVAS_NO_STUDENT.fullmatch(value) for value in values):
            continue
        else:
            said = dict(zip(header, (value.strip() for value in values), strict=False))
            name = said.get("Student") or f"{said.get('LastName')}, {said.get('FirstName')}"
            if name == _CANVAS_TEST_STUDENT and not said.get("SIS User ID"):
                continue
            rows[row] = Ids(
                name,
                said.get("ID", ""),
                said.get("SIS User ID", ""),
                said.get("SIS Login ID", ""),
            )
    return rows, points, read_only


def _canvas_fixed(values: list[str], column: int) -> str:
    now = values[column].strip() if column < len(values) else ""
    if now.upper() == "EX":
        return "is excused in Canvas"
    return "Canvas says that it is not assigned to them" if now == "N/A" else ""


def _canvas_names(name: str) -> set[str]:
    found = _CANVAS_TITLE.fullmatch(name)
    return {name, found.group(1), found.group(2)} if found else {name}


def _moodle(sheet: Sheet, wanted: Wanted) -> Place:
    header = [spelled(each.strip()).casefold() for each in sheet.values(0)]
    who = _first(header, _MOODLE_ID) or 0
    if not _are_participants(sheet, who):
        raise NotItsExportError(
            "This is no grading worksheet of Moodle: it has a column Identifier with "
            "'Participant 123'. In the assignment: Submissions, Actions, Download grading "
            "worksheet; for that, 'Offline grading worksheet' is on in the assignment's settings."
        )
    grades = {at: name for at, name in enumerate(header) if name in _MOODLE_GRADE}
    if wanted.column:
        grades = {
            at: name for at, name in enumerate(header) if name == spelled(wanted.column).casefold()
        }
    if len(grades) != 1:
        raise NotItsExportError(
            "Which column has the grades is not clear: name it by --column. There is: "
            f"{', '.join(sheet.values(0))}."
        )
    column = next(iter(grades))
    # Moodle writes the maximum right of the grade, and right of that whether it can be changed.
    most, fixed = _first(header, _MOODLE_MAXIMUM), _first(header, _MOODLE_CHANGEABLE)
    if most is None and _are_numbers(sheet, column + 1):
        most = column + 1
    fixed = most + 1 if fixed is None and most is not None else fixed
    name = _first(header, _MOODLE_NAME)
    rows, maxima, kept = {}, set(), {}
    for row in range(1, len(sheet.rows)):
        values = sheet.values(row)
        values += [""] * (len(header) - len(values))
        found = _PARTICIPANT.fullmatch(values[who].strip())
        if found is None:
            continue
        rows[row] = Ids(name=values[name] if name is not None else "", moodle_id=found.group(2))
        if most is not None:
            maxima.add(number(values[most]))
        if fixed is not None and "".join(values[fixed : fixed + 1]).strip().casefold() in _NO:
            kept[row] = "Moodle says that this grade cannot be changed"
    maximum = maxima.pop() if len(maxima) == 1 else None
    return Place(column, sheet.values(0)[column], rows, kept, maximum, bounded=True)


def _are_participants(sheet: Sheet, column: int) -> bool:
    values = [sheet.values(row) for row in range(1, len(sheet.rows))]
    found = [_PARTICIPANT.fullmatch(each[column].strip()) for each in values if column < len(each)]
    prefixes = {each.group(1) for each in found if each}
    return len(prefixes) == 1 and prefixes != {""} and all(found)


def _are_numbers(sheet: Sheet, column: int) -> bool:
    values = [sheet.values(row)[column : column + 1] for row in range(1, len(sheet.rows))]
    return bool(values) and all(each and number(each[0]) is not None for each in values)


def _brightspace(sheet: Sheet, wanted: Wanted) -> Place:
    header = [each.strip() for each in sheet.values(0)]
    lower = [each.casefold() for each in header]
    number_at, login_at = _first(lower, {"orgdefinedid"}), _first(lower, {"username"})
    if _BRIGHTSPACE_END not in lower or (number_at is None and login_at is None):
        raise NotItsExportError(
            "This is no export of Brightspace's grades: it has a column OrgDefinedId or Username, "
            "and End-of-Line Indicator at its end. In Brightspace: Grades, Enter Grades, Export, "
            "with both key fields and Points grade."
        )
    items = {at: name for at, name in enumerate(header) if _BRIGHTSPACE_ITEM.fullmatch(name)}
    column = _chosen(items, wanted, len(header), _brightspace_names)
    if column == len(header):
        raise NotItsExportError(
            "In Brightspace a column cannot be made behind the others: make the grade item there, "
            "and export once more."
        )
    first, last = _first(lower, {"first name"}), _first(lower, {"last name"})
    rows = {}
    for row in range(1, len(sheet.rows)):
        values = sheet.values(row)
        number_, login, *name = (
            values[at].strip() if at is not None and at < len(values) else ""
            for at in (number_at, login_at, first, last)
        )
        if number_ or login:
            rows[row] = Ids(
                name=" ".join(filter(None, name)),
                sis_id=number_.removeprefix("#"),
                sis_login=login.removeprefix("#"),
            )
    most = _BRIGHTSPACE_MAXIMUM.search(header[column])
    return Place(column, header[column], rows, maximum=number(most[1]) if most else None)


def _brightspace_names(name: str) -> set[str]:
    found = _BRIGHTSPACE_ITEM.fullmatch(name)
    return {name, found["item"]} if found else {name}


def _plain(sheet: Sheet, wanted: Wanted) -> Place:
    header = [each.strip() for each in sheet.values(0)]
    lower = [each.casefold() for each in header]
    who = next((lower.index(name) for name in _PLAIN_ID if name in lower), None)
    if who is None:
        raise NotItsExportError(
            f"The table has no column of ids: one of {', '.join(_PLAIN_ID)} is needed."
        )
    columns = {at: name for at, name in enumerate(header) if at != who}
    named = Wanted((*wanted.titles, "score"), wanted.column, wanted.make, wanted.maximum)
    column = _chosen(columns, named, len(header), lambda name: {name})
    rows = {}
    for row in range(1, len(sheet.rows)):
        values = sheet.values(row)
        if who < len(values) and values[who].strip():
            rows[row] = Ids(any_id=plain_cell(values[who]).removeprefix("'"))
    made = column == len(header)
    title = (wanted.column or wanted.titles[0]) if made else header[column]
    fill = dict.fromkeys(range(len(sheet.rows)), "") | {0: title} if made else {}
    return Place(column, title, rows, fill=fill)


def _chosen(columns: Mapping[int, str], wanted: Wanted, width: int, names: _Names) -> int:
    """The column that is meant; ``width`` for a new one."""
    titles = {each.casefold() for each in ((wanted.column,) if wanted.column else wanted.titles)}
    found = [
        at for at, name in columns.items() if titles & {each.casefold() for each in names(name)}
    ]
    if len(found) == 1:
        return found[0]
    if not found and wanted.make:
        return width
    known = ", ".join(f"'{name}'" for name in columns.values()) or "none"
    what = f"'{wanted.column}'" if wanted.column else " or ".join(f"'{t}'" for t in wanted.titles)
    several = "more than one" if found else "no"
    raise NotItsExportError(
        f"The table has {several} column called {what}. Name one of these by --column: {known}; "
        "or have one made by --new-column."
    )


def _first(header: list[str], names: set[str]) -> int | None:
    return next((at for at, name in enumerate(header) if name in names), None)
