"""Grades go into the systems' own tables, as the systems read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.lms.roster import Roster, Student
from alpaca_course.lms.sheet import Sheet
from alpaca_course.returning.grades import Policy
from alpaca_course.returning.table import Return, prepare, write
from tests import commands
from tests.lms.systems import Participant, canvas_import, moodle_import

COLUMN = "A lab (4711)"
HEADER = (
    f'Student,ID,SIS User ID,SIS Login ID,Section,"Quiz (1)",{COLUMN},Current Score,Final Score'
)
CANVAS = "\r\n".join(
    [
        f"\ufeff{HEADER}",
        ",,,,,Manual Posting,,,",
        "    Points Possible,,,,,10.00,100.00,(read only),(read only)",
        '"Lovelace, Ada",101,s1,ada@uni.example,"One and Two",9.00,,90.00,90.00',
        '"O""Hara, Bob",102,s2,bob@uni.example,One,,,,',
        '"李, Cleo",103,s3,cleo@uni.example,Two,,80.00,,',
        '"Núñez, Dan",104,s4,dan@uni.example,Two,,EX,,',
        '"Eve",105,s5,eve@uni.example,Two,,,,',
        '"Fay",106,s6,fay@uni.example,Two,,N/A,,',
        '"Zoe",107,s7,zoe@uni.example,Two,,,,',
        '"Stranger, A",999,,who@uni.example,Two,,55.00,,',
        '"Student, Test",998,,ab12,Two,,,,',
        "",
    ]
)
PEOPLE = ("ada", "bob", "cleo", "dan", "eve", "fay [red]", "zoe")
WORKSHEET = "\n".join(
    [
        "Identifier,\"Full name\",Status,Grade,\"Maximum Grade\",\"Grade can be changed\",\"Last modified (submission)\",\"Last modified (grade)\",\"Feedback comments\"",
        'Participant 11,"Ada Lovelace","Submitted for grading",,100.00,Yes,"Monday, 2 November 2026, 10:00 AM",-,""',
        'Participant 12,"Bob O\'Hara",Submitted,,100.00,Yes,-,-,"a ""quoted"" word"',
        "Participant 13,李 Cleo,Submitted,80.00,100.00,Yes,-,-,",
        "Participant 14,Dan Núñez,Submitted,,100.00,No,-,-,",
        "Participant 15,Eve,Submitted,,100.00,Yes,-,-,",
        "Participant 17,Zoe,No submission,,100.00,Yes,-,-,",
        "Participant 99,Stranger,Submitted,,100.00,Yes,-,-,",
        "",
    ]
)  # fmt: skip


@pytest.fixture
def known(graded: Course) -> Course:
    """The class, with everybody's ids in its roster."""
    Roster.of(
        Student(name, canvas_id=str(100 + at), sis_id=f"s{at}", moodle_ids=("3", str(10 + at)))
        for at, name in enumerate(PEOPLE, start=1)
    ).save(graded)
    return graded


def returned(
    course: Course,
    system: str,
    text: str,
    policy: Policy | None = None,
    *,
    column: str = "",
    make: bool = False,
) -> Return:
    sheet = Sheet.read(text.encode())
    return prepare(
        course, course.lab(), system, sheet, column=column, make=make, policy=policy or Policy()
    )


def fates(back: Return) -> dict[str, tuple[str, str, str]]:
    return {
        each.student or each.name: (each.fate, each.before, each.after) for each in back.entries
    }


def test_canvas_takes_the_grades_and_the_rest_of_its_file_is_as_it_was(known: Course) -> None:
    back = returned(known, "canvas", CANVAS)
    # Cleo's 80 did not come from here; Dan is excused there, Fay not assigned, Eve needs a person.
    assert fates(back) == {
        "ada": ("changes", "", "100.00"),
        "bob": ("changes", "", "87.00"),
        "cleo": ("left", "80.00", "80.00"),
        "dan": ("left", "EX", "EX"),
        "eve": ("left", "", ""),
        "fay [red]": ("left", "N/A", "N/A"),
        "zoe": ("left", "", ""),
        "Stranger, A": ("left", "55.00", "55.00"),
    }
    assert back.nowhere == ()
    expected = CANVAS.replace("9.00,,90.00", "9.00,100.00,90.00")
    expected = expected.replace("bob@uni.example,One,,,", "bob@uni.example,One,,87.00,")
    assert back.filled.decode() == expected
    read = canvas_import(back.filled)
    assert read.possible[COLUMN] == "100.00"
    assert read.grades[COLUMN]["101"] == "100.00"
    assert read.grades[COLUMN]["102"] == "87.00"
    assert read.grades["Quiz (1)"]["101"] == "9.00"


