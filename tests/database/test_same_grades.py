"""The same class, graded into SQLite and into PostgreSQL, comes out the same everywhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from alpaca_course.course import Course
from alpaca_course.gradebook.engine import opened
from alpaca_course.gradebook.enrolment import enrol
from alpaca_course.gradebook.export import rows, stored_records, to_csv
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.results import read_results
from alpaca_course.lms.roster import Student
from tests import light
from tests.database import grade, make_late, tables, with_gradebook
from tests.light import ASSIGNMENT, NOTEBOOK

LONG = "z" * 140  # nbgrader's tables bound ids to 128 characters
CLASS = ["Ann", "bob", "aaron", "Ümit", "o'brien, pat", "%41", LONG, "damaged"]
ROSTER = [
    Student("aaron", first_name="Zoë", last_name="de Vries"),
    Student("Ann", first_name="Ann", last_name="De Vries", email="ann@uni.example"),
    Student("never", first_name="N" * 300, last_name="van Öst"),
]


def work(course: Course) -> None:
    """What happens in a term, graded twice, with everything that a person may enter between."""
    enrol(course, ROSTER, [])
    grade(course, CLASS)
    with opened(course) as book:
        book.find_assignment(ASSIGNMENT).duedate = datetime(2026, 2, 1, 12, 0, 0, 123456)
        book.find_submission(ASSIGNMENT, "Ann").extension = timedelta(days=2, microseconds=7)
        (found,) = book.find_submission(ASSIGNMENT, "bob").notebooks
        double, total = sorted(found.grades, key=lambda each: each.name)
        double.manual_score, total.extra_credit = 0.5, 0.25
        for comment in found.comments:
            comment.manual_comment = f"{comment.name}: look → here\0 “there”"
        book.db.commit()
    grade(course, CLASS)
    enrol(course, ROSTER[:1], ["never"])


@pytest.fixture(scope="module")
def both(
    pristine: Course,
    new_course: Callable[[Path], Course],
    new_database: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Course, Course]:
    folder = tmp_path_factory.mktemp("both")
    ours = new_course(folder / "sqlite")
    for number, student in enumerate(CLASS):
        double = light.WRONG_DOUBLE if number % 3 == 1 else light.DOUBLE
        light.hand_in(ours, student, light.solved(ours, double=double))
        make_late(ours, student, ASSIGNMENT)
    light.hand_in(ours, "damaged", b"{ no notebook")
    work(ours)
    # The executions are taken along, so that both judge the same evidence.
    copy = Course.load(Path(shutil.copytree(ours.root, folder / "postgres")))
    for made in (copy.autograded, copy.evidence_store):
        shutil.rmtree(made)
    (copy.root / "gradebook.db").unlink()
    theirs = with_gradebook(copy, new_database())
    work(theirs)
    return ours, theirs


def test_every_row_of_every_table(both: tuple[Course, Course]) -> None:
    sqlite, postgres = (tables(course.db_url) for course in both)
    assert {row["id"] for row in postgres["student"]} == {*CLASS, "aaron"}
    assert len(postgres["grade"]) == 2 * len(CLASS)
    for name, found in sqlite.items():
        assert postgres[name] == found


def test_results_and_exports(both: tuple[Course, Course]) -> None:
    told = [
        [each.to_json() for each in read_results(course, course.lab()).results.values()]
        for course in both
    ]
    for attempt in (each for of in told for result in of for each in result["attempts"]):
        assert attempt.pop("run")  # by the clock
    assert told[0] == told[1]
    # The order of exercises, too, which no database keeps.
    assert [list(each["points"]) for each in told[1]] == [["double", "total"]] * len(CLASS)
    texts = []
    for course in both:
        with opened(course) as book:
            texts.append(to_csv(rows(book, stored_records(course))))
    assert texts[0] == texts[1]


def test_pages_of_students(both: tuple[Course, Course]) -> None:
    pages = []
    for course in both:
        found = read_results(course, course.lab())
        NbGrader(course, course.lab())
        written = NbGrader(course, course.lab()).feedback(found, ["Ann", "bob"], force=True)
        assert [each.error for each in written] == [None, None]
        pages.append(
            [(course.feedback / s / ASSIGNMENT / f"{NOTEBOOK}.html").read_bytes()
             for s in ("Ann", "bob")]
        )  # fmt: skip
    assert pages[0] == pages[1]


def test_what_formgrader_asks(both: tuple[Course, Course]) -> None:
    """Every question of formgrader's and of nbgrader's own list of what it knows."""
    answers = []
    for course in both:
        directory = CourseDirectory(root=str(course.root), config=course.config)
        directory.db_url = course.db_url
        api = NbGraderAPI(directory)
        answers.append(
            {
                "assignments": api.get_assignments(),
                "notebooks": api.get_notebooks(ASSIGNMENT),
                "submissions": api.get_submissions(ASSIGNMENT),
                "students": api.get_students(),
                "one": api.get_student_submissions("bob"),
                "cells": api.get_student_notebook_submissions("bob", ASSIGNMENT),
                "of a notebook": api.get_notebook_submissions(ASSIGNMENT, NOTEBOOK),
            }
        )
    for name, said in answers[0].items():
        assert _named(answers[1][name]) == _named(said), name


def _named(said: Any) -> Any:
    """Without random keys, by which nbgrader numbers, too, and in no order: its tables sort."""
    if isinstance(said, dict):
        return {name: _named(each) for name, each in said.items() if name not in ("id", "index")}
    if isinstance(said, list):
        return sorted((_named(each) for each in said), key=repr)
    return said
