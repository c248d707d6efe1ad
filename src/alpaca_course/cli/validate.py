"""``alpaca validate``: is the lab itself right?"""

from __future__ import annotations

from typing import Annotated

import typer

from alpaca_course.cli.console import JsonOption, LabArgument, course, out, print_json, progress


def register(app: typer.Typer) -> None:
    app.command("validate")(validate)


def validate(
    lab: LabArgument = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Train on a part of the pictures only.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Run the reference from first to last cell with real training, and the untouched release.

    The exit code is 0 only if the reference gets full points, its training improves where the
    lab says that it does, and the release as handed out gets none, with messages that help and no
    traceback longer than a screen.
    """
    from alpaca_course.qualification.reference import Check
    from alpaca_course.qualification.reference import validate as checks

    place = course()
    spec = place.lab(lab)
    found: list[Check] = []
    with progress() as bar:
        task = bar.add_task("starting", total=None)

        def on_cell(run: str, index: int, count: int) -> None:
            bar.update(task, description=run, completed=index, total=count)

        for check in checks(place, spec, quick=quick, on_cell=on_cell):
            found.append(check)
            if not json:
                _show(check)
    ok = all(check.ok for check in found)
    if json:
        print_json({"ok": ok, "quick": quick, "checks": [check.to_json() for check in found]})
    else:
        bad = sum(not check.ok for check in found)
        out.print("The lab is valid." if ok else f"{bad} of {len(found)} checks failed.")
    if not ok:
        raise typer.Exit(1)


def _show(check: object) -> None:
    from alpaca_course.qualification.reference import Check

    assert isinstance(check, Check)
    mark = "ok    " if check.ok else "FAILED"
    out.out(f"{mark} {check.name}: {check.detail}")