def test_what_is_settled_by_a_person_or_an_option(known: Course) -> None:
    policy = Policy(unsettled=True, overwrite=True, zeros=True)
    found = fates(returned(known, "canvas", CANVAS, policy))
    assert found["cleo"] == ("changes", "80.00", "95.00")
    assert found["eve"] == ("changes", "", "100.00")
    assert found["zoe"] == ("changes", "", "0.00")
    assert found["dan"] == ("left", "EX", "EX")
    assert found["Stranger, A"] == ("left", "55.00", "55.00")


def test_the_next_return_changes_what_changed_and_leaves_what_somebody_entered_there(
    known: Course, tmp_path: Path
) -> None:
    first = returned(known, "canvas", CANVAS)
    write(known, known.lab(), first, tmp_path / "back.csv")
    filled = (tmp_path / "back.csv").read_bytes().decode()
    assert (tmp_path / "back.csv").stat().st_mode & 0o077 == 0
    again = returned(known, "canvas", filled)
    assert [each.student for each in again.entries if each.fate == "changes"] == []
    assert again.filled.decode() == filled
    # In Canvas Bob was given 70 by hand: that is not ours to take away.
    by_hand = filled.replace("87.00", "70")
    entry = next(e for e in returned(known, "canvas", by_hand).entries if e.student == "bob")
    assert (entry.fate, entry.before, entry.last) == ("left", "70", "87.00")
    assert "87.00 was returned last" in entry.why
    # A table that was written and never uploaded does not make the one before it somebody else's.
    known_now = {**first.known.returned, "bob": ("70", "87.00", "90.00")}
    memory = known.state / "returned" / "reported_lab" / "canvas.json"
    memory.write_text(json.dumps({name: [*texts] for name, texts in known_now.items()}))
    assert fates(returned(known, "canvas", by_hand))["bob"] == ("changes", "70", "87.00")
    overwritten = returned(known, "canvas", by_hand, Policy(overwrite=True))
    assert next(e for e in overwritten.entries if e.student == "bob").difference == 17


def test_excused_students_are_excused_in_canvas(known: Course) -> None:
    known.deadlines.write_text(
        '[labs.reported_lab]\nexcused = [{ student = "zoe", why = "a broken arm" }]\n'
    )
    back = returned(known, "canvas", CANVAS)
    assert fates(back)["zoe"] == ("changes", "", "EX")
    assert canvas_import(back.filled).grades[COLUMN]["107"] == "EX"
    assert fates(returned(known, "moodle", WORKSHEET))["zoe"] == ("left", "", "")


def test_a_new_column_has_the_same_number_of_cells_in_every_row(known: Course) -> None:
    text = CANVAS.replace("A lab (4711)", "Another (5)")
    with pytest.raises(CourseError, match=r"no column called.*'Quiz \(1\)', 'Another \(5\)'"):
        returned(known, "canvas", text)
    read = canvas_import(returned(known, "canvas", text, make=True).filled)
    assert read.possible["A lab"] == "100"
    assert read.grades["A lab"]["101"] == "100.00"
    assert read.grades["Another (5)"]["103"] == "80.00"
    # Without the words of the muted row, too, Canvas finds its separator in the first lines.
    semicolons = text.replace(",", ";").replace("Lovelace; Ada", "Lovelace, Ada")
    assert canvas_import(returned(known, "canvas", semicolons, make=True).filled).grades["A lab"]


def test_decimal_commas_are_written_where_the_table_has_them(known: Course) -> None:
    text = CANVAS.replace(",", ";").replace(".00", ",00")
    back = returned(known, "canvas", text)
    assert "9,00;100,00;90,00" in back.filled.decode()
    assert canvas_import(back.filled).grades[COLUMN]["101"] == "100.00"


def test_other_points_are_scaled_only_when_that_is_asked_for(known: Course) -> None:
    text = CANVAS.replace("10.00,100.00", "10.00,20.00")
    with pytest.raises(CourseError, match="all points are 20, and in the lab they are 100"):
        returned(known, "canvas", text)
    assert fates(returned(known, "canvas", text, Policy(scale=True)))["bob"][2] == "17.40"


@pytest.mark.parametrize(
    ("text", "column", "why"),
    [
        ("a,b\n1,2\n", "", "no gradebook export of Canvas"),
        (CANVAS, "Current Score", "no column called 'Current Score'"),
        (CANVAS.replace("Quiz (1)", "A lab (2)"), "", "more than one column"),
        (CANVAS.replace("10.00,100.00", "10.00,(read only)"), "", "read only"),
    ],
)
def test_what_canvas_would_not_take_is_refused(
    text: str, column: str, why: str, known: Course
) -> None:
    with pytest.raises(CourseError, match=why):
        returned(known, "canvas", text, column=column)
    assert returned(known, "canvas", CANVAS, column="4711").place.title == COLUMN


