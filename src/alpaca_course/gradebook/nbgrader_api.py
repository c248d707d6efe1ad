"""nbgrader in this process, for one course, without starting its command line anew."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader as NbGraderBase
from nbgrader.converters import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from tornado.log import app_log

from alpaca_course.contract.states import Note, fault
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.gradebook import booked
from alpaca_course.gradebook.anywhere import CourseAssignment
from alpaca_course.gradebook.converter import CourseAutograde, has_assignment, source_cells
from alpaca_course.gradebook.engine import AS_NBGRADER, check_driver, make_engine
from alpaca_course.gradebook.entering import Ledger
from alpaca_course.gradebook.errors import (
    GradingError,
    Trouble,
    database_error,
    first_line,
    gradebook_in_words,
    in_trouble,
    refused,
    trouble_of,
)
from alpaca_course.gradebook.feedback import CourseFeedback, in_short
from alpaca_course.gradebook.late import LatePenalties
from alpaca_course.gradebook.locks import ASSIGNMENT
from alpaca_course.gradebook.pages import Pages, Written
from alpaca_course.gradebook.results import ClassResults, read_result, read_results
from alpaca_course.gradebook.shown import Renderer
from alpaca_course.gradebook.spelling import one_spelling, submissions_of
from alpaca_course.gradebook.transaction import engine_from, held
from alpaca_course.gradebook.views import Views
from alpaca_course.judging.assessment import for_a_person
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.judging.result import Result
from alpaca_course.judging.session import Graded, GradingSession
from alpaca_course.lab import Lab

# The line of a traceback that names the exception.
_RAISED = re.compile(r"[A-Za-z_][\w.]*(: |$)")


class NbGrader:
    """nbgrader's converters and gradebook for ``course``.

    Args:
        course: the course; its configuration is nbgrader's.
        lab: nbgrader's assignment.
    """

    def __init__(self, course: Course, lab: Lab) -> None:
        self.course = course
        self.lab = lab
        self._app = NbGraderBase()
        self._app.config = course.config.copy()
        self._app.log_level = logging.CRITICAL
        check_driver(course.db_url)
        self._engine = functools.cache(make_engine)
        self._directory = self._course_directory()
        self._late: LatePenalties | None = None

    def _course_directory(self, **traits: Any) -> CourseDirectory:
        directory = CourseDirectory(parent=self._app, root=str(self.course.root), **traits)
        directory.assignment_id = self.lab.name
        directory.db_url = self.course.db_url
        return directory

    def gradebook(self) -> Gradebook:
        with engine_from(self._engine):
            return Gradebook(self.course.db_url, self._directory.course_id)

    def close(self) -> None:
        """Close the connection that is kept from one submission to the next."""
        if self._engine.cache_info().currsize:
            self._engine(self.course.db_url, **AS_NBGRADER).dispose()

    def ensure_assignment(self) -> bool:
        """Have the assignment in the gradebook as ``source/`` has it; True if it had to be put.

        And every student once, however a roster spells the id.

        nbgrader removes the release before it makes a new one, and where that fails it is gone:
        so it makes one elsewhere, and ``release/`` stays as it is.

        Raises:
            GradingError: it did not work, or the gradebook cannot be read.
        """
        self.check_assignment()
        with (
            gradebook_in_words(self.course.db_url),
            held(self._engine(self.course.db_url, **AS_NBGRADER), ASSIGNMENT),
        ):
            return self._ensure_assignment()

    def _ensure_assignment(self) -> bool:
        if self._is_current():
            with self.gradebook() as gradebook:
                one_spelling(gradebook)
            return False
        elsewhere = self.course.state / "assignment"
        directory = self._course_directory(
            release_directory=str(elsewhere.relative_to(self.course.root))
        )
        try:
            self._run(CourseAssignment(coursedir=directory, parent=self._app))
        finally:
            shutil.rmtree(elsewhere, ignore_errors=True)
        return True

    def check_assignment(self) -> None:
        """Whether nbgrader can take over what changed in ``source/``; nothing is written.

        Raises:
            GradingError: it cannot; the text says what to do.
            CourseError: the plugin for late submissions cannot be loaded.
        """
        _ = self.late
        if not self.exists():
            return
        # What else is wrong with it is said where it is used.
        with contextlib.suppress(SQLAlchemyError, MissingEntry), self.gradebook() as gradebook:
            notebook = gradebook.find_notebook(self.lab.notebook, self.lab.name)
            count = len(notebook.submissions)
            have = {cell.name for cell in notebook.source_cells}
            want = source_cells(self.lab)
            if count and have != want:
                raise GradingError(_other_cells(self.lab.name, count, have, want))

    def write(self, graded: Graded, session: GradingSession) -> tuple[Record, Result]:
        """Write a submission that ``session`` graded, in place of what was written before.

        Returns:
            The record as it is kept, and what came of it; without the student's own cells where
            those cannot be shown.

        Raises:
            GradingError: it did not work, and nothing has changed.
            CourseError: what late hand-ins cost cannot be told.
        """
        converter = CourseAutograde(
            coursedir=self._directory,
            parent=self._app,
            session=session,
            graded=graded,
            late=self.late,
            force=True,
        )
        self._run(converter)
        return converter.graded.record, converter.result

    def feedback(
        self, found: ClassResults, students: Iterable[str], *, force: bool = False
    ) -> Iterator[Written]:
        """Write the feedback pages of ``students`` where something changed.

        A page that cannot be made leaves the former one in its place, and its submission to a
        person; ``error`` of what is given back says why.

        Args:
            found: the class, as it is at the moment.
            students: who was graded.
            force: write what is up to date, too.
        """
        converter = CourseFeedback(coursedir=self._directory, parent=self._app, force=force)
        converter.log = logging.Logger("nbgrader")
        for page in converter.write(self.course, self.lab, found, students):
            yield self._told(page)

    def page(self, student: str, renderer: Renderer) -> Written:
        """Write the feedback page of one student where something changed, as :meth:`feedback`.

        ``renderer`` makes it; one that is kept need not be started for each page.
        """
        converter = CourseFeedback(coursedir=self._directory, parent=self._app)
        try:
            pages = Pages(
                self.course,
                self.lab,
                Views(self.course, self.lab, self.late.policies),
                lambda name: converter.set_permissions(self.lab.name, name),
            )
            result = read_result(self.course, self.lab, student)
        except CourseError as error:
            return Written(student, False, error)
        return self._told(pages.write(student, result, lambda: renderer))

    def _told(self, page: Written) -> Written:
        """A page that was written, or why it was not, which is left to a person then."""
        error = page.error
        if error is None:
            return page
        if not isinstance(error, OSError | CourseError):
            # What cannot be read cannot be entered either: then the error alone is told.
            with contextlib.suppress(Exception):
                self._leave_to_a_person(page.student, fault(error))
        return replace(page, error=GradingError(in_short(error)))

    def generate_feedback(self, student: str) -> None:
        """Write one student's feedback page anew.

        Raises:
            GradingError: it did not work, and the former page is still there.
        """
        found = read_results(self.course, self.lab)
        (page,) = self.feedback(found, [student], force=True)
        if page.error is not None:
            raise page.error

    def _leave_to_a_person(self, student: str, note: Note) -> None:
        """Say of what was graded that its page cannot be made."""
        records = RecordStore(self.course, self.lab)
        earlier = records.load(student)
        if earlier is None:
            return
        with records.replacing(student) as replacement, self.ledger() as ledger:
            ledger.enter(for_a_person(earlier, note), earlier, replacement.write)

    @property
    def late(self) -> LatePenalties:
        """What late hand-ins cost, by the files of the moment.

        Raises:
            CourseError: what says so (deadlines, roster, a plugin) cannot be loaded.
        """
        if self._late is None or not self._late.is_current:
            self._late = LatePenalties(self._app, self.course, self.lab.name)
        return self._late

    @contextlib.contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The gradebook, open for records to be entered.

        Raises:
            GradingError: it cannot be used.
            CourseError: the plugin for late submissions cannot be used.
        """
        late, url = self.late, self.course.db_url
        with contextlib.ExitStack() as stack:
            with gradebook_in_words(url):
                gradebook = stack.enter_context(self.gradebook())
            stack.enter_context(gradebook_in_words(url, opened=True))
            yield Ledger(gradebook, self.lab.name, late)

    def exists(self) -> bool:
        """Whether there is a gradebook; opening an absent one of SQLite's would make one."""
        return booked.exists(self.course)

    def graded_students(self) -> set[str]:
        """Students with a submission in the gradebook, and a place in it for each exercise."""
        with gradebook_in_words(self.course.db_url), self.gradebook() as gradebook:
            known = gradebook.find_notebook(self.lab.notebook, self.lab.name)
            cells = {cell.name for cell in known.grade_cells}
            whole = [
                each.assignment
                for each in known.submissions
                if cells <= {grade.name for grade in each.grades}
            ]
            return {*submissions_of(whole)}

    def has_graded(self, student: str) -> bool:
        """Whether :meth:`graded_students` would name ``student``, at the price of one of them."""
        with gradebook_in_words(self.course.db_url), self.gradebook() as gradebook:
            try:
                known = gradebook.find_notebook(self.lab.notebook, self.lab.name)
                found = gradebook.find_submission_notebook(
                    self.lab.notebook, self.lab.name, student
                )
            except MissingEntry:
                return False
            cells = {cell.name for cell in known.grade_cells}
            return cells <= {grade.name for grade in found.grades}

    def _is_current(self) -> bool:
        try:
            with gradebook_in_words(self.course.db_url), self.gradebook() as gradebook:
                return has_assignment(gradebook, self.lab)
        except GradingError as error:
            passes = trouble_of(error) is not Trouble.NONE
            if passes or not isinstance(error.__cause__, OperationalError):
                raise
            return False
        except Exception:
            return False

    def _run(self, converter: Any) -> None:
        log = _Collected()
        converter.log = logging.Logger("nbgrader")
        converter.log.addHandler(log)
        here = Path.cwd()
        try:
            with _silent(app_log), engine_from(self._engine):
                converter.start()
        except (NbGraderException, SystemExit) as error:
            trouble = trouble_of(error)
            if trouble in (Trouble.BUSY, Trouble.GONE):
                reason = first_line(error.__cause__ or error.__context__ or error)
                raise in_trouble(self.course.db_url, trouble, reason) from error
            if (of_database := database_error(error)) is not None:
                raise refused(self.course.db_url, of_database) from error
            raise GradingError("\n".join(log.errors) or str(error)) from error
        finally:
            os.chdir(here)


def _other_cells(lab: str, count: int, have: set[str], want: set[str]) -> str:
    changes = [
        f"{what} {', '.join(sorted(names))}"
        for what, names in (("removed", have - want), ("added", want - have))
        if names
    ]
    return (
        f"In source/{lab} graded or locked cells were {' and '.join(changes)}, and nbgrader cannot "
        f"change these once there are submissions in the gradebook ({count} here). Put the cells "
        "back as they were; or, to begin again, move gradebook.db away and grade: points and "
        "comments that a person entered stay in the old one."
    )


@contextlib.contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    """The gradebook logs what it raises as well, to the screen and with its whole traceback."""
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


class _Collected(logging.Handler):
    """Keeps what nbgrader logs as an error, to be shown where it matters.

    Of a traceback it keeps the line that says what went wrong, and puts it first.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._causes: list[str] = []
        self._messages: list[str] = []

    @property
    def errors(self) -> list[str]:
        return self._causes or self._messages

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if "Traceback (most recent call last)" not in text:
            self._messages.append(text)
            return
        raised = [line for line in text.splitlines() if _RAISED.match(line)]
        self._causes.append(raised[-1] if raised else text)
