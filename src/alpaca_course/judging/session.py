"""Everything that grading a batch needs, loaded once: lab, rules, cache and kernels."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from threadpoolctl import threadpool_limits

from alpaca_course.assets import inputs
from alpaca_course.contract.evidence import SCHEMA_VERSION
from alpaca_course.contract.inputs import EvidenceCode
from alpaca_course.contract.states import Note, SubmissionRefused, fault, in_words
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.execution.attempts import is_own_doing
from alpaca_course.execution.bytecode import with_bytecode
from alpaca_course.execution.cache import (
    ExecutionCache,
    environment_facts,
    execution_key,
    limits_of,
    program_key,
)
from alpaca_course.execution.executor import Executor, ExecutorLostError
from alpaca_course.execution.follow import FollowThrough
from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.pool import ExecutionPool, environment
from alpaca_course.execution.runner import Execution, NoKernelError
from alpaca_course.execution.slicing import sliced
from alpaca_course.execution.sources import source_spec
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.submissions import folder_of, take_in_folder
from alpaca_course.intake.taking_in import Intake, untouched
from alpaca_course.judging import assessment, gating
from alpaca_course.judging.assessment import Submission
from alpaca_course.judging.judge import Judge, load_judge
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.lab import Lab

# Executions that may wait at a time for other machines, however many these are.
MOST_ELSEWHERE = 1024
# Where code that is not plain runs, by where the rest of the batch does.
_APART = {"warm": "fresh"}


@dataclass(frozen=True)
class Graded:
    """A submission with all that is written of it.

    Attributes:
        submission: what was handed in.
        execution: of its notebook; None where it was refused or no kernel could be had.
        record: the result.
    """

    submission: Submission
    execution: Execution | None
    record: Record


class Elsewhere(Protocol):
    """Machines other than this one that execute."""

    @property
    def slots(self) -> int:
        """Executions side by side at the moment."""
        ...

    @property
    def machines(self) -> int:
        """Executions side by side, each alone on its machine."""
        ...

    def executor(self, *, apart: bool) -> Executor:
        """Has executions run there; with ``apart`` each alone on its machine."""
        ...


class GradingSession:
    """Lab, rules, cache and kernels of one batch.

    Args:
        course: the course.
        lab: what is graded.
        isolation: other than the course's setting.
        execute_all: execute own cells that no graded cell needs, too; other than the setting.
        workers: executions side by side.
        apart: what is not plain gets a sandbox that nobody used before and nobody uses after it,
            one at a time: whoever attacks the machine has nobody beside them. Without it, which is
            for the course's own code, it runs among the others.
        template: execute what is plain in forks of the lab's template, where it has one.
        expected: submissions that will have to be executed, as far as that is known.
        challenge: of every execution; a fresh one for each without it.
        cache: where executions are kept other than in the course.

    Attributes:
        elsewhere: machines that execute in place of this one; None where this one does.

    Raises:
        CourseError: the course cannot be graded with; nothing was graded.
    """

    def __init__(
        self,
        course: Course,
        lab: Lab,
        *,
        isolation: str | None = None,
        execute_all: bool | None = None,
        workers: int = 1,
        apart: bool = True,
        template: bool = True,
        expected: int = 0,
        challenge: str = "",
        cache: Path | None = None,
    ) -> None:
        self.course = course
        self.isolation = isolation or course.settings.isolation
        self._workers = workers
        self._apart = apart
        self.elsewhere: Elsewhere | None = None
        self.template = template
        self.expected = expected
        self._challenge = challenge
        self.lab = lab
        self.released = ReleasedLab.load(lab)
        self.judge: Judge = load_judge(course, lab)
        # More threads gain nothing beside the workers, and wait for each other busily.
        threadpool_limits(limits=1, user_api="blas")
        kept = cache or course.execution_cache
        self.cache = ExecutionCache(kept, limits_of(course.settings))
        self.records = RecordStore(course, lab)
        self.limits = RunLimits.of(course.settings)
        self.facts = environment_facts(course, lab, self.released.files, self.released.reference)
        if execute_all is not None:
            self.facts["execute_all"] = execute_all
        self._pools: dict[str, ExecutionPool] = {}
        _same_points(self.released, self.judge)
        _ = self.released.policy  # a course whose list cannot be read cannot be graded with

    def __enter__(self) -> GradingSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        while self._pools:
            self._pools.popitem()[1].close()

    @property
    def workers(self) -> int:
        """Executions side by side; with machines elsewhere as many as there are at the moment."""
        return self.elsewhere.slots if self.elsewhere else self._workers

    @property
    def workers_apart(self) -> int:
        """Executions side by side of what has to run alone."""
        return self.elsewhere.machines if self.elsewhere else 1

    @cached_property
    def spec(self) -> RunSpec:
        """What every kernel of the batch gets."""
        return RunSpec(
            challenge=self._challenge,
            files=with_bytecode(self.released.files),
            inputs=inputs.mounts(self.course, self.lab.kernel.inputs),
            evidence=EvidenceCode(self.lab.name, self.lab.evidence),
            environment={**self.lab.kernel.environment, **environment()},
        )

    @property
    def versions(self) -> dict[str, Any]:
        return {
            "python": self.facts["python"],
            "libraries": self.facts["libraries"],
            "lab": self.lab.version,
            "rules": self.judge.digest,
            "evidence": SCHEMA_VERSION,
            "isolation": self.isolation,
        }

    def check_isolation(self) -> None:
        """Whether kernels can be had at all, before the first submission.

        Raises:
            SandboxUnavailableError: they cannot; the text says what to do.
        """
        source_spec(self.course, self.lab, self.isolation, here=self.elsewhere is None)

    def take_in(self, student: str, folder: Path | None = None) -> Submission:
        """What ``student`` handed in, in ``folder`` or where nbgrader keeps it."""
        folder = folder or folder_of(self.course, self.lab, student)
        return take_in(student, folder, self.released, self.facts)

    def is_current(self, submission: Submission, record: Record) -> bool:
        """Whether ``record`` is what grading ``submission`` again would give."""
        return (
            record.fingerprint == submission.fingerprint
            and record.versions.get("rules") == self.judge.digest
            # A limit that was raised since lets the submission run further.
            and not (record.limited and self.cached(submission) is None)
        )

    def cached(self, submission: Submission) -> Execution | None:
        """An earlier execution; none that lacks a further one which the rules of today ask for."""
        program = submission.program
        found = (self.cache.load(program) if program else None) or self.cache.load(submission.key)
        plan = self._plan(submission)
        if found and plan and plan.replaced_next(submission.intake.notebook, found):
            return None
        return found

    def _plan(self, submission: Submission) -> FollowThrough | None:
        if not self.course.settings.follow_through:
            return None

        def lost(execution: Execution) -> frozenset[str]:
            found = assessment.executed(submission, execution, self.released, self.judge)
            verdicts = found.verdicts.items()
            return frozenset(name for name, each in verdicts if each.points < each.max_points)

        return FollowThrough(self.released.reference, submission.intake.answered, lost)

    def warm_up(self) -> None:
        """Have each worker start its sandbox, so that nobody's submission has to wait for it.

        What is executed is the lab as it was handed out, in which there is no answer.
        """
        pool = self._pool(self.isolation, self._workers, template=self.template)
        for _ in range(self.workers):
            pool.submit(untouched(self.released))

    def submit(self, submission: Submission, *, ready: bool = True) -> Future[Execution]:
        """Execute on a worker; :meth:`finish` takes the result.

        What is not plain gets no template, and a sandbox of its own where it runs ``apart``. Nor
        does anything get a template that is not ``ready`` for it.
        """
        try:
            if submission.plain or not self._apart:
                pool = self._pool(self.isolation, self._workers, template=self.template)
            else:
                apart = _APART.get(self.isolation, self.isolation)
                pool = self._pool(apart, 1, template=False, apart=True)
        except Exception as error:
            failed: Future[Execution] = Future()
            failed.set_exception(NoKernelError(str(error)))
            return failed
        ready = ready and submission.plain
        return pool.submit(submission.intake.notebook, self._plan(submission), ready=ready)

    def _pool(
        self, isolation: str, workers: int, *, template: bool, apart: bool = False
    ) -> ExecutionPool:
        name = f"{isolation} {workers} {template} {apart}"
        if name not in self._pools:
            away = self.elsewhere
            source = source_spec(self.course, self.lab, isolation, here=away is None)
            self._pools[name] = ExecutionPool(
                source if template else replace(source, template=""),
                workers=MOST_ELSEWHERE if away else workers,
                executor=away.executor(apart=apart) if away else None,
                spec=self.spec,
                limits=self.limits,
                quick=self.lab.kernel.quick,
                certain_errors=self.lab.kernel.certain_errors,
                expected=self.expected,
            )
        return self._pools[name]

    def finish(
        self, submission: Submission, future: Future[Execution]
    ) -> tuple[Execution | None, str]:
        """The execution when it has ended and is in the cache; or None, and why there is none.

        One that the machine may have ended is in no cache: it is no verdict on the submission.

        Raises:
            ExecutorLostError: nothing can be executed any more.
        """
        try:
            execution = future.result()
            if is_own_doing(execution):
                self.cache.store(submission.key_of(execution), execution)
        except ExecutorLostError:
            raise  # nobody else could be executed either
        except (NoKernelError, OSError) as error:
            return None, str(error)
        except Exception as error:
            return None, in_words(error)
        return execution, ""

    def grade(self, submission: Submission) -> Graded:
        """Have a submission's execution, from the cache or anew, and judge it."""
        if submission.refusal:
            return self.assess(submission)
        execution, error = self.cached(submission), ""
        if execution is None:
            execution, error = self.finish(submission, self.submit(submission))
        return self.assess(submission, execution, error)

    def assess(
        self, submission: Submission, execution: Execution | None = None, error: str = ""
    ) -> Graded:
        """Judge one submission; ``error`` says why one that was not refused has no execution."""
        if execution is None:
            record = assessment.not_executed(submission, error, self.judge)
        else:
            record = assessment.executed(submission, execution, self.released, self.judge)
        receipt = submission.intake.receipt
        versions = {**self.versions, "submission": receipt.sha256}
        return Graded(submission, execution, replace(record, versions=versions, receipt=receipt))

    def by_rules_of_today(self, record: Record | None) -> Record | None:
        """``record`` with the student's other runs judged anew where the rules have changed."""
        if record is None or not record.others:
            return record
        return assessment.with_others_judged(record, self.released, self.judge, self.judge.digest)

    def without_their_cells(self, graded: Graded, note: Note) -> Graded:
        """What can be written of a submission that cannot be shown: its result, and why."""
        bare = replace(graded.submission.intake, notebook=untouched(self.released))
        submission = replace(graded.submission, intake=bare)
        return Graded(submission, None, assessment.for_a_person(graded.record, note))