def test_moodle_takes_the_grades_and_the_rest_of_its_file_is_as_it_was(known: Course) -> None:
    back = returned(known, "moodle", WORKSHEET)
    expected = WORKSHEET.replace('"Submitted for grading",,', '"Submitted for grading",100.00,')
    expected = expected.replace("O'Hara\",Submitted,,", "O'Hara\",Submitted,87.00,")
    assert back.filled.decode() == expected
    participants = {str(number): Participant() for number in range(11, 18)}
    participants["13"] = Participant(80.0)
    assert moodle_import(back.filled, participants, 100.0) == {"11": 100.0, "12": 87.0}
    assert fates(back)["dan"] == ("left", "", "")


def test_moodle_in_german(known: Course) -> None:
    text = WORKSHEET.replace("Participant ", "Teilnehmer/in")
    for english, german in (
        ("Identifier", "ID"),
        (",Grade,", ",Bewertung,"),
        ("Maximum Grade", "Beste Bewertung"),
        ("Grade can be changed", "Bewertung kann geändert werden"),
        ("Yes", "Ja"),
        (",No,", ",Nein,"),
        ("80.00,100.00", '"80,00","100,00"'),
        (",100.00", ',"100,00"'),
    ):
        text = text.replace(english, german)
    back = returned(known, "moodle", text)
    assert fates(back)["bob"] == ("changes", "", "87,00")
    assert 'O\'Hara",Submitted,"87,00","100,00"' in back.filled.decode()
    assert fates(back)["dan"][0] == "left"


def in_spanish(text: str) -> str:
    for english, other in (
        ("Participant ", "Participante"),
        ("Identifier", "Identificador"),
        (",Grade,", ",Calificación,"),
        ("Maximum Grade", "Calificación máxima"),
        ("Grade can be changed", "La calificación puede ser cambiada"),
        ("Yes", "Sí"),
    ):
        text = text.replace(english, other)
    return text


def test_moodle_in_other_languages_has_a_maximum_and_grades_that_stay(known: Course) -> None:
    """Their names are in the language of who exports; their places are the same."""
    text = in_spanish(WORKSHEET)
    assert fates(returned(known, "moodle", text))["dan"][0] == "left"
    with pytest.raises(CourseError, match="all points are 20, and in the lab they are 100"):
        returned(known, "moodle", text.replace("100.00", "20.00"))
    polish = text.replace("Identificador", "Identyfikator").replace("Calificación,", "Ocena,")
    polish = polish.replace(",No,", ",Nie,")
    assert fates(returned(known, "moodle", polish, column="Ocena"))["dan"][0] == "left"


def test_a_group_called_as_a_number_with_a_comma_makes_no_decimal_commas(known: Course) -> None:
    text = WORKSHEET.replace("Full name", "Group").replace('"Ada Lovelace"', '"1,2"')
    assert fates(returned(known, "moodle", text))["bob"] == ("changes", "", "87.00")


def test_ids_that_are_kept_from_being_numbers_and_cells_that_are_none(known: Course) -> None:
    text = 'id,score\n"=""ada""",nan\nbob,1_0\n'
    back = returned(known, "nbgrader", text)
    assert {each.student for each in back.entries} == {"ada", "bob"}
    json.dumps([each.to_json() for each in back.entries], allow_nan=False)
    assert {each.fate for each in back.entries} == {"left"}


def test_more_points_than_moodle_takes_are_its_maximum_and_said(known: Course) -> None:
    from alpaca_course.returning.grades import Class, entries

    back = returned(known, "moodle", WORKSHEET)
    from dataclasses import replace

    results = dict(back.known.results)
    scores = dict(results["ada"].scores)
    scores["fine_tuning"] = replace(scores["fine_tuning"], extra=5.0)
    results["ada"] = replace(results["ada"], scores=scores)
    found = entries(
        back.sheet, back.place, back.whose, Class(results, 100.0, {}, {}), Policy()
    )  # fmt: skip
    assert (found[0].after, found[0].why) == ("100.00", "has 105; more than 100 is not taken")


@pytest.mark.parametrize("text", ["Name,Grade\nAda,1\n", "Identifier,Grade\n11,5\n", CANVAS])
def test_what_is_no_worksheet_of_moodle_is_refused(text: str, known: Course) -> None:
    with pytest.raises(CourseError, match="no grading worksheet of Moodle"):
        returned(known, "moodle", text)


BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,A lab Points Grade <Numeric MaxPoints:100 Weight:10>,End-of-Line Indicator\r\n"
    "#s1,#ada,Lovelace,Ada,,#\r\n#s2,#x,O'Hara,Bob,,#\r\n#s9,#who,A,Stranger,55,#\r\n"
)


