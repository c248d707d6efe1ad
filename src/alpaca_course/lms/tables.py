"""A table that another system exports as CSV, read as it is: encoding, separator, header, rows."""

from __future__ import annotations

import csv
import io
import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alpaca_course.contract.ids import INVISIBLE, spelled
from alpaca_course.errors import CourseError

MAX_BYTES = 32 * 2**20
_SEPARATORS = ",;\t"
# Excel's own first line, which tells the separator and names no column.
_SAID = re.compile(r'\s*"?sep=([,;\t])"?[ \t]*(?=\r|\n)', re.IGNORECASE)
# What people and systems write before figures of a whole class, as in "Total: 31". A word that may
# be somebody's login or name (Sum, Media) counts with its figure or colon alone.
_SUMMARY = re.compile(
    r"((class|course|overall|grand|total) )?(totals?|averages?|median|mean|std\.? ?dev(iation)?"
    r"|(points|marks) possible|max(imum)? (points|marks|score)|(total|number of) students"
    r"|gesamt(summe|mittelwert|durchschnitt|punktzahl)?|insgesamt|durchschnitt|mittelwert"
    r"|(erreichbare|maximale|mögliche) punkte|punkte möglich|moyenne( générale)?|totaux|médiane"
    r"|points possibles|promedio|puntos posibles|totale|punti possibili|gemiddelde|totaal"
    r"|średnia|razem|suma punktów)( *:.*| +[\d.,%() ]+)?"
    r"|(sum|summe|somme|suma|somma|media|count|anzahl|min|max|minimum|maximum) *(:.*|[\d.,%() ]+)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"[\d\s.,:/%()#-]*")
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


class TableError(CourseError):
    """A file that is no table, or not the one that was asked for."""


@dataclass(frozen=True)
class Row:
    """One row: its line in the file, and its cells by the header's names."""

    line: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """Header and rows, without what is blank."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path, encoding: str = "") -> Table:
    """The table in ``path``.

    Args:
        path: a CSV file; its separator is found by the header.
        encoding: of a file that is not UTF-8; what a byte order mark tells counts before it.

    Raises:
        TableError: it cannot be read as one.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > MAX_BYTES:
        raise TableError(f"{path} has more than {MAX_BYTES // 2**20} MiB: that is no list.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise TableError(f"{path} is a spreadsheet's file. Save it as CSV (UTF-8), and take that.")
    try:
        return parse_table(decoded(data, encoding))
    except TableError as error:
        raise TableError(f"{path}: {error}") from None


def decoded(data: bytes, encoding: str = "") -> str:
    """The text of a file.

    Which of the older encodings a file has cannot be known, and guessing changes names; so it is
    asked for.

    Raises:
        TableError: it is not text in this encoding.
    """
    marks = (name for mark, name in _BYTE_ORDER_MARKS.items() if data.startswith(mark))
    wanted = next(marks, encoding or "utf-8")
    try:
        return data.decode(wanted)
    except LookupError:
        raise TableError(f"no encoding is called '{encoding}'.") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = (
            "say which encoding it has (Excel: --encoding cp1252), or save it as CSV UTF-8"
            if not encoding
            else "it has another encoding"
        )
        raise TableError(f"line {line} is not {wanted}: {hint}.") from None


def parse_table(text: str) -> Table:
    """The table in ``text``.

    Raises:
        TableError: it has no header, or a cell that never ends.
    """
    if "\0" in text:
        raise TableError("it is no text.")
    said = _SAID.match(text)
    separator = said[1] if said else _separator(text)
    # The line stays, empty, so that others keep their numbers.
    text = text[said.end() :] if said else text
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        lines = list(_lines(reader))
    except csv.Error as error:
        raise TableError(f"line {reader.line_num} is no CSV: {error}.") from None
    if not lines:
        raise TableError("it is empty.")
    columns = [spelled(_bare(each)) for each in lines[0][1]]
    rows = []
    for number, cells in lines[1:]:
        named: dict[str, str] = {}
        for name, cell in zip(columns, cells, strict=False):
            named.setdefault(name, plain_cell(cell))
        if any(named.values()):
            rows.append(Row(number, named))
    return Table(tuple(filter(None, columns)), tuple(rows))


def _lines(reader: Any) -> Iterator[tuple[int, list[str]]]:
    end = 0
    for cells in reader:
        start, end = end + 1, reader.line_num
        if any(cell.strip() for cell in cells):
            yield start, cells


def _separator(text: str) -> str:
    """The separator that the first line has most of, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = "".join(first.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


def plain_cell(cell: str) -> str:
    """A cell without what keeps a spreadsheet from taking it for a formula: ="007" or '=1."""
    cell = _bare(cell)
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1]
    return cell[1:] if cell.startswith(("'=", "'+", "'-", "'@")) else cell


def _bare(cell: str) -> str:
    """A cell without what nobody sees at its ends: spaces, and marks that web pages put there."""
    return cell.strip(f"{INVISIBLE}{string.whitespace}\u00a0\u3000")


def is_summary(told: Iterable[str]) -> bool:
    """Whether all that would tell of a student in a row is a word for a figure, and figures."""
    words = {each.strip() for each in told if not _FIGURE.fullmatch(each.strip())}
    return len(words) == 1 and _SUMMARY.fullmatch(words.pop()) is not None
