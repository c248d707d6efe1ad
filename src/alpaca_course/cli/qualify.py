"""``alpaca qualify``: the hidden tests against the corpus and its mutants."""

from __future__ import annotations

from pathlib import Path
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
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.course import Course
    from alpaca_course.lab import Lab
    from alpaca_course.qualification.case import Case
    from alpaca_course.qualification.execute import Bench
    from alpaca_course.qualification.report import Qualification
    from alpaca_course.qualification.rule_report import RuleReport

PAGE = Path("docs") / "qualification.md"


def qualify(
    lab: LabArgument = None,
    *,
    case: Annotated[list[str] | None, typer.Option(help="Only this case (repeatable).")] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Only wrong, alternative, habit, hostile or demo cases."),
    ] = None,
    mutants: Annotated[bool, typer.Option(help="Run the automatic mutants as well.")] = True,
    workers: Annotated[int, typer.Option(min=1, help="Cases side by side.")] = 2,
    sandbox: Annotated[
        bool,
        typer.Option("--sandbox", help="Execute all in the sandbox, not the hostile cases alone."),
    ] = False,
    template: Annotated[
        bool,
        typer.Option(
            "--template/--no-template",
            help="Have kernels inherit what the lab prepares, or have each make it itself.",
        ),
    ] = True,
    both_ways: Annotated[
        bool,
        typer.Option(
            "--both-ways", help="Execute all with and without the template, and compare; no more."
        ),
    ] = False,
    stored: Annotated[
        bool,
        typer.Option(
            "--stored", help="Judge what the last run kept; execute only what has changed since."
        ),
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show all cases as a table.")] = False,
    write_docs: Annotated[bool, typer.Option(help=f"Write {PAGE} anew.")] = False,
    check: Annotated[bool, typer.Option(help=f"Fail unless {PAGE} says the same.")] = False,
    mutate_rules: Annotated[
        bool,
        typer.Option(
            "--mutate-rules",
            help="Then change the rules, one place at a time, and see whether anything notices; "
            "takes many minutes. Judges what the last run kept, as --stored does.",
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Test the hidden tests: corpus of solutions, attacks and automatic mutants.

    Wrong solutions must lose points through the rule meant for them, other right ones must get
    full points, attacks must gain nothing, mutants must lose points.
    """
    from alpaca_course.assets.inputs import ensure
    from alpaca_course.qualification import plan
    from alpaca_course.qualification.case import load_cases
    from alpaca_course.qualification.execute import Bench
    from alpaca_course.qualification.run import qualify as run
    from alpaca_course.qualification.seeds import load_raising

    part = bool(case or kind)
    if part and (write_docs or check or mutate_rules):
        asks = "Changing rules asks all" if mutate_rules else f"{PAGE} is about all"
        raise CourseError(f"{asks} cases: leave out --case and --kind.")
    here = course()
    spec = here.lab(lab)
    ensure(here, spec.kernel.inputs, say=err.print)
    # The demonstration class is graded by `alpaca demo`.
    kinds = tuple(kind or (() if case else ("wrong", "alternative", "habit", "hostile")))
    cases = plan.select(load_cases(spec), case or (), kinds)
    bench = Bench(
        workers=workers,
        sandbox=sandbox,
        stored=stored or mutate_rules,
        template=template,
        raising=load_raising(spec),
    )
    if both_ways:
        _both_ways(here, spec, cases, mutants and not part, bench, json)
        return
    with progress() as bar:
        task = bar.add_task("Executing cases", total=None)
        found = run(
            here,
            spec,
            cases,
            mutants=mutants and not part,
            bench=bench,
            tick=lambda done, total: bar.update(task, completed=done, total=total),
        )
    problems = _page(here, spec, found, write=write_docs, check=check)
    rules = _mutate_rules(here, spec, workers) if mutate_rules and found.holds else None
    if json:
        print_json((rules or found).to_json())
    else:
        _print(found, everything=everything or bool(case))
        _print_rules(rules)
    for problem in problems:
        err.print(problem)
    if not found.holds or problems or (rules and not rules.holds):
        raise typer.Exit(1)


def _both_ways(
    here: Course, lab: Lab, cases: list[Case], mutants: bool, bench: Bench, json: bool
) -> None:
    from alpaca_course.qualification.run import tasks_of
    from alpaca_course.qualification.ways import both_ways
    from alpaca_course.reporting.ways import ways_in_words

    _, tasks = tasks_of(here, lab, cases, mutants=mutants)
    with progress() as bar:
        task = bar.add_task("Executing cases both ways", total=None)
        found = both_ways(
            here,
            lab,
            tasks,
            bench,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    told = found.to_json()
    if json:
        print_json(told)
    else:
        for line in found.differences:
            out.print(line, soft_wrap=True)
        out.print(ways_in_words(found.ways))
        out.print(
            f"{told['pairs']} executed both ways, verdicts differ of {len(found.differences)}; "
            f"without and with the template {told['seconds'][0]} and {told['seconds'][1]} s, "
            f"{told['cpu_seconds'][0]} and {told['cpu_seconds'][1]} CPU-s of kernels. Evidence is "
            f"the same byte for byte in {told['same_evidence']} of "
            f"{found.ways.get('template', 0)} that inherited.",
        )
    if found.differences:
        raise typer.Exit(1)


def _mutate_rules(here: Course, lab: Lab, workers: int) -> RuleReport:
    from alpaca_course.qualification.rule_fates import try_rules
    from alpaca_course.qualification.rule_mutants import load_survivors
    from alpaca_course.qualification.rule_report import RuleReport

    with progress() as bar:
        task = bar.add_task("Changing rules", total=None)
        fates = try_rules(
            here,
            lab,
            workers=workers,
            tick=lambda done, total: bar.update(task, completed=done, total=total),
        )
    return RuleReport(fates, load_survivors(lab).reasons)


def _print_rules(found: RuleReport | None) -> None:
    from alpaca_course.qualification.rule_report import table

    if found is None:
        return
    out.print(table(found))
    for surprise in found.surprises:
        out.print(surprise, soft_wrap=True)
    made, left = len(found.fates), len(found.survivors)
    explained = ", each with a reason" if found.holds else f"; {len(found.surprises)} surprises"
    out.print(f"{made - left} of {made} noticed, {left} left{explained}.")


def _page(here: Course, lab: Lab, found: Qualification, *, write: bool, check: bool) -> list[str]:
    from alpaca_course.qualification.report import page
    from alpaca_course.qualification.seeds import write_raising

    path = here.page(lab, "qualification")
    if write:
        path.write_text(page(found), encoding="utf-8")
        write_raising(lab, found.raising)
    committed = path.read_text(encoding="utf-8") if path.is_file() else ""
    if check and committed != page(found):
        shown = path.relative_to(here.root)
        return [f"{shown} does not say what was found: run `alpaca qualify --write-docs`."]
    return []


def _print(found: Qualification, *, everything: bool) -> None:
    from alpaca_course.qualification.report import tables
    from alpaca_course.reporting.ways import ways_in_words

    for table in tables(found, everything=everything):
        out.print(table)
    cpu = sum(outcome.cpu_seconds for outcome in found.outcomes)
    executed = sum(found.ways.values())
    refused = len(found.outcomes) - found.stored - executed
    out.print(
        f"{executed} executed, {found.stored} taken from an earlier run and {refused} refused "
        f"unexecuted in {found.seconds:.0f} s; they took {cpu:.0f} s of processor time."
    )
    if said := ways_in_words(found.ways):
        out.print(said)
    for note in found.notes:
        out.print(note)
    holds = "All as expected." if found.holds else f"{len(found.surprises)} surprises."
    out.print(holds)


def register(app: typer.Typer) -> None:
    """Add ``alpaca qualify``."""
    app.command("qualify")(qualify)
