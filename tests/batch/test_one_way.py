"""A submission is read once: what is executed, judged and written is of the same bytes."""

from __future__ import annotations

import gc
import hashlib
import weakref
from concurrent.futures import Future
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from alpaca_course.batch.grade import Action, Batch, autograded_notebook
from alpaca_course.course import Course
from alpaca_course.execution.runner import Execution
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging import session as session_module
from alpaca_course.judging.assessment import Submission
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.light import ASSIGNMENT, NOTEBOOK


def test_a_file_that_changes_while_it_is_executed(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was executed is written, with its hash; the next run sees the new file."""
    light.hand_in(course, "ann", light.solved(course))
    file = course.submitted / "ann" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    finish = GradingSession.finish

    def changed(session: GradingSession, each: Submission, future: Future[Execution]) -> Any:
        found = finish(session, each, future)
        light.hand_in(course, "ann", light.solved(course, double=light.WRONG_DOUBLE))
        return found

    lab = course.lab()
    with GradingSession(course, lab) as session, monkeypatch.context() as patched:
        patched.setattr(GradingSession, "finish", changed)
        batch = Batch(session, NbGrader(course, lab))
        (outcome,) = batch.run(["ann"])
        assert {name: action for name, action, _ in batch.foresee(["ann"])} == {
            "ann": Action.EXECUTE
        }
    assert outcome.record is not None
    assert (outcome.record.points, outcome.record.versions["submission"]) == (30, before)
    assert hashlib.sha256(file.read_bytes()).hexdigest() != before
    written = nbformat.read(autograded_notebook(course, lab, "ann"), as_version=4)
    assert light.cell(written, "double").source == light.DOUBLE


def test_each_submission_is_read_and_keyed_once(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    light.hand_in(course, "ann", light.solved(course))
    light.hand_in(course, "cut", b"{")
    calls: list[str] = []
    for name in ("take_in_folder", "execution_key"):
        real = getattr(session_module, name)

        def counted(*given: Any, _real: Any = real, _name: str = name) -> Any:
            calls.append(_name)
            return _real(*given)

        monkeypatch.setattr(session_module, name, counted)
    with GradingSession(course, course.lab()) as session:
        list(Batch(session, NbGrader(course, course.lab())).run(["ann", "cut"]))
    assert sorted(calls) == ["execution_key", "take_in_folder", "take_in_folder"]


def test_few_submissions_are_held_at_a_time(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of those that wait for the same execution."""
    students = [f"student{number}" for number in range(7)]
    for student in students:
        light.hand_in(course, student, light.solved(course))
    held: list[weakref.ref[Submission]] = []
    most = 0
    take_in = GradingSession.take_in

    def noted(session: GradingSession, student: str) -> Submission:
        nonlocal most
        submission = take_in(session, student)
        held.append(weakref.ref(submission))
        gc.collect()
        most = max(most, sum(each() is not None for each in held))
        return submission

    monkeypatch.setattr(GradingSession, "take_in", noted)
    with GradingSession(course, course.lab(), workers=1) as session:
        outcomes = list(Batch(session, NbGrader(course, course.lab())).run(students))
    assert {outcome.student for outcome in outcomes if outcome.ok} == set(students)
    assert most <= 2


NOTE = new_markdown_cell("A note of my own.")
OTHER = new_markdown_cell("Another one.")
# It binds what the answer after it binds as well: what no graded cell needs is not executed.
SHOUT = new_code_cell("double = print('of my own')")


@pytest.mark.parametrize(
    "own",
    [
        [NOTE],
        [NOTE, OTHER],
        [new_raw_cell("raw")],
        [NOTE, SHOUT],
        [SHOUT, NOTE],
        [SHOUT, NOTE, OTHER],
    ],
    ids=["a note", "two notes", "raw", "note and code", "code and note", "code and two notes"],
)
def test_the_same_code_between_other_notes(course: Course, own: list[NotebookNode]) -> None:
    """One execution serves both, and each has its outputs under its own cells."""
    first, second = light.solved(course), light.solved(course)
    at = light.position(first, "double")
    first.cells[at:at] = [SHOUT] if SHOUT in own else []
    second.cells[at:at] = own
    light.hand_in(course, "ann", first)
    light.hand_in(course, "bob", second)
    with GradingSession(course, course.lab()) as session:
        outcomes = list(Batch(session, NbGrader(course, course.lab())).run(["ann", "bob"]))
    assert [(each.error, each.record and each.record.points) for each in outcomes] == [("", 30)] * 2
    assert len(list(course.execution_cache.rglob("*.json"))) == 1
    written = nbformat.read(autograded_notebook(course, course.lab(), "bob"), as_version=4)
    for cell in written.cells:
        if cell.source == SHOUT.source:
            assert [output.text for output in cell.outputs] == ["of my own\n"]
        elif cell.metadata.get("alpaca"):
            assert not cell.get("outputs")


def test_a_mended_heading_changes_nothing_that_was_executed(course: Course) -> None:
    """Ids derive from headings, so an old heading counts as the student's own note."""
    light.hand_in(course, "ann", light.solved(course))
    lab = course.lab()
    with GradingSession(course, lab) as session:
        list(Batch(session, NbGrader(course, lab)).run(["ann"]))
    release = nbformat.read(lab.released_notebook, as_version=4)
    heading = next(cell for cell in release.cells if cell.cell_type == "markdown")
    heading.source, heading.id = heading.source + " mended", "another-id"
    nbformat.write(release, lab.released_notebook)
    with GradingSession(course, lab) as session:
        (outcome,) = Batch(session, NbGrader(course, lab)).run(["ann"])
    assert (outcome.error, outcome.action) == ("", Action.JUDGE)
    assert outcome.record is not None
    assert outcome.record.points == 30
