"""``alpaca accept``: a person says that the points of a submission are right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import JsonOption, course, out, print_json
from alpaca_course.cli.show import LabOption
from alpaca_course.cli.whom import nothing_of
from alpaca_course.contract.states import State
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.course import Course
    from alpaca_course.judging.result import Result
    from alpaca_course.lab import Lab


def register(app: typer.Typer) -> None:
    app.command("accept")(accept)


def accept(
    students: Annotated[list[str], typer.Argument(help="Ids of submissions that you looked at.")],
    lab: LabOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be taken, and change nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Take the points of submissions that need a person for right, as they are.

    To change points, enter them in formgrader instead: that ends "needs a person" as well. An id
    that begins with a dash stands after `--`.
    """
    from alpaca_course.contract.ids import spelled
    from alpaca_course.sole_writer import sole_writer

    place, students = course(), [spelled(each) for each in students]
    spec = place.lab(lab)
    # Held before anything is read: what was graded meanwhile would be replaced by what was before.
    with sole_writer(place):
        accepted = _accept(place, spec, students, dry_run=dry_run)
    if json:
        found = [result.to_json() for result in accepted]
        print_json({"accepted": found, "dry_run": dry_run})
        return
    for result in accepted:
        points = f"{result.total:g} of {result.max_points:g} points"
        would = ", which would be taken for right" * dry_run
        out.print(f"{result.student}: {result.state.value}, {points}{would}", soft_wrap=True)


def _accept(place: Course, spec: Lab, students: list[str], *, dry_run: bool) -> list[Result]:
    from alpaca_course.batch.comments import enter_again
    from alpaca_course.gradebook.nbgrader_api import NbGrader
    from alpaca_course.gradebook.results import read_results
    from alpaca_course.judging.assessment import NO_KERNEL

    found = read_results(place, spec)
    for student in students:
        result = found.results.get(student)
        if result is None or not result.scores or found.records.get(student) is None:
            raise CourseError(nothing_of(place, spec, student))
        if any(note.code == NO_KERNEL for note in result.reasons):
            raise CourseError(f"{student} was not executed yet. Run `alpaca grade` again.")
        if result.state is not State.NEEDS_PERSON:
            raise CourseError(f"{student} needs no person: it is {result.state.value}.")
    if dry_run:
        return [found.results[student] for student in students]
    nbgrader = NbGrader(place, spec)
    exercises = [each.cell for each in spec.exercises]
    accepted = []
    with nbgrader.ledger() as ledger:
        for student in students:
            ledger.settle(student, exercises)
            accepted.append(enter_again(nbgrader, found, ledger, student))
    return accepted
