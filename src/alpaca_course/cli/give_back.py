"""``alpaca return``: grades and feedback pages as the university's systems take them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from alpaca_course.cli.console import ATTENTION, JsonOption, LabArgument, course, out, print_json
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.files import said_of
from alpaca_course.lab import Lab
from alpaca_course.units import MIB

if TYPE_CHECKING:
    from alpaca_course.returning.grades import Entry
    from alpaca_course.returning.pages import Page
    from alpaca_course.returning.table import Return


def register(app: typer.Typer) -> None:
    app.command("return")(give_back)


def give_back(
    lab: LabArgument = None,
    to: Annotated[
        str,
        typer.Option("--to", help="canvas, moodle, brightspace or nbgrader (any table with ids)."),
    ] = "",
    grades: Annotated[
        Path | None, typer.Option(help="The table that the system exported, just now.")
    ] = None,
    hand_ins: Annotated[
        Path | None,
        typer.Option(help="Of Canvas, where they were not collected by `alpaca collect`."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The folder to write to.", show_default="reports/"),
    ] = None,
    column: Annotated[str, typer.Option(help="The column of the grades.")] = "",
    new_column: Annotated[
        bool, typer.Option("--new-column", help="Make it where there is none.")
    ] = False,
    scale: Annotated[
        bool, typer.Option("--scale", help="Scale the points to the system's maximum.")
    ] = False,
    zeros: Annotated[
        bool, typer.Option("--zeros", help="Return 0 for those who handed in nothing.")
    ] = False,
    unsettled: Annotated[
        bool, typer.Option("--unsettled", help="Return what needs a person or was refused, too.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace grades that did not come from here.")
    ] = False,
    pages: Annotated[
        bool, typer.Option("--pages/--no-pages", help="Make the zip of feedback pages, too.")
    ] = True,
    largest: Annotated[
        float, typer.Option(min=0.01, help="MiB of a zip; what is more goes into a next one.")
    ] = 200.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show who changes by how much, and write nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Fill the grades into the table that the system exported, and zip the feedback pages.

    Every other byte of the table stays as it is. The exit code is 0 where every graded student has
    a row and every row its grade; 3 where some were left, which the table names.
    """
    from alpaca_course.lms.way_back import SYSTEMS
    from alpaca_course.returning.grades import Policy
    from alpaca_course.returning.table import prepare, read_table

    if to not in SYSTEMS:
        raise CourseError(f"--to is one of {', '.join(SYSTEMS)}.")
    if grades is None:
        raise CourseError("--grades FILE is the table that the system exported.")
    place = course()
    spec = place.lab(lab)
    policy = Policy(unsettled=unsettled, overwrite=overwrite, zeros=zeros, scale=scale)
    back = prepare(
        place, spec, to, read_table(grades), column=column, make=new_column, policy=policy
    )
    made = [*_pages(place, spec, back, hand_ins, unsettled=unsettled)] if pages else []
    folder = output or place.reports
    written: list[Path] = []
    if not dry_run:
        written = _write(place, spec, back, grades, folder, made, int(largest * MIB))
    if json:
        print_json(_json(back, made, written))
    else:
        _show(back, made, written, pages=pages)
        if back.whose.unknown and to != "nbgrader":
            _say(f"Ids that the roster does not have: `alpaca roster import {grades}` takes them.")
    if back.nowhere or any(entry.fate == "left" for entry in back.entries):
        raise typer.Exit(ATTENTION)


def _pages(
    place: Course, lab: Lab, back: Return, hand_ins: Path | None, *, unsettled: bool
) -> Iterator[Page]:
    from alpaca_course.lms.collected import Collected
    from alpaca_course.lms.feedback_names import in_collected, in_download
    from alpaca_course.lms.roster import Roster
    from alpaca_course.returning import pages

    found = pages.pages_of(place, lab, back, pages.settled(back, unsettled=unsettled))
    name = f"{lab.notebook}.html"
    if back.system == "moodle":
        yield from pages.for_moodle(back, found, name)
    elif back.system != "canvas":
        yield from pages.for_nbgrader(lab, found, name)
    else:
        files = (
            in_download(_names(hand_ins))
            if hand_ins
            else in_collected(Collected.load(place, lab.name), Roster.load(place))
        )
        if not files:
            raise CourseError(
                "Canvas knows a feedback page by the numbers of the file that was handed in, and "
                "nothing was collected from Canvas here: give the zip of hand-ins that Canvas made "
                "(--hand-ins submissions.zip), or return the grades alone (--no-pages)."
            )
        yield from pages.for_canvas(back, found, files)


def _names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror or error}.") from None
    except zipfile.BadZipFile as error:
        raise CourseError(f"{path} cannot be read: {error}.") from None


def _write(
    place: Course,
    lab: Lab,
    back: Return,
    grades: Path,
    folder: Path,
    made: list[Page],
    largest: int,
) -> list[Path]:
    from alpaca_course.files import write_atomically
    from alpaca_course.returning import pages, table

    path = folder / f"{lab.name}-{back.system}-grades.csv"
    if path.resolve() == grades.resolve():
        raise CourseError(f"{path} is the table itself: choose another --output.")
    parts = [*pages.zips(made, largest)]
    written = []
    try:
        for number, data in enumerate(parts, start=1):
            which = f"-{number}-of-{len(parts)}" if len(parts) > 1 else ""
            written.append(folder / f"{lab.name}-{back.system}-feedback{which}.zip")
            write_atomically(written[-1], data)
        # Last: what it remembers is what a person can upload.
        table.write(place, lab, back, path)
    except OSError as error:
        raise CourseError(f"It cannot be written: {said_of(error)}") from error
    return [path, *written]


def _json(back: Return, made: list[Page], written: list[Path]) -> dict[str, object]:
    return {
        "system": back.system,
        "column": back.place.title,
        "rows": [entry.to_json() for entry in back.entries],
        "nowhere": list(back.nowhere),
        "pages": {page.student: page.path for page in made},
        "written": [str(path) for path in written],
    }


def _show(back: Return, made: list[Page], written: list[Path], *, pages: bool) -> None:
    told = [entry for entry in back.entries if entry.fate != "same" or entry.why]
    if told:
        out.print(_table(back, told))
    counts = {
        fate: sum(entry.fate == fate for entry in back.entries)
        for fate in ("changes", "same", "left")
    }
    _say(
        f"Column '{back.place.title}': {counts['changes']} change, {counts['same']} are that "
        f"already, {counts['left']} are left as they are."
    )
    if back.nowhere:
        _say(f"Graded, and in no row of the table: {', '.join(back.nowhere)}.")
    if pages:
        without = sum(entry.fate != "left" for entry in back.entries) - len(made)
        _say(
            f"{len(made)} feedback pages" + (f"; {without} rows have none." if without > 0 else ".")
        )
    for path in written:
        _say(f"Wrote {path}")
    if not written:
        _say("Nothing was written.")


def _table(back: Return, told: list[Entry]) -> Table:
    table = Table("student", f"in {back.system}", "will be", "change", "returned last", "")
    for entry in sorted(told, key=lambda each: (each.fate == "changes", each.difference)):
        change = f"{entry.difference:+g}" if entry.fate == "changes" else ""
        after = entry.after if entry.fate == "changes" else "left"
        row = (
            entry.student or f"{entry.name} ?",
            entry.before,
            after,
            change,
            entry.last,
            entry.why,
        )
        table.add_row(*map(Text, row))
    return table


def _say(text: str) -> None:
    out.print(text, soft_wrap=True)
