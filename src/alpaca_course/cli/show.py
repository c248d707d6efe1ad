"""``alpaca show``: one student's result, what it rests on, and where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import JsonOption, course, out, print_json
from alpaca_course.cli.whom import nothing_of
from alpaca_course.errors import CourseError
from alpaca_course.files import is_file

if TYPE_CHECKING:
    from alpaca_course.contract.grade import Grade
    from alpaca_course.judging.result import Result

StudentArgument = Annotated[str, typer.Argument(help="The student's id; after `--` if it has one.")]
LabOption = Annotated[
    str | None, typer.Option("--lab", help="May be left out where there is only one.")
]


def register(app: typer.Typer) -> None:
    app.command("show")(show)


def show(student: StudentArgument, lab: LabOption = None, json: JsonOption = False) -> None:
    """Show what became of one submission: state, reasons, points, what was received and when.

    An id that begins with a dash stands after `--`: `alpaca show -- -ann`.
    """
    from alpaca_course.contract.ids import spelled
    from alpaca_course.gradebook.results import read_results

    place, student = course(), spelled(student)
    spec = place.lab(lab)
    found = read_results(place, spec)
    if student in found.dropped:
        raise CourseError(f"{student} is not in the course any more.")
    if student not in found.results:
        raise CourseError(nothing_of(place, spec, student))
    result, record = found.results[student], found.records.get(student)
    graded = place.autograded / student / spec.name / spec.file_name
    history = record.history if record else ()
    if json:
        print_json(
            {
                **result.to_json(),
                "history": [{**vars(each), "state": each.state.value} for each in history],
                "graded_copy": str(graded) if is_file(graded) else None,
            }
        )
        return
    for line in _lines(result, history):
        out.print(line, soft_wrap=True)
    if is_file(graded):
        out.print(f"Graded copy: {graded}", soft_wrap=True)


def _lines(result: Result, history: tuple[Grade, ...]) -> list[str]:
    from alpaca_course.contract.moments import in_utc
    from alpaca_course.contract.states import printable
    from alpaca_course.reporting.to_instructor import to_instructor

    name = f" ({result.name})" if result.name else ""
    lines = [f"{result.student}{name}: {result.state.value}"]
    for exercise, score in result.scores.items():
        mark = " *" if score.by_hand else ""
        lines.append(f"  {exercise}: {score.points:g} of {score.max_points:g}{mark}")
    if result.penalty:
        lines.append(f"  late: -{result.penalty:g}")
    lines.append(f"  total: {result.total:g} of {result.max_points:g}")
    for verdict in result.verdicts.values():
        lines += [
            f"  {verdict.title}: {printable(to_instructor(text))}"
            for text in (
                verdict.reason if verdict.results else "",
                *(f"{loss.text} ({loss.told})" for loss in verdict.losses),
            )
            if text
        ]
    lines += [printable(to_instructor(text)) for text in result.sentences]
    if result.own_not_executed:
        cells = "cell" if result.own_not_executed == 1 else "cells"
        lines.append(
            f"Not executed when grading: {result.own_not_executed} {cells} of their own that the "
            "graded cells do not need."
        )
    receipt = result.receipt
    if receipt.sha256:
        lines += [f"File: {receipt.file}", receipt.text()]
    if len(result.attempts) > 1:
        lines += [
            f"Run {number}, {in_utc(each.run)}: {each.earned:g} of {each.max_points:g}, SHA-256 "
            f"{each.id[:12]}" + ("" if each.settled else ", needed a person")
            for number, each in enumerate(result.attempts, start=1)
        ]
    for grade in history:
        lines.append(
            f"Before, since {in_utc(grade.since)}: {grade.total:g} of {grade.max_points:g}, "
            f"{grade.state.value}, SHA-256 {grade.submission[:12] or 'none'}"
        )
    return [printable(line) if not line.startswith("  ") else line for line in lines]
