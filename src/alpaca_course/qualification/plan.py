"""From cases and mutants to jobs: the way of a submission through intake, without its kernel."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence

import nbformat
from nbformat import NotebookNode

from alpaca_course.errors import CourseError
from alpaca_course.intake.matching import take_in
from alpaca_course.intake.reading import read_notebook
from alpaca_course.intake.released import ReleasedLab, is_solution
from alpaca_course.lab import Lab
from alpaca_course.qualification.case import Case
from alpaca_course.qualification.jobs import Job, needed_cells
from alpaca_course.qualification.mutants import Mutant
from alpaca_course.qualification.pool import new_challenge

_MARKER_LINE = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION.*\n?", re.MULTILINE)


def reference_cells(lab: Lab) -> dict[str, str]:
    """The graded cells of the instructor's notebook, without nbgrader's markers."""
    notebook = nbformat.read(lab.instructor_notebook, as_version=4)
    return {
        cell.metadata.nbgrader.grade_id: _MARKER_LINE.sub("", cell.source)
        for cell in notebook.cells
        if is_solution(cell)
    }


def case_job(case: Case, lab: ReleasedLab, *, cell_seconds: float = 60.0) -> Job:
    """The tests that a case can have any effect on: from the first changed cell on."""
    submitted = nbformat.writes(case.notebook(lab.notebook)).encode()
    notebook = take_in(read_notebook(submitted), lab).notebook
    cells = needed_cells(notebook, affected(case, lab))
    return Job(case.name, cells, new_challenge(), cell_seconds)


def affected(case: Case, lab: ReleasedLab) -> tuple[str, ...]:
    """The exercises that may come out otherwise than the plain solution's.

    A mistake in one exercise may cost points in a later one, never in an earlier one. A cell of
    the student's own, or a changed notebook, may do anything.
    """
    exercises = tuple(each.id for each in lab.exercises)
    if case.extra_cells or case.header.notebook or case.header.files or not case.changed:
        return exercises
    return exercises[min(exercises.index(exercise) for exercise in case.changed) :]


def mutant_job(mutant: Mutant, lab: ReleasedLab, reference: dict[str, str]) -> Job:
    """The mutant's own test alone; no other exercise has changed."""
    notebook = _filled(lab, {**reference, **mutant.beside, mutant.exercise: mutant.source})
    return Job(mutant.name, needed_cells(notebook, [mutant.exercise]), new_challenge())


def _filled(lab: ReleasedLab, solutions: dict[str, str]) -> NotebookNode:
    notebook = copy.deepcopy(lab.notebook)
    for cell in notebook.cells:
        identity = cell.metadata.get("nbgrader", {}).get("grade_id")
        if identity in solutions and is_solution(cell):
            cell.source = solutions[identity]
        elif identity in lab.tests:
            cell.source = lab.tests[identity]
    return notebook


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
