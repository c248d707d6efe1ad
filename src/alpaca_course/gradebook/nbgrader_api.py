"""nbgrader in this process, for one course, without starting its command line anew."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nbgrader.api
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader as NbGraderBase
from nbgrader.converters import GenerateAssignment, GenerateFeedback, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import OperationalError
from tornado.log import app_log

from alpaca_course.course import Course
from alpaca_course.files import moved_aside
from alpaca_course.gradebook.converter import CourseAutograde, has_assignment
from alpaca_course.gradebook.errors import GradingError, gradebook_in_words
from alpaca_course.gradebook.preprocessors import save_state
from alpaca_course.gradebook.transaction import engine_from
from alpaca_course.intake.released import GradedCell
from alpaca_course.judging.records import Record
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
        self._engine = functools.cache(nbgrader.api.create_engine)
        self._directory = self._course_directory()

    def _course_directory(self, **traits: Any) -> CourseDirectory:
        directory = CourseDirectory(parent=self._app, root=str(self.course.root), **traits)
        directory.assignment_id = self.lab.name
        directory.db_url = self.course.db_url
        return directory

    def gradebook(self) -> Gradebook:
        with engine_from(self._engine):
            return Gradebook(self.course.db_url, self._directory.course_id)

    def ensure_assignment(self) -> bool:
        """Have the assignment in the gradebook as ``source/`` has it; True if it had to be put.

        nbgrader removes the release before it makes a new one, and where that fails it is gone:
        so it makes one elsewhere, and ``release/`` stays as it is.

        Raises:
            GradingError: it did not work, or the gradebook cannot be read.
        """
        if self._is_current():
            return False
        elsewhere = self.course.state / "assignment"
        directory = self._course_directory(
            release_directory=str(elsewhere.relative_to(self.course.root))
        )
        try:
            self._run(GenerateAssignment(coursedir=directory, parent=self._app))
        finally:
            shutil.rmtree(elsewhere, ignore_errors=True)
        return True

    def write(self, graded: Graded, session: GradingSession) -> Graded:
        """Write a submission that ``session`` graded, in place of what was written before.

        Returns:
            What was written: without the student's own cells where those cannot be shown.

        Raises:
            GradingError: it did not work, and nothing has changed.
        """
        converter = CourseAutograde(
            coursedir=self._directory, parent=self._app, session=session, graded=graded, force=True
        )
        self._run(converter)
        return converter.graded

    def generate_feedback(self, student: str) -> None:
        """Write one student's feedback page anew.

        Raises:
            GradingError: it did not work, and the former page is still there.
        """
        converter = GenerateFeedback(coursedir=self._directory, parent=self._app, force=True)
        with moved_aside(self.course.feedback / student / self.lab.name):
            self._for_student(student, converter)

    def write_points(self, record: Record, exercises: Iterable[GradedCell]) -> None:
        """Put the points of ``record`` in the place of those that grading gave before.

        Raises:
            GradingError: the gradebook does not know the submission, or cannot be read.
        """
        where = (self.lab.notebook, self.lab.name, record.student)
        with gradebook_in_words(self.course.db_url), self.gradebook() as gradebook:
            try:
                for exercise in exercises:
                    grade = gradebook.find_grade(exercise.test_id, *where)
                    grade.auto_score = record.verdicts[exercise.id].points
                    # As nbgrader does: points that a person gave are kept, and looked at again.
                    grade.needs_manual_grade = grade.manual_score is not None
                save_state(gradebook, record, where, exercises)
            except MissingEntry as error:
                raise GradingError(f"MissingEntry: {error}") from error

    def graded_students(self) -> set[str]:
        """Students with a submission in the gradebook."""
        with self.gradebook() as gradebook:
            return {each.student_id for each in gradebook.assignment_submissions(self.lab.name)}

    def _is_current(self) -> bool:
        try:
            with gradebook_in_words(self.course.db_url), self.gradebook() as gradebook:
                return has_assignment(gradebook, self.lab)
        except GradingError as error:
            if not isinstance(error.__cause__, OperationalError):
                raise
            return False
        except Exception:
            return False

    def _for_student(self, student: str, converter: Any) -> None:
        # nbgrader reads the id as a pattern; an id with a bracket in it is still one id.
        self._directory.student_id = "".join(f"[{c}]" if c in "*?[" else c for c in student)
        try:
            self._run(converter)
        finally:
            self._directory.student_id = "*"

    def _run(self, converter: Any) -> None:
        log = _Collected()
        converter.log = logging.Logger("nbgrader")
        converter.log.addHandler(log)
        here = Path.cwd()
        try:
            with _silent(app_log), engine_from(self._engine):
                converter.start()
        except (NbGraderException, SystemExit) as error:
            raise GradingError("\n".join(log.errors) or str(error)) from error
        finally:
            os.chdir(here)


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
