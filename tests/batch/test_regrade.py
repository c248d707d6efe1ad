"""Stored evidence judged by other rules, without executing anything."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from alpaca_course.batch.grade import Batch, autograded_notebook
from alpaca_course.batch.regrade import Change, changes, write
from alpaca_course.course import Course
from alpaca_course.execution.sources import source_spec
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging import session as session_module
from alpaca_course.judging.records import RecordStore
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.light import ASSIGNMENT, NOTEBOOK


@pytest.fixture(scope="module")
def graded(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Course:
    """A class graded by a rule that is too strict with negative numbers."""
    course = new_course(tmp_path_factory.mktemp("regrade") / "course")
    light.hand_in(course, "full", light.solved(course))
    light.hand_in(course, "wrong", light.solved(course, double=light.WRONG_DOUBLE))
    light.hand_in(course, "refused", b"{")
    with GradingSession(course, course.lab(), workers=2) as session:
        list(Batch(session, NbGrader(course, course.lab())).run(["full", "wrong", "refused"]))
    return course


@pytest.fixture
def changed(graded: Course, tmp_path: Path) -> Course:
    """The same class with a rule that accepts a positive double of a negative number."""
    shutil.copytree(graded.root, tmp_path / "course")
    course = Course.load(tmp_path / "course")
    rules = course.lab().grader_tests / "rules" / "double.py"
    strict = "_gave(e, 1) == -8"
    text = rules.read_text()
    assert strict in text
    rules.write_text(text.replace(strict, "_gave(e, 1) in (8, -8)"))
    return course


@pytest.fixture
def no_kernels(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise AssertionError("a kernel was asked for")

    monkeypatch.setattr(session_module, "source_spec", refuse)
    yield
    assert session_module.source_spec is not source_spec


def judge_again(course: Course) -> dict[str, Change]:
    return {
        change.after.student: change
        for change in changes(GradingSession(course, course.lab()), NbGrader(course, course.lab()))
    }


def test_same_rules_change_nothing(graded: Course) -> None:
    found = judge_again(graded)
    assert set(found) == {"full", "wrong", "refused"}
    assert not any(change.changed for change in found.values())


@pytest.mark.usefixtures("no_kernels")
def test_shows_who_gains(changed: Course) -> None:
    found = judge_again(changed)
    assert {name: change.difference for name, change in found.items()} == {
        "full": 0,
        "wrong": 8,
        "refused": 0,
    }
    assert found["wrong"].exercises() == {"double": 8}
    stored = RecordStore(changed, changed.lab()).load("wrong")
    assert stored is not None
    assert stored.points == 22


@pytest.mark.usefixtures("no_kernels")
def test_writes_everywhere_and_leaves_nothing_to_grade(changed: Course) -> None:
    lab = changed.lab()
    session, nbgrader = GradingSession(changed, lab), NbGrader(changed, lab)
    found = list(changes(session, nbgrader))
    with nbgrader.ledger() as ledger:
        for change in found:
            assert write(change, session, ledger).error == ""
    with nbgrader.gradebook() as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "wrong").score == 30
    notebook = nbformat.read(autograded_notebook(changed, lab, "wrong"), as_version=4)
    assert light.cell(notebook, "test_double").outputs[-1].data["text/plain"] == "20"
    foreseen = Batch(session, nbgrader).foresee(["full", "wrong", "refused"])
    plan = {name: action for name, action, _ in foreseen}
    assert {action.value for action in plan.values()} == {"up to date"}


def test_points_of_a_person_stay(changed: Course) -> None:
    lab = changed.lab()
    session, nbgrader = GradingSession(changed, lab), NbGrader(changed, lab)
    where = ("test_double", NOTEBOOK, ASSIGNMENT, "wrong")
    with nbgrader.gradebook() as gradebook:
        gradebook.find_grade(*where).manual_score = 15
        gradebook.db.commit()
    found = list(changes(session, nbgrader))
    with nbgrader.ledger() as ledger:
        for change in found:
            write(change, session, ledger)
    with nbgrader.gradebook() as gradebook:
        grade = gradebook.find_grade(*where)
        assert (grade.score, grade.auto_score, grade.needs_manual_grade) == (15, 20, True)


@pytest.mark.usefixtures("no_kernels")
def test_evidence_of_an_earlier_version_is_to_be_graded_again(changed: Course) -> None:
    lab = changed.lab()
    session, nbgrader = GradingSession(changed, lab), NbGrader(changed, lab)
    stored = session.records.load("wrong")
    assert stored is not None
    earlier = {name: value for name, value in stored.versions.items() if name != "evidence"}
    session.records.store(replace(stored, versions=earlier))
    found = {change.after.student: change for change in changes(session, nbgrader)}
    assert {name for name, change in found.items() if change.error} == {"wrong"}
    with nbgrader.ledger() as ledger:
        change = write(found["wrong"], session, ledger)
    assert "earlier version" in change.error
    assert "alpaca grade" in change.error
    assert not change.changed
    kept = session.records.load("wrong")
    assert kept is not None
    assert (kept.points, kept.versions) == (22, earlier)
    with nbgrader.gradebook() as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "wrong").score == 22
