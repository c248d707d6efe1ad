"""What is executed of cases and mutants: the way of a hand-in through intake, cut to its effect."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from alpaca_course.contract.cells import is_test
from alpaca_course.errors import CourseError
from alpaca_course.execution.cache import execution_key
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.assessment import Submission
from alpaca_course.judging.session import take_in
from alpaca_course.qualification.case import Case
from alpaca_course.qualification.header import KINDS
from alpaca_course.qualification.mutants import Mutant
from alpaca_course.qualification.submission import build_submission, hand_in

Facts = Mapping[str, Any]
"""What executions depend on besides the notebook; see ``execution.cache.environment_facts``."""


@dataclass(frozen=True)
class Task:
    """One case or mutant.

    Attributes:
        name: of it.
        exercises: whose verdicts count: the others' tests are not executed.
        taken_in: gives it as a hand-in is taken in, which takes a moment.
        hostile: whether it is executed in a sandbox, wherever the others are.
    """

    name: str
    exercises: tuple[str, ...]
    taken_in: Callable[[], Submission]
    hostile: bool = False

    @cached_property
    def submission(self) -> Submission:
        """The case or mutant, taken in as a hand-in is, under its name."""
        return self.taken_in()


def case_task(case: Case, lab: ReleasedLab, facts: Facts) -> Task:
    """The case as it would lie in ``submitted/``, and the exercises that it can affect."""
    exercises = affected(case, lab)

    def taken_in() -> Submission:
        submission = _hand_in(case.name, files_of(case, lab), lab, facts)
        return cut(submission, exercises, lab, facts)

    return Task(case.name, exercises, taken_in, case.header.kind == "hostile")


def mutant_task(mutant: Mutant, lab: ReleasedLab, facts: Facts) -> Task:
    """The mutant's own test alone; no other exercise has changed."""
    exercises = (mutant.exercise,)
    solutions = {**lab.reference, **mutant.beside, mutant.exercise: mutant.source}

    def taken_in() -> Submission:
        notebook = build_submission(lab.notebook, solutions, (), ())
        files = hand_in(lab.lab.file_name, nbformat.writes(notebook))
        return cut(_hand_in(mutant.name, files, lab, facts), exercises, lab, facts)

    return Task(mutant.name, exercises, taken_in)


def affected(case: Case, lab: ReleasedLab) -> tuple[str, ...]:
    """The exercises that may come out otherwise than the plain solution's.

    A mistake in one exercise may cost points in a later one, never in an earlier one. A cell of
    the student's own, or a changed notebook, may do anything; and a state is that of the whole.
    """
    exercises = tuple(each.id for each in lab.exercises)
    header = case.header
    whole = header.notebook or header.files or header.file is not None or header.state
    if whole or case.extra_cells or not case.changed:
        return exercises
    return exercises[min(exercises.index(exercise) for exercise in case.changed) :]


def files_of(case: Case, lab: ReleasedLab) -> dict[str, bytes]:
    """What lies in the student's folder, by name.

    Raises:
        CourseError: the case speaks of a cell, a text or an encoding that there is not.
    """
    header = case.header
    name = lab.lab.file_name if header.file is None else header.file
    try:
        text = nbformat.writes(case.notebook(lab.notebook))
        own = hand_in(name, text, header.written) if name else {}
    except LookupError as error:
        raise CourseError(f"{case.name}: {error.args[0]}") from error
    return {**own, **{file: text.encode() for file, text in header.files.items()}}


def _hand_in(name: str, files: Mapping[str, bytes], lab: ReleasedLab, facts: Facts) -> Submission:
    with tempfile.TemporaryDirectory(prefix="alpaca-qualify-") as place:
        folder = Path(place)
        for file, data in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data)
        return take_in(name, folder, lab, facts)


def cut(
    submission: Submission, exercises: tuple[str, ...], lab: ReleasedLab, facts: Facts
) -> Submission:
    """``submission`` with the tests of ``exercises`` alone."""
    if submission.refusal:
        return submission
    tests = {each.test_id for each in lab.exercises if each.id in exercises}
    notebook = only_tests(submission.intake.notebook, tests)
    intake = replace(submission.intake, notebook=notebook)
    # A case is executed as it is written.
    return replace(submission, intake=intake, key=execution_key(notebook, facts), program="")


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
        CourseError: there is no such case or kind.
    """
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise CourseError(f"There is no kind {', '.join(unknown)}: cases are {', '.join(KINDS)}.")
    for name in names:
        if not any(name in (case.name, case.name.partition("/")[2]) for case in cases):
            raise CourseError(f"There is no case {name!r} in the corpus.")
    return [
        case
        for case in cases
        if (not names or case.name in names or case.name.partition("/")[2] in names)
        and (not kinds or case.header.kind in kinds)
    ]
