"""nbgrader's GenerateFeedback with the course's own page: each whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from nbgrader.converters import GenerateFeedback, NbGraderException

from alpaca_course.contract.ids import is_left_out
from alpaca_course.contract.states import in_words
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.execution.pool import workers_to_use
from alpaca_course.files import in_the_way
from alpaca_course.gradebook.errors import first_line
from alpaca_course.gradebook.pages import Pages, Written
from alpaca_course.gradebook.results import ClassResults, read_results
from alpaca_course.gradebook.shown import BOUNDS
from alpaca_course.gradebook.views import Views
from alpaca_course.gradebook.written import graded_students
from alpaca_course.lab import Lab
from alpaca_course.sole_writer import sole_writer
from alpaca_course.units import MIB


class CourseFeedback(GenerateFeedback):
    """GenerateFeedback for courses in any folder, and of students of any name.

    What is up to date stays as it is, unless ``force`` is set.
    """

    def start(self) -> None:
        """Write the pages that the course directory's globs name.

        Raises:
            NbGraderException: a page could not be written, or nobody was graded.
        """
        try:
            course = Course.from_config(Path(self.coursedir.root), self.config)
            with sole_writer(course):
                self._start(course, course.lab(self.coursedir.assignment_id))
        except CourseError as error:
            self.log.error("%s No page was written.", error)
            raise NbGraderException(str(error)) from error

    def _start(self, course: Course, lab: Lab) -> None:
        found, failed = read_results(course, lab), []
        for page in self.write(course, lab, found, self._wanted(course, lab)):
            if page.error is not None:
                failed.append(page.student)
                self.log.error("%s: %s", page.student, in_short(page.error))
            elif page.made:
                self.log.info("Written: the page of %s", page.student)
            else:
                self.log.info("Up to date: the page of %s", page.student)
        if failed:
            raise NbGraderException(f"Not written: {', '.join(failed)}")

    def write(
        self, course: Course, lab: Lab, found: ClassResults, students: Iterable[str]
    ) -> Iterator[Written]:
        """Write the pages of ``students`` of ``lab``, in their order."""
        views = Views(course, lab)
        pages = Pages(course, lab, views, lambda student: self.set_permissions(lab.name, student))
        memory = (BOUNDS.memory or MIB) // MIB
        workers = workers_to_use(memory, course.settings.workers)
        yield from pages.write_all(students, found.results, force=self.force, workers=workers)

    def _wanted(self, course: Course, lab: Lab) -> list[str]:
        directory = self.coursedir
        found = [
            name
            for name in graded_students(course, lab)
            if not is_left_out(name, directory.student_id, directory.student_id_exclude)
        ]
        if not found:
            self.log.error("Nobody was graded in %s for %s", directory.root, lab.name)
            raise NbGraderException("no graded submissions")
        return found


def in_short(error: Exception) -> str:
    """What kept a page from being written, for the person who may mend it."""
    if isinstance(error, CourseError):
        return str(error)
    if isinstance(error, OSError):
        kind = "" if in_the_way(error) else f"{type(error).__name__}: "
        return f"{kind}{first_line(error)}"
    return f"{first_line(error)} ({in_words(error)})"
