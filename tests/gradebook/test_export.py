"""Grades as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io

import pytest

from alpaca_course.course import Course
from alpaca_course.gradebook.export import COLUMNS, Stored, rows, safe_text, to_csv
from alpaca_course.gradebook.nbgrader_api import NbGrader
from tests.light import ASSIGNMENT


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2", "'-2"),
        ("+49", "'+49"),
        ("\t=1", "'\t=1"),
        ("O'Brien, Ann", "O'Brien, Ann"),
        (None, ""),
    ],
)
def test_safe_text(text: str | None, wanted: str) -> None:
    assert safe_text(text) == wanted


def test_names_are_quoted_and_every_student_has_a_row(course: Course) -> None:
    with NbGrader(course, course.lab()).gradebook() as gradebook:
        gradebook.add_student("=cmd", last_name='Ng, "Al"', first_name="@x", email="a@b.example")
        gradebook.add_student("bo")
        text = to_csv(rows(gradebook, Stored(), assignments=[ASSIGNMENT]))
        only = list(rows(gradebook, Stored(), students=["bo"]))
    table = list(csv.DictReader(io.StringIO(text)))
    assert tuple(table[0])[: len(COLUMNS)] == COLUMNS
    assert {row["student_id"] for row in table} == {"'=cmd", "bo"}
    first = next(row for row in table if row["student_id"] == "'=cmd")
    assert (first["last_name"], first["first_name"]) == ('Ng, "Al"', "'@x")
    assert (first["state"], first["double"], first["max_score"]) == ("not handed in", "0.0", "30.0")
    assert [row["student_id"] for row in only] == ["bo"]
