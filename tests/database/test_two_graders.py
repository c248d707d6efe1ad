"""Two graders on two machines, each with half of a class, and formgrader beside them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from alpaca_course.course import Course
from alpaca_course.gradebook.engine import make_engine, opened, prepare, raw_engine
from alpaca_course.gradebook.enrolment import enrol
from alpaca_course.gradebook.locks import SUBMISSION, key_of
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.results import read_results
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.lms.roster import Student
from tests import light
from tests.database import grade, tables, with_gradebook
from tests.light import ASSIGNMENT

ALPACA = Path(sys.executable).with_name("alpaca")
HALVES = [["ann", "bob", "cleo", "dora"], ["emil", "fay", "gus", "hal"]]


def test_two_halves_of_a_class_at_once(
    new_course: Callable[[Path], Course], database: str, tmp_path: Path
) -> None:
    """Both start with a database in which there is nothing, so both would make all of it."""
    places = []
    for number, half in enumerate(HALVES):
        place = with_gradebook(new_course(tmp_path / str(number)), database)
        for student in half:
            light.hand_in(place, student, light.solved(place, extra=[f"who = {student!r}"]))
        places.append(place)
    graders = [
        subprocess.Popen(
            [str(ALPACA), "grade", "--json"],
            cwd=place.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for place in places
    ]
    seen = _formgrader_until_they_end(places[0], graders)
    for grader, half in zip(graders, HALVES, strict=True):
        said, errors = grader.communicate()
        assert grader.returncode == 0, errors
        assert "Error" not in errors
        assert {each["student"] for each in json.loads(said)["submissions"]} == {*half}
    assert seen == sorted(seen)  # what was there once is there from then on
    found = tables(database)
    assert [row["id"] for row in found["student"]] == sorted([*HALVES[0], *HALVES[1]])
    assert len(found["assignment"]) == len(found["notebook"]) == 1
    assert len(found["submitted_assignment"]) == 8
    assert sorted(row["auto_score"] for row in found["grade"]) == [10.0] * 8 + [20.0] * 8
    # What the other one graded is in the gradebook, and its evidence is where it was graded.
    results = read_results(places[0], places[0].lab()).results
    assert {name: each.total for name, each in results.items()} == dict.fromkeys(results, 30.0)


def _formgrader_until_they_end(course: Course, graders: list[subprocess.Popen[str]]) -> list[int]:
    """How many submissions formgrader's list has, asked again and again."""
    directory = CourseDirectory(root=str(course.root), config=course.config)
    directory.db_url, seen = course.db_url, []
    api = NbGraderAPI(directory)
    while any(grader.poll() is None for grader in graders):
        listed = api.get_submissions(ASSIGNMENT) if api.get_assignments() else []
        seen.append(sum(each["autograded"] for each in listed))
    return seen


@pytest.fixture
def graded(course: Course, database: str) -> Course:
    place = with_gradebook(course, database)
    light.hand_in(place, "ann", light.solved(place))
    assert grade(place, ["ann"])["ann"].ok
    return place


def record_of(course: Course) -> Record:
    record = RecordStore(course, course.lab()).load("ann")
    assert record is not None
    return record


def give_points(book: Gradebook, points: float) -> None:
    for each in book.find_submission(ASSIGNMENT, "ann").notebooks[0].grades:
        each.manual_score, each.needs_manual_grade = points, False
    book.db.commit()


def test_what_a_person_enters_meanwhile_is_not_written_over(graded: Course) -> None:
    record = record_of(graded)
    with NbGrader(graded, graded.lab()).ledger() as ledger:
        assert ledger.foresee(record, record)[1].total == 30
        with opened(graded) as formgrader:
            give_points(formgrader, 1.5)
        assert ledger.enter(record, record)[1].total == 3.0


def test_a_submission_that_is_being_written_is_nobody_elses(graded: Course) -> None:
    record, other = record_of(graded), raw_engine(graded.db_url)
    refused = []

    def meanwhile(_: Record) -> None:
        for statement in (
            "UPDATE grade SET manual_score = 1",
            f"SELECT pg_advisory_xact_lock({key_of(SUBMISSION, ASSIGNMENT, 'ann')})",
        ):
            with other.begin() as connection:
                connection.execute(text("SET LOCAL lock_timeout = 50"))
                with pytest.raises(OperationalError, match="lock timeout"):
                    connection.execute(text(statement))
                connection.rollback()
            refused.append(statement)
        with other.begin() as connection:  # another student's, and reading, are free
            connection.execute(text("SET LOCAL lock_timeout = 50"))
            connection.execute(
                text(f"SELECT pg_advisory_xact_lock({key_of(SUBMISSION, ASSIGNMENT, 'bob')})")
            )
            assert connection.execute(text("SELECT count(*) FROM grade")).scalar() == 2

    with NbGrader(graded, graded.lab()).ledger() as ledger:
        ledger.enter(record, record, meanwhile)
    other.dispose()
    assert len(refused) == 2


def test_reading_leaves_no_transaction_open(graded: Course) -> None:
    """A run that only looks takes minutes, and an open one is in the way of the server's care."""
    record, other = record_of(graded), raw_engine(graded.db_url)
    with NbGrader(graded, graded.lab()).ledger() as ledger:
        ledger.foresee(record, record)
        with other.connect() as connection:
            open_ = text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            )
            assert connection.execute(open_).scalar() == 0
    other.dispose()


def test_two_programs_that_make_the_same_tables(database: str) -> None:
    """The second waits for the first, and finds them made."""
    first = raw_engine(database)
    with first.begin() as connection:
        prepare(connection)
        code = "import sys; from alpaca_course.gradebook import engine; "
        code += "engine.make_engine(sys.argv[1])"
        second = subprocess.Popen([sys.executable, "-c", code, database], stderr=subprocess.PIPE)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(3)
    _, errors = second.communicate(timeout=60)
    assert second.returncode == 0, errors
    first.dispose()
    engine = make_engine(database)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
    engine.dispose()


def test_a_roster_and_a_grader_that_know_the_same_new_student(graded: Course) -> None:
    """Who comes second finds the student there, and adds what it knows."""
    found = enrol(graded, [Student("ann", first_name="Ann"), Student("bob")], [])
    assert found.added == ("bob",)
    assert {row["id"]: row["first_name"] for row in tables(graded.db_url)["student"]} == {
        "ann": "Ann",
        "bob": None,
    }


def test_two_programs_that_open_a_new_gradebook(course: Course, database: str) -> None:
    """The first to open one enters the course in it; who comes second waits, and finds it."""
    place = with_gradebook(course, database)
    first = make_engine(database)
    errors: list[BaseException] = []

    def second() -> None:
        try:
            with opened(place):
                pass
        except BaseException as error:
            errors.append(error)

    with first.begin() as connection:
        connection.execute(text("INSERT INTO course (id) VALUES (:id)"), {"id": place.course_id})
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(1)
        assert thread.is_alive()
    thread.join(60)
    first.dispose()
    assert errors == []
    assert [row["id"] for row in tables(database)["course"]] == [place.course_id]
