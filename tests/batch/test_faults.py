"""The grader itself fails, at every step between a hand-in and its page, with one student's work.

It ends in "needs a person" with what failed and where, or nothing of that student has changed; who
comes after is graded; and once the fault is mended, the next run makes it good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell
from sqlalchemy.exc import OperationalError

from alpaca_course.batch.grade import Batch, Outcome, autograded_notebook
from alpaca_course.contract.states import FAULT, State
from alpaca_course.course import Course
from alpaca_course.gradebook.errors import GradebookBusyError, GradingError
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.conftest import copy_course
from tests.light import ASSIGNMENT, NOTEBOOK

READING = [
    "alpaca_course.judging.session.take_in_folder",
    "alpaca_course.judging.session.execution_key",
]
JUDGING = [
    "alpaca_course.judging.judge.Judge.verdict",
    "alpaca_course.execution.cache.ExecutionCache.store",
]
# Fail with the student's own cells, and are left out or find nothing to do without them.
SHOWING = [
    "alpaca_course.gradebook.preprocessors.apply_outputs",
    "alpaca_course.gradebook.shown.Renderer.notebook",
]
# Fail whatever is written.
WRITING = [
    "alpaca_course.gradebook.converter.CourseAutograde._book",
    "alpaca_course.gradebook.converter.write_exchange_files",
    "nbgrader.preprocessors.LimitOutput.preprocess_cell",
    "alpaca_course.gradebook.preprocessors.show_verdicts",
    "alpaca_course.gradebook.entering.Ledger.enter",
    "alpaca_course.gradebook.late.LatePenalties.lateness",
    "alpaca_course.gradebook.entering._write",
    "nbconvert.writers.FilesWriter.write",
    "alpaca_course.gradebook.converter.CourseAutograde.set_permissions",
    "alpaca_course.judging.records.Record.text",
]


@dataclass(frozen=True)
class Kept:
    """All that is kept of a student."""

    record: Record | None
    points: float
    comment: str | None
    notebook: bytes


def kept(course: Course, student: str) -> Kept:
    path = autograded_notebook(course, course.lab(), student)
    with NbGrader(course, course.lab()).gradebook() as gradebook:
        return Kept(
            RecordStore(course, course.lab()).load(student),
            gradebook.find_submission(ASSIGNMENT, student).score,
            gradebook.find_comment("double", NOTEBOOK, ASSIGNMENT, student).auto_comment,
            path.read_bytes(),
        )


def grade(course: Course) -> dict[str, Outcome]:
    with GradingSession(course, course.lab()) as session:
        batch = Batch(session, NbGrader(course, course.lab()))
        return {each.student: each for each in batch.run(["ann", "bob"])}


def hand_in(course: Course, student: str, double: str, note: str) -> None:
    notebook = light.solved(course, double=double, extra=["print('mine')"])
    notebook.cells.append(new_markdown_cell(note))
    light.hand_in(course, student, notebook)


@pytest.fixture(scope="module")
def graded_once(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Course:
    """Both were graded, and both have handed in again: ann another answer, bob another note."""
    course = new_course(tmp_path_factory.mktemp("faults") / "course")
    hand_in(course, "ann", light.WRONG_DOUBLE, "first")
    hand_in(course, "bob", light.DOUBLE, "first")
    grade(course)
    hand_in(course, "ann", light.DOUBLE + "anew = 1\n", "second")
    hand_in(course, "bob", light.DOUBLE, "second")
    return course


@pytest.fixture(scope="module")
def executed_once(graded_once: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The same, and ann's other answer was executed already, but neither judged nor written."""
    course = copy_course(graded_once, tmp_path_factory.mktemp("faults") / "course")
    with GradingSession(course, course.lab()) as session:
        assert session.grade(session.take_in("ann")).record.points == 30
    return course


@pytest.fixture
def graded(graded_once: Course, tmp_path: Path) -> Course:
    return copy_course(graded_once, tmp_path / "course")


@pytest.fixture
def executed(executed_once: Course, tmp_path: Path) -> Course:
    return copy_course(executed_once, tmp_path / "course")


def failing(monkeypatch: pytest.MonkeyPatch, target: str, error: Exception) -> None:
    """Have ``target`` raise while it is ann's turn."""
    turn = {"student": ""}

    def turns(owner: type, name: str, student: Callable[[Any], str]) -> None:
        real = getattr(owner, name)

        def noted(self: Any, given: Any, *rest: Any, **more: Any) -> Any:
            turn["student"] = student(given)
            return real(self, given, *rest, **more)

        monkeypatch.setattr(owner, name, noted)

    turns(GradingSession, "take_in", str)
    turns(GradingSession, "assess", lambda submission: submission.student)
    turns(NbGrader, "write", lambda found: found.submission.student)
    place, _, name = target.rpartition(".")
    owner: Any = monkeypatch
    module, _, attribute = place.rpartition(".")
    try:
        owner = __import__(place, fromlist=["x"])
    except ImportError:
        owner = getattr(__import__(module, fromlist=["x"]), attribute)
    real = getattr(owner, name)

    def broken(*given: Any, **more: Any) -> Any:
        if turn["student"] == "ann" or name == "store":
            raise error
        return real(*given, **more)

    monkeypatch.setattr(owner, name, broken)


