"""``alpaca bundle``: one zip file for a classroom without network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import JsonOption, UserError, course, err, out, print_json, progress

if TYPE_CHECKING:
    from alpaca_course.course import Course

MIB = 1024 * 1024
NAME = "alpaca_lab.zip"


def register(app: typer.Typer) -> None:
    app.command("bundle")(bundle)


def bundle(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The zip file.", show_default=f"dist/{NAME}"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would go in, and write nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make one zip file with notebook, pictures, weights and requirements.

    The same content gives the same bytes. A release that is not current, or that would show
    students what they must not see, is refused.
    """
    from alpaca_course.authoring import bundle as bundling
    from alpaca_course.authoring.build import check

    here = course()
    output = output or here.root / "dist" / NAME
    if problems := check(here):
        listed = "\n".join(f"  {problem}" for problem in problems[:5])
        raise UserError(f"The release is not fit to be handed out:\n{listed}\nRun `alpaca build`.")
    if not dry_run:
        _prepare(here)
    try:
        content = bundling.members(here)
        size = None if dry_run else bundling.write_zip(content, output)
    except FileNotFoundError as error:
        raise UserError(f"Missing: {error}") from error
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error}") from error
    if as_json:
        report = {"output": str(output), "bytes": size, "dry_run": dry_run, "files": list(content)}
        print_json(report)
    elif size is None:
        for name in content:
            out.out(name, highlight=False)
    else:
        text = f"{output}: {len(content)} files, {size / MIB:.0f} MiB"
        out.out(text, highlight=False)


def _prepare(here: Course) -> None:
    """Have pictures and weights in place, as for any other use of the lab."""
    from alpaca_course.assets.errors import AssetError
    from alpaca_course.assets.pictures import ensure_pictures
    from alpaca_course.assets.progress import ticking
    from alpaca_course.assets.weights import ensure_weights

    def say(text: str) -> None:
        err.print(text, highlight=False, markup=False)

    try:
        with progress() as bar:
            pictures = ensure_pictures(here, say=say, tick=ticking(bar))
            weights = ensure_weights(here, say=say, tick=ticking(bar))
    except AssetError as error:
        raise UserError(str(error)) from error
    say(f"Pictures: {pictures.description}. Weights: {weights.description}.")
