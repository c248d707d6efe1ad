"""Students of any id are graded and have their page."""

from __future__ import annotations

from alpaca_course.batch.grade import Batch
from alpaca_course.course import Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.intake.submissions import students
from alpaca_course.judging.session import GradingSession
from tests import commands, light
from tests.light import ASSIGNMENT, NOTEBOOK

IDS = ["x[1]", "o'brien, pat", "-dash", "José Núñez", "x*y", "a+b", "#a", "a\\b", "n" * 140]


def test_ids_that_are_patterns_or_odd(course: Course) -> None:
    for student in IDS:
        light.hand_in(course, student, light.solved(course))
    lab = course.lab()
    nbgrader = NbGrader(course, lab)
    with GradingSession(course, lab) as session:
        outcomes = list(Batch(session, nbgrader).run(students(course, lab)))
    assert {each.student: each.error for each in outcomes} == dict.fromkeys(IDS, "")
    assert all(each.ok for each in outcomes)
    for student in IDS:
        nbgrader.generate_feedback(student)
        assert (course.feedback / student / ASSIGNMENT / f"{NOTEBOOK}.html").is_file()
    assert nbgrader.graded_students() == set(IDS)


def test_whom_nbgrader_may_not_add_is_told_how_to_be_added(course: Course) -> None:
    course.config.Autograde.create_student = False
    light.hand_in(course, "o'b", light.solved(course))
    with GradingSession(course, course.lab()) as session:
        (outcome,) = Batch(session, NbGrader(course, course.lab())).run(["o'b"])
    assert outcome.result is None
    assert "create_student is False: `nbgrader db student add 'o'\"'\"'b'`" in outcome.error


def test_an_exchange_that_nobody_made_yet_is_not_called_unwritable(course: Course) -> None:
    done = commands.run(course.root, "nbgrader", "release_feedback", ASSIGNMENT)
    assert done.returncode == 1
    assert f"`nbgrader release_assignment {ASSIGNMENT}` makes it" in done.stderr
    assert "contact your instructor" not in done.stderr
