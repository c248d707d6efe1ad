"""Compare what cases and mutants give with what they should."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from alpaca_course.course import Course
from alpaca_course.execution.cache import environment_facts
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.lab import Lab
from alpaca_course.qualification import plan
from alpaca_course.qualification.case import Case, CaseReader
from alpaca_course.qualification.compare import (
    Outcome,
    compare_case,
    compare_mutant,
    oversized,
    unbroken_rules,
    unknown_equivalents,
)
from alpaca_course.qualification.execute import Bench, Judged
from alpaca_course.qualification.mutants import Mutant
from alpaca_course.qualification.report import Qualification
from alpaca_course.qualification.seeds import load_equivalent, load_mutants
from alpaca_course.sandbox.probe import SandboxUnavailableError, require

Tick = Callable[[int, int], None]


def qualify(
    course: Course,
    lab: Lab,
    cases: Sequence[Case],
    *,
    mutants: bool | Sequence[str] = True,
    bench: Bench | None = None,
    tick: Tick = lambda done, total: None,
) -> Qualification:
    """Execute and judge ``cases`` and the mutants.

    Args:
        course: the course, whose inputs must be there.
        lab: the lab.
        cases: from :func:`case.load_cases`; those that need the grading room are left out.
        mutants: all, none, or those with these names.
        bench: how they are executed.
        tick: told how many of how many are done.

    Raises:
        CourseError: nothing can be said.
    """
    started = time.monotonic()
    by_name, tasks = tasks_of(course, lab, cases, mutants=mutants)
    equivalent, notes = {}, []
    if mutants:
        equivalent = load_equivalent(lab)
        if mutants is True:
            made = [each for each in by_name.values() if isinstance(each, Mutant)]
            notes += unknown_equivalents(equivalent, made)
            notes += unbroken_rules(cases, CaseReader.of(lab).worth)
    bench = bench or Bench()
    if not bench.sandbox:
        tasks, left_out = _without_sandboxed(tasks, bench, course)
        notes += left_out
    outcomes: dict[str, Outcome] = {}
    ways: Counter[str] = Counter()
    raising = set(bench.raising & by_name.keys())
    stored = 0
    tick(0, len(tasks))
    for task, judged in bench.run(course, lab, tasks):
        outcomes[task.name] = _outcome(by_name[task.name], judged, equivalent)
        stored += judged.stored
        if judged.record.ending is not None and not judged.stored:
            ways[judged.record.way] += 1
        if judged.record.way == "error":
            raising.add(task.name)
        tick(len(outcomes), len(tasks))
    return Qualification(
        tuple(outcomes[task.name] for task in tasks),
        tuple(notes),
        time.monotonic() - started,
        stored,
        dict(ways.most_common()),
        frozenset(raising),
    )


def tasks_of(
    course: Course, lab: Lab, cases: Sequence[Case], *, mutants: bool | Sequence[str] = True
) -> tuple[dict[str, Case | Mutant], list[plan.Task]]:
    """Cases and mutants by name, and what is executed of each; see :func:`qualify`."""
    released = ReleasedLab.load(lab)
    facts = environment_facts(course, lab, released.files, released.reference)
    by_name: dict[str, Case | Mutant] = {
        case.name: case for case in cases if case.header.through == "light"
    }
    if mutants:
        by_name |= {m.name: m for m in load_mutants(lab) if mutants is True or m.name in mutants}
    return by_name, [
        plan.case_task(each, released, facts)
        if isinstance(each, Case)
        else plan.mutant_task(each, released, facts)
        for each in by_name.values()
    ]


def _without_sandboxed(
    tasks: list[plan.Task], bench: Bench, course: Course
) -> tuple[list[plan.Task], list[str]]:
    """All tasks; where there is no sandbox, those that need none, and a note on the others."""
    free = [task for task in tasks if not bench.sandboxed(task, course)]
    if len(free) == len(tasks):
        return tasks, []
    try:
        require()
    except SandboxUnavailableError as error:
        return free, [f"{len(tasks) - len(free)} hostile cases were not executed. {error}"]
    return tasks, []


def _outcome(of: Case | Mutant, judged: Judged, equivalent: dict[str, str]) -> Outcome:
    if isinstance(of, Case):
        found = compare_case(of, judged.record, judged.cpu_seconds)
    else:
        verdict = judged.record.verdicts[of.exercise]
        found = compare_mutant(of, verdict, equivalent, judged.cpu_seconds)
    # What an attack sends may be as large as the limits on evidence let it.
    large = [] if found.kind == "hostile" else oversized(judged.record)
    return replace(found, problems=(*found.problems, *large))
