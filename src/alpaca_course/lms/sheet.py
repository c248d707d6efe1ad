"""A CSV file whose cells can be replaced while every other byte of it stays as it is.

A learning management system exports a table and takes it back. What it does not find again as it
gave it (its quoting, its line ends, its byte order mark, a column nobody else knows), it may take
for a change. So the file is never written anew: it is read with the place of each cell, and what is
put in replaces exactly that.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alpaca_course.errors import CourseError

SEPARATORS = ",;\t"
LARGEST = 64 * 1024 * 1024
"""Bytes of the largest table that is read; a class of 10,000 with 200 columns has some 20 MB."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]{1,2}")
_DECIMAL_POINT = re.compile(r"-?[0-9]+\.[0-9]{1,2}")


class SheetError(CourseError):
    """The file is no table that can be read and given back unchanged; the text says why."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        value: without its quotes.
        start: of what stands in the file, quotes included, in characters of its text.
        end: after it.
    """

    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Sheet:
    """A table as it was read.

    Attributes:
        text: the whole file, without its byte order mark.
        mark: the byte order mark; empty where there is none.
        encoding: of the file.
        separator: between cells.
        rows: of cells; an empty line is none.
    """

    text: str
    mark: bytes
    encoding: str
    separator: str
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def read(cls, data: bytes) -> Sheet:
        """The table in ``data``: UTF-8, UTF-16 with its mark, or else Windows-1252.

        Raises:
            SheetError: there is no table in it, or it is not one that would come out unchanged.
        """
        if len(data) > LARGEST:
            raise SheetError(f"It has {len(data)} bytes, more than a table of a class would.")
        mark, encoding = next(
            ((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "")
        )
        text, encoding = _decoded(data[len(mark) :], encoding)
        if "\0" in text:
            raise SheetError("It is no text: save it as CSV, or export it once more.")
        separator = _separator(text)
        rows = tuple(row for row in _cells(text, separator) if [c.value for c in row] != [""])
        if not rows:
            raise SheetError("There is nothing in it.")
        found = cls(text, mark, encoding, separator, rows)
        found._check(data)
        return found

    def values(self, row: int) -> list[str]:
        """The values of a row, from 0."""
        return [cell.value for cell in self.rows[row]]

    @property
    def has_decimal_commas(self) -> bool:
        """Whether numbers in it are written as 12,50, and none as 12.50.

        A section, a group or a comment may be called "1,2", and a point is taken by every system.
        """
        values = [cell.value for row in self.rows for cell in row]
        return any(map(_DECIMAL_COMMA.fullmatch, values)) and not any(
            map(_DECIMAL_POINT.fullmatch, values)
        )

    def with_values(self, values: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other values in some cells, by row and column from 0.

        A column one further than the last is put at the end of its row.
        """
        changes = [self._change(row, column, value) for (row, column), value in values.items()]
        parts, at = [], 0
        for start, end, new in sorted(changes):
            parts += [self.text[at:start], new]
            at = end
        return self.mark + "".join([*parts, self.text[at:]]).encode(self.encoding)

    def _change(self, row: int, column: int, value: str) -> tuple[int, int, str]:
        cells = self.rows[row]
        if column < len(cells):
            cell = cells[column]
            quoted = self.text[cell.start : cell.start + 1] == '"'
            return cell.start, cell.end, self._written(value, quoted=quoted)
        missing = self.separator * (column - len(cells) + 1)
        end = cells[-1].end
        return end, end, missing + self._written(value, quoted=False)

    def _written(self, value: str, *, quoted: bool) -> str:
        if quoted or any(sign in value for sign in (self.separator, '"', "\n", "\r")):
            return '"' + value.replace('"', '""') + '"'
        return value

    def _check(self, data: bytes) -> None:
        """What another reader sees is what was read here, and unchanged it is the same file."""
        csv.field_size_limit(LARGEST)
        other = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.separator)
        try:
            theirs = [row for row in other if row not in ([], [""])]
        except csv.Error as error:
            raise SheetError(f"It is no CSV: {error}.") from None
        ours = [[cell.value for cell in row] for row in self.rows]
        if theirs != ours or self.with_values({}) != data:
            raise SheetError(
                "It is not quoted as a CSV file is, so it cannot be given back unchanged: export "
                "it once more, without opening it in a spreadsheet."
            )


def _decoded(data: bytes, encoding: str) -> tuple[str, str]:
    for name in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            continue
    raise SheetError("Its letters are in no encoding that is known: save it as UTF-8.")


def _separator(text: str) -> str:
    """The one that cuts the first line into most cells; quoted ones do not count."""
    unquoted = re.sub(r'"[^"]*"', "", text).lstrip("\r\n")
    first = re.split(r"[\r\n]", unquoted, maxsplit=1)[0]
    return max(SEPARATORS, key=first.count)


def _cells(text: str, separator: str) -> Iterator[tuple[Cell, ...]]:
    """The rows of ``text``; a quote within a cell that has none at its start is a letter."""
    plain = re.compile(rf"[^{re.escape(separator)}\r\n]*")
    quoted = re.compile(r'"((?:[^"]|"")*)"')
    row: list[Cell] = []
    at = 0
    while at < len(text):
        found = quoted.match(text, at)
        if found:
            row.append(Cell(found.group(1).replace('""', '"'), at, found.end()))
        else:
            found = plain.match(text, at)
            assert found is not None
            row.append(Cell(found.group(), at, found.end()))
        at = found.end()
        if text.startswith(separator, at):
            at += 1
            if at == len(text) or text[at] in "\r\n":
                row.append(Cell("", at, at))
            else:
                continue
        elif at < len(text) and text[at] not in "\r\n":
            raise SheetError(
                f"A cell goes on after the quote that closes it: {text[max(0, at - 20) : at + 1]!r}"
            )
        yield tuple(row)
        row = []
        at += 2 if text.startswith("\r\n", at) else 1