def take_in(
    student: str, folder: Path, released: ReleasedLab, facts: Mapping[str, Any]
) -> Submission:
    """What lies in ``folder``; ``facts`` are what its execution depends on besides."""
    try:
        intake = take_in_folder(folder, released)
        if not facts["execute_all"]:
            intake = replace(intake, notebook=sliced(intake.notebook))
        findings = gating.notes(gating.findings_in(intake.notebook, released))
        key = execution_key(intake.notebook, facts)
        program = "" if findings else program_key(intake.notebook, facts)
        return Submission(student, intake, None, key, findings, program)
    except SubmissionRefused as refused:
        intake = Intake(untouched(released), receipt=refused.receipt, beside=refused.beside)
        note = refused.note
    except Exception as error:
        intake, note = Intake(untouched(released)), fault(error)
    return Submission(student, intake, note, "")


def _same_points(released: ReleasedLab, judge: Judge) -> None:
    """Rules and notebook must agree on what an exercise is worth."""
    for exercise in released.exercises:
        try:
            worth = judge.exercises[exercise.id].points
        except KeyError:
            raise CourseError(
                f"The hidden tests do not know the exercise {exercise.id!r}."
            ) from None
        if worth != exercise.points:
            raise CourseError(
                f"The exercise {exercise.id!r} is worth {exercise.points:g} points in the notebook "
                f"and {worth:g} in the hidden tests."
            )
