"""A student's workspace is made once; nothing of a student's work is ever written over."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from alpaca_course.course import Course
from alpaca_course.lab import Lab
from alpaca_course.server.workspace import StudentNameError, Workspace, carry_out, plan

NOW = datetime(2026, 11, 24, 12, 30, 15)


def prepare(course: Course, lab: Lab, *, reset: bool = False) -> Workspace:
    workspace = Workspace.of(course, lab, "ada")
    carry_out(workspace, plan(workspace, reset=reset, now=NOW))
    return workspace


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_first_time_copies_the_release(course: Course, lab: Lab) -> None:
    assert contents(prepare(course, lab).assignment) == contents(lab.release)


def test_later_times_leave_the_work_alone(course: Course, lab: Lab) -> None:
    workspace = prepare(course, lab)
    workspace.notebook.write_text("my work", encoding="utf-8")
    (workspace.assignment / "notes.txt").write_text("mine", encoding="utf-8")
    (lab.release / "helper.py").write_text("VERSION = 2\n", encoding="utf-8")
    before = contents(workspace.folder)
    planned = plan(workspace, reset=False, now=NOW)
    carry_out(workspace, planned)
    assert contents(workspace.folder) == before
    assert planned.outdated == (Path("helper.py"),)
    assert any("helper.py" in said and "--reset" in said for said in planned.sentences(workspace))


def test_missing_files_come_back(course: Course, lab: Lab) -> None:
    workspace = prepare(course, lab)
    (workspace.assignment / "helper.py").unlink()
    prepare(course, lab)
    assert contents(workspace.assignment) == contents(lab.release)


def test_reset_sets_the_work_aside(course: Course, lab: Lab) -> None:
    workspace = prepare(course, lab)
    workspace.notebook.write_text("my work", encoding="utf-8")
    prepare(course, lab, reset=True)
    assert contents(workspace.assignment) == contents(lab.release)
    aside = workspace.folder / "set aside" / "2026-11-24 12.30.15"
    assert (aside / workspace.notebook.name).read_text(encoding="utf-8") == "my work"


def test_two_resets_within_a_second_refuse_instead_of_losing_work(course: Course, lab: Lab) -> None:
    workspace = prepare(course, lab)
    prepare(course, lab, reset=True)
    workspace.notebook.write_text("more work", encoding="utf-8")
    with pytest.raises(OSError, match="set aside"):
        prepare(course, lab, reset=True)
    assert workspace.notebook.read_text(encoding="utf-8") == "more work"


def test_planning_touches_nothing(course: Course, lab: Lab) -> None:
    workspace = Workspace.of(course, lab, "ada")
    assert plan(workspace, reset=False, now=NOW).fresh
    assert not workspace.folder.exists()


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a+b", "*", ".hidden", "a b", "x" * 65])
def test_names_that_cannot_be_folders_and_ids(course: Course, lab: Lab, name: str) -> None:
    with pytest.raises(StudentNameError):
        Workspace.of(course, lab, name)
