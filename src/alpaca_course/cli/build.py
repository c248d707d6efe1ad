"""``alpaca build``: the percent script → ``source/`` → ``release/``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from alpaca_course.cli.console import JsonOption, LabArgument, course, err, out, print_json
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpaca_course.authoring.problem import Problem
    from alpaca_course.authoring.trees import Change


def register(app: typer.Typer) -> None:
    app.command("build")(build)


def build(
    lab: LabArgument = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; fail unless what is committed is current."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Build the instructor's and the students' notebook from `notebooks/`; of all labs by default.

    The same script gives the same bytes. Nothing is written when the script breaks a rule or
    when the release would show a solution, a hidden test or a rule.
    """
    if check and dry_run:
        raise CourseError("--check and --dry-run exclude each other: both write nothing.")
    from alpaca_course.authoring import build as authoring
    from alpaca_course.authoring.problem import AuthoringError

    here = course()
    labs = here.chosen(lab)
    if check:
        found = [problem for each in labs for problem in authoring.check(here, each)]
        _report(found, as_json, "source/ and release/ are what the script gives; nothing leaks.")
        return
    try:
        built = [(each, authoring.build(here, each)) for each in labs]
    except AuthoringError as error:
        _report(error.problems, as_json, "")
        return
    changes: dict[str, list[Change]] = {}
    for each, made in built:
        changes |= authoring.write(here, each, made, dry_run=dry_run)
    if as_json:
        listed = {
            folder: {change.path: change.action for change in files}
            for folder, files in changes.items()
        }
        print_json({"ok": True, "problems": [], "dry_run": dry_run, "files": listed})
    else:
        _show(changes, dry_run)


def _report(problems: Sequence[Problem], as_json: bool, good: str) -> None:
    """Print the problems; any of them ends the command with code 1."""
    if as_json:
        print_json({"ok": not problems, "problems": [p.to_dict() for p in problems]})
    elif not problems:
        out.print(good)
    for problem in [] if as_json else problems:
        err.print(Text.assemble(("✗", "bold red"), f" {problem.where}"), soft_wrap=True)
        err.out(f"  {problem.what}")
    if problems:
        raise typer.Exit(1)


def _show(changes: dict[str, list[Change]], dry_run: bool) -> None:
    words = {"wrote": "would write", "removed": "would remove"} if dry_run else {}
    for folder, files in changes.items():
        for change in files:
            action = words.get(change.action, change.action)
            line = f"{action:<12} {folder}/{change.path}"
            out.out(line)
