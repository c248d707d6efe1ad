"""Execute and judge cases and mutants as hand-ins are."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, replace

from alpaca_course.course import Course
from alpaca_course.execution.attempts import is_own_doing
from alpaca_course.execution.cache import ExecutionCache
from alpaca_course.execution.runner import Execution
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging import assessment
from alpaca_course.judging.judge import Judge
from alpaca_course.judging.loading import faults_of_rules
from alpaca_course.judging.records import Record
from alpaca_course.judging.session import GradingSession
from alpaca_course.lab import Lab
from alpaca_course.qualification.plan import Task
from alpaca_course.sandbox.probe import require


@dataclass(frozen=True)
class Judged:
    """What came of a task.

    Attributes:
        record: of the submission; its verdicts are those of the task's exercises.
        cpu_seconds: used for it.
        stored: judged by what an earlier run had executed.
    """

    record: Record
    cpu_seconds: float = 0.0
    stored: bool = False


@dataclass(frozen=True)
class Bench:
    """How cases and mutants are executed.

    Attributes:
        workers: executions side by side.
        cell_seconds: what one cell may take; all of a submission's together twice that.
        sandbox: execute all of them in the sandbox, and not the hostile ones alone.
        stored: take from an earlier run what would be executed the same way again.
        template: execute what is plain in forks of the lab's template, where it has one.
        many: have a template however few there are to be executed.
        challenge: of every execution; a fresh one for each without it.
        raising: names of those that no fork of the template is tried for, since what raises there
            is executed again without it.
    """

    workers: int = 2
    cell_seconds: int = 60
    sandbox: bool = False
    stored: bool = False
    template: bool = True
    many: bool = False
    challenge: str = ""
    raising: frozenset[str] = frozenset()

    def session(
        self, course: Course, lab: Lab, *, sandboxed: bool, expected: int
    ) -> GradingSession:
        """The session of grading, with the limits of a corpus and a store of its own.

        What is hostile shares its sandbox with what comes after it: whatever one left there would
        show in what becomes of the next.
        """
        session = GradingSession(
            course,
            lab,
            isolation="warm" if sandboxed else "forked",
            workers=self.workers,
            apart=False,
            template=self.template,
            expected=expected,
            challenge=self.challenge,
        )
        session.limits = replace(
            session.limits,
            cell_seconds=self.cell_seconds,
            total_seconds=2 * self.cell_seconds,
        )
        session.cache = store(course)
        return session

    def sandboxed(self, task: Task, course: Course) -> bool:
        """Hostile code is, unless the course says that all code can be trusted."""
        return self.sandbox or (task.hostile and course.settings.isolation != "trusted")

    def run(self, course: Course, lab: Lab, tasks: Sequence[Task]) -> Iterator[tuple[Task, Judged]]:
        """Judge ``tasks``, those in the sandbox last; what is executed is kept.

        Raises:
            NoKernelError, SandboxUnavailableError: they cannot be executed here.
        """
        for sandboxed in (False, True):
            chosen = [task for task in tasks if self.sandboxed(task, course) == sandboxed]
            if sandboxed and chosen:
                require()
            if chosen:
                expected = sys.maxsize if self.many else len(chosen)
                opened = self.session(course, lab, sandboxed=sandboxed, expected=expected)
                with opened as session:
                    yield from self._run(session, chosen)

    def _run(self, session: GradingSession, tasks: Sequence[Task]) -> Iterator[tuple[Task, Judged]]:
        by_key: dict[str, list[Task]] = defaultdict(list)
        kept: dict[str, Execution | None] = {"": None}
        futures = {}
        # The first are executed while others are still taken in.
        for task in tasks:
            submission = task.submission
            key = submission.key
            by_key[key].append(task)
            if key in kept or len(by_key[key]) > 1:
                continue
            found = session.cached(submission) if self.stored else None
            if found is not None:
                kept[key] = found
            else:
                ready = task.name not in self.raising
                futures[session.submit(submission, ready=ready)] = key
        for key, execution in kept.items():
            stored = execution is not None
            yield from _judged(by_key[key], execution, session, stored=stored)
        for future in as_completed(futures):
            key, ended = futures[future], future.result()
            if is_own_doing(ended):
                session.cache.store(key, ended)
            yield from _judged(by_key[key], ended, session)


def _judged(
    tasks: Sequence[Task],
    execution: Execution | None,
    session: GradingSession,
    *,
    stored: bool = False,
) -> Iterator[tuple[Task, Judged]]:
    """Tasks that are executed the same way; what it took is told with the first."""
    cpu = (execution.usage.cpu_seconds if execution else None) or 0.0
    for number, task in enumerate(tasks):
        found = record_of(task, execution, session.released, session.judge)
        yield task, Judged(found, 0.0 if number else cpu, stored)


def store(course: Course) -> ExecutionCache:
    """Where the executions of cases and mutants are kept; limits do not count."""
    return ExecutionCache(course.state / "qualification")


def record_of(
    task: Task, execution: Execution | None, released: ReleasedLab, judge: Judge
) -> Record:
    """What a student would get, of the task's exercises.

    Raises:
        CourseError: a rule raised.
    """
    with faults_of_rules(released.lab):
        if execution is None:
            record = assessment.not_executed(task.submission, "", judge)
        else:
            record = assessment.executed(task.submission, execution, released, judge)
    return replace(record, verdicts={name: record.verdicts[name] for name in task.exercises})
