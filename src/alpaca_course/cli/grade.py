"""``alpaca grade``: execute side by side, judge, and write gradebook and autograded notebooks."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpaca_course.cli.console import (
    ATTENTION,
    NO_SANDBOX,
    JsonOption,
    LabArgument,
    course,
    err,
    out,
    print_json,
    progress,
    without_left_out,
)
from alpaca_course.cli.deadlines import warn
from alpaca_course.cli.scheduler import (
    SchedulerOption,
    TlsCaOption,
    TlsCertOption,
    TlsKeyOption,
    address_of,
    say,
)
from alpaca_course.cli.whom import nothing_of
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.lab import Lab

if TYPE_CHECKING:
    from alpaca_course.batch.grade import Batch, Outcome
    from alpaca_course.cluster.link import Address
    from alpaca_course.intake.inbox import Stray
    from alpaca_course.judging.session import GradingSession

StudentOption = Annotated[
    list[str] | None, typer.Option("--student", "-s", help="Only this student; may be repeated.")
]


def register(app: typer.Typer) -> None:
    app.command("grade")(grade)


def grade(
    lab: LabArgument = None,
    workers: Annotated[
        int, typer.Option("--workers", "-w", min=0, help="Executions side by side; 0 chooses.")
    ] = 0,
    student: StudentOption = None,
    force: Annotated[
        bool, typer.Option("--force", "-f", help="Execute again what was executed before.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    isolation: Annotated[
        str | None, typer.Option(help="warm, fresh or trusted, other than the course's setting.")
    ] = None,
    trusted: Annotated[
        bool,
        typer.Option("--trusted", help="Without a sandbox: you vouch for the code in words."),
    ] = False,
    execute_all: Annotated[
        bool,
        typer.Option(
            "--execute-all", help="Execute all own cells of students, not only what is needed."
        ),
    ] = False,
    template: Annotated[
        bool,
        typer.Option(
            "--template/--no-template",
            help="Have kernels inherit what the lab prepares, where many are to be executed.",
        ),
    ] = True,
    scheduler: SchedulerOption = None,
    tls_ca: TlsCaOption = None,
    tls_cert: TlsCertOption = None,
    tls_key: TlsKeyOption = None,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Exit with 0 instead of 3, to go on in a script.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Grade all submissions; what is up to date stays as it is.

    Penalties and times of what is up to date are brought up to date, too.

    The exit code is 0 if every submission was graded; 3 if the work was done and some need a
    person or were refused, or if something in submitted/ is no hand-in; 1 if it was not done, or
    not for all. `alpaca grade --lenient && alpaca feedback` goes on unless it is 1.
    """
    from alpaca_course.gradebook.late import in_vain
    from alpaca_course.intake.inbox import strays

    place = course()
    spec = place.lab(lab)
    warn(in_vain(place))
    outside = strays(place, spec)
    students, excluded = _students(place, spec, student, outside)
    left_out = {} if student else _left_out(place, spec)
    if student:
        outside = []
    away = address_of(scheduler, tls_ca, tls_cert, tls_key, workers)
    isolation = "trusted" if trusted else isolation
    with _open(place, spec, isolation, workers, execute_all, None if dry_run else away) as session:
        session.template = template
        from alpaca_course.batch.grade import Batch
        from alpaca_course.gradebook.nbgrader_api import NbGrader

        batch = Batch(session, NbGrader(place, spec), force=force)
        if dry_run:
            _show_plan(batch, students, outside, left_out, excluded, json)
            return
        started = time.monotonic()
        outcomes = _run(batch, students, place)
        seconds = time.monotonic() - started
    _report(outcomes, outside, left_out, excluded, session, seconds, json)
    if any(outcome.result is None for outcome in outcomes):
        raise typer.Exit(1)
    if not lenient and (outside or left_out or not all(outcome.ok for outcome in outcomes)):
        raise typer.Exit(ATTENTION)


