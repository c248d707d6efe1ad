"""Which pages are written: those that would be others, by every command the same."""

from __future__ import annotations

import logging
import stat
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader as NbGraderBase
from nbgrader.converters import NbGraderException
from nbgrader.coursedir import CourseDirectory

from alpaca_course.contract.appeal import Appeal
from alpaca_course.contract.states import State
from alpaca_course.course import Course
from alpaca_course.gradebook.feedback import CourseFeedback
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.results import read_results
from alpaca_course.gradebook.written import autograded_notebook, page_of
from alpaca_course.judging.appeals import AppealStore
from alpaca_course.judging.records import Record, RecordStore
from tests import light
from tests.gradebook.test_student_page import RIGHT, WRONG
from tests.light import ASSIGNMENT, NOTEBOOK

STUDENTS = ["ann", "bob", "cy"]


@pytest.fixture
def graded(course: Course) -> Course:
    """Three results as grading leaves them, of executions that nobody needs here."""
    lab = course.lab()
    nbgrader = NbGrader(course, lab)
    store = RecordStore(course, lab)
    for student in STUDENTS:
        path = autograded_notebook(course, lab, student)
        path.parent.mkdir(parents=True)
        nbformat.write(light.solved(course), path)
        (path.parent / "submission_secret.txt").write_text(student)
    with nbgrader.gradebook() as gradebook:
        for student in STUDENTS:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(lab.name, student)
    with nbgrader.ledger() as ledger:
        for student in STUDENTS:
            record = Record(student, State.GRADED, (), (), {"double": WRONG, "total": RIGHT})
            store.store(ledger.enter(record, None)[0])
    return course


def made(course: Course, **more: Any) -> list[str]:
    lab = course.lab()
    found = list(NbGrader(course, lab).feedback(read_results(course, lab), STUDENTS, **more))
    assert [each.student for each in found] == STUDENTS
    assert [each.error for each in found if each.error] == []
    return [each.student for each in found if each.made]


def page(course: Course, student: str) -> Path:
    return page_of(course, course.lab(), student)


def comment(course: Course, student: str) -> None:
    with Gradebook(course.db_url) as book:
        book.find_comment("double", NOTEBOOK, ASSIGNMENT, student).manual_comment = "A word."
        book.db.commit()


def test_only_what_changed_is_written(graded: Course) -> None:
    assert made(graded) == STUDENTS
    for student in STUDENTS:
        assert "10 of 30 points" in page(graded, student).read_text()
        assert (page(graded, student).parent / "submission_secret.txt").read_text() == student
        assert stat.S_IMODE(page(graded, student).stat().st_mode) == 0o644
    times = {student: page(graded, student).stat().st_mtime_ns for student in STUDENTS}
    assert made(graded) == []
    assert times == {each: page(graded, each).stat().st_mtime_ns for each in STUDENTS}

    comment(graded, "bob")
    assert made(graded) == ["bob"]
    assert "A word." in page(graded, "bob").read_text()
    page(graded, "ann").write_text("damaged")
    assert made(graded) == ["ann"]
    AppealStore(graded, graded.lab()).save([Appeal(1, "cy", "", "", "Why?", "2026-01-01")])
    assert made(graded) == ["cy"]
    path = autograded_notebook(graded, graded.lab(), "bob")
    path.write_bytes(path.read_bytes().replace(b"2 * x", b"x + x"))
    assert made(graded) == ["bob"]
    assert made(graded, force=True) == STUDENTS


def test_nbgraders_command_writes_the_same(graded: Course) -> None:
    made(graded)
    before = {student: page(graded, student).read_bytes() for student in STUDENTS}
    for student in STUDENTS:
        page(graded, student).unlink()
    converter = stock(graded, student_id="*")
    converter.start()
    assert {each: page(graded, each).read_bytes() for each in STUDENTS} == before
    page(graded, "ann").unlink()
    page(graded, "bob").unlink()
    stock(graded, student_id="b*").start()
    assert not page(graded, "ann").exists()
    assert page(graded, "bob").exists()
    with pytest.raises(NbGraderException, match="no graded submissions"):
        stock(graded, student_id="nobody").start()


def stock(course: Course, student_id: str) -> CourseFeedback:
    """The converter as ``nbgrader generate_feedback`` makes it."""
    app = NbGraderBase()
    app.config = course.config.copy()
    directory = CourseDirectory(parent=app, root=str(course.root), db_url=course.db_url)
    directory.assignment_id, directory.student_id = ASSIGNMENT, student_id
    converter = CourseFeedback(coursedir=directory, parent=app)
    converter.log = logging.getLogger("test")
    return converter


def test_one_that_cannot_be_made_keeps_its_former_page_and_stops_nobody(graded: Course) -> None:
    made(graded)
    before = page(graded, "bob").read_bytes()
    autograded_notebook(graded, graded.lab(), "bob").write_text("{")
    comment(graded, "cy")
    lab = graded.lab()
    found = list(NbGrader(graded, lab).feedback(read_results(graded, lab), STUDENTS))
    assert [(each.student, each.made, each.error is None) for each in found] == [
        ("ann", False, True), ("bob", False, False), ("cy", True, True),
    ]  # fmt: skip
    assert page(graded, "bob").read_bytes() == before
    assert read_results(graded, lab).results["bob"].state is State.NEEDS_PERSON
    with pytest.raises(NbGraderException, match="Not written: bob"):
        stock(graded, student_id="*").start()
