"""The demonstration class, and the attacks that need the whole grading room, through nbgrader."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alpaca_course.batch.grade import Action, Outcome
from alpaca_course.contract.states import Note, State
from alpaca_course.course import Course
from alpaca_course.judging.assessment import MACHINE
from alpaca_course.judging.records import Record
from alpaca_course.lab import Lab
from alpaca_course.qualification import plan
from alpaca_course.qualification.case import load_cases
from alpaca_course.qualification.demo_class import (
    Member,
    differences,
    grade_class,
    hand_in,
    prepare_course,
)
from tests.qualification.conftest import CELL_SECONDS


@pytest.mark.timeout(1800)
def test_each_demonstration_submission_gets_what_its_file_says(course: Course, spec: Lab) -> None:
    cases = plan.select(load_cases(spec), kinds=["demo"])
    assert len(cases) >= 12
    hand_in(course, spec, cases)
    graded = grade_class(course, spec, cases)
    # On a machine that is busy with other tests, what ends by a limit is a person's to judge, and
    # is tried again by the next run.
    busy = {m.name for m in graded.members if MACHINE in _reasons(m)}
    assert busy <= {"endless_loop", "kernel_killed"}
    assert [(m.name, m.problems) for m in graded.members if m.problems and m.name not in busy] == []
    assert graded.report.is_file()
    for member in graded.members:
        assert (course.feedback / member.name / spec.name / f"{spec.notebook}.html").is_file()
    again = grade_class(course, spec, cases)
    rest = [m for m in again.members if m.name not in busy]
    assert [(m.name, m.problems) for m in rest if m.problems] == []
    assert again.reused >= len(rest)
    assert {m.outcome.action for m in rest} == {Action.KEEP}


def test_a_machine_that_was_busy_is_no_surprise_of_the_case(spec: Lab) -> None:
    (case,) = (each for each in load_cases(spec) if each.name == "demo/endless_loop")
    busy = Record("x", State.NEEDS_PERSON, (Note(MACHINE, "It was busy."),), (), {})
    (said,) = differences(case, Outcome("x", Action.EXECUTE, busy))
    assert "the next run tries it again" in said
    other = replace(busy, reasons=())
    assert "instead of" in next(differences(case, Outcome("x", Action.EXECUTE, other)))


def _reasons(member: Member) -> set[str]:
    record = member.outcome.record
    return set() if record is None else {note.code for note in record.reasons}


@pytest.mark.timeout(1800)
def test_attacks_on_the_grading_room_gain_nothing(
    course: Course, spec: Lab, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cases = [c for c in load_cases(spec) if c.header.through == "nbgrader"]
    root = tmp_path_factory.mktemp("hostile")
    own = prepare_course(course, spec, root, cell_seconds=CELL_SECONDS)
    hand_in(own, own.lab(spec.name), cases)
    graded = grade_class(own, own.lab(spec.name), cases)
    assert [(m.name, m.problems) for m in graded.members if m.problems] == []
    for member in graded.members:
        honest, record = member.case.honest, member.outcome.record
        assert record is not None
        for exercise, verdict in record.verdicts.items():
            assert verdict.points <= honest[exercise], member.name
    assert not list(own.root.rglob("left-behind"))
