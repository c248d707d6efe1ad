"""The database's server goes away while a class is graded, and comes back, or does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from alpaca_course.batch.grade import Batch
from alpaca_course.course import Course
from alpaca_course.gradebook import patience
from alpaca_course.gradebook.errors import GradebookGoneError, GradingError
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.postgres_local import LocalServer
from alpaca_course.gradebook.results import read_results
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.database import grade, tables, with_gradebook
from tests.light import ASSIGNMENT

CLASS = ["ann", "bob", "cleo"]
END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = '{}' AND pid <> pg_backend_pid()"
)


@pytest.fixture
def handed_in(course: Course, database: str) -> Course:
    place = with_gradebook(course, database)
    for student in CLASS:
        light.hand_in(place, student, light.solved(place, extra=[f"who = {student!r}"]))
    return place


class Moments:
    """Does something at certain statements and commits of this process, counted from one."""

    def __init__(self, at: set[int], action: Callable[[], Any]) -> None:
        self.count, self._at, self._action, self._busy = 0, at, action, False
        self._listened = [
            ("before_cursor_execute", lambda *_: self._pass()),
            ("commit", lambda *_: self._pass()),
        ]

    def __enter__(self) -> Moments:
        for name, listener in self._listened:
            event.listen(Engine, name, listener)
        return self

    def __exit__(self, *_: object) -> None:
        for name, listener in self._listened:
            event.remove(Engine, name, listener)

    def _pass(self) -> None:
        if self._busy:
            return
        self.count += 1
        if self.count in self._at:
            self._busy = True
            self._action()
            self._busy = False


def name_of(course: Course) -> str:
    return course.db_url.partition("?")[0].rpartition("/")[2]


def as_a_class(course: Course) -> list[tuple[str, float]]:
    rows = tables(course.db_url)["grade"]
    return sorted((row["notebook_id"], row["auto_score"]) for row in rows)


def test_a_connection_that_is_cut_at_any_moment(handed_in: Course, postgres: LocalServer) -> None:
    """Every connection is ended again and again, between any two statements of a run.

    Writing a submission takes fewer statements than lie between two cuts, so each is cut at another
    place, and the next try gets through.
    """
    lab, everybody = handed_in.lab(), [*CLASS, *(f"more{number}" for number in range(9))]
    for student in everybody[3:]:
        light.hand_in(handed_in, student, light.solved(handed_in))
    NbGrader(handed_in, lab).ensure_assignment()
    cut = END_OTHERS.format(name_of(handed_in))
    with GradingSession(handed_in, lab) as session:
        running = Batch(session, NbGrader(handed_in, lab)).run(everybody)
        outcomes = [next(running)]  # what fails before the first one is written is said at once
        with Moments({*range(3, 10_000, 67)}, lambda: postgres.run(cut)) as moments:
            outcomes += running
        assert moments.count > 67 * 6
    assert [each.error for each in outcomes] == [""] * 12
    assert all(each.ok for each in outcomes)
    assert len(as_a_class(handed_in)) == 24
    again = grade(handed_in, everybody)
    assert {each.action.value for each in again.values()} == {"up to date"}
    assert {each.total for each in read_results(handed_in, lab).results.values()} == {30}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "AWAY_SECONDS", 0.5)


@pytest.mark.usefixtures("impatient")
def test_a_server_that_stays_away_ends_the_run_once(
    handed_in: Course, postgres: LocalServer
) -> None:
    lab, done = handed_in.lab(), []
    with GradingSession(handed_in, lab) as session:
        running = Batch(session, NbGrader(handed_in, lab)).run(CLASS)
        done.append(next(running))
        postgres.stop()
        try:
            with pytest.raises(GradebookGoneError, match="nothing is entered twice") as error:
                done.extend(running)
            # Before anything is done it is told as what cannot be reached, without waiting.
            for command in (lambda: grade(handed_in, CLASS), lambda: read_results(handed_in, lab)):
                with pytest.raises(GradingError, match="Look whether the server runs"):
                    command()
            assert "\n" not in str(error.value)
        finally:
            postgres.start()
    assert [each.ok for each in done] == [True]
    found = grade(handed_in, CLASS)
    assert {name: each.action.value for name, each in found.items()} == {
        "ann": "up to date",
        "bob": "judge",  # it was executed before
        "cleo": "judge",
    }
    assert len(as_a_class(handed_in)) == 6


def test_a_server_that_is_started_again_is_waited_for(
    handed_in: Course, postgres: LocalServer
) -> None:
    """In the middle of writing a submission, and of what is only brought up to date."""

    def restart() -> None:
        postgres.stop()
        postgres.start()

    lab = handed_in.lab()
    with GradingSession(handed_in, lab) as session:
        running = Batch(session, NbGrader(handed_in, lab)).run(CLASS)
        outcomes = [next(running)]
        with Moments({20}, restart):
            outcomes += running
        folder = handed_in.submitted / "ann" / ASSIGNMENT
        (folder / "timestamp.txt").write_text("2026-03-01 10:00:00 UTC", encoding="utf-8")
        running = Batch(session, NbGrader(handed_in, lab)).run(CLASS)
        outcomes.append(next(running))
        with Moments({2}, restart):
            outcomes += running
    assert [each.error for each in outcomes] == [""] * 6
    assert len(as_a_class(handed_in)) == 6


def test_what_the_server_refuses_is_told_of_one_and_the_others_go_on(
    handed_in: Course, postgres: LocalServer
) -> None:
    NbGrader(handed_in, handed_in.lab()).ensure_assignment()
    rule = "ALTER TABLE student ADD CONSTRAINT nobody CHECK (id <> 'bob')"
    postgres.run(rule, name_of(handed_in))
    found = grade(handed_in, CLASS)
    assert [found["ann"].ok, found["cleo"].ok] == [True, True]
    assert found["bob"].result is None
    assert "nobody" in found["bob"].error
    assert not (handed_in.autograded / "bob" / ASSIGNMENT).exists()
    postgres.run("ALTER TABLE student DROP CONSTRAINT nobody", name_of(handed_in))
    assert grade(handed_in, CLASS)["bob"].ok
