"""``alpaca bundle``: one zip file for a classroom without network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import (
    JsonOption,
    LabArgument,
    course,
    have_inputs,
    out,
    print_json,
)
from alpaca_course.errors import CourseError
from alpaca_course.units import MIB

if TYPE_CHECKING:
    pass

NAME = "alpaca_lab.zip"


def register(app: typer.Typer) -> None:
    app.command("bundle")(bundle)


def bundle(
    lab: LabArgument = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The zip file.", show_default=f"dist/{NAME}"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would go in, and write nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make one zip file with the notebook, the inputs that the lab asks for, and requirements.

    The same content gives the same bytes. A release that is not current, or that would show
    students what they must not see, is refused.
    """
    from alpaca_course.authoring import bundle as bundling
    from alpaca_course.authoring.build import check

    here = course()
    spec = here.lab(lab)
    output = output or here.root / "dist" / NAME
    if problems := check(here, spec):
        listed = "\n".join(f"  {problem}" for problem in problems[:5])
        raise CourseError(
            f"The release is not fit to be handed out:\n{listed}\nRun `alpaca build`."
        )
    if not dry_run:
        have_inputs(here, spec)
    try:
        content = bundling.members(here, spec)
        size = None if dry_run else bundling.write_zip(content, output)
    except FileNotFoundError as error:
        raise CourseError(f"Missing: {error}") from error
    except OSError as error:
        raise CourseError(f"{output} cannot be written: {error}") from error
    if as_json:
        report = {"output": str(output), "bytes": size, "dry_run": dry_run, "files": list(content)}
        print_json(report)
    elif size is None:
        for name in content:
            out.out(name)
    else:
        text = f"{output}: {len(content)} files, {size / MIB:.0f} MiB"
        out.out(text)
