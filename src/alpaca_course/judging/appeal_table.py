"""A table of appeals as people send it: from a form, from a spreadsheet. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from alpaca_course.contract.ids import spelled
from alpaca_course.errors import CourseError
from alpaca_course.judging.naming import Named, find_name

MAX_BYTES = 5 * 1024 * 1024
MAX_WORDS = 10_000
# What a column may be called, in small letters.
_STUDENT = ("student", "student_id", "student id", "id", "username", "email", "e-mail",
            "email address")  # fmt: skip
_CODE = ("code", "rule", "about")
_WORDS = ("words", "text", "question", "message", "appeal", "comment")


@dataclass(frozen=True)
class Row:
    """One appeal of the table: who, about what (None for the whole result), and the words."""

    line: int
    student: str
    named: Named | None
    words: str


@dataclass(frozen=True)
class Problem:
    """A row that cannot be taken in, and why."""

    line: int
    text: str


def read_table(
    data: bytes, students: Mapping[str, str], known: Mapping[str, Named]
) -> tuple[list[Row], list[Problem]]:
    """The appeals of a CSV file, and the rows of it that are none.

    Args:
        data: the file.
        students: id by each name that a student may be called by.
        known: what may be named.

    Raises:
        CourseError: it is no such table.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, found in _rows(data):
        row = _row(line, found, students, known)
        if isinstance(row, Row):
            rows.append(row)
        elif row is not None:
            problems.append(row)
    return rows, problems


def _rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    text = _text(data)
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = _columns(next(reader, []))
        return [
            (reader.line_num, {name: row[n].strip() for name, n in columns.items() if n < len(row)})
            for row in reader
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise CourseError(f"Line {reader.line_num} of the table cannot be read: {error}.") from None


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise CourseError(f"The table is larger than {MAX_BYTES // 1024**2} MiB.")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        raise CourseError(
            "The table is not UTF-8. Save it as “CSV UTF-8”, so that names arrive as they are."
        ) from None


def _columns(head: list[str]) -> dict[str, int]:
    names = [name.strip().casefold() for name in head]
    found = {
        what: next((names.index(name) for name in called if name in names), -1)
        for what, called in (("student", _STUDENT), ("code", _CODE), ("words", _WORDS))
    }
    missing = [what for what in ("student", "words") if found[what] < 0]
    if missing:
        raise CourseError(
            f"The table has no column '{missing[0]}'. Its first line has to name the columns: "
            f"student, code, words. It is: {', '.join(head) or 'empty'}."
        )
    return {what: n for what, n in found.items() if n >= 0}


def _row(
    line: int, found: Mapping[str, str], students: Mapping[str, str], known: Mapping[str, Named]
) -> Row | Problem | None:
    given, code, words = (found.get(name, "") for name in ("student", "code", "words"))
    student = students.get(spelled(given).casefold())
    if student is None:
        return Problem(line, f"nobody of the graded class is called '{given}'")
    if not words:
        return Problem(line, f"{student} wrote no words")
    if len(words) > MAX_WORDS:
        return Problem(line, f"{student} wrote more than {MAX_WORDS} characters")
    named = find_name(code, known)
    if code and named is None:
        return Problem(line, f"'{code}' of {student} is no code of a rule, exercise or reason")
    return Row(line, student, named, words)
