"""``alpaca data``: pictures in ``dataset/``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpaca_course.cli.console import JsonOption, course, err, out, print_json, progress

if TYPE_CHECKING:
    from alpaca_course.course import Course

SHOWN_PROBLEMS = 20


def register(app: typer.Typer) -> None:
    app.command("data")(data)


def data(
    source: Annotated[
        str | None,
        typer.Option(
            help="'openimages' (photographs), 'drawn', or a folder with the class folders "
            "'alpaca' and 'not alpaca'. Without it: what is there already, else photographs, "
            "else drawn pictures.",
            metavar="openimages|drawn|DIR",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace pictures that cannot be had again.")
    ] = False,
    credits: Annotated[
        list[Path] | None,
        typer.Option(
            help="Only write CREDITS.csv beside the photographs: who made each, from a table of "
            "Open Images' image IDs. Give it once for each table.",
            metavar="CSV",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Get the pictures of the lab, and say which they are."""
    from alpaca_course.assets.pictures import ensure_pictures
    from alpaca_course.assets.progress import ticking

    place = course()
    if credits:
        _write_credits(place, credits, dry_run=dry_run, json=json)
        return
    if dry_run:
        _show_plan(place, source, force=force, json=json)
        return
    with progress() as bar:
        found = ensure_pictures(
            place,
            source,
            force=force,
            say=err.print,
            tick=ticking(bar),
        )
    if json:
        print_json({**found.to_json(), "reused": found.reused, "folder": str(found.folder)})
    else:
        verb = "Reused" if found.reused else "Ready"
        said = f"{verb}: {found.description} in {found.folder}"
        out.out(said)
    if found.problems:
        _show_problems(found.problems)
        if source is not None:
            raise typer.Exit(1)


def _write_credits(place: Course, tables: list[Path], *, dry_run: bool, json: bool) -> None:
    from alpaca_course.assets.credits import FILE, write_credits
    from alpaca_course.assets.manifest import read_manifest
    from alpaca_course.assets.progress import ticking

    with progress() as bar:
        known, total = write_credits(
            place.dataset,
            read_manifest(place.manifest),
            tables,
            ticking(bar),
            dry_run=dry_run,
        )
    target = place.dataset / FILE
    if json:
        print_json({"file": str(target), "credited": known, "photographs": total})
    else:
        verb = "Would credit" if dry_run else "Credited"
        out.out(f"{verb} {known} of {total} photographs in {target}")


def _show_plan(place: Course, source: str | None, *, force: bool, json: bool) -> None:
    from alpaca_course.assets.plan import plan_pictures

    plan = plan_pictures(place, source, force=force)
    if json:
        shown: dict[str, Any] = {"action": plan.action, "text": plan.text, "to_get": plan.to_get}
        print_json(shown)
    else:
        out.out(plan.text)
    if plan.action == "refuse":
        raise typer.Exit(1)


def _show_problems(problems: dict[str, str]) -> None:
    err.print(f"{len(problems)} pictures could not be had; the others are kept:")
    for name, reason in list(problems.items())[:SHOWN_PROBLEMS]:
        err.print(f"  {name}: {reason}")
    if len(problems) > SHOWN_PROBLEMS:
        err.print(f"  … and {len(problems) - SHOWN_PROBLEMS} more (SOURCE.json names all)")
    err.print("The same command again fetches what is missing.")
