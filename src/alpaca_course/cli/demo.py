"""``alpaca demo``: from nothing to a graded class; what ``make demo`` runs after set-up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpaca_course.cli.console import (
    JsonOption,
    LabArgument,
    course,
    err,
    have_inputs,
    out,
    print_json,
    progress,
)
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.course import Course
    from alpaca_course.lab import Lab
    from alpaca_course.qualification.demo_class import DemoClass


def demo(
    lab: LabArgument = None,
    *,
    workers: Annotated[int, typer.Option(min=0, help="Side by side; 0 chooses.")] = 0,
    isolation: Annotated[
        str | None, typer.Option(help="warm, fresh or trusted, other than the course's setting.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Pictures, weights, the lab, and a demonstration class graded through nbgrader.

    What is there already is used again. The class lives in `.alpaca/demo/`, apart from a real one.
    The exit code is 0 only if every submission got what its case file says.
    """
    from alpaca_course.qualification.demo_class import prepare_course

    started = time.monotonic()
    here = course()
    spec = here.lab(lab)
    if isolation not in (None, "warm", "fresh", "trusted"):
        raise CourseError(f"--isolation is warm, fresh or trusted, not '{isolation}'.")
    steps = {**have_inputs(here, spec, demonstration=True), "lab": build_lab(here, spec)}
    graded = grade_in(prepare_course(here, spec), spec, isolation=isolation, workers=workers)
    seconds = time.monotonic() - started
    if json:
        print_json(as_json(graded, steps, seconds))
    else:
        show(graded, seconds)
    if not graded.as_expected:
        raise typer.Exit(1)


def build_lab(here: Course, lab: Lab) -> str:
    from alpaca_course.authoring import build

    with progress() as bar:
        bar.add_task("Building the lab", total=None)
        changes = build.write(here, lab, build.build(here, lab))
    changed = sum(c.action != "unchanged" for each in changes.values() for c in each)
    text = f"{changed} files written" if changed else "up to date"
    err.print(f"Lab: {text} in {lab.source} and {lab.release}")
    return text


def grade_in(own: Course, lab: Lab, **how: Any) -> DemoClass:
    """Hand the demonstration's cases of ``lab`` in in a course of its own, and grade them.

    Args:
        own: as :func:`qualification.demo_class.prepare_course` makes it.
        lab: whose cases they are.
        how: of :func:`qualification.demo_class.grade_class`.
    """
    from alpaca_course.qualification import demo_class as room
    from alpaca_course.qualification import plan
    from alpaca_course.qualification.case import load_cases

    cases = plan.select(load_cases(lab), kinds=["demo"])
    there = own.lab(lab.name)
    room.hand_in(own, there, cases)
    with progress() as bar:
        task = bar.add_task("Grading", total=len(cases))
        return room.grade_class(
            own,
            there,
            cases,
            tick=lambda done, total: bar.update(task, completed=done, total=total),
            **how,
        )


def _places(graded: DemoClass) -> dict[str, str]:
    from alpaca_course.database_url import shown

    own = graded.course
    return {
        "submissions": str(own.submitted),
        "autograded notebooks": str(own.autograded),
        "feedback pages": str(own.feedback),
        "gradebook": shown(own.db_url),
        "class report": str(graded.report),
    }


def as_json(graded: DemoClass, steps: dict[str, str], seconds: float) -> dict[str, Any]:
    return {
        **steps,
        "isolation": graded.isolation,
        "submissions": [member.to_json() for member in graded.members],
        "reused": graded.reused,
        "as_expected": graded.as_expected,
        "places": _places(graded),
        "seconds": round(seconds, 1),
    }


def show(graded: DemoClass, seconds: float) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from alpaca_course.contract.states import printable

    table = Table(
        title="The demonstration class",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("submission", no_wrap=True)
    # The exercises in the order of the notebook, as its cells number them.
    for number in range(1, len(graded.exercises) + 1):
        table.add_column(f"C{number}", justify="right", no_wrap=True)
    table.add_column("total", justify="right", no_wrap=True)
    table.add_column("expected", justify="right", no_wrap=True)
    table.add_column("what went wrong", overflow="fold", ratio=1)
    for member in graded.members:
        record = member.outcome.record
        points = [f"{record.verdicts[e].points:g}" if record else "–" for e in graded.exercises]
        total = f"{record.points:g}" if record else "–"
        expected = f"{sum(member.case.points.values()):g}"
        words = "; ".join(("NOT AS EXPECTED", *member.problems)) if member.problems else ""
        table.add_row(
            member.name, *points, total, expected, Text(printable(words or member.few_words))
        )
    out.print(table)
    names = ", ".join(f"C{n} {name}" for n, name in enumerate(graded.exercises, start=1))
    out.print(f"{names}.\n")
    for what, where in _places(graded).items():
        out.print(f"{what:>20}: {where}", soft_wrap=True)
    if graded.isolation == "trusted":
        out.print("No sandbox can be had here (`alpaca doctor` says why): it ran without one.")
    count = len(graded.members)
    reused = f", {graded.reused} of them graded before" if graded.reused else ""
    verdict = "all as expected" if graded.as_expected else "NOT all as expected"
    out.print(f"{count} submissions{reused}, {verdict}; {seconds:.1f} s.")


def register(app: typer.Typer) -> None:
    """Add ``alpaca demo``."""
    app.command("demo")(demo)
