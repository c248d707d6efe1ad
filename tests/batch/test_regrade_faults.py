"""Regrading fails in the middle of one submission: nothing of it changes, others are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from alpaca_course.batch.grade import Batch
from alpaca_course.batch.regrade import Change, changes, write
from alpaca_course.course import Course
from alpaca_course.gradebook.errors import GradebookBusyError
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.batch.test_faults import kept
from tests.conftest import copy_course

# In the order in which they come; the last is after all that is written.
STEPS = [
    "alpaca_course.judging.records.RecordStore.begin",
    "alpaca_course.batch.regrade.show_verdicts",
    "alpaca_course.batch.regrade.write_atomically",
    "alpaca_course.gradebook.late.LatePenalties.lateness",
    "alpaca_course.gradebook.entering._write",
    "alpaca_course.judging.records.Record.text",
    "alpaca_course.judging.records.Replacement.write",
    "sqlalchemy.orm.Session.commit",
]


@pytest.fixture(scope="module")
def changed_once(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Course:
    """Two of one class, graded by a rule that has become milder since."""
    course = new_course(tmp_path_factory.mktemp("regrade") / "course")
    for student in ("ann", "bob"):
        light.hand_in(course, student, light.solved(course, double=light.WRONG_DOUBLE))
    with GradingSession(course, course.lab()) as session:
        list(Batch(session, NbGrader(course, course.lab())).run(["ann", "bob"]))
    rules = course.lab().grader_tests / "rules" / "double.py"
    text = rules.read_text()
    rules.write_text(text.replace("_gave(e, 1) == -8", "_gave(e, 1) in (8, -8)"))
    return course


@pytest.fixture
def changed(changed_once: Course, tmp_path: Path) -> Course:
    return copy_course(changed_once, tmp_path / "course")


def regrade(course: Course, before_each: Callable[[str], None] = lambda _: None) -> list[Change]:
    session, nbgrader = GradingSession(course, course.lab()), NbGrader(course, course.lab())
    found = list(changes(session, nbgrader))
    written = []
    with nbgrader.ledger() as ledger:
        for change in found:
            before_each(change.before.student)
            written.append(write(change, session, ledger))
    return written


def failing(patched: pytest.MonkeyPatch, target: str, error: Exception) -> Callable[[str], None]:
    """Have ``target`` raise once it is ann's turn; the result takes whose turn it is."""
    turn = {"student": ""}
    place, _, name = target.rpartition(".")
    module, _, attribute = place.rpartition(".")
    try:
        owner: Any = __import__(place, fromlist=["x"])
    except ImportError:
        owner = getattr(__import__(module, fromlist=["x"]), attribute)
    real = getattr(owner, name)

    def broken(*given: Any, **more: Any) -> Any:
        if turn["student"] == "ann":
            turn["student"] = ""  # once: what puts things back works again
            raise error
        return real(*given, **more)

    patched.setattr(owner, name, broken)
    return lambda student: turn.update(student=student)


@pytest.mark.parametrize(
    "error",
    [RuntimeError("made for this test"), OSError(28, "No space left on device")],
    ids=["fault", "disk"],
)
@pytest.mark.parametrize("target", STEPS)
def test_whole_or_not_at_all(
    target: str, error: Exception, changed: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(changed, "ann")
    with monkeypatch.context() as patched:
        found = {c.before.student: c for c in regrade(changed, failing(patched, target, error))}
    assert not found["bob"].error
    assert kept(changed, "bob").points == before.points + 8
    assert found["ann"].error
    assert "made for this test" not in found["ann"].error
    assert kept(changed, "ann") == before
    assert not list(changed.autograded.rglob(".*")), "something half was left"
    assert not list(changed.evidence_store.rglob(".*")), "something half was left"
    again = {c.before.student: c for c in regrade(changed)}
    assert not any(each.error for each in again.values())
    assert kept(changed, "ann").points == before.points + 8
    assert kept(changed, "ann").notebook != before.notebook


def test_a_gradebook_in_use_ends_the_run_and_changes_nothing(
    changed: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(changed, "ann")
    locked = OperationalError("x", {}, Exception("database is locked"))
    with monkeypatch.context() as patched, pytest.raises(GradebookBusyError):
        regrade(changed, failing(patched, STEPS[-1], locked))
    assert kept(changed, "ann") == before


def test_what_was_graded_meanwhile_is_left_alone(changed: Course) -> None:
    """Judged before the other run, written after it: that would put the old answer back."""

    def hand_in_again(student: str) -> None:
        if student == "ann":
            light.hand_in(changed, "ann", light.solved(changed))
            with GradingSession(changed, changed.lab()) as session:
                list(Batch(session, NbGrader(changed, changed.lab())).run(["ann"]))

    found = {c.before.student: c for c in regrade(changed, hand_in_again)}
    assert "graded again meanwhile" in found["ann"].error
    assert kept(changed, "ann").points == 30


def test_a_record_that_no_rule_can_read_stops_nobody(
    changed: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alpaca_course.judging import assessment

    real = assessment.judged

    def judged(record: Record, *rest: Any) -> Record:
        if record.student == "ann":
            raise KeyError("made for this test")
        return real(record, *rest)

    before = RecordStore(changed, changed.lab()).load("ann")
    with monkeypatch.context() as patched:
        patched.setattr(assessment, "judged", judged)
        found = {c.before.student: c for c in regrade(changed)}
    assert found["ann"].error.startswith("KeyError in ")
    assert RecordStore(changed, changed.lab()).load("ann") == before
    assert kept(changed, "bob").points == 30


def test_a_refresh_that_cannot_be_kept_leaves_the_gradebook(
    course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The time of a hand-in has changed, and the record of it cannot be written."""
    path = light.hand_in(course, "ann", light.solved(course))
    stamp = path.with_name("timestamp.txt")
    stamp.write_text("2026-01-01 10:00:00 UTC")
    lab, nbgrader = course.lab(), NbGrader(course, course.lab())

    def run() -> list[str]:
        with GradingSession(course, lab) as session:
            return [each.error for each in Batch(session, nbgrader).run(["ann"])]

    def time() -> str:
        with nbgrader.gradebook() as gradebook:
            return str(gradebook.find_submission(lab.name, "ann").timestamp)

    assert run() == [""]
    before, was = RecordStore(course, lab).load("ann"), time()
    stamp.write_text("2026-01-02 10:00:00 UTC")
    with monkeypatch.context() as patched:
        patched.setattr(
            "alpaca_course.judging.records.Replacement.write",
            lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")),
        )
        assert "No space left" in run()[0]
    assert (RecordStore(course, lab).load("ann"), time()) == (before, was)
    assert run() == [""]
    assert time() == "2026-01-02 10:00:00"
