"""``alpaca appeals``: what students ask about their results, the evidence, and the answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import ATTENTION, JsonOption, course, err, out, print_json
from alpaca_course.cli.show import LabOption
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.course import Course
    from alpaca_course.gradebook.results import ClassResults
    from alpaca_course.judging.naming import Named
    from alpaca_course.lab import Lab
    from alpaca_course.reporting.appeals import Evidence

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be taken in, and change nothing.")
]


def register(app: typer.Typer) -> None:
    commands = typer.Typer(invoke_without_command=True)
    commands.callback()(listed)
    commands.command("import")(take_in_table)
    commands.command("answer")(answer_one)
    app.add_typer(commands, name="appeals")


def listed(
    context: typer.Context,
    lab: LabOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Answered ones, too.")] = False,
    json: JsonOption = False,
) -> None:
    """List open appeals with the evidence beside each; `import` takes them in, `answer` answers."""
    if context.invoked_subcommand is not None:
        return
    from alpaca_course.judging.appeals import AppealStore
    from alpaca_course.reporting.appeals import with_evidence

    place, spec, found, known = _class(lab)
    appeals = AppealStore(place, spec).load()
    chosen = [each for each in appeals if everything or each.is_open]
    evidence = with_evidence(place, spec, found, known, chosen)
    if json:
        print_json({"appeals": [each.to_json() for each in evidence]})
        return
    for each in evidence:
        _show(each)
    open_ = sum(each.is_open for each in appeals)
    _say(f"{open_} open, {len(appeals) - open_} answered.")


def take_in_table(
    table: Annotated[Path, typer.Argument(help="CSV with the columns student, code, words.")],
    lab: LabOption = None,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
) -> None:
    """Take in appeals; each submission needs a person until its appeal is answered.

    `code` may be left empty, or out: then the appeal is about the whole result. The same table may
    be taken in again when it has grown. Rows that cannot be taken in are named, and the exit code
    is 3 then.
    """
    from datetime import UTC, datetime

    from alpaca_course.batch.appeals import plan, take_in
    from alpaca_course.contract.states import printable
    from alpaca_course.gradebook.nbgrader_api import NbGrader
    from alpaca_course.judging.appeal_table import read_table
    from alpaca_course.judging.appeals import AppealStore
    from alpaca_course.sole_writer import sole_writer

    try:
        data = table.read_bytes()
    except OSError as error:
        raise CourseError(f"{table} cannot be read: {error.strerror or error}.") from error
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with sole_writer(course()):
        place, spec, found, known = _class(lab)
        rows, problems = read_table(data, _called(place, found), known)
        taken = plan(found, AppealStore(place, spec).load(), rows, now)
        if not dry_run:
            take_in(NbGrader(place, spec), found, taken)
    if json:
        print_json(
            {
                "new": [vars(each) for each in taken.new],
                "known": len(rows) - len(taken.new),
                "not_taken_in": [vars(each) for each in problems],
                "dry_run": dry_run,
            }
        )
    else:
        for each in taken.new:
            _say(printable(f"{each.number}: {each.student}, {each.about or 'the whole result'}"))
        would = "would be " * dry_run
        _say(f"{len(taken.new)} {would}taken in, {len(rows) - len(taken.new)} there already.")
        for problem in problems:
            text = printable(f"Line {problem.line}: {problem.text}.")
            err.print(text)
    if problems:
        raise typer.Exit(ATTENTION)


def answer_one(
    number: Annotated[int, typer.Argument(help="Of the appeal, as the list has it.")],
    text: Annotated[str, typer.Argument(help="The answer, as Markdown.")],
    points: Annotated[
        float | None,
        typer.Option(help="Points of the exercise in place of those that grading gave."),
    ] = None,
    lab: LabOption = None,
    json: JsonOption = False,
) -> None:
    """Answer an appeal: the answer appears on the student's page after `alpaca feedback`."""
    from datetime import UTC, datetime

    from alpaca_course.batch.appeals import answer
    from alpaca_course.gradebook.nbgrader_api import NbGrader
    from alpaca_course.gradebook.results import read_result
    from alpaca_course.sole_writer import sole_writer

    now = datetime.now(UTC).isoformat(timespec="seconds")
    with sole_writer(course()):
        place, spec, found, _ = _class(lab)
        done = answer(NbGrader(place, spec), found, number, text, now, points)
    result = read_result(place, spec, done.student)
    if json:
        print_json({"appeal": vars(done), "result": result.to_json()})
        return
    total = f"{result.total:g} of {result.max_points:g} points"
    _say(f"{done.student}: {result.state.value}, {total}. `alpaca feedback` shows the answer.")


def _class(lab: str | None) -> tuple[Course, Lab, ClassResults, dict[str, Named]]:
    from alpaca_course.gradebook.results import read_results
    from alpaca_course.judging.judge import load_exercises
    from alpaca_course.judging.naming import known_names

    place = course()
    spec = place.lab(lab)
    found = read_results(place, spec)
    return place, spec, found, known_names(load_exercises(spec), found.results.values())


def _called(place: Course, found: ClassResults) -> dict[str, str]:
    """Ids by what students may be called by in a table: those of whom there is a record.

    What the roster gives to two of them is the name of neither.
    """
    from alpaca_course.contract.ids import spelled
    from alpaca_course.lms.roster import Roster

    graded = [name for name in found.results if found.records.get(name)]
    called: dict[str, set[str]] = {}
    for student in map(Roster.load(place).get, graded):
        for other in (student.email, student.sis_login, student.sis_id, student.canvas_id):
            called.setdefault(spelled(other).casefold(), set()).add(student.id)
    other_names = {name: ids.pop() for name, ids in called.items() if name and len(ids) == 1}
    return {**other_names, **{name.casefold(): name for name in graded}}


def _say(line: str) -> None:
    out.print(line, soft_wrap=True)


def _show(each: Evidence) -> None:
    from alpaca_course.contract.codes import code_of
    from alpaca_course.contract.states import printable

    appeal = each.appeal
    name = f" ({each.name})" if each.name else ""
    about = f"{each.title}, code {code_of(appeal.about)}" if appeal.about else "the whole result"
    _say(printable(f"{appeal.number}  {appeal.student}{name}: {about}: {each.points}"))
    _say(printable(f"   asked {appeal.asked[:10]}: {appeal.words}"))
    for label, text in each.parts:
        _say(printable(f"   {label}: {text}"))
    for line in each.cell.splitlines():
        _say(f"   | {''.join(c if c.isprintable() else '�' for c in line)}")
    for note in each.notes:
        _say(printable(f"   {note}"))
    if each.notebook:
        _say(f"   {each.notebook}")
    _say("")
