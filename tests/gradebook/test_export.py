"""Grades as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from alpaca_course.batch.grade import Batch
from alpaca_course.contract.states import State
from alpaca_course.course import Course
from alpaca_course.gradebook.export import COLUMNS, Stored, rows, safe_text, to_csv, write_csv
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.results import read_results
from alpaca_course.judging.records import RecordStore
from alpaca_course.judging.session import GradingSession
from alpaca_course.lms.roster import Roster, Student
from tests import commands, light
from tests.light import ASSIGNMENT


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2", "'-2"),
        ("+49", "'+49"),
        ("\t=1", "'\t=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
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


def test_a_course_without_a_lab_is_told_what_to_do(course: Course) -> None:
    shutil.rmtree(course.root / "notebooks")
    done = commands.run(course.root, "alpaca", "export")
    assert (done.returncode, "There is no lab in" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_what_cannot_be_written_leaves_the_table_of_before(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    write_csv(path, "whole\n")
    with pytest.raises(UnicodeEncodeError):
        write_csv(path, "half \ud800")
    assert path.read_text("utf-8-sig") == "whole\n"
    assert [*tmp_path.iterdir()] == [path]
    with pytest.raises(FileNotFoundError, match=r"/nowhere/grades\.csv'"):
        write_csv(tmp_path / "nowhere" / "grades.csv", "x")
    # A device stays one.
    write_csv(Path(os.devnull), "x")
    assert Path(os.devnull).is_char_device()


def grade_two(course: Course) -> None:
    for student in ("ann", "bob"):
        light.hand_in(course, student, light.solved(course))
    with GradingSession(course, course.lab()) as session:
        list(Batch(session, NbGrader(course, course.lab())).run(["ann", "bob"]))


def break_record(course: Course) -> None:
    RecordStore(course, course.lab()).path("ann").write_bytes(b"\xff{")


def break_sentence(course: Course) -> None:
    """A character that is none, which JSON can hold and no file can."""
    path = RecordStore(course, course.lab()).path("ann")
    kept = json.loads(path.read_text())
    kept["reasons"] = [{"code": "x", "text": "half a letter: \ud83d"}]
    path.write_text(json.dumps(kept))


def break_entry(course: Course) -> None:
    """An entry without what it belongs to, as another program or a merge may leave it."""
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute(
            "UPDATE grade SET auto_score = 'many' WHERE notebook_id IN (SELECT n.id FROM "
            "submitted_notebook n JOIN submitted_assignment a ON n.assignment_id = a.id "
            "WHERE a.student_id = 'ann')"
        )


def break_name(course: Course) -> None:
    with NbGrader(course, course.lab()).gradebook() as gradebook:
        gradebook.find_student("ann").last_name = 'O"\n;,\x00\x1b[31m'
        gradebook.db.commit()


@pytest.mark.parametrize("damage", [break_record, break_sentence, break_entry, break_name])
def test_what_is_broken_of_one_leaves_the_rows_of_others(
    damage: Callable[[Course], None], course: Course
) -> None:
    grade_two(course)
    damage(course)
    done = commands.run(course.root, "alpaca", "export")
    assert "Traceback" not in done.stderr
    text = (course.root / "grades.csv").read_text("utf-8-sig")
    ann, bob = csv.DictReader(io.StringIO(text))
    assert (bob["student_id"], bob["score"], bob["state"]) == ("bob", "30.0", "graded")
    assert ann["student_id"] == "ann"
    if damage in (break_record, break_entry):
        assert (ann["state"], ann["needs_person"]) == ("needs a person", "yes")
        assert ann["reasons"]
    else:
        assert ann["score"] == "30.0"
    if damage is break_entry:
        assert (done.returncode, ann["score"]) == (1, "")
        assert "ann" in done.stderr
        assert read_results(course, course.lab()).results["ann"].state is State.NEEDS_PERSON
        report = commands.run(course.root, "alpaca", "report", "--json")
        assert {each["student"] for each in json.loads(report.stdout)["submissions"]} == {
            "ann",
            "bob",
        }
    else:
        assert done.returncode == 0


def test_no_other_file_is_replaced(course: Course) -> None:
    with NbGrader(course, course.lab()).gradebook() as gradebook:
        gradebook.add_student("bo")
    Roster.of([Student("bo")]).save(course)
    table = course.root / "canvas.csv"
    table.write_text("Student,ID\nBo,1\n")
    for path in (course.roster, table):
        before = path.read_bytes()
        done = commands.alpaca(course, "export", "--output", str(path))
        assert (done.returncode, "no export of grades" in done.stderr) == (1, True)
        assert path.read_bytes() == before
    for name in ("grades.csv", "grades.jsonl"):
        for separator in (",", ";"):
            words = ("export", "-o", str(course.root / name), "--separator", separator)
            assert commands.alpaca(course, *words).returncode == 0


def test_json_lines_have_text_as_it_is_and_the_ids_of_other_systems(course: Course) -> None:
    with NbGrader(course, course.lab()).gradebook() as gradebook:
        gradebook.add_student("=cmd", last_name="Núñez\n", first_name="@x")
        gradebook.add_student("bo")
    Roster.of(
        [Student("=cmd", sections=("A", "B"), canvas_id="0042", sis_id="-7", moodle_ids=("1", "9"))]
    ).save(course)
    done = commands.run(course.root, "alpaca", "export", "--output", "grades.jsonl")
    assert done.returncode == 0, done.stderr
    data = (course.root / "grades.jsonl").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    first, other = map(json.loads, data.decode().splitlines())
    assert (first["student_id"], first["last_name"], first["first_name"]) == (
        "=cmd",
        "Núñez\n",
        "@x",
    )
    assert (first["sections"], first["canvas_id"], first["moodle_id"]) == ("A; B", "0042", "9")
    assert first["score"] == 0.0
    assert (other["student_id"], "sections" in other) == ("bo", False)
    assert commands.run(course.root, "alpaca", "export").returncode == 0
    table = csv.DictReader(io.StringIO((course.root / "grades.csv").read_text("utf-8-sig")))
    row = next(each for each in table if each["student_id"] == "'=cmd")
    assert (row["canvas_id"], row["sis_id"], row["sections"]) == ("0042", "'-7", "A; B")


@pytest.mark.parametrize(
    "text", ["\n=1", "＝1", "＋1", "－1", "＠x", " =1", "\x00=1", "\ufeff=1", "\u200b\xa0@x"]
)
def test_signs_that_some_spreadsheets_take_for_formulas_as_well(text: str) -> None:
    assert safe_text(text) == f"'{text}"
