"""Run cases and mutants in a warm process and compare what they give with what they should."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from alpaca_course.course import Course
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.judge import load_judge
from alpaca_course.lab import Lab
from alpaca_course.qualification import plan
from alpaca_course.qualification.case import Case
from alpaca_course.qualification.compare import (
    Outcome,
    compare_case,
    compare_mutant,
    unknown_equivalents,
    verdicts,
)
from alpaca_course.qualification.jobs import JobResult
from alpaca_course.qualification.pool import WarmPool
from alpaca_course.qualification.report import Qualification
from alpaca_course.qualification.seeds import load_equivalent, load_mutants
from alpaca_course.qualification.store import ResultStore

Tick = Callable[[int, int], None]


def qualify(
    course: Course,
    spec: Lab,
    cases: Sequence[Case],
    *,
    mutants: bool | Sequence[str] = True,
    workers: int = 2,
    cell_seconds: float = 60.0,
    stored: bool = False,
    tick: Tick = lambda done, total: None,
) -> Qualification:
    """Execute and judge ``cases`` and the mutants.

    Args:
        course: the course, whose weights must be there.
        spec: the lab.
        cases: from :func:`case.load_cases`; those that need the grading room are left out.
        mutants: all, none, or those with these names.
        workers: side by side.
        cell_seconds: what one cell may take.
        stored: judge what an earlier run kept, and execute only what has changed since.
        tick: told how many of how many are done.

    Raises:
        CourseError: nothing can be said.
    """
    started = time.monotonic()
    lab = ReleasedLab.load(spec)
    judge = load_judge(course, spec)
    by_name = {case.name: case for case in cases if case.header.through == "light"}
    jobs = [plan.case_job(case, lab, cell_seconds=cell_seconds) for case in by_name.values()]
    reference = plan.reference_cells(spec)
    notes: list[str] = []
    equivalent: dict[str, str] = {}
    mutant_of = {}
    if mutants:
        made = load_mutants(spec)
        equivalent = load_equivalent(spec)
        if mutants is True:
            notes += unknown_equivalents(equivalent, made)
        mutant_of = {m.name: m for m in made if mutants is True or m.name in mutants}
        jobs += [plan.mutant_job(mutant, lab, reference) for mutant in mutant_of.values()]

    outcomes: dict[str, Outcome] = {}

    def compare(result: JobResult) -> None:
        found = verdicts(result, lab, judge)
        if result.name in by_name:
            outcome = compare_case(by_name[result.name], found, result.cpu_seconds)
        else:
            mutant = mutant_of[result.name]
            outcome = compare_mutant(mutant, found[mutant.exercise], equivalent, result.cpu_seconds)
        outcomes[result.name] = outcome
        tick(len(outcomes), len(jobs))

    tick(0, len(jobs))
    store = ResultStore(course, lab)
    kept = [result for job in jobs if stored and (result := store.find(job))]
    for result in kept:
        compare(result)
    left = [job for job in jobs if job.name not in outcomes]
    if left:
        fresh: list[JobResult] = []
        try:
            with WarmPool(course, spec, lab.files, workers) as pool:
                for result in pool.run(left):
                    fresh.append(result)
                    compare(result)
        finally:
            store.keep(left, fresh)
    in_order = tuple(outcomes[job.name] for job in jobs)
    seconds = time.monotonic() - started
    return Qualification(in_order, tuple(notes), seconds, stored=len(kept))
