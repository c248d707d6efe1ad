"""``alpaca feedback``: the students' feedback pages, made by nbgrader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import (
    JsonOption,
    LabArgument,
    course,
    err,
    out,
    print_json,
    progress,
    without_left_out,
)
from alpaca_course.cli.whom import nothing_of
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.course import Course
    from alpaca_course.lab import Lab


def register(app: typer.Typer) -> None:
    app.command("feedback")(feedback)


def feedback(
    lab: LabArgument = None,
    student: Annotated[
        list[str] | None,
        typer.Option("--student", "-s", help="Only this student; may be repeated."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", "-f", help="Write what is up to date, too.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write a feedback page for every graded submission; what is up to date stays as it is."""
    from alpaca_course.contract.ids import spelled
    from alpaca_course.sole_writer import sole_writer

    place, student = course(), [spelled(each) for each in student or ()]
    spec = place.lab(lab)
    with sole_writer(place):
        _write(place, spec, student, force=force, json=json)


def _write(place: Course, spec: Lab, student: list[str], *, force: bool, json: bool) -> None:
    from alpaca_course.gradebook.nbgrader_api import NbGrader
    from alpaca_course.gradebook.results import dropped_text, read_results
    from alpaca_course.gradebook.written import graded_students, page_of

    found = read_results(place, spec)
    if found.dropped:
        err.print(dropped_text(found.dropped))
    graded = [each for each in graded_students(place, spec) if each not in found.dropped]
    unknown = sorted(set(student) - set(graded))
    if unknown:
        raise CourseError("\n".join(nothing_of(place, spec, each) for each in unknown))
    if not graded:
        raise CourseError("Nobody was graded yet: run `alpaca grade` first.")
    chosen, excluded = (sorted({*student}), []) if student else without_left_out(place, graded)
    pages: dict[str, str] = {}
    made: list[str] = []
    failed: dict[str, str] = {}
    with progress() as bar:
        written = NbGrader(place, spec).feedback(found, chosen, force=force)
        for page in bar.track(written, description="feedback", total=len(chosen)):
            if page.error is not None:
                failed[page.student] = str(page.error)
                continue
            made += [page.student] * page.made
            pages[page.student] = str(page_of(place, spec, page.student))
    if json:
        gone = {"dropped": list(found.dropped), "excluded": excluded}
        print_json({"pages": pages, "made": made, "failed": failed, **gone})
    else:
        said = f"{len(pages)} feedback pages in {place.feedback}, {len(made)} of them written now"
        out.out(said)
        for name, why in failed.items():
            err.out(f"{name}: {why}")
    if failed:
        raise typer.Exit(1)
