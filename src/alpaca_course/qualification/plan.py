"""What is executed of cases and mutants: the way of a hand-in through intake, cut to its effect."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from alpaca_course.contract.states import Note, SubmissionRefused
from alpaca_course.errors import CourseError
from alpaca_course.intake.matching import Intake
from alpaca_course.intake.released import ReleasedLab, is_solution, is_test
from alpaca_course.intake.submissions import take_in_folder
from alpaca_course.lab import Lab
from alpaca_course.qualification.case import Case
from alpaca_course.qualification.mutants import Mutant
from alpaca_course.qualification.submission import build_submission

_MARKER_LINE = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION.*\n?", re.MULTILINE)


@dataclass(frozen=True)
class Task:
    """One case or mutant, taken in as a hand-in is.

    Attributes:
        name: of the case or mutant.
        exercises: whose verdicts count: the others' tests are not executed.
        taken: what intake made of it; a note where it was refused.
        hostile: whether it is executed in a sandbox, wherever the others are.
    """

    name: str
    exercises: tuple[str, ...]
    taken: Intake | Note
    hostile: bool = False


def reference_cells(lab: Lab) -> dict[str, str]:
    """The graded cells of the instructor's notebook, without nbgrader's markers."""
    notebook = nbformat.read(lab.instructor_notebook, as_version=4)
    return {
        cell.metadata.nbgrader.grade_id: _MARKER_LINE.sub("", cell.source)
        for cell in notebook.cells
        if is_solution(cell)
    }


def case_task(case: Case, lab: ReleasedLab) -> Task:
    """The case as it would lie in ``submitted/``, and the exercises that it can affect."""
    notebook = case.notebook(lab.notebook)
    hostile = case.header.kind == "hostile"
    exercises = affected(case, lab)
    taken = _take_in(notebook, case.header.files, lab, exercises)
    return Task(case.name, exercises, taken, hostile)


def mutant_task(mutant: Mutant, lab: ReleasedLab, reference: Mapping[str, str]) -> Task:
    """The mutant's own test alone; no other exercise has changed."""
    solutions = {**reference, mutant.exercise: mutant.source}
    notebook = build_submission(lab.notebook, solutions, (), ())
    exercises = (mutant.exercise,)
    return Task(mutant.name, exercises, _take_in(notebook, {}, lab, exercises))


def affected(case: Case, lab: ReleasedLab) -> tuple[str, ...]:
    """The exercises that may come out otherwise than the plain solution's.

    A mistake in one exercise may cost points in a later one, never in an earlier one. A cell of
    the student's own, or a changed notebook, may do anything.
    """
    exercises = tuple(each.id for each in lab.exercises)
    if case.extra_cells or case.header.notebook or case.header.files or not case.changed:
        return exercises
    return exercises[min(exercises.index(exercise) for exercise in case.changed) :]


def _take_in(
    notebook: NotebookNode,
    files: Mapping[str, str],
    lab: ReleasedLab,
    exercises: tuple[str, ...],
) -> Intake | Note:
    with tempfile.TemporaryDirectory(prefix="alpaca-qualify-") as name:
        folder = Path(name)
        (folder / lab.lab.file_name).write_text(nbformat.writes(notebook), encoding="utf-8")
        for file, text in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        try:
            taken = take_in_folder(folder, lab)
        except SubmissionRefused as refusal:
            return refusal.note
    tests = {each.test_id for each in lab.exercises if each.id in exercises}
    return replace(taken, notebook=only_tests(taken.notebook, tests))


def only_tests(notebook: NotebookNode, wanted: Collection[str]) -> NotebookNode:
    """``notebook`` without other test cells and without what follows the last one wanted."""
    cells = [
        cell
        for cell in notebook.cells
        if not is_test(cell) or cell.metadata.nbgrader.grade_id in wanted
    ]
    last = max((index for index, cell in enumerate(cells) if is_test(cell)), default=-1)
    return NotebookNode({**notebook, "cells": cells[: last + 1]})


def select(
    cases: Sequence[Case], names: Sequence[str] = (), kinds: Sequence[str] = ()
) -> list[Case]:
    """The cases asked for; a name may leave out its folder.

    Raises:
        CourseError: there is no such case.
    """
    for name in names:
        if not any(name in (case.name, case.name.partition("/")[2]) for case in cases):
            raise CourseError(f"There is no case {name!r} in the corpus.")
    return [
        case
        for case in cases
        if (not names or case.name in names or case.name.partition("/")[2] in names)
        and (not kinds or case.header.kind in kinds)
    ]
