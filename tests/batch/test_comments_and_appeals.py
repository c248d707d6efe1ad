"""One comment to a class, and questions about results: through commands, gradebook and pages."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from alpaca_course import cli
from alpaca_course.batch.grade import Batch
from alpaca_course.contract.codes import code_of
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.conftest import copy_course
from tests.light import ASSIGNMENT, NOTEBOOK

RULE = "double.negative"
CODE = code_of(RULE)
WRONG = ("ann", "bob")
STUDENTS = (*WRONG, "eve")


@pytest.fixture(scope="module")
def graded(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Course:
    """Two with the same mistake, one without; with their pages."""
    if not cli.app.registered_commands:
        cli._register()
    course = new_course(tmp_path_factory.mktemp("asked") / "course")
    for student in STUDENTS:
        answers = {"double": light.WRONG_DOUBLE} if student in WRONG else {}
        light.hand_in(course, student, light.solved(course, **answers))
    with GradingSession(course, course.lab()) as session:
        outcomes = list(Batch(session, NbGrader(course, course.lab())).run(STUDENTS))
    assert [each.error for each in outcomes if each.error] == []
    alpaca(course, "feedback")
    return course


@pytest.fixture
def course(graded: Course, tmp_path: Path) -> Course:
    return copy_course(graded, tmp_path / "course")


def alpaca(course: Course, *arguments: str, code: int = 0) -> str:
    where = {"ALPACA_COURSE_ROOT": str(course.root), "COLUMNS": "160"}
    done = CliRunner().invoke(cli.app, arguments, env=where)
    if isinstance(done.exception, CourseError):
        raise done.exception
    assert done.exit_code == code, (done.stdout, done.stderr, done.exception)
    return done.stdout


def answer(course: Course, *arguments: str, code: int = 0) -> Any:
    return json.loads(alpaca(course, *arguments, "--json", code=code))


def page(course: Course, student: str) -> str:
    path = course.feedback / student / ASSIGNMENT / f"{NOTEBOOK}.html"
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", path.read_text())).split())


def person_writes(course: Course, student: str, text: str) -> None:
    with Gradebook(course.db_url) as book:
        book.find_comment("double", NOTEBOOK, ASSIGNMENT, student).manual_comment = text
        book.db.commit()


def comment_of(course: Course, student: str) -> str | None:
    with Gradebook(course.db_url) as book:
        found: str | None = book.find_comment(
            "double", NOTEBOOK, ASSIGNMENT, student
        ).manual_comment
        return found


def state(course: Course, student: str) -> str:
    return str(answer(course, "show", student)["state"])


def test_a_comment_reaches_all_who_made_the_mistake_and_nobody_else(course: Course) -> None:
    person_writes(course, "bob", "Well *tried*.")
    dry = answer(course, "comment", CODE, "Think of signs.", "--dry-run")
    assert [each["student"] for each in dry["changes"]] == [*WRONG]
    assert dry["written"] == []
    assert comment_of(course, "ann") is None

    done = answer(course, "comment", CODE.lower(), "Think of signs.")
    assert done["written"] == [*WRONG]
    ours = f"Think of signs. (code {CODE})"
    assert comment_of(course, "ann") == ours
    assert comment_of(course, "bob") == f"Well *tried*.\n\n{ours}"
    assert comment_of(course, "eve") is None
    assert answer(course, "feedback")["made"] == [*WRONG]
    assert f"Comment of a person: Well tried . {ours}" in page(course, "bob")
    assert [state(course, each) for each in STUDENTS] == ["graded"] * 3

    # Once more is nothing; another text takes its place; what a person changed stays.
    assert answer(course, "comment", RULE, "Think of signs.")["written"] == []
    person_writes(course, "ann", "Mine alone.")
    assert answer(course, "comment", "negative", "Look again.")["written"] == ["bob"]
    assert comment_of(course, "ann") == "Mine alone."
    assert comment_of(course, "bob") == f"Well *tried*.\n\nLook again. (code {CODE})"
    assert "1 left: a person changed" in alpaca(course, "comment", CODE, "And again.")
    assert answer(course, "comment", CODE, "--remove")["written"] == ["bob"]
    assert comment_of(course, "bob") == "Well *tried*."
    # Grading again makes nothing of it.
    assert alpaca(course, "grade")
    assert comment_of(course, "bob") == "Well *tried*."


def test_what_is_no_rule_is_said_with_what_is_alike(course: Course) -> None:
    with pytest.raises(CourseError, match=r"Did you mean double\.negative"):
        alpaca(course, "comment", "double.negativ", "x")
    with pytest.raises(CourseError, match="names no rule or remark"):
        alpaca(course, "comment", "double", "x")  # an exercise
    with pytest.raises(CourseError, match="either a comment or --remove"):
        alpaca(course, "comment", RULE)


def ask(course: Course, text: str, *options: str, code: int = 0) -> Any:
    path = course.root / "asked.csv"
    path.write_text(text, encoding="utf-8")
    return answer(course, "appeals", "import", str(path), *options, code=code)


def test_a_question_needs_a_person_until_it_is_answered(course: Course) -> None:
    table = f"student,code,words\nann,{CODE},Why <b>not</b>?\nnobody,{CODE},x\nbob,,All of it?\n"
    dry = ask(course, table, "--dry-run", code=3)
    assert [each["student"] for each in dry["new"]] == ["ann", "bob"]
    assert state(course, "ann") == "graded"
    taken = ask(course, table, code=3)
    assert [each["line"] for each in taken["not_taken_in"]] == [3]
    assert [state(course, each) for each in STUDENTS] == ["needs a person"] * 2 + ["graded"]
    again = ask(course, table, code=3)
    assert (again["new"], again["known"]) == ([], 2)

    first, second = answer(course, "appeals")["appeals"]
    assert (first["number"], first["title"], first["points"]) == (
        1, "Doubles a negative number", "0 of 8 points",
    )  # fmt: skip
    assert ["Seen", "It gave 8."] in first["evidence"]
    assert "abs(2 * x)" in first["cell"]
    assert Path(first["notebook"]).is_file()
    assert (second["title"], second["points"]) == ("", "22 of 30 points")
    said = alpaca(course, "appeals")
    assert "Why <b>not</b>?" in said
    assert "| " in said
    assert "2 open, 0 answered." in said

    # The question stands on the page; grading again asks for the person still.
    alpaca(course, "grade", code=3)
    assert answer(course, "feedback")["made"] == ["ann", "bob"]
    assert "There is a question about this result" in page(course, "ann")
    assert "about “Doubles a negative number”" in page(course, "ann")
    assert "Why <b>not</b>? A person will answer it here." in page(course, "ann")

    done = answer(course, "appeals", "answer", "1", "Because of *abs*.")
    assert (done["result"]["state"], done["result"]["total"]) == ("graded", 22)
    assert answer(course, "feedback")["made"] == ["ann"]
    assert "Because of abs ." in page(course, "ann")
    assert "A person will" not in page(course, "ann")
    assert [each["number"] for each in answer(course, "appeals")["appeals"]] == [2]
    assert [each["open"] for each in answer(course, "appeals", "--all")["appeals"]] == [False, True]
    # Neither is a change that the rules would make.
    assert answer(course, "regrade", "--dry-run")["changed"] == 0


def test_an_answer_may_change_points(course: Course) -> None:
    ask(course, f"student,rule,question\nann,{CODE},Why?\nann,total,And this?\n")
    with pytest.raises(CourseError, match="is worth 20 points"):
        alpaca(course, "appeals", "answer", "1", "You are right.", "--points", "21")
    done = answer(course, "appeals", "answer", "1", "You are right.", "--points", "20")
    # The other question is open still.
    assert (done["result"]["state"], done["result"]["total"]) == ("needs a person", 30)
    done = answer(course, "appeals", "answer", "2", "It is right.")
    assert (done["result"]["state"], done["result"]["total"]) == ("graded", 30)
    assert done["result"]["by_hand"] == ["double"]
    alpaca(course, "feedback")
    assert "A person gave 20 of 20 points for Doubling, where grading gives 12." in page(
        course, "ann"
    )
    with pytest.raises(CourseError, match="no appeal 7"):
        alpaca(course, "appeals", "answer", "7", "x")


def test_what_the_grader_itself_asks_for_stays_asked(course: Course) -> None:
    doubtful = light.solved(course, double=light.WRONG_DOUBLE)
    doubtful.metadata.alpaca_course["lab_version"] = "1.0"
    light.hand_in(course, "ann", doubtful)
    alpaca(course, "grade", code=3)
    ask(course, f"student,code,words\nann,{CODE},Why?\n")
    done = answer(course, "appeals", "answer", "1", "Because.")
    assert done["result"]["state"] == "needs a person"


def test_damaged_appeals_are_left_as_they_are(course: Course) -> None:
    ask(course, "student,words\nann,Why?\n")
    path = course.appeals / f"{ASSIGNMENT}.json"
    path.write_text("[{")
    with pytest.raises(CourseError, match="holds what students asked"):
        alpaca(course, "appeals")
    assert path.read_text() == "[{"
