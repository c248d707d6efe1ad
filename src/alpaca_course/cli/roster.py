"""``alpaca roster``: who takes the course, from the lists that other systems export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpaca_course.cli.console import ATTENTION, JsonOption, course, err, out, print_json
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.course import Course
    from alpaca_course.gradebook.enrolment import Enrolment
    from alpaca_course.lms.importing import Import
    from alpaca_course.lms.roster import Roster, Student

roster = typer.Typer(help="Who takes the course, and what other systems call them.")

EncodingOption = Annotated[
    str, typer.Option("--encoding", help="Of a list that is not UTF-8; Excel's is often cp1252.")
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column", help='What a column is, as in "email=E-Mail-Adresse"; may be repeated.'
    ),
]


def register(app: typer.Typer) -> None:
    roster.command("import")(import_list)
    roster.command("list")(list_students)
    app.add_typer(roster, name="roster", no_args_is_help=True)


def import_list(
    file: Annotated[Path, typer.Argument(help="The CSV that the other system exported.")],
    system: Annotated[
        str,
        typer.Option(
            "--from",
            help="canvas, moodle, brightspace, nbgrader, github or plain; found by its columns.",
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the difference, and change nothing.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="The list is of one group: nobody was dropped.")
    ] = False,
    drop_many: Annotated[
        bool, typer.Option("--drop-many", help="More than half of the class has left.")
    ] = False,
    id_from: Annotated[
        str,
        typer.Option(
            "--id", help="What a new student's id is: sis_login, sis_id, email, canvas_id, id."
        ),
    ] = "",
    column: ColumnOption = None,
    encoding: EncodingOption = "",
    json: JsonOption = False,
) -> None:
    """Take a list of students into the roster and the gradebook.

    Students are recognised by any id or address that both have, so lists of several systems come
    together. The exit code is 0, or 3 where a row could not be taken.
    """
    from alpaca_course.lms.importing import imported
    from alpaca_course.lms.roster import Roster
    from alpaca_course.lms.roster_files import read_listing
    from alpaca_course.lms.tables import TableError, read_table

    place = course()
    before = Roster.load(place)
    table = read_table(file, encoding)
    try:
        listing = read_listing(table, system, columns_of(column), id_from)
    except TableError as error:
        raise CourseError(f"{file}: {error}") from None
    day = datetime.now(UTC).date().isoformat()
    found = imported(before, listing, day, partial=partial, anyway=drop_many)
    enrolment = None if dry_run else _write(place, found)
    if json:
        print_json(_to_json(found, listing.system, enrolment))
    else:
        _show(found, listing.system, enrolment)
    if found.problems:
        raise typer.Exit(ATTENTION)


def columns_of(given: list[str] | None) -> dict[str, str]:
    """What was given by ``--column``.

    Raises:
        CourseError: it is not written as "what=column".
    """
    pairs = [each.partition("=") for each in given or ()]
    for what, sign, name in pairs:
        if not (what.strip() and sign and name.strip()):
            raise CourseError(f"--column is written as what=column, not '{what}{sign}{name}'.")
    return {what.strip(): name.strip() for what, _, name in pairs}


def _write(place: Course, found: Import) -> Enrolment:
    from alpaca_course.gradebook.enrolment import enrol
    from alpaca_course.sole_writer import sole_writer

    with sole_writer(place):
        # The gradebook first: a roster whose students it does not have would look finished.
        enrolment = enrol(place, found.roster.present, [each.id for each in found.dropped])
        try:
            found.roster.save(place)
        except OSError as error:
            raise CourseError(f"{place.roster} cannot be written: {error}") from error
    return enrolment


def _shown(student: Student) -> str:
    about = [student.name if student.name != student.id else "", student.email]
    about.append(f"sections: {', '.join(student.sections)}" if student.sections else "")
    return ", ".join(filter(None, [student.id, *about]))


def _lines(found: Import) -> Iterator[tuple[str, str]]:
    """What happened to each student and row, and to whom or which."""
    yield from (("new", _shown(each)) for each in found.added)
    for change in found.changed:
        what = "; ".join(
            f"{name} {_value(old) or 'nothing'} -> {_value(new)}"
            for name, (old, new) in change.what.items()
        )
        yield "changed", f"{change.after.id}: {what}"
    yield from (("by name", f"{each}: recognised by the name alone") for each in found.by_name)
    yield from (
        (
            "other id",
            f"{name}: the list has the id {other}; it stays {name}, in submitted/ and in the "
            "gradebook, too",
        )
        for name, other in found.other_ids.items()
    )
    yield from (("back", _shown(each)) for each in found.returned)
    yield from (("dropped", _shown(each)) for each in found.dropped)
    yield from (("left out", f"line {each.line}: {each.text}") for each in found.left_out)


def _value(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _show(found: Import, system: str, enrolment: Enrolment | None) -> None:
    from alpaca_course.contract.states import printable
    from alpaca_course.lms.formats import TITLES

    for what, text in _lines(found):
        out.print(f"{what:9}{printable(text)}", soft_wrap=True)
    for problem in found.problems:
        text = f"Not taken: line {problem.line}: {problem.text}."
        err.print(printable(text), soft_wrap=True)
    count = len(found.roster.present)
    done = "would be" if enrolment is None else "are"
    out.print(
        f"A list of {TITLES[system]}: {len(found.added)} new, {len(found.changed)} changed, "
        f"{len(found.returned)} back, {len(found.dropped)} dropped. {count} students {done} in the "
        "course.",
    )
    if enrolment and enrolment.kept:
        names = ", ".join(enrolment.kept)
        err.print(
            f"Dropped, and still in the gradebook with what they handed in: {names}. To take one "
            "out of lists and reports: `nbgrader db student remove ID --force`.",
        )


def _to_json(found: Import, system: str, enrolment: Enrolment | None) -> dict[str, Any]:
    return {
        "from": system,
        "written": enrolment is not None,
        "students": len(found.roster.present),
        "added": [each.to_json() for each in found.added],
        "changed": {
            change.after.id: {name: list(pair) for name, pair in change.what.items()}
            for change in found.changed
        },
        "by_name": list(found.by_name),
        "other_ids": dict(found.other_ids),
        "returned": [each.id for each in found.returned],
        "dropped": [each.id for each in found.dropped],
        "left_out": [vars(each) for each in found.left_out],
        "not_taken": [vars(each) for each in found.problems],
        "gradebook": {name: list(names) for name, names in vars(enrolment).items()}
        if enrolment
        else None,
    }


def list_students(json: JsonOption = False) -> None:
    """Show the roster."""
    from alpaca_course.contract.states import printable
    from alpaca_course.lms.roster import Roster

    found: Roster = Roster.load(course())
    if json:
        print_json({"students": [each.to_json() for each in found.students]})
        return
    for each in found.students:
        gone = f" (dropped on {each.dropped})" if each.dropped else ""
        out.print(printable(_shown(each) + gone), soft_wrap=True)
    out.print(f"{len(found.present)} students.")
