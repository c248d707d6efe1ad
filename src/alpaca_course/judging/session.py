"""Everything that grading a batch needs, loaded once: lab, rules, cache and kernels."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from alpaca_course.assets import inputs
from alpaca_course.contract.evidence import SCHEMA_VERSION
from alpaca_course.contract.inputs import EvidenceCode
from alpaca_course.contract.states import Note, SubmissionRefused
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.execution.cache import (
    ExecutionCache,
    environment_facts,
    execution_key,
    limits_of,
)
from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.pool import ExecutionPool, environment
from alpaca_course.execution.runner import Execution, NoKernelError, RunLimits
from alpaca_course.execution.sources import kernel_source
from alpaca_course.intake.matching import Intake, untouched
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.submissions import folder_of, take_in_folder
from alpaca_course.judging import assessment
from alpaca_course.judging.judge import Judge, load_judge
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.lab import Lab


@dataclass(frozen=True)
class Prepared:
    """One submission before it is executed.

    Attributes:
        student: the student's id.
        notebook: what will be executed and graded.
        intake: None where the submission was refused.
        refusal: why; None where it was not.
        key: of the execution; empty where there is none.
    """

    student: str
    notebook: NotebookNode
    intake: Intake | None
    refusal: Note | None
    key: str = ""


class GradingSession:
    """Lab, rules, cache and kernels of one batch.

    Args:
        course: the course.
        lab: what is graded.
        isolation: other than the course's setting.
        workers: executions side by side.

    Raises:
        CourseError: the course cannot be graded with; nothing was graded.
    """

    def __init__(
        self, course: Course, lab: Lab, *, isolation: str | None = None, workers: int = 1
    ) -> None:
        self.course = course
        self.isolation = isolation or course.settings.isolation
        self.workers = workers
        self.lab = lab
        self.released = ReleasedLab.load(lab)
        self.judge: Judge = load_judge(course, lab)
        self.cache = ExecutionCache(course.execution_cache, limits_of(course.settings))
        self.records = RecordStore(course, lab)
        self.limits = RunLimits.of(course.settings)
        self.facts = environment_facts(course, lab, self.released.files)
        self.failures: dict[str, str] = {}
        self._pool: ExecutionPool | None = None
        _same_points(self.released, self.judge)

    def __enter__(self) -> GradingSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    @cached_property
    def spec(self) -> RunSpec:
        """What every kernel of the batch gets."""
        return RunSpec(
            challenge="",
            files=self.released.files,
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
        kernel_source(self.course, self.lab, self.isolation).close()

    def prepare(self, student: str, folder: Path | None = None) -> Prepared:
        """Take in what ``student`` handed in, from ``folder`` or where nbgrader keeps it."""
        try:
            intake = take_in_folder(
                folder or folder_of(self.course, self.lab, student), self.released
            )
        except SubmissionRefused as refusal:
            return Prepared(student, untouched(self.released), None, refusal.note)
        return Prepared(
            student, intake.notebook, intake, None, execution_key(intake.notebook, self.facts)
        )

    def fingerprint(self, prepared: Prepared) -> str:
        """Of all that the record's evidence depends on; what it is worth depends on the rules."""
        known = {
            "key": prepared.key,
            "refusal": prepared.refusal,
            "notes": prepared.intake.repairs + prepared.intake.doubts if prepared.intake else (),
            "notebook": [cell.source for cell in prepared.notebook.cells],
        }
        return hashlib.sha256(json.dumps(known, sort_keys=True, default=vars).encode()).hexdigest()

    def is_current(self, prepared: Prepared, record: Record | None) -> bool:
        """Whether ``record`` is what grading ``prepared`` again would give."""
        return (
            record is not None
            and record.fingerprint == self.fingerprint(prepared)
            and record.versions.get("rules") == self.judge.digest
            # A limit that was raised since lets the submission run further.
            and not (record.limited and self.cached(prepared.key) is None)
        )

    def cached(self, key: str) -> Execution | None:
        return self.cache.load(key)

    def submit(self, notebook: NotebookNode) -> Future[Execution]:
        """Execute on a worker; the caller stores the result with :meth:`keep`."""
        if self._pool is None:
            self._pool = ExecutionPool(
                lambda: kernel_source(self.course, self.lab, self.isolation),
                workers=self.workers,
                spec=self.spec,
                limits=self.limits,
            )
        return self._pool.submit(notebook)

    def keep(self, key: str, execution: Execution) -> None:
        self.cache.store(key, execution)

    def execution(self, notebook: NotebookNode, *, force: bool = False) -> tuple[str, Execution]:
        """The cached execution of ``notebook``, or a new one, with its key.

        Raises:
            NoKernelError: no kernel could be had, now or before in this session (``failures``).
        """
        key = execution_key(notebook, self.facts)
        if key in self.failures:
            raise NoKernelError(self.failures[key])
        found = None if force else self.cached(key)
        if found is None:
            found = self.submit(notebook).result()
            self.keep(key, found)
        return key, found

    def assess(
        self, prepared: Prepared, execution: Execution | None, key: str = "", error: str = ""
    ) -> Record:
        """Judge one submission."""
        if prepared.intake is None:
            assert prepared.refusal is not None
            record = assessment.refused(
                prepared.student, prepared.refusal, self.released, self.judge
            )
        elif execution is None:
            # No fingerprint: this is not a result, and the next run tries again.
            return assessment.not_executed(
                prepared.student, prepared.intake, error, self.released, self.judge
            )
        else:
            record = assessment.executed(
                prepared.student,
                prepared.intake,
                execution,
                self.released,
                self.judge,
                execution_key=key,
            )
        return replace(record, fingerprint=self.fingerprint(prepared), versions=self.versions)


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
