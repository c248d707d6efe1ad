"""nbgrader's GenerateAssignment for courses in any folder: in its path a bracket is a bracket."""

from __future__ import annotations

import glob
import os
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException

from alpaca_course.course import Course
from alpaca_course.database_url import is_sqlite
from alpaca_course.errors import CourseError
from alpaca_course.gradebook.errors import gradebook_in_words
from alpaca_course.sole_writer import sole_writer


class CourseAssignment(GenerateAssignment):
    """GenerateAssignment for courses in any folder."""

    def start(self) -> None:
        """As nbgrader does, as the course's only writer, where it writes into the course.

        Raises:
            NbGraderException: it did not work, or another process writes.
        """
        if self.no_database:  # a release made elsewhere
            super().start()
            return
        try:
            course = Course.from_config(Path(self.coursedir.root), self.config)
            with sole_writer(course):
                self._check_database()
                super().start()
        except CourseError as error:
            self.log.error("%s Nothing was generated.", error)
            raise NbGraderException(str(error)) from error

    def _check_database(self) -> None:
        """Say what is wrong with a server before nbgrader does; SQLite's file is made by that."""
        url = self.coursedir.db_url
        if not is_sqlite(url):
            with gradebook_in_words(url):
                Gradebook(url, self.coursedir.course_id).close()

    def init_notebooks(self) -> None:
        """As nbgrader does, with the names that are no patterns escaped."""
        directory = self.coursedir
        pattern = self._format_source(directory.assignment_id, directory.student_id)
        if pattern.startswith(directory.root):
            pattern = glob.escape(directory.root) + pattern[len(directory.root) :]
        self.assignments = {}
        # Not pathlib: nbgrader finds its "." for the student in the names again.
        for folder in sorted(glob.glob(pattern)):  # noqa: PTH207
            notebooks = f"{glob.escape(folder)}{os.sep}{directory.notebook_id}.ipynb"
            found = sorted(glob.glob(notebooks))  # noqa: PTH207
            if found:
                self.assignments[folder] = found
        if not self.assignments:
            text = f"No notebooks in {directory.root} for {directory.assignment_id}"
            self.log.error(text)
            raise NbGraderException(text)
