"""``alpaca collect``: hand-ins from the download of another system into ``submitted/``."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpaca_course.cli.console import ATTENTION, JsonOption, course, err, out, print_json, progress
from alpaca_course.cli.roster import ColumnOption, EncodingOption, columns_of
from alpaca_course.cli.show import LabOption
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.course import Course
    from alpaca_course.lab import Lab
    from alpaca_course.lms.collecting import Outcome
    from alpaca_course.lms.taking import Decision


def register(app: typer.Typer) -> None:
    app.command("collect")(collect)


def collect(
    source: Annotated[Path, typer.Argument(help="The zip archive or folder that was downloaded.")],
    lab: LabOption = None,
    system: Annotated[
        str,
        typer.Option(
            "--from",
            help="canvas, moodle, blackboard, brightspace, github, plain; found by its files.",
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be taken, and take nothing.")
    ] = False,
    times: Annotated[
        Path | None,
        typer.Option(
            "--times",
            help="A CSV that says when each was handed in: Moodle's grading worksheet, "
            "GitHub Classroom's grades, or a list of your own.",
        ),
    ] = None,
    zone: Annotated[
        str, typer.Option("--zone", help="Of its times, other than that of deadlines.toml.")
    ] = "",
    match: Annotated[
        list[str] | None,
        typer.Option("--match", help='Who an owner is, as in "Ann Lee_12=ann"; may be repeated.'),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take it also where another hand-in may be later.")
    ] = False,
    column: ColumnOption = None,
    encoding: EncodingOption = "",
    json: JsonOption = False,
) -> None:
    """Put what was handed in elsewhere into submitted/: all of it, or nothing.

    Every file of the download has its line in the table, which is kept in reports/ as well. The
    exit code is 0, or 3 where somebody may miss a file: not matched, not readable, or not clear
    whether it is later than the one that is there.
    """
    from alpaca_course.lms.collecting import Collecting
    from alpaca_course.sole_writer import sole_writer

    place = course()
    spec = place.lab(lab)
    collecting = Collecting(place, spec, system, _matches(match), replace, zone)
    if times is not None:
        collecting.read_times(times, columns_of(column), encoding)
        if nobodys := collecting.times.of_nobody:
            lines = ", ".join(map(str, nobodys))
            err.print(f"In {times}, whose these times are is not clear: lines {lines}.")
    with nullcontext() if dry_run else sole_writer(place), progress() as bar:
        task = bar.add_task("reading", total=None)

        def tick(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        found = collecting.run(source, dry=dry_run, tick=tick)
    table = None if dry_run else _keep(place, spec, found)
    if json:
        print_json(_to_json(found, spec, dry_run, table))
    else:
        _show(found, spec, dry_run, table)
    if found.needs_a_look:
        raise typer.Exit(ATTENTION)


def _matches(given: list[str] | None) -> dict[str, str]:
    """What was given by ``--match``; an owner's name may hold an equals sign."""
    pairs = [each.rpartition("=") for each in given or ()]
    for owner, sign, student in pairs:
        if not (owner.strip() and sign and student.strip()):
            raise CourseError(f"--match is written as OWNER=ID, not '{owner}{sign}{student}'.")
    return {owner.strip(): student.strip() for owner, _, student in pairs}


def _rows(found: Outcome) -> Iterator[dict[str, str]]:
    for line in found.choice.lines:
        decision = found.decisions.get(line.student)
        time = decision.time if decision else None
        yield {
            "file": line.path,
            "status": line.status,
            "student": line.student,
            "as": line.file,
            "attempt": line.attempt,
            "why": line.why,
            "handed_in": time.utc.isoformat() if time else "",
            "time_from": time.told_by if time else "",
            "marked_late": "yes" if decision and decision.taken.marked_late else "",
        }


def _keep(place: Course, lab: Lab, found: Outcome) -> Path:
    """The table as a file beside the reports."""
    from alpaca_course.gradebook.export import safe_text, write_csv

    path = place.reports / f"collected-{lab.name}.csv"
    rows = [{name: safe_text(value) for name, value in row.items()} for row in _rows(found)]
    text = io.StringIO()
    writer = csv.DictWriter(text, [*rows[0]] if rows else ["file"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_csv(path, text.getvalue())
    except OSError as error:
        raise CourseError(f"All was collected, but {path} cannot be written: {error}") from error
    return path


def _show(found: Outcome, lab: Lab, dry_run: bool, table: Path | None) -> None:
    from alpaca_course.contract.states import printable
    from alpaca_course.lms.formats import TITLES

    for line in found.choice.lines:
        to = f" -> {line.student}/{lab.name}/{line.file}" if line.file else ""
        known = line.student if line.student and not line.file else ""
        attempt = f"attempt {line.attempt}" if line.attempt else ""
        when = _when(found.decisions[line.student]) if line.file else ""
        about = ", ".join(filter(None, [known, attempt, line.why, when]))
        text = printable(f"{line.path}{to}" + f" ({about})" * bool(about))
        out.print(f"{line.status:12}{text}", soft_wrap=True)
    counts = Counter(line.status for line in found.choice.lines)
    what = Counter(each.what.value for each in found.decisions.values())
    files = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    whose = ", ".join(f"{count} {name}" for name, count in what.most_common())
    would = "It would be taken so" if dry_run else "Done"
    out.print(
        f"{would}. A download of {TITLES[found.system]} with {len(found.choice.lines)} files: "
        f"{files}. {len(found.decisions)} hand-ins: {whose or 'none'}.",
    )
    if found.absent:
        names = printable(", ".join(found.absent))
        out.print(
            f"Nothing in it of {len(found.absent)} students of the roster: {names}.",
        )
    if table is not None:
        out.print(f"The table: {table}", soft_wrap=True)


def _when(decision: Decision) -> str:
    """When a hand-in was handed in, as far as anything tells it."""
    late = "called late" if decision.taken.marked_late else ""
    if decision.time is None:
        return late
    return f"handed in {decision.time.utc:%Y-%m-%d %H:%M} UTC by {decision.time.told_by}"


def _to_json(found: Outcome, lab: Lab, dry_run: bool, table: Path | None) -> dict[str, Any]:
    return {
        "assignment": lab.name,
        "from": found.system,
        "written": not dry_run,
        "files": list(_rows(found)),
        "students": {
            student: {"what": each.what.value, "why": each.why, **vars(each.taken)}
            for student, each in found.decisions.items()
        },
        "absent": list(found.absent),
        "needs_a_look": found.needs_a_look,
        "table": str(table) if table else None,
    }
