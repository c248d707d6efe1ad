"""A table is given back as it was, but for the cells that are filled."""

from __future__ import annotations

import csv
import io
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpaca_course.lms.sheet import Sheet, SheetError

ODD = 'Name,"ID",Grade\r\n"Ng, ""Al""",1,\r\n\r\n李明 , 2 ,"12.50"\r\nlast,3,'


@pytest.mark.parametrize("mark", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom"])
def test_only_the_cells_that_are_filled_change(mark: str) -> None:
    encoded = b"\xfe\xff" + ODD.encode("utf-16-be") if mark == "utf-16-be-bom" else ODD.encode(mark)
    sheet = Sheet.read(encoded)
    assert [sheet.values(row)[1] for row in range(4)] == ["ID", "1", " 2 ", "3"]
    filled = sheet.with_values({(1, 2): "7.00", (2, 2): "8.00", (3, 2): "9.00"})
    expected = ODD.replace(",1,\r\n", ",1,7.00\r\n").replace('"12.50"', '"8.00"') + "9.00"
    encoding = "utf-16" if mark == "utf-16-be-bom" else mark
    assert filled.decode(encoding) == expected
    assert filled.startswith(encoded[:4])


def test_a_new_column_is_at_the_end_of_each_row_and_rows_that_are_short_are_filled_up() -> None:
    sheet = Sheet.read(b"a;b;c\n1;2;3\n4\n")
    assert sheet.separator == ";"
    filled = sheet.with_values({(0, 3): "new; one", (1, 3): "x", (2, 3): ""})
    assert filled == b'a;b;c;"new; one"\n1;2;3;x\n4;;;\n'


def test_letters_of_an_old_windows_are_kept() -> None:
    data = "Name,Grade\nJosé,1\n".encode("cp1252")
    assert Sheet.read(data).with_values({(1, 1): "2"}) == data.replace(b",1", b",2")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b'a,b\n"x"y,1\n',
        b'a,b\n"never closed,1\n',
        b"a,b\n\x00,1\n",
        b"PK\x03\x04\0\0",
    ],
)
def test_what_could_not_be_given_back_is_refused(data: bytes) -> None:
    with pytest.raises(SheetError):
        Sheet.read(data)


@given(
    st.lists(
        st.lists(st.text(st.sampled_from("aä李1.,;\"'=\n\r "), max_size=6), min_size=2, max_size=4),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([",", ";"]),
    # csv does not quote a lone carriage return where lines end with a line feed.
    st.sampled_from([(csv.QUOTE_ALL, "\n"), (csv.QUOTE_ALL, "\r\n"), (csv.QUOTE_MINIMAL, "\r\n")]),
)
def test_every_table_is_read_as_python_reads_it_or_refused(
    rows: list[list[str]], separator: str, written: tuple[Literal[0, 1], str]
) -> None:
    text = io.StringIO(newline="")
    quoting, end = written
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end)
    writer.writerows([["first", "second", "third"], *rows])
    data = text.getvalue().encode()
    sheet = Sheet.read(data)
    expected = [["first", "second", "third"], *(row for row in rows)]
    assert [sheet.values(row) for row in range(len(sheet.rows))] == expected
    assert sheet.with_values({}) == data
    changed = Sheet.read(sheet.with_values({(len(expected) - 1, 0): 'n"e,w;'}))
    assert changed.values(len(expected) - 1) == ['n"e,w;', *expected[-1][1:]]
