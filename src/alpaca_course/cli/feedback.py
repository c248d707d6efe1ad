"""``alpaca feedback``: the students' feedback pages, made by nbgrader."""

from __future__ import annotations

from typing import Annotated

import typer

from alpaca_course.cli.console import (
    JsonOption,
    LabArgument,
    course,
    err,
    out,
    print_json,
    progress,
)
from alpaca_course.errors import CourseError


def register(app: typer.Typer) -> None:
    app.command("feedback")(feedback)


def feedback(
    lab: LabArgument = None,
    student: Annotated[
        list[str] | None,
        typer.Option("--student", "-s", help="Only this student; may be repeated."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write a feedback page for every graded submission."""
    from alpaca_course.gradebook.nbgrader_api import NbGrader
    from alpaca_course.gradebook.results import dropped_text, read_results
    from alpaca_course.intake.names import spelled

    place, student = course(), [spelled(each) for each in student or ()]
    spec = place.lab(lab)
    gone = read_results(place, spec).dropped
    written = place.autograded.glob(f"*/{spec.name}/{spec.file_name}")
    graded = sorted({path.parent.parent.name for path in written} - {*gone})
    if gone:
        err.print(dropped_text(gone), highlight=False, markup=False)
    unknown = sorted(set(student or ()) - set(graded))
    if unknown:
        raise CourseError(f"Not graded yet: {', '.join(unknown)}. Run `alpaca grade`.")
    chosen = [name for name in graded if not student or name in student]
    if not chosen:
        raise CourseError("Nobody was graded yet: run `alpaca grade` first.")
    nbgrader = NbGrader(place, spec)
    pages: dict[str, str] = {}
    failed: dict[str, str] = {}
    with progress() as bar:
        for name in bar.track(chosen, description="feedback"):
            try:
                nbgrader.generate_feedback(name)
                pages[name] = str(place.feedback / name / spec.name / f"{spec.notebook}.html")
            except (CourseError, OSError) as error:
                failed[name] = str(error)
    if json:
        print_json({"pages": pages, "failed": failed, "dropped": list(gone)})
    else:
        said = f"{len(pages)} feedback pages in {place.feedback}"
        out.out(said, highlight=False)
        for name, why in failed.items():
            err.out(f"{name}: {why}", highlight=False)
    if failed:
        raise typer.Exit(1)