def _students(
    place: Course, lab: Lab, chosen: list[str] | None, outside: list[Stray]
) -> tuple[list[str], list[str]]:
    """Who is graded, and whom nbgrader's settings leave out; who is named is graded."""
    from alpaca_course.contract.ids import spelled
    from alpaca_course.intake.submissions import students

    found = students(place, lab)
    if chosen:
        wanted = {spelled(each) for each in chosen}
        if unknown := sorted(wanted - {*found}):
            said = [f"No submission of {', '.join(unknown)} in {place.submitted}."]
            said += [nothing_of(place, lab, each) for each in unknown]
            said += [each.text for each in outside if each.path.partition("/")[0] in unknown]
            raise CourseError("\n".join(said))
        return sorted(wanted), []
    if not found:
        said = [
            f"No submissions in {place.submitted}: there should be folders "
            f"<student>/{lab.name}. `nbgrader collect {lab.name}` puts them there.",
            *(stray.text for stray in outside),
        ]
        raise CourseError("\n".join(said))
    return without_left_out(place, found)


def _left_out(place: Course, lab: Lab) -> dict[str, str]:
    """Folders whose name cannot be an id, said at the start; by their printable name, and why."""
    from alpaca_course.intake.submissions import unusable_names

    found = {ascii(name): why for name, why in unusable_names(place, lab).items()}
    for name, why in found.items():
        err.print(f"Left out: {name} in {place.submitted}: {why}.")
    return found


@contextlib.contextmanager
def _open(
    place: Course,
    lab: Lab,
    isolation: str | None,
    workers: int,
    execute_all: bool,
    away: Address | None,
) -> Iterator[GradingSession]:
    """A session, or a :class:`CourseError` that says why nothing can be graded."""
    from alpaca_course.execution.pool import workers_to_use
    from alpaca_course.judging.session import GradingSession

    if isolation not in (None, "warm", "fresh", "trusted"):
        raise CourseError(f"--isolation is warm, fresh or trusted, not '{isolation}'.")
    count = workers_to_use(lab.kernel.memory_mib, workers, place.settings.workers)
    with contextlib.ExitStack() as opened:
        try:
            session = GradingSession(
                place, lab, isolation=isolation, execute_all=execute_all or None, workers=count
            )
            if away is not None:
                from alpaca_course.batch.elsewhere import on_cluster

                cluster = opened.enter_context(on_cluster(session, away, say))
                say(f"{cluster.slots} executions side by side on {len(cluster.workers)} workers.")
            session.check_isolation()
        except CourseError as error:
            raise CourseError(f"{error}\nNothing was graded.") from error
        if session.isolation == "trusted":
            err.print(NO_SANDBOX + "students' code runs with your rights on this machine.")
        # Before the connection that its executions need.
        opened.callback(session.close)
        yield session


def _show_plan(
    batch: Batch,
    students: list[str],
    outside: list[Stray],
    left_out: dict[str, str],
    excluded: list[str],
    json: bool,
) -> None:
    from alpaca_course.gradebook.booked import NothingGraded
    from alpaca_course.gradebook.results import read_results

    session = batch.session
    plan = {name: (action, result) for name, action, result in batch.foresee(students)}
    try:
        was = read_results(session.course, session.lab).results
    except NothingGraded:
        # A roster alone makes a gradebook, too.
        was = {}
    scores = {
        name: (was[name].total, result.total)
        for name, (_, result) in plan.items()
        if result is not None and name in was
    }
    if json:
        actions = {name: action.value for name, (action, _) in plan.items()}
        moved = {
            name: {"before": old, "after": new} for name, (old, new) in scores.items() if old != new
        }
        print_json(
            {
                "assignment": session.lab.name,
                "plan": actions,
                "changes": moved,
                "left_out": left_out,
                "excluded": excluded,
                **_outside(outside),
            }
        )
        return
    for name, (action, _) in plan.items():
        old, new = scores.get(name, (0.0, 0.0))
        change = f": {old:g} -> {new:g} points ({new - old:+g})" if old != new else ""
        out.print(f"{action.value:12} {name}{change}")
    counts = Counter(action.value for action, _ in plan.values())
    out.print(", ".join(f"{count} {what}" for what, count in counts.items()))
    _name(outside)


