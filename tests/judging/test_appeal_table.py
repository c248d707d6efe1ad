"""Tables of appeals as forms and spreadsheets write them."""

from __future__ import annotations

import pytest

from alpaca_course.contract.appeal import Appeal
from alpaca_course.contract.codes import code_of
from alpaca_course.errors import CourseError
from alpaca_course.judging.appeal_table import read_table
from alpaca_course.judging.appeals import appeals_by_student, with_new
from alpaca_course.judging.naming import Named

KNOWN = {"model.frozen": Named("model.frozen", "rule", "model", "Frozen")}
STUDENTS = {"ann": "ann", "jürgen@example.org": "jürgen"}
CODE = code_of("model.frozen")


def read(text: str | bytes) -> tuple[list[tuple[str, str, str]], list[str]]:
    data = text if isinstance(text, bytes) else text.encode()
    rows, problems = read_table(data, STUDENTS, KNOWN)
    found = [(each.student, each.named.id if each.named else "", each.words) for each in rows]
    return found, [f"{each.line}: {each.text}" for each in problems]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_encodings_and_names_of_columns(separator: str, encoding: str) -> None:
    lines = [["E-Mail", "Rule", "Question"], ["JÜRGEN@example.org", CODE.lower(), '"Why? "" ok"'],
             ["ann", "", '"two\nlines"']]  # fmt: skip
    text = "\r\n".join(separator.join(line) for line in lines)
    assert read(text.encode(encoding)) == (
        [("jürgen", "model.frozen", 'Why? " ok'), ("ann", "", "two\nlines")], [],
    )  # fmt: skip


def test_an_umlaut_in_two_characters_is_the_same_student() -> None:
    assert read("student,words\nju\u0308rgen@example.org,Why?")[0] == [("jürgen", "", "Why?")]


def test_rows_that_cannot_be_taken_in_are_named_and_the_others_are_taken() -> None:
    rows, problems = read(f"student,code,words\neve,,x\nann,ZZZZ,x\nann,{CODE},\n\nann,{CODE},ok\n")
    assert rows == [("ann", "model.frozen", "ok")]
    assert problems == [
        "2: nobody of the graded class is called 'eve'",
        "3: 'ZZZZ' of ann is no code of a rule, exercise or reason",
        "4: ann wrote no words",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no column 'student'"),
        (b"name,question\n", "no column 'student'"),
        (b"student,points\n", "no column 'words'"),
        ("student,words\njürgen,x".encode("cp1252"), "not UTF-8"),
        (b'student,words\nann,"open', "cannot be read"),
        (b"student,words\n" + b"x" * (5 * 2**20), "larger than 5 MiB"),
    ],
)
def test_no_such_table(data: bytes, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        read(data)


def appeal(student: str, words: str) -> Appeal:
    return Appeal(0, student, "model.frozen", "model", words, "2026-01-01T00:00:00+00:00")


def test_the_same_appeal_is_taken_in_once() -> None:
    first, count = with_new((), [appeal("ann", "a"), appeal("bob", "a"), appeal("ann", "a")])
    assert ([each.number for each in first], count) == ([1, 2], 2)
    again, count = with_new(first, [appeal("ann", "a"), appeal("ann", "b")])
    assert ([(each.student, each.number) for each in again], count) == (
        [("ann", 1), ("bob", 2), ("ann", 3)], 1,
    )  # fmt: skip
    assert [each.words for each in appeals_by_student(again)["ann"]] == ["a", "b"]
