"""``alpaca export``: grades as CSV or JSON Lines, with points per exercise."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import JsonOption, LabArgument, course, out, print_json
from alpaca_course.errors import CourseError
from alpaca_course.files import write_whole

if TYPE_CHECKING:
    from alpaca_course.course import Course
    from alpaca_course.gradebook.export import Row
    from alpaca_course.lab import Lab

# Of a file: the name of the first column is in it, behind a byte order mark and quotes.
_START = 20


def register(app: typer.Typer) -> None:
    app.command("export")(export)


def export(
    lab: LabArgument = None,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            help="The file to write; '-' for standard output. JSON Lines where it ends in .jsonl.",
        ),
    ] = "grades.csv",
    separator: Annotated[
        str, typer.Option(help="Between columns; ';' where a decimal comma is usual.")
    ] = ",",
    json_lines: Annotated[
        bool, typer.Option("--jsonl", help="JSON Lines instead of CSV, to standard output, too.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write all grades of the gradebook to a CSV file that a spreadsheet opens safely.

    With a roster, sections and the ids of the university's systems are in it.

    The file is UTF-8 with a byte order mark, by which Excel knows it; standard output has none.
    The exit code is 1 where a row has no points, since what is kept cannot be read.
    """
    from alpaca_course.gradebook.export import to_csv, to_json_lines, write_csv

    if len(separator) != 1:
        raise CourseError("--separator is one character, such as ',' or ';'.")
    place = course()
    found = _rows(place, place.chosen(lab))
    lines = json_lines or output.endswith(".jsonl")
    text = to_json_lines(found) if lines else to_csv(found, separator)
    if json:
        print_json({"rows": found})
    elif output == "-":
        sys.stdout.write(text)
    else:
        try:
            _check_is_ours(Path(output))
            (write_whole if lines else write_csv)(Path(output), text)
        except OSError as error:
            raise CourseError(f"{output} cannot be written: {error.strerror or error}.") from error
        out.out(f"Wrote {len(found)} rows to {output}")
    unread = [str(row["student_id"]) for row in found if "score" not in row]
    if unread:
        raise CourseError(
            f"Without points, since what is kept of them cannot be read: {', '.join(unread)}. "
            "`alpaca grade --force --student ID` makes it anew."
        )


def _check_is_ours(path: Path) -> None:
    """A roster, or a table that a system exported, is not taken for an earlier export.

    Raises:
        CourseError: it is something else.
        OSError: it cannot be read.
    """
    if not path.is_file():
        return
    with path.open("rb") as file:
        start = file.read(_START)
    if start and b"assignment" not in start:
        raise CourseError(
            f"{path} is there, and it is no export of grades: choose another --output, or move it."
        )


def _rows(place: Course, labs: list[Lab]) -> list[Row]:
    from alpaca_course.gradebook.errors import gradebook_in_words
    from alpaca_course.gradebook.export import rows, stored_records
    from alpaca_course.gradebook.nbgrader_api import NbGrader

    nbgrader = NbGrader(place, labs[0])
    with gradebook_in_words(place.db_url), nbgrader.gradebook() as gradebook:
        names = [each.name for each in labs]
        found = list(rows(gradebook, stored_records(place), assignments=names))
    if not found:
        raise CourseError("The gradebook has no students yet: run `alpaca grade` first.")
    return found
