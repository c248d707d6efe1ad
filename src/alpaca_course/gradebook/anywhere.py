"""nbgrader's GenerateAssignment for courses in any folder: in its path a bracket is a bracket."""

from __future__ import annotations

import glob
import os

from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException

from alpaca_course.database_url import is_sqlite
from alpaca_course.errors import CourseError
from alpaca_course.gradebook.errors import gradebook_in_words


class CourseAssignment(GenerateAssignment):
    """GenerateAssignment for courses in any folder."""

    def start(self) -> None:
        """Put the assignment into the gradebook and the release beside it.

        Raises:
            NbGraderException: it did not work; where it is the database, the release stays.
        """
        url = self.coursedir.db_url
        if not is_sqlite(url):
            try:
                with gradebook_in_words(url):
                    Gradebook(url, self.coursedir.course_id).close()
            except CourseError as error:
                self.log.error("%s", error)
                raise NbGraderException(str(error)) from error
        super().start()

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
