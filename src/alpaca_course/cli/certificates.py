"""``alpaca certificates``: who belongs to a cluster can prove it, and nobody else can."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alpaca_course.cli.console import JsonOption, out, print_json


def register(app: typer.Typer) -> None:
    app.command("certificates")(certificates)


def certificates(
    folder: Annotated[Path, typer.Argument(help="New or empty; for its owner alone.")],
    days: Annotated[int, typer.Option(min=1, help="How long they are valid.")] = 365,
    json: JsonOption = False,
) -> None:
    """Make a cluster's TLS certificates: an authority, scheduler, worker and grader.

    Who has `ca.key` can let others join: it belongs on no machine of the cluster.
    """
    from alpaca_course.cluster.certificates import make

    made = make(folder, days)
    if json:
        print_json({"files": [str(path) for path in made]})
        return
    for path in made:
        out.print(str(path), soft_wrap=True)
