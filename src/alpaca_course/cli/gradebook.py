"""``alpaca gradebook``: the gradebook's database as a whole."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import JsonOption, course, out, print_json, progress

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from alpaca_course.gradebook.copying import Copied

_COURSE = "course"
_app = typer.Typer(help="The gradebook's database as a whole.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(_app, name="gradebook")


@_app.callback()
def gradebook() -> None:
    """The gradebook's database as a whole."""


@_app.command("copy")
def copy(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FROM", help="A file of SQLite's, an address, or 'course' for the course's own."
        ),
    ],
    target: Annotated[
        str, typer.Argument(metavar="TO", help="Likewise; nothing may be in it yet.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Try everything, undo it, and say how it went.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Copy a gradebook from SQLite to PostgreSQL, or back, and compare every row of the copy.

    All of it is copied or nothing; FROM stays as it is. A password belongs into PGPASSWORD or
    ~/.pgpass: the words of a command can be seen by everybody on the machine.
    """
    from alpaca_course.database_url import shown
    from alpaca_course.gradebook import copying

    urls = [_address(text) for text in (source, target)]
    with _alone(), progress() as bar:
        task = bar.add_task("trying" if dry_run else "copying", total=None)
        found = copying.copy(
            *urls,
            dry_run=dry_run,
            advance=lambda done, of: bar.update(task, completed=done, total=of),
        )
    names = [shown(url) for url in urls]
    if json:
        facts = {"rows": dict(found.rows), "replaced": found.replaced, "sha256": found.digest}
        print_json({"from": names[0], "to": names[1], "written": not dry_run, **facts,
                    "left_behind": list(found.others)})  # fmt: skip
        return
    _say(found, *names, dry_run=dry_run)


def _address(text: str) -> str:
    from alpaca_course.database_url import file_url, in_one_spelling

    if text == _COURSE:
        return course().db_url
    if "://" not in text:
        return file_url(Path(text).resolve())
    return in_one_spelling(text, Path.cwd())


def _alone() -> AbstractContextManager[None]:
    """Nobody grades in this course meanwhile, where this is one."""
    from alpaca_course.course import CourseNotFoundError
    from alpaca_course.sole_writer import sole_writer

    try:
        return sole_writer(course())
    except CourseNotFoundError:
        return contextlib.nullcontext()


def _say(found: Copied, source: str, target: str, *, dry_run: bool) -> None:
    def say(text: str) -> None:
        out.print(text, soft_wrap=True)

    for table, count in found.rows.items():
        say(f"{count:8} {table}")
    total = sum(found.rows.values())
    done = "would be copied" if dry_run else "copied"
    say(f"{total} rows {done} from {source} to {target}, and each compared with its source.")
    if found.replaced:
        say(f"In {found.replaced} texts the character NUL became U+FFFD: PostgreSQL has none.")
    if found.others:
        say(f"Left behind, since they are not nbgrader's: {', '.join(found.others)}.")
    if dry_run:
        say("All of it was undone again.")
    else:
        say("What is written to FROM from now on is not in TO. Name TO in nbgrader_config.py "
            "(CourseDirectory.db_url) or in ALPACA_DB_URL.")  # fmt: skip