def _run(batch: Batch, students: list[str], place: Course) -> list[Outcome]:
    from alpaca_course.sole_writer import sole_writer

    outcomes: list[Outcome] = []
    started = time.monotonic()
    with sole_writer(place), progress() as bar:
        task = bar.add_task("grading", total=len(students))
        try:
            for outcome in batch.run(students):
                outcomes.append(outcome)
                rate = (time.monotonic() - started) / len(outcomes)
                bar.update(task, advance=1, description=f"grading, {rate:.1f} s a submission")
        except (CourseError, OSError) as error:
            raise CourseError(
                f"{error}\nWhat was finished is kept; grade again for the rest."
            ) from error
    return sorted(outcomes, key=lambda outcome: outcome.student)


def _outside(outside: list[Stray]) -> dict[str, list[dict[str, str]]]:
    return {"not_looked_at": [{"path": each.path, "advice": each.advice} for each in outside]}


def _name(outside: list[Stray]) -> None:
    for stray in outside:
        err.print(stray.text)


def _report(
    outcomes: list[Outcome],
    outside: list[Stray],
    left_out: dict[str, str],
    excluded: list[str],
    session: GradingSession,
    seconds: float,
    json: bool,
) -> None:
    from alpaca_course.reporting.ways import counted_ways, ways_in_words

    counts = Counter(_state(outcome) for outcome in outcomes)
    ways = counted_ways(each.result for each in outcomes if each.result and each.executed)
    if json:
        print_json(
            {
                "assignment": session.lab.name,
                "isolation": session.isolation,
                "workers": session.workers,
                "seconds": round(seconds, 3),
                "counts": dict(counts),
                "ways": ways,
                "left_out": left_out,
                "excluded": excluded,
                "submissions": [outcome.to_json() for outcome in outcomes],
                **_outside(outside),
            }
        )
        return
    out.print(_table(outcomes, [exercise.id for exercise in session.released.exercises]))
    summary = ", ".join(f"{count} {state}" for state, count in counts.most_common())
    out.print(f"{len(outcomes)} submissions in {seconds:.1f} s: {summary}.")
    if said := ways_in_words(ways):
        out.print(said)
    _name(outside)


def _state(outcome: Outcome) -> str:
    return outcome.result.state.value if outcome.result else "not written"


def _table(outcomes: Iterable[Outcome], exercises: list[str]) -> Any:
    from rich.table import Table
    from rich.text import Text

    from alpaca_course.contract.states import printable
    from alpaca_course.reporting.table import points_cell

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("student", overflow="fold")
    table.add_column("state", overflow="fold")
    for name in [*exercises, "total"]:
        table.add_column(name, justify="right")
    # Wide enough for a code: in a narrow terminal it would be broken in the middle.
    table.add_column("why", overflow="fold", min_width=20)
    for outcome in outcomes:
        result = outcome.result
        if result is None:
            cells = ["–"] * (len(exercises) + 1)
            why = outcome.error.splitlines()[0] if outcome.error else ""
        else:
            cells = [points_cell(result.scores.get(name)) for name in exercises]
            cells.append(f"{result.total:g}")
            notes = (*result.reasons, *result.notes, *result.repairs)
            late = [result.lateness.in_short] if result.lateness.in_short else []
            why = "; ".join([*late, *dict.fromkeys(note.code for note in notes)])
        # Text, since a name or a message may hold what Rich would read as markup.
        table.add_row(
            *(Text(printable(t)) for t in (outcome.student, _state(outcome), *cells, why))
        )
    return table
