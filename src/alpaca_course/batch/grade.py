"""Grade a class: executions side by side into the cache, and one writer to the gradebook.

What is finished is kept at every moment: an execution is in the cache before it is written, and a
record is the last thing written of a submission. So a run that was ended is taken up by the next.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from alpaca_course.contract.states import in_words
from alpaca_course.errors import CourseError
from alpaca_course.execution.runner import Execution
from alpaca_course.files import said_of
from alpaca_course.gradebook.entering import Ledger
from alpaca_course.gradebook.errors import (
    GradebookBusyError,
    GradingError,
    Trouble,
    gradebook_in_words,
    trouble_of,
)
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.patience import patiently
from alpaca_course.gradebook.written import autograded_notebook, is_whole
from alpaca_course.judging.assessment import Submission
from alpaca_course.judging.records import Record
from alpaca_course.judging.result import Result, received_again
from alpaca_course.judging.session import Graded, GradingSession


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
        record: the judge's; None where it could not be written.
        error: why not; empty where it was.
        result: what came of it, with what a person entered; None where it could not be written.
    """

    student: str
    action: Action
    record: Record | None
    error: str = ""
    result: Result | None = None

    @property
    def ok(self) -> bool:
        return self.result is not None and self.result.state.is_graded

    @property
    def executed(self) -> bool:
        return self.action is Action.EXECUTE and self.result is not None

    def to_json(self) -> dict[str, Any]:
        found = {"student": self.student, "action": self.action.value, "error": self.error}
        if self.result is None or self.record is None:
            return {**found, "state": None}
        result = self.result.to_json()
        points = {"points": self.result.total, "exercises": result["points"]}
        return {**found, **result, **points, "seconds": self.record.seconds}


# So many submissions without a kernel and none with one: the fault is the machine's, and trying the
# whole class would only take long. No student's code ran that could have caused it.
HOPELESS = 3

