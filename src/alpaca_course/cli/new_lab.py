"""``alpaca new-lab``: the smallest lab that builds, validates, grades and qualifies."""

from __future__ import annotations

from typing import Annotated

import typer

from alpaca_course.cli.console import JsonOption, course, out, print_json
from alpaca_course.course import Course
from alpaca_course.errors import CourseError


def register(app: typer.Typer) -> None:
    app.command("new-lab")(new_lab)


def new_lab(
    name: Annotated[str, typer.Argument(help="Of its folders, and nbgrader's assignment.")],
    title: Annotated[
        str | None, typer.Option(help="For people.", show_default="the name in words")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would be written, and write nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Begin a lab: one exercise, three rules, and a corpus that tests them.

    It works at once: build it, grade it, qualify it. Then replace what it teaches by what you
    teach; docs/new-lab.md leads through that.
    """
    from alpaca_course.authoring import new_lab as room
    from alpaca_course.authoring.listing import write_list

    here = course()
    files = room.new_lab(here, name, title or name.replace("_", " ").capitalize())
    if not dry_run:
        try:
            room.write(files)
            write_list(Course.load(here.root).lab(name))
        except OSError as error:
            raise CourseError(f"The lab cannot be written: {error}") from error
    shown = [path.relative_to(here.root).as_posix() for path in files]
    shown += [f"notebooks/{name}/{each}" for each in ("public_names.json", "known_attributes.txt")]
    if json:
        print_json({"assignment": name, "dry_run": dry_run, "files": shown})
        return
    for path in shown:
        out.out(f"{'would write' if dry_run else 'wrote':<12} {path}")
    if not dry_run:
        out.out(
            f"\nNext: alpaca build {name}, alpaca validate {name}, alpaca qualify {name}; "
            "then docs/new-lab.md.",
        )
