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
    force: Annotated[
        bool, typer.Option("--force", "-f", help="Write what is up to date, too.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write a feedback page for every graded submission; what is up to date stays as it is."""
    from alpaca_course.batch.grade import autograded_notebook
    from alpaca_course.contract.ids import spelled
    from alpaca_course.gradebook.nbgrader_api import NbGrader
    from alpaca_course.gradebook.pages import Pages
    from alpaca_course.gradebook.results import dropped_text, read_results

    place, student = course(), [spelled(each) for each in student or ()]
    spec = place.lab(lab)
    found = read_results(place, spec)
    gone, kept = found.dropped, Pages(place, spec)
    written = place.autograded.glob(f"*/{spec.name}/{spec.file_name}")
    graded = sorted({spelled(path.parent.parent.name) for path in written} - {*gone})
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
    made: list[str] = []
    failed: dict[str, str] = {}
    with progress() as bar:
        for name in bar.track(chosen, description="feedback"):
            try:
                result, notebook = found.results.get(name), autograded_notebook(place, spec, name)
                if force or result is None or not kept.is_current(result, notebook):
                    nbgrader.generate_feedback(name)
                    made.append(name)
                    if result is not None:
                        kept.made(result, notebook)
                pages[name] = str(kept.path(name))
            except (CourseError, OSError) as error:
                failed[name] = str(error)
    if json:
        print_json({"pages": pages, "made": made, "failed": failed, "dropped": list(gone)})
    else:
        said = f"{len(pages)} feedback pages in {place.feedback}, {len(made)} of them written now"
        out.out(said, highlight=False)
        for name, why in failed.items():
            err.out(f"{name}: {why}", highlight=False)
    if failed:
        raise typer.Exit(1)
