"""``alpaca regrade``: judge stored evidence by the rules of today."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import (
    JsonOption,
    LabArgument,
    course,
    err,
    out,
    print_json,
    progress,
)
from alpaca_course.cli.deadlines import warn
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.batch.regrade import Change
    from alpaca_course.course import Course
    from alpaca_course.gradebook.nbgrader_api import NbGrader
    from alpaca_course.judging.session import GradingSession


def register(app: typer.Typer) -> None:
    app.command("regrade")(regrade)


def regrade(
    lab: LabArgument = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show who gains or loses what, and write nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Judge the stored evidence of all students again; nothing is executed.

    Rules, points, due dates, extensions and penalties of today count. Points that a person gave
    stay; where what they were given for changed, a second look is asked for. The exit code is 0
    where everything was judged and written, else 1.
    """
    from alpaca_course.gradebook.late import in_vain
    from alpaca_course.gradebook.nbgrader_api import NbGrader
    from alpaca_course.gradebook.results import dropped_text, read_results
    from alpaca_course.judging.session import GradingSession

    place = course()
    spec = place.lab(lab)
    warn(in_vain(place))
    nbgrader = NbGrader(place, spec)
    try:
        session = GradingSession(place, spec)
        nbgrader.check_assignment()
        found = _judge(session, nbgrader)
    except CourseError as error:
        raise CourseError(f"{error}\nNothing was changed.") from error
    gone = read_results(place, spec).dropped
    if gone:
        err.print(dropped_text(gone))
    if not found:
        raise CourseError("No evidence is stored yet: run `alpaca grade` first.")
    judged = sum(not change.error for change in found)
    if not json:
        _show(found)
    if not dry_run:
        found = _write(place, session, nbgrader, found)
    if json:
        print_json(
            {
                "written": not dry_run,
                "judged": judged,
                "dropped": list(gone),
                "changed": sum(change.changed for change in found),
                "students": [change.to_json() for change in found],
            }
        )
    else:
        _show_errors(found)
        if not dry_run and any(change.changed for change in found):
            out.print("Written. `alpaca feedback` brings the feedback pages up to date.")
    if any(change.error for change in found):
        raise typer.Exit(1)


def _judge(session: GradingSession, nbgrader: NbGrader) -> list[Change]:
    from alpaca_course.batch.regrade import changes

    with progress() as bar:
        task = bar.add_task("judging", total=None)
        found = []
        for change in changes(session, nbgrader):
            found.append(change)
            bar.advance(task)
    return found


def _write(
    place: Course, session: GradingSession, nbgrader: NbGrader, found: list[Change]
) -> list[Change]:
    from alpaca_course.batch.regrade import write
    from alpaca_course.sole_writer import sole_writer

    written = []
    with sole_writer(place), progress() as bar:
        nbgrader.ensure_assignment()
        with nbgrader.ledger() as ledger:
            for change in bar.track(found, description="writing"):
                written.append(write(change, session, ledger))
    return written


def _show(found: list[Change]) -> None:
    judged = [change for change in found if not change.error]
    show_changes(judged)
    moved = [change for change in judged if change.difference]
    gained = sum(change.difference > 0 for change in moved)
    worded = sum(change.changed and not change.difference for change in judged)
    out.print(
        f"{len(judged)} judged: {gained} gain, {len(moved) - gained} lose, "
        f"{worded} get other words or another state for the same points, "
        f"{sum(not change.changed for change in judged)} stay.",
    )


def show_changes(found: Iterable[Change]) -> None:
    """Who gains or loses what, the greatest loss first."""
    for change in sorted(found, key=lambda change: change.difference):
        if change.difference and change.was and change.will_be:
            parts = ", ".join(f"{name} {points:+g}" for name, points in change.exercises().items())
            out.print(
                f"{change.difference:+6g}  {change.after.student}: {change.was.total:g} -> "
                f"{change.will_be.total:g} ({parts})",
            )


def _show_errors(found: list[Change]) -> None:
    for error in dict.fromkeys(change.error for change in found if change.error):
        students = ", ".join(c.after.student for c in found if c.error == error)
        out.out(f"{students}: {error}")
