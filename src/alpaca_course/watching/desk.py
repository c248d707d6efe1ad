"""One hand-in on its way: fetched, read, executed, written, its page made and given back.

Everything that writes in the course does it as its only writer, a moment at a time, so that people
can work beside it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from alpaca_course.batch.grade import Action, Batch, Outcome
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.exchange.collecting import clear
from alpaca_course.execution.runner import Execution
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.shown import Renderer
from alpaca_course.intake.submissions import folder_of, students
from alpaca_course.judging.assessment import Submission
from alpaca_course.judging.records import Record
from alpaca_course.judging.session import GradingSession
from alpaca_course.lab import Lab
from alpaca_course.policy import Admission
from alpaca_course.sole_writer import sole_writer
from alpaca_course.watching.arrivals import Arrival
from alpaca_course.watching.inlets import Inlet

_MANY = 1_000_000
"""Executions that are expected: the lab's template pays in any case."""


class NotFinishedError(CourseError):
    """A submission could not be written, or its page not made or given back; the text says why."""


@dataclass(frozen=True)
class Begun:
    """A submission as it lies in ``submitted/``, and what has to be done for it."""

    submission: Submission
    action: Action

    @property
    def student(self) -> str:
        return self.submission.student

    @property
    def program(self) -> str:
        """What executions of the same have in common."""
        return self.submission.program or self.submission.key


class Desk:
    """Kernels, rules, gradebook and pages of one lab, kept between hand-ins.

    Args:
        course: the course.
        lab: what is graded.
        inlet: where hand-ins come from.
        workers: executions side by side.
        isolation: other than the course's setting.

    Attributes:
        changes_by_time: pages may change when a due date passes, though nobody does anything.

    Raises:
        CourseError: the course cannot be graded with.
    """

    def __init__(
        self, course: Course, lab: Lab, inlet: Inlet, *, workers: int, isolation: str | None = None
    ) -> None:
        self.course, self.lab, self._inlet = course, lab, inlet
        self.session = GradingSession(
            course, lab, workers=workers, isolation=isolation, expected=_MANY
        )
        self.session.check_isolation()
        self._nbgrader = NbGrader(course, lab)
        self._batch = Batch(self.session, self._nbgrader)
        self.changes_by_time = self._nbgrader.late.policies.change_by_time
        self._renderer = Renderer()

    def __enter__(self) -> Self:
        return self

    def prepare(self) -> None:
        """Have the assignment in the gradebook before the first hand-in, and clear up.

        Raises:
            CourseError: it cannot be put there, or another process writes.
        """
        with sole_writer(self.course, brief=True):
            self._batch.prepare()
            for student in students(self.course, self.lab):
                clear(folder_of(self.course, self.lab, student).parent)

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all executions; what they would have given is had again by the next process."""
        self.session.close()
        self._renderer.close()

    def warm_up(self) -> None:
        """Have the sandboxes started before somebody waits for them.

        Raises:
            CourseError: there can be none.
        """
        self.session.warm_up()

    def place(self, student: str, arrival: Arrival | None) -> Path:
        """Where the files lie that are to be graded."""
        if arrival is not None:
            return self._inlet.place(arrival)
        return folder_of(self.course, self.lab, student)

    def admission(self, student: str, arrival: Arrival | None) -> Admission:
        """Whether the policy lets this hand-in be run now."""
        policies = self._nbgrader.late.policies
        if not policies.of(student).limits_runs:
            return Admission(True)
        found = self.session.take_in(student, self.place(student, arrival))
        sha256 = found.intake.receipt.sha256
        return policies.admitted(student, sha256, datetime.now(UTC))

    def fetch(self, arrival: Arrival) -> None:
        """Have a hand-in in ``submitted/``.

        Raises:
            CourseError: it cannot be fetched, or another process writes.
        """
        if not self._inlet.is_fetched(arrival):
            with self._writing():
                self._inlet.fetch(arrival)

    def begin(self, student: str) -> Begun:
        """Read what lies in ``submitted/``, and decide what has to be done for it.

        Raises:
            CourseError: the gradebook cannot be read.
        """
        submission = self.session.take_in(student)
        return Begun(submission, self._due(submission))

    def execute(self, begun: Begun) -> Future[Execution]:
        """Execute it as soon as a worker is free."""
        return self.session.submit(begun.submission)

    def executed(self, begun: Begun, future: Future[Execution]) -> tuple[Execution | None, str]:
        """The execution, or why there is none; by then it is kept on the disk."""
        return self.session.finish(begun.submission, future)

    def finish(self, begun: Begun, execution: Execution | None = None, error: str = "") -> Outcome:
        """Write what came of a hand-in, its page, and give that back.

        Where others have graded it meanwhile, or an earlier process that was ended came so far, no
        more is done than what is left to do.

        Raises:
            CourseError: another process writes; or :class:`NotFinishedError`.
            OSError: something cannot be written.
        """
        with self._writing():
            outcome = self._write(begun, execution, error)
            if outcome.result is None:
                raise NotFinishedError(outcome.error)
            page = self._nbgrader.page(begun.student, self._renderer)
            if page.error is not None:
                raise NotFinishedError(f"The page of {begun.student}: {page.error}")
            self._inlet.release(begun.student)
        return outcome

    def _write(self, begun: Begun, execution: Execution | None, error: str) -> Outcome:
        submission = begun.submission
        action, earlier, execution = self._due_now(submission, execution)
        if action is Action.KEEP and earlier is not None:
            return self._batch.refresh(submission, earlier)
        return self._batch.write(self.session.assess(submission, execution, error), action)

    def _due(self, submission: Submission) -> Action:
        return self._due_now(submission)[0]

    def _due_now(
        self, submission: Submission, executed: Execution | None = None
    ) -> tuple[Action, Record | None, Execution | None]:
        self._batch.look_up(submission.student)
        return self._batch.due(submission, executed)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        with sole_writer(self.course, brief=True), self._batch.books():
            yield
