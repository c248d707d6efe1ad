"""What is not plain runs after all others, in a place of its own, and needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from alpaca_course.batch.grade import Action, Batch, Outcome
from alpaca_course.contract.states import State
from alpaca_course.course import Course
from alpaca_course.execution import pool
from alpaca_course.execution.runner import NoKernelError
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.records import RecordStore, Replacement
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.commands import ALL_GRADED, alpaca, answer

REACHING = "# UNQ_C1\nimport sys\ndef double(x):\n    return 2 * x\n"


@dataclass
class Watched:
    """Which pools executed what, in order: isolation, workers, and how many ran at a time."""

    ran: list[str] = field(default_factory=list)
    running: int = 0
    beside: list[int] = field(default_factory=list)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Executions of sessions, by the source code of the first answer."""
    seen = Watched()
    once = pool.ExecutionPool._once

    @contextmanager
    def counted() -> Iterator[None]:
        seen.running += 1
        seen.beside.append(seen.running)
        yield
        seen.running -= 1

    def noted(self: pool.ExecutionPool, notebook, **how):  # type: ignore[no-untyped-def]
        with counted():
            answer = light.cell(notebook, "double").source
            seen.ran.append("apart" if "import sys" in answer else "beside")
            return once(self, notebook, **how)

    monkeypatch.setattr(pool.ExecutionPool, "_once", noted)
    return seen


@pytest.fixture
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    made = light.make_course(tmp_path_factory.mktemp("apart") / "course")
    light.hand_in(made, "ann", light.solved(made, double=REACHING))
    light.hand_in(made, "bob", light.solved(made))
    light.hand_in(made, "eve", light.solved(made, double=REACHING + "# eve\n"))
    light.hand_in(made, "joe", light.solved(made, double=light.DOUBLE.replace("2 * x", "x * 2")))
    return made


def grade(course: Course, students: list[str], **how: bool) -> dict[str, Outcome]:
    with GradingSession(course, course.lab(), workers=2) as session:
        batch = Batch(session, NbGrader(course, course.lab()), **how)
        return {each.student: each for each in batch.run(students)}


def test_what_is_not_plain_runs_last_and_alone(course: Course, watched: Watched) -> None:
    found = grade(course, ["ann", "bob", "eve", "joe"])
    assert watched.ran == ["beside", "beside", "apart", "apart"]
    assert watched.beside[2:] == [1, 1]
    assert list(found)[2:] == ["ann", "eve"]


def test_it_needs_a_person_with_full_points_too(course: Course) -> None:
    found = grade(course, ["ann", "bob"])
    ann, bob = found["ann"].result, found["bob"].result
    assert ann is not None
    assert bob is not None
    assert (ann.state, ann.total) == (State.NEEDS_PERSON, 30)
    assert all(score.waiting for score in ann.scores.values())
    (note,) = ann.reasons
    assert note.code == "gate.code"
    assert "Line 2 of the cell 'double' reaches into the interpreter: `import sys`" in note.text
    assert (bob.state, bob.reasons) == (State.GRADED, ())


def test_it_stays_so_until_a_person_confirms_it(course: Course) -> None:
    grade(course, ["ann"])
    again = grade(course, ["ann"])["ann"]
    assert again.action is Action.KEEP
    assert again.result is not None
    assert again.result.state is State.NEEDS_PERSON
    assert alpaca(course, "accept", "ann").returncode == ALL_GRADED
    kept = grade(course, ["ann"])["ann"].result
    assert kept is not None
    assert kept.state is State.GRADED


def test_what_ends_while_it_is_accepted_is_not_accepted(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As by a signal that nobody handles."""

    def ending(*_: object) -> None:
        raise Killed

    grade(course, ["ann"])
    with monkeypatch.context() as patched:
        patched.setattr(Replacement, "write", ending)
        with pytest.raises(Killed):
            alpaca(course, "accept", "ann")
    assert answer(course, "show", "ann")["state"] == State.NEEDS_PERSON
    # So the same command again does what was asked for.
    assert alpaca(course, "accept", "ann").returncode == ALL_GRADED
    assert answer(course, "show", "ann")["state"] == State.GRADED


def test_outside_of_the_batch_it_runs_apart_too(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int, bool, bool]] = []

    def none_here(
        session: GradingSession,
        isolation: str,
        workers: int,
        *,
        template: bool,
        apart: bool = False,
    ) -> pool.ExecutionPool:
        asked.append((isolation, workers, template, apart))
        raise NoKernelError("none here")

    monkeypatch.setattr(GradingSession, "_pool", none_here)
    with GradingSession(course, course.lab(), isolation="warm", workers=2) as session:
        for student in ("bob", "ann"):
            session.grade(session.take_in(student))
    assert asked == [("warm", 2, True, False), ("fresh", 1, False, True)]


def test_own_cells_that_nothing_needs_are_counted_and_not_run(course: Course) -> None:
    own = ["print('looked')", "import os\nos._exit(1)"]
    light.hand_in(course, "zoe", light.solved(course, extra=own))
    result = grade(course, ["zoe"])["zoe"].result
    assert result is not None
    assert (result.state, result.own_not_executed) == (State.GRADED, 2)
    assert result.to_json()["own_cells_not_executed"] == 2
    record = RecordStore(course, course.lab()).load("zoe")
    assert record is not None
    assert record.own_not_executed == 2


def test_all_own_cells_are_executed_where_that_is_asked_for(course: Course) -> None:
    light.hand_in(course, "zoe", light.solved(course, extra=["seen = 1", "import sys"]))
    with GradingSession(course, course.lab(), execute_all=True) as session:
        taken = session.take_in("zoe")
    with GradingSession(course, course.lab()) as session:
        sliced = session.take_in("zoe")
    assert (len(taken.findings), len(sliced.findings)) == (1, 0)
    assert taken.key != sliced.key