# Executions under way by key, each with the submissions that it may do for; it is of the first.
_Pending = dict[str, tuple[Future[Execution], list[Submission]]]


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
        self._open = contextlib.ExitStack()
        self._opened: Ledger | None = None
        self._executed = self._failed = 0

    def foresee(self, students: Iterable[str]) -> Iterator[tuple[str, Action, Result | None]]:
        """What a run would do, and the result where nothing has to be executed to know it.

        Raises:
            GradingError: the assignment cannot be put into the gradebook.
        """
        self.nbgrader.check_assignment()
        self._written = self._graded_students()
        with self._open:
            for student in students:
                submission = self.session.take_in(student)
                action, earlier, execution = self.due(submission)
                result = None
                if action is not Action.EXECUTE and student in self._written:
                    result = self._foresee(submission, earlier, action, execution)
                yield student, action, result

    def _foresee(
        self,
        submission: Submission,
        earlier: Record | None,
        action: Action,
        execution: Execution | None,
    ) -> Result:
        if action is Action.KEEP and earlier is not None:
            earlier = record = received_again(earlier, submission.intake.receipt)
        else:
            record = self.session.assess(submission, execution).record
            earlier = self.session.by_rules_of_today(earlier)
        with self._ledger() as ledger:
            return ledger.foresee(record, earlier)[1]

    def run(self, students: Iterable[str]) -> Iterator[Outcome]:
        """Grade ``students``; an outcome comes as soon as it is written.

        At most twice as many submissions as there are workers are held at a time, so memory does
        not grow with the class. What is not plain (``Submission.plain``) comes last.

        Raises:
            GradingError: the assignment cannot be put into the gradebook, or no kernel can be had.
        """
        self.prepare()
        students = list(students)
        self.session.expected = sum(self.force or each not in self._written for each in students)
        apart: list[str] = []
        with self.books():
            yield from self._run(students, apart)
            # What is not plain runs when all others have ended, one after the other on a machine.
            self.session.close()
            yield from self._run(apart, None)

    def prepare(self) -> None:
        """Have the assignment in the gradebook, and know who was graded; a run does it itself.

        Raises:
            GradingError: the assignment cannot be put into the gradebook.
        """
        self.nbgrader.ensure_assignment()
        self._written = self._graded_students()

    def look_up(self, student: str) -> None:
        """Know anew whether ``student`` was graded: others may have written since the beginning.

        Raises:
            GradingError: the gradebook cannot be read.
        """
        self._written.discard(student)
        # Without a record it makes no difference, and the gradebook need not be opened.
        if self.session.records.load(student) is not None and self.nbgrader.has_graded(student):
            self._written.add(student)

    @contextlib.contextmanager
    def books(self) -> Iterator[None]:
        """Keep the gradebook open in the block, and closed after it."""
        with self._open:
            self._open.callback(self.nbgrader.close)
            yield

    def _run(self, students: Iterable[str], apart: list[str] | None) -> Iterator[Outcome]:
        """Grade ``students``, but leave those who have to be executed apart to ``apart``."""
        session = self.session
        pending: _Pending = {}
        for student in students:
            submission = self.session.take_in(student)
            action, earlier, execution = self.due(submission)
            if action is Action.KEEP and earlier is not None:
                yield self.refresh(submission, earlier)
            elif action is not Action.EXECUTE:
                yield self.write(self.session.assess(submission, execution), action)
            elif apart is not None and not submission.plain:
                apart.append(student)
            else:
                self._await(submission, submission.program or submission.key, pending)
            most = session.workers_apart if apart is None else 2 * session.workers
            while sum(len(waiting) for _, waiting in pending.values()) >= most:
                yield from self._finished(pending)
        while pending:
            yield from self._finished(pending)

    def _await(self, submission: Submission, key: str, pending: _Pending) -> None:
        if key not in pending:
            pending[key] = (self.session.submit(submission), [])
        pending[key][1].append(submission)

    def due(
        self, submission: Submission, executed: Execution | None = None
    ) -> tuple[Action, Record | None, Execution | None]:
        """What has to be done for a submission, and the record and execution that are there.

        With what was just ``executed`` for it, none is looked for in the cache.
        """
        student = submission.student
        written = autograded_notebook(self.session.course, self.session.lab, student)
        kept = self.session.records.load(student) if student in self._written else None
        current = kept is not None and self.session.is_current(submission, kept)
        tests = [exercise.test_id for exercise in self.session.released.exercises]
        if current and not self.force and is_whole(written, tests, submission.intake.beside):
            return Action.KEEP, kept, None
        if submission.refusal:
            return Action.REFUSE, kept, None
        if executed is not None:
            return Action.EXECUTE, kept, executed
        execution = None if self.force else self.session.cached(submission)
        return (Action.JUDGE if execution else Action.EXECUTE), kept, execution

    def _finished(self, pending: _Pending) -> Iterator[Outcome]:
        wait([future for future, _ in pending.values()], return_when=FIRST_COMPLETED)
        for key in [key for key, (future, _) in pending.items() if future.done()]:
            future, waiting = pending.pop(key)
            execution, error = self.session.finish(waiting[0], future)
            self._executed += execution is not None
            self._failed += 0 if execution else len(waiting)
            if not self._executed and self._failed >= HOPELESS:
                raise GradingError(f"No submission can be executed here: {error}")
            first = waiting[0]
            own = execution is not None and first.key_of(execution) == first.key
            for submission in waiting:
                if own and submission.key != first.key:
                    self._await(submission, submission.key, pending)
                    continue
                graded = self.session.assess(submission, execution, error)
                yield self.write(graded, Action.EXECUTE)

    def write(self, graded: Graded, action: Action) -> Outcome:
        """Write a graded submission whole or not at all; ``action`` is what was done for it.

        Raises:
            GradebookBusyError: nobody can be written for now.
        """
        student = graded.submission.student
        try:
            record, result = self.nbgrader.write(graded, self.session)
        except GradebookBusyError:
            raise  # nobody else could be written either
        except (CourseError, OSError) as error:
            return Outcome(student, action, None, said_of(error))
        except Exception as error:
            return Outcome(student, action, None, in_words(error))
        self._written.add(student)
        return Outcome(student, action, record, result=result)

    def refresh(self, submission: Submission, kept: Record) -> Outcome:
        """Bring what is not the judge's up to date: time, due date, penalty, confirmations."""
        received = received_again(kept, submission.intake.receipt)
        try:
            record, result = patiently(lambda: self._enter(received, kept))
        except GradebookBusyError:
            raise
        except (CourseError, OSError) as error:
            return Outcome(kept.student, Action.KEEP, None, said_of(error))
        except Exception as error:
            return Outcome(kept.student, Action.KEEP, None, in_words(error))
        return Outcome(kept.student, Action.KEEP, record, result=result)

    def _enter(self, received: Record, kept: Record) -> tuple[Record, Result]:
        with self._ledger() as ledger:
            if ledger.foresee(received, received)[0] == kept:
                return ledger.enter(received, received)
            with self.session.records.replacing(kept.student) as replacement:
                return ledger.enter(received, received, replacement.write)

    @contextlib.contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        """The gradebook, opened once a run: that takes ten times as long as entering a record."""
        if self._opened is None:
            self._opened = self._open.enter_context(self.nbgrader.ledger())
            self._open.callback(setattr, self, "_opened", None)
        with gradebook_in_words(self.session.course.db_url, opened=True):
            yield self._opened

    def _graded_students(self) -> set[str]:
        try:
            return self.nbgrader.graded_students()
        except Exception as error:
            if trouble_of(error) is not Trouble.NONE:
                raise
            # No database, or one without the assignment: then nobody was graded.
            return set()
