"""Grade a class: executions side by side into the cache, and one writer to the gradebook.

What is finished is kept at every moment: an execution is in the cache before it is written, and a
record is the last thing written of a submission. So a run that was ended is taken up by the next.
"""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.execution.runner import Execution, NoKernelError
from alpaca_course.gradebook.nbgrader_api import GradingError, NbGrader
from alpaca_course.judging.records import Record
from alpaca_course.judging.session import GradingSession, Prepared
from alpaca_course.lab import Lab


class Action(StrEnum):
    """What has to be done for a submission."""

    KEEP = "up to date"
    EXECUTE = "execute"
    JUDGE = "judge"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Outcome:
    """What became of one submission in this run.

    Attributes:
        student: the student's id.
        action: what was done.
        record: the result; None where it could not be written.
        error: why not; empty where it was.
    """

    student: str
    action: Action
    record: Record | None
    error: str = ""

    @property
    def ok(self) -> bool:
        return self.record is not None and self.record.state.is_graded

    def to_json(self) -> dict[str, Any]:
        found = {"student": self.student, "action": self.action.value, "error": self.error}
        if self.record is None:
            return {**found, "state": None}
        record = self.record
        return {
            **found,
            "state": record.state.value,
            "points": record.points,
            "max_points": record.max_points,
            "exercises": {name: each.points for name, each in record.verdicts.items()},
            "reasons": [note.to_json() for note in record.reasons],
            "repairs": [note.to_json() for note in record.repairs],
            "seconds": record.seconds,
        }


# So many executions without a kernel and none with one: the fault is the machine's, and trying the
# whole class would only take long. No student's code ran that could have caused it.
HOPELESS = 3


class Batch:
    """One run over some students of a class.

    Args:
        session: lab, rules, cache and kernels, with as many workers as shall run.
        nbgrader: of the same course.
        force: execute and write again what is up to date.
    """

    def __init__(self, session: GradingSession, nbgrader: NbGrader, *, force: bool = False) -> None:
        self.session = session
        self.nbgrader = nbgrader
        self.force = force
        self._written: set[str] = set()
        self._executed = 0

    def action(self, prepared: Prepared) -> Action:
        """What has to be done for a submission."""
        record = self.session.records.load(prepared.student)
        written = prepared.student in self._written and self._autograded(prepared.student)
        if not self.force and written and self.session.is_current(prepared, record):
            return Action.KEEP
        if prepared.intake is None:
            return Action.REFUSE
        if not self.force and self.session.cached(prepared.key) is not None:
            return Action.JUDGE
        return Action.EXECUTE

    def plan(self, students: Iterable[str]) -> Iterator[tuple[str, Action]]:
        """What a run would do, without doing any of it."""
        self._written = self._graded_students()
        for student in students:
            yield student, self.action(self.session.prepare(student))

    def run(self, students: Iterable[str]) -> Iterator[Outcome]:
        """Grade ``students``; an outcome comes as soon as it is written.

        At most twice as many submissions as there are workers are held at a time, so memory does
        not grow with the class.

        Raises:
            GradingError: the assignment cannot be put into the gradebook, or no kernel can be had.
        """
        self.nbgrader.ensure_assignment()
        self._written = self._graded_students()
        pending = _Pending()
        for student in students:
            prepared = self.session.prepare(student)
            action = self.action(prepared)
            if action is Action.KEEP:
                yield Outcome(student, action, self.session.records.load(student))
            elif action is Action.EXECUTE:
                if not pending.join(prepared.key, student):
                    future = self.session.submit(prepared.notebook)
                    pending.add(future, prepared.key, student)
            else:
                yield self._write(student, action)
            while len(pending.futures) >= 2 * self.session.workers:
                yield from self._finished(pending)
        while pending.futures:
            yield from self._finished(pending)

    def _finished(self, pending: _Pending) -> Iterator[Outcome]:
        done, _ = wait(pending.futures, return_when=FIRST_COMPLETED)
        for future in done:
            key = pending.futures.pop(future)
            try:
                execution = future.result()
                self._executed += 1
                self.session.keep(key, execution)
            except (NoKernelError, OSError) as error:
                self.session.failures[key] = str(error)
                if not self._executed and len(self.session.failures) >= HOPELESS:
                    raise GradingError(f"No submission can be executed here: {error}") from error
            for student in pending.students.pop(key):
                yield self._write(student, Action.EXECUTE)

    def _write(self, student: str, action: Action) -> Outcome:
        try:
            self.nbgrader.autograde(student, self.session)
        except (GradingError, OSError) as error:
            return Outcome(student, action, None, str(error))
        return Outcome(student, action, self.session.records.load(student))

    def _graded_students(self) -> set[str]:
        try:
            return self.nbgrader.graded_students()
        except Exception:
            # No database, or one without the assignment: then nobody was graded.
            return set()

    def _autograded(self, student: str) -> bool:
        return autograded_notebook(self.session.course, self.session.lab, student).is_file()


@dataclass
class _Pending:
    """Executions under way, each with the students who handed in exactly that."""

    futures: dict[Future[Execution], str] = field(default_factory=dict)
    students: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def join(self, key: str, student: str) -> bool:
        if key not in self.students:
            return False
        self.students[key].append(student)
        return True

    def add(self, future: Future[Execution], key: str, student: str) -> None:
        self.futures[future] = key
        self.students[key].append(student)


@contextlib.contextmanager
def sole_writer(course: Course) -> Iterator[None]:
    """Hold the course for writing; the lock ends with the process, however it ends.

    Raises:
        CourseError: another process holds it, or this one may not write here.
    """
    try:
        course.state.mkdir(parents=True, exist_ok=True)
        file = (course.state / "grading.lock").open("a+")
    except OSError as error:
        raise CourseError(f"Nothing can be written here: {error}") from error
    with file:
        try:
            _lock(file.fileno())
        except OSError:
            raise CourseError(
                "Another `alpaca grade` or `alpaca regrade` is running in this course."
            ) from None
        yield


def _lock(handle: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def autograded_notebook(course: Course, lab: Lab, student: str) -> Path:
    return course.autograded / student / lab.name / lab.file_name
