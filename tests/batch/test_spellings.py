"""A roster and a folder that spell one student in two ways: one student everywhere."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from typing import Any

import pytest
from nbgrader.api import Gradebook

from alpaca_course.course import Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.spelling import one_spelling
from tests import commands, light
from tests.light import ASSIGNMENT, NOTEBOOK

NFC, NFD = (unicodedata.normalize(form, "José Núñez") for form in ("NFC", "NFD"))


def run(course: Course, *command: str) -> str:
    done = commands.run(course.root, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def roster(course: Course, student: str) -> None:
    """Put on the list as a teacher does, from a file of another machine."""
    path = course.root / "roster.csv"
    path.write_text(f"id,first_name,last_name,email\n{student},José,Núñez,jn@example.org\n")
    run(course, "nbgrader", "db", "student", "import", str(path))


def table(course: Course, *command: str) -> list[dict[str, str]]:
    run(course, *command)
    return list(csv.DictReader(io.StringIO((course.root / "grades.csv").read_text("utf-8-sig"))))


def assert_one_student(course: Course, asked: str) -> None:
    report = json.loads(run(course, "alpaca", "report", "--json"))
    assert [each["student"] for each in report["submissions"]] == [NFC]
    assert (report["missing"], report["dropped"]) == ([], [])
    assert report["submissions"][0]["name"] == "José Núñez"
    for command in (["alpaca", "export"], ["nbgrader", "export", "--to", "grades.csv"]):
        (row,) = table(course, *command)
        assert (row["student_id"], row["score"], row["email"]) == (NFC, "30.0", "jn@example.org")
    shown = json.loads(run(course, "alpaca", "show", "--json", asked))
    assert (shown["student"], shown["total"]) == (NFC, 30)
    regraded = json.loads(run(course, "alpaca", "regrade", "--json"))
    assert [each["student"] for each in regraded["students"]] == [NFC]


@pytest.mark.parametrize(("listed", "folder"), [(NFD, NFC), (NFC, NFD), (NFD, NFD)])
@pytest.mark.parametrize("with_", ["alpaca grade", f"nbgrader autograde {ASSIGNMENT}"])
def test_one_student_everywhere(listed: str, folder: str, with_: str, course: Course) -> None:
    light.hand_in(course, folder, light.solved(course))
    roster(course, listed)
    run(course, *with_.split())
    made = json.loads(run(course, "alpaca", "feedback", "--json"))
    assert list(made["pages"]) == [NFC]
    assert (course.feedback / NFC / ASSIGNMENT / f"{NOTEBOOK}.html").is_file()
    assert_one_student(course, folder)
    with NbGrader(course, course.lab()).gradebook() as gradebook:
        assert [each.id for each in gradebook.students] == [NFC]

    # The roster comes again, and nothing was graded since.
    roster(course, listed)
    assert_one_student(course, listed)
    again = json.loads(run(course, "alpaca", "grade", "--json"))
    assert [each["action"] for each in again["submissions"]] == ["up to date"]
    with NbGrader(course, course.lab()).gradebook() as gradebook:
        assert [each.id for each in gradebook.students] == [NFC]


def grades(gradebook: Gradebook, student: str) -> Any:
    return gradebook.find_submission(ASSIGNMENT, student)


def test_what_was_entered_under_the_other_spelling_moves(course: Course) -> None:
    nbgrader = NbGrader(course, course.lab())
    with nbgrader.gradebook() as gradebook:
        gradebook.add_student(NFD, first_name="José")
        gradebook.add_student(NFC, email="jn@example.org")
        gradebook.add_submission(ASSIGNMENT, NFD)
        grade = gradebook.find_grade("test_double", NOTEBOOK, ASSIGNMENT, NFD)
        grade.manual_score = 7
        gradebook.db.commit()
        one_spelling(gradebook)
    with nbgrader.gradebook() as gradebook:
        (student,) = gradebook.students
        assert (student.id, student.first_name, student.email) == (NFC, "José", "jn@example.org")
        assert grades(gradebook, NFC).score == 7


def test_two_submissions_of_one_assignment_are_both_kept(course: Course) -> None:
    nbgrader = NbGrader(course, course.lab())
    with nbgrader.gradebook() as gradebook:
        for name in (NFC, NFD):
            gradebook.add_student(name)
            gradebook.add_submission(ASSIGNMENT, name)
        one_spelling(gradebook)
        assert {each.id for each in gradebook.students} == {NFC, NFD}
    assert nbgrader.graded_students() == {NFC}
