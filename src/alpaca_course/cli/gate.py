"""``alpaca gate``: what of a notebook grading would execute, and whether that is plain code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import ATTENTION, JsonOption, course, out, print_json
from alpaca_course.cli.show import LabOption
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.lab import Lab


def register(app: typer.Typer) -> None:
    app.command("gate")(gate)


def gate(
    notebook: Annotated[
        Path | None, typer.Argument(help="A notebook as it is handed in; nothing of it is run.")
    ] = None,
    lab: LabOption = None,
    write_list: Annotated[
        bool,
        typer.Option(
            "--write-list",
            help="Write the lists of names anew, from lab.toml and what is installed.",
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Say which code of a notebook is not plain, so that it would run apart and need a person.

    The exit code is 3 where there is such code, 0 where there is none.
    """
    spec = course().lab(lab)
    if write_list:
        _write_list(spec, json)
    elif notebook is None:
        raise CourseError("Name a notebook, or give --write-list.")
    else:
        _look(notebook, spec, json)


def _write_list(lab: Lab, json: bool) -> None:
    from alpaca_course.authoring.listing import write_list

    made = write_list(lab)
    if json:
        print_json({"written": str(lab.public_names), "versions": made["versions"]})
        return
    versions = ", ".join(f"{name} {version}" for name, version in made["versions"].items())
    out.print(f"Wrote {lab.public_names} from {versions}.")


def _look(path: Path, lab: Lab, json: bool) -> None:
    from alpaca_course.contract.states import SubmissionRefused, printable
    from alpaca_course.execution.needed import executed_cells
    from alpaca_course.execution.slicing import not_executed, sliced
    from alpaca_course.intake.reading import read_notebook
    from alpaca_course.intake.released import ReleasedLab
    from alpaca_course.intake.taking_in import take_in
    from alpaca_course.judging.gating import findings_in

    released = ReleasedLab.load(lab)
    try:
        taken = take_in(read_notebook(path.read_bytes()), released).notebook
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from error
    except SubmissionRefused as refused:
        raise CourseError(f"{path}: {refused.note.text}") from None
    taken = sliced(taken)
    found, left_out = findings_in(taken, released), not_executed(taken)
    if json:
        print_json(
            {
                "notebook": str(path),
                "plain": not found,
                "findings": [vars(each) for each in found],
                "executed_cells": len(executed_cells(taken)),
                "own_cells_not_executed": len(left_out),
            }
        )
    else:
        out.print(
            f"{len(executed_cells(taken))} cells would be executed; {len(left_out)} cells of their "
            "own are not needed.",
        )
        for each in found:
            line = f"line {each.line} of the cell" if each.line else "the cell"
            text = f"{line} {each.place} {each.reason}: {each.source}"
            out.print(printable(text), soft_wrap=True)
        told = "Not plain: it needs a person, and a sandbox runs it apart."
        out.print(told if found else "Plain code.")
    if found:
        raise typer.Exit(ATTENTION)
