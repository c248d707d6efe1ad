"""``alpaca report``: the table of the class, and the class report as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alpaca_course.cli.console import JsonOption, UserError, course, out, print_json, progress
from alpaca_course.course import ASSIGNMENT


def register(app: typer.Typer) -> None:
    app.command("report")(report)


def report(
    output: Annotated[
        Path | None,
        typer.Option(help="Where the page goes.", show_default=f"reports/{ASSIGNMENT}.html"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the class: points, states, and what went wrong; write it as a page, too."""
    from datetime import datetime

    from alpaca_course.reporting import page, reading, records, table

    here = course()
    with progress() as bar:
        task = bar.add_task("Reading the gradebook", total=None)
        try:
            record = reading.read_class(
                here, lambda done, of: bar.update(task, completed=done, total=of)
            )
        except reading.NothingGraded as error:
            raise UserError(str(error)) from error
    path = output or here.reports / f"{ASSIGNMENT}.html"
    try:
        page.write(record, path, datetime.now().astimezone())
    except OSError as error:
        raise UserError(f"The report cannot be written: {error}") from error
    if as_json:
        print_json({**records.to_json(record), "page": str(path)})
        return
    out.print(table.class_table(record))
    out.print(f"The whole report: {path}", highlight=False, soft_wrap=True)
