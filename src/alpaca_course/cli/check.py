"""``alpaca check``: grade one notebook, and show what its student may see of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alpaca_course.cli.console import (
    ATTENTION,
    NO_SANDBOX,
    JsonOption,
    course,
    err,
    out,
    print_json,
)
from alpaca_course.cli.show import LabOption
from alpaca_course.errors import CourseError


def register(app: typer.Typer) -> None:
    app.command("check")(check)


def check(
    notebook: Annotated[
        Path, typer.Argument(help="A notebook, or a folder with one, as it is handed in.")
    ],
    lab: LabOption = None,
    student: Annotated[
        str, typer.Option("--student", "-s", help="Whose sections and due date count.")
    ] = "",
    trusted: Annotated[
        bool,
        typer.Option("--trusted", help="Without a sandbox: you vouch for the code in words."),
    ] = False,
    classroom: Annotated[
        bool,
        typer.Option(
            "--classroom", help="Print what GitHub Classroom's Autograding Reporter takes, too."
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Grade one notebook in the sandbox, and print what the lab's policy lets its student see.

    Nothing is written into the course, and it is no official run. The exit code is 0 if it was
    graded, with whatever points; 3 if it needs a person or was refused; 1 if nothing was done.
    """
    from alpaca_course.batch import check as checking
    from alpaca_course.contract.ids import spelled
    from alpaca_course.gradebook import page_text

    if classroom and json:
        raise CourseError("--classroom and --json exclude each other: both are for programs.")
    place = course()
    spec = place.lab(lab)
    if not notebook.exists() and not notebook.is_symlink():
        raise CourseError(f"There is no {notebook}. Name a notebook, or a folder with one.")
    if trusted:
        err.print(NO_SANDBOX + "the notebook's code runs with your rights.")
    isolation = "trusted" if trusted else None
    done = checking.check(place, spec, notebook, student=spelled(student), isolation=isolation)
    if json:
        print_json(page_text.data(done.page, done.result, spec))
    elif classroom:
        typer.echo(page_text.for_classroom(done.page, done.result))
    if not json:
        # Beside what is for a program, on stderr, for whoever reads the log.
        for line in page_text.lines(done.page):
            (err if classroom else out).print(line, soft_wrap=True)
    if not done.result.state.is_graded:
        raise typer.Exit(ATTENTION)