def assert_mended(course: Course) -> None:
    outcomes = grade(course)
    found = kept(course, "ann")
    assert outcomes["ann"].record == found.record
    assert found.record is not None
    assert (found.record.state, found.record.reasons) == (State.GRADED, ())
    assert (found.points, found.record.points) == (30, 30)
    assert found.comment == found.record.receipt.text()


@pytest.mark.parametrize("target", [*READING, *JUDGING, *SHOWING])
def test_ends_with_a_person(target: str, graded: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        failing(patched, target, RuntimeError("made for this test"))
        outcomes = grade(graded)
    assert outcomes["bob"].ok
    assert "second" in kept(graded, "bob").notebook.decode()
    found = kept(graded, "ann")
    assert found.record == outcomes["ann"].record
    assert found.record is not None
    assert found.record.state is State.NEEDS_PERSON
    assert "RuntimeError in" in found.record.reasons[0].text
    assert found.points == found.record.points
    assert found.record.reasons[0].text in (found.comment or "")
    assert "made for this test" not in (found.comment or "")
    if target in SHOWING:
        assert (found.record.points, found.record.reasons[0].code) == (30, FAULT)
        assert set(found.record.evidence) == {"double", "total"}
    NbGrader(graded, graded.lab()).generate_feedback("ann")
    assert_mended(graded)


@pytest.mark.parametrize(
    "error",
    [RuntimeError("made for this test"), OSError(28, "No space left on device")],
    ids=["fault", "disk"],
)
@pytest.mark.parametrize("target", WRITING)
def test_what_cannot_be_written_changes_nothing(
    target: str, error: Exception, executed: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(executed, "ann")
    with monkeypatch.context() as patched:
        failing(patched, target, error)
        outcomes = grade(executed)
    assert outcomes["bob"].ok
    assert outcomes["ann"].record is None
    assert type(error).__name__ in outcomes["ann"].error
    assert kept(executed, "ann") == before
    assert_mended(executed)


@pytest.mark.parametrize("target", WRITING)
def test_a_gradebook_in_use_ends_the_run_once(
    target: str, executed: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(executed, "ann")
    with monkeypatch.context() as patched:
        failing(patched, target, OperationalError("x", {}, Exception("database is locked")))
        with pytest.raises(GradebookBusyError, match="is in use by another program"):
            grade(executed)
    assert kept(executed, "ann") == before
    assert_mended(executed)


def test_a_first_hand_in_that_cannot_be_written_has_a_state(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    for student in ("ann", "bob"):
        hand_in(course, student, light.DOUBLE, "first")
    with monkeypatch.context() as patched:
        failing(patched, WRITING[4], RuntimeError("made for this test"))
        grade(course)
    record = RecordStore(course, course.lab()).load("ann")
    assert record is not None
    assert (record.state, record.points) == (State.NEEDS_PERSON, 30)
    assert_mended(course)


def test_what_stands_in_the_way_is_told(executed: Course) -> None:
    before = kept(executed, "ann")
    record = RecordStore(executed, executed.lab()).path("ann")
    for path, is_one, other in (
        (executed.autograded, "file", "folder"),
        (record, "folder", "file"),
    ):
        aside = path.with_name(f"{path.name}.aside")
        if path.exists():
            path.rename(aside)
        if is_one == "file":
            path.write_text("")
        else:
            path.mkdir(parents=True)
        outcome = grade(executed)["ann"]
        assert outcome.record is None
        assert outcome.error.startswith(f"{path} is a {is_one}, and a {other} has to be there")
        path.unlink() if is_one == "file" else path.rmdir()
        if aside.exists():
            aside.rename(path)
    assert kept(executed, "ann") == before
    assert_mended(executed)


def test_a_page_that_cannot_be_made_keeps_the_former_one(
    graded: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    nbgrader = NbGrader(graded, graded.lab())
    nbgrader.generate_feedback("ann")
    page = graded.feedback / "ann" / ASSIGNMENT / f"{NOTEBOOK}.html"
    before = page.read_bytes()
    with monkeypatch.context() as patched:

        def broken(*_: Any, **__: Any) -> Any:
            raise RuntimeError("made for this test")

        patched.setattr("alpaca_course.gradebook.pages.feedback_page", broken)
        with pytest.raises(GradingError, match="RuntimeError in"):
            nbgrader.generate_feedback("ann")
    found = kept(graded, "ann")
    assert found.record is not None
    assert found.record.state is State.NEEDS_PERSON
    assert found.record.evidence
    assert found.record.reasons[0].text in (found.comment or "")
    assert page.read_bytes() == before
    assert sorted(each.name for each in Path(page.parents[1]).iterdir()) == [ASSIGNMENT]


def test_the_record_survives_a_second_judging(graded: Course) -> None:
    """Regrading keeps that a person is needed, though no point is missing."""
    with GradingSession(graded, graded.lab()) as session:
        found = session.grade(session.take_in("ann"))
        note = State.NEEDS_PERSON
        bare = session.without_their_cells(found, _note())
        assert bare.record.state is note
        assert nbformat.writes(bare.submission.intake.notebook)
        from alpaca_course.judging import assessment

        again = assessment.judged(bare.record, session.released, session.judge)
        assert (again.state, again.points) == (note, 30)


def _note() -> Any:
    from alpaca_course.contract.states import fault

    return fault(RuntimeError("x"))
