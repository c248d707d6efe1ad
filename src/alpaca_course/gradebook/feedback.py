"""nbgrader's GenerateFeedback for one student: a page whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alpaca_course.files import moved_aside
from alpaca_course.gradebook.anywhere import CourseFeedback
from alpaca_course.gradebook.converter import copy_exchange_files, resources_of
from alpaca_course.lab import Lab


class OnePage(CourseFeedback):
    """The page of one student, in place of the former one.

    Args:
        lab: nbgrader's assignment.
        student: the student's id, which nbgrader itself would read as a pattern.
    """

    def __init__(self, *args: Any, lab: Lab, student: str, **traits: Any) -> None:
        super().__init__(*args, **traits)
        self._lab, self._student = lab, student

    def init_notebooks(self) -> None:
        """Nothing to look for."""

    def convert_notebooks(self) -> None:
        lab = self._lab
        source = Path(self._format_source(lab.name, self._student))
        target = Path(self._format_dest(lab.name, self._student))
        resources = resources_of(lab, self._student, self.coursedir.db_url)
        with moved_aside(target):
            page, resources = self.exporter.from_filename(
                str(source / lab.file_name), resources=resources
            )
            self.write_single_notebook(page, resources)
            copy_exchange_files(source, target)
            self.set_permissions(lab.name, self._student)
