"""nbgrader's GenerateAssignment for courses in any folder: in its path a bracket is a bracket."""

from __future__ import annotations

import glob
import os

from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException


class CourseAssignment(GenerateAssignment):
    """GenerateAssignment for courses in any folder."""

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