def test_brightspace_takes_the_grades_by_ids_that_have_a_sign(known: Course) -> None:
    back = returned(known, "brightspace", BRIGHTSPACE)
    expected = BRIGHTSPACE.replace("Ada,,", "Ada,100.00,").replace("Bob,,", "Bob,87.00,")
    assert back.filled.decode() == expected
    assert back.place.maximum == 100
    assert fates(back)["Stranger A"][0] == "left"
    with pytest.raises(CourseError, match="points"):
        returned(known, "brightspace", BRIGHTSPACE.replace("MaxPoints:100", "MaxPoints:10"))
    with pytest.raises(CourseError, match="behind the others"):
        returned(known, "brightspace", BRIGHTSPACE, column="Other", make=True)
    with pytest.raises(CourseError, match="no export of Brightspace"):
        returned(known, "brightspace", CANVAS)


def test_a_table_that_another_program_has_saved_is_not_sent_to_canvas(known: Course) -> None:
    for encoding in ("utf-16", "cp1252"):
        data = CANVAS.replace("李", "Li").removeprefix("\ufeff").encode(encoding)
        with pytest.raises(CourseError, match="takes UTF-8"):
            prepare(known, known.lab(), "canvas", Sheet.read(data), policy=Policy())


def test_ids_of_submitted_need_no_roster(graded: Course) -> None:
    text = "student_id,name,score\nada,Ada,\nbob,Bob,\nfay [red],Fay,\n'=x,?,\n"
    back = returned(graded, "nbgrader", text)
    assert back.filled.decode() == text.replace("Ada,", "Ada,100.00").replace("Bob,", "Bob,87.00")
    assert back.nowhere == ("cleo", "dan", "eve")
    # Who left the course is in no system's table any more.
    Roster.of([Student("cleo", dropped="2026-11-20")]).save(graded)
    assert returned(graded, "nbgrader", text).nowhere == ("dan", "eve")


@pytest.mark.parametrize(
    ("system", "text", "row"),
    [
        ("canvas", CANVAS, "Average,,,,,,67.50,,\r\n"),
        ("brightspace", BRIGHTSPACE, "Average,,,,67.50,#\r\n"),
        ("brightspace", BRIGHTSPACE, ",Total: 3,,,,#\r\n"),
        ("nbgrader", "id,score\nada,\nbob,\n", "Average,67.50\n"),
        ("nbgrader", "id,score\nada,\nbob,\n", "Sum: 135,135\n"),
    ],
)
def test_a_row_of_figures_of_the_class_is_no_student_who_was_left(
    known: Course, system: str, text: str, row: str
) -> None:
    alone, beside = returned(known, system, text), returned(known, system, text + row)
    assert fates(beside) == fates(alone)
    assert beside.filled.decode() == alone.filled.decode() + row


def test_who_is_called_as_a_figure_gets_a_grade(known: Course) -> None:
    Roster.of([Student("ada", sis_id="Total")]).save(known)
    back = returned(known, "nbgrader", "id,score\nTotal,\n")
    assert fates(back) == {"ada": ("changes", "", "100.00")}


def test_who_is_in_two_rows_or_twice_in_the_roster_gets_nothing(known: Course) -> None:
    twice = CANVAS.replace('O""Hara, Bob",102', 'O""Hara, Bob",101')
    found = {each.row: each for each in returned(known, "canvas", twice).entries}
    assert [(found[row].fate, found[row].student) for row in (3, 4)] == [("left", ""), ("left", "")]
    assert "ada is in several rows" in found[3].why


def alpaca(course: Course, *words: str) -> tuple[int, dict[str, Any], str]:
    done = commands.run(course.root, "alpaca", *words)
    data = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    return done.returncode, data, done.stdout + done.stderr


def test_the_command_writes_nothing_in_a_dry_run_and_never_over_the_export(known: Course) -> None:
    export = known.root / "export.csv"
    export.write_bytes(CANVAS.encode())
    words = ["return", "--to", "canvas", "--grades", "export.csv", "--no-pages"]
    code, _, said = alpaca(known, *words, "--dry-run")
    assert (code, "2 change, 0 are that already, 6 are left" in said) == (3, True)
    assert "Nothing was written." in said
    assert not known.reports.exists()
    code, data, said = alpaca(known, *words, "--json")
    assert code == 3, said
    path = known.reports / "reported_lab-canvas-grades.csv"
    assert data["written"] == [str(path)]
    assert canvas_import(path.read_bytes()).grades[COLUMN]["101"] == "100.00"
    assert export.read_bytes() == CANVAS.encode()
    again = ["return", "--to", "canvas", "--no-pages", "--grades", str(path)]
    code, _, said = alpaca(known, *again)
    assert (code, "is the table itself" in said) == (1, True)
    code, _, said = alpaca(known, *words[:-1])
    assert (code, "run `alpaca feedback` first" in said) == (1, True)
