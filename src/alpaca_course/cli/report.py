"""``alpaca report``: the table of the class, and the class report as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alpaca_course.cli.console import JsonOption, LabArgument, course, out, print_json, progress
from alpaca_course.errors import CourseError
from alpaca_course.files import said_of


def register(app: typer.Typer) -> None:
    app.command("report")(report)


def report(
    lab: LabArgument = None,
    output: Annotated[
        Path | None,
        typer.Option(help="Where the page goes.", show_default="reports/LAB.html"),
    ] = None,
    hide_names: Annotated[
        bool,
        typer.Option(
            "--anonymous",
            help="Pseudonyms in place of names and ids, for showing it in class.",
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the class: points, states, and what went wrong; write it as a page, too."""
    from datetime import datetime

    from alpaca_course.gradebook.results import dropped_text
    from alpaca_course.reporting import page, reading, records, table
    from alpaca_course.reporting.anonymous import anonymous

    here = course()
    spec = here.lab(lab)
    with progress() as bar:
        task = bar.add_task("Reading the gradebook", total=None)
        record = reading.read_class(
            here, spec, lambda done, of: bar.update(task, completed=done, total=of)
        )
    name = spec.name
    if hide_names:
        record, name = anonymous(record), f"{spec.name}.anonymous"
    path = output or here.reports / f"{name}.html"
    try:
        page.write(record, path, datetime.now().astimezone())
    except OSError as error:
        raise CourseError(f"The report cannot be written: {said_of(error)}") from error
    if as_json:
        print_json({**records.to_json(record), "page": str(path)})
        return
    out.print(table.class_table(record))
    if record.dropped:
        out.print(dropped_text(record.dropped))
    out.print(f"The whole report: {path}", soft_wrap=True)
