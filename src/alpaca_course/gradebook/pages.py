"""The students' pages: written where something changed, several at a time.

What a page was made from is kept beside the records, as a digest.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import nbformat

from alpaca_course import __version__
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.files import (
    as_json,
    moved_aside,
    ordinary_bytes,
    read_ordinary,
    write_atomically,
)
from alpaca_course.gradebook.feedback_page import feedback_page, template_bytes
from alpaca_course.gradebook.shown import Renderer
from alpaca_course.gradebook.views import Views
from alpaca_course.gradebook.written import autograded_notebook, copy_exchange_files, page_of
from alpaca_course.judging.result import Result
from alpaca_course.lab import Lab

_UNKNOWN = "Neither the gradebook nor a record knows it. Run `alpaca grade`."


@dataclass(frozen=True)
class Written:
    """What became of one page.

    Attributes:
        student: the id.
        made: whether it was written now; otherwise it was up to date, or there is an error.
        error: what kept it from being written; the former page is still there.
    """

    student: str
    made: bool
    error: Exception | None = None


class MadeFrom:
    """What each page of a lab was made from.

    Args:
        course: the course.
        lab: the lab.
        views: what each page may show now.
    """

    def __init__(self, course: Course, lab: Lab, views: Views) -> None:
        self._course, self._lab, self._views = course, lab, views
        titles = json.dumps([lab.title, [vars(each) for each in lab.exercises]])
        self._fixed = f"{__version__}\0{titles}\0".encode() + template_bytes()

    def page(self, result: Result, notebook: bytes | None = None) -> bytes | None:
        """The student's page, where it is what making it again would give; else None.

        ``notebook`` is the graded one, where it was read before.
        """
        try:
            if notebook is None:
                path = autograded_notebook(self._course, self._lab, result.student)
                notebook = ordinary_bytes(path)
            page = ordinary_bytes(page_of(self._course, self._lab, result.student))
            kept = read_ordinary(self._kept(result.student))
        except OSError:
            return None
        return page if kept == self._digest(result, notebook, page) else None

    def keep(self, result: Result, notebook: bytes, page: bytes) -> None:
        """``page`` was made of these.

        Raises:
            OSError: that cannot be kept.
        """
        digest = self._digest(result, notebook, page)
        write_atomically(self._kept(result.student), digest.encode())

    def _kept(self, student: str) -> Path:
        return self._course.state / "pages" / self._lab.name / student

    def _digest(self, result: Result, notebook: bytes, page: bytes) -> str:
        # What may be shown is part of it, so that a due date that passes makes another page.
        view = vars(self._views.of(result))
        shown = json.dumps([vars(result), view], sort_keys=True, default=as_json)
        total = hashlib.sha256(self._fixed + shown.encode())
        for data in (notebook, page):
            total.update(hashlib.sha256(data).digest())
        return total.hexdigest()


class Pages:
    """The pages of a lab.

    Args:
        course: the course.
        lab: the lab.
        views: what each page may show now.
        permit: gives the files of a student the permissions that nbgrader's have.
    """

    def __init__(
        self, course: Course, lab: Lab, views: Views, permit: Callable[[str], None]
    ) -> None:
        self._course, self._lab, self._views, self._permit = course, lab, views, permit
        self._made = MadeFrom(course, lab, views)

    def write_all(
        self, students: Iterable[str], results: Mapping[str, Result], *, force: bool, workers: int
    ) -> Iterator[Written]:
        """Write the pages of ``students`` that are not what making them again would give.

        Args:
            students: who was graded.
            results: by student.
            force: write what is up to date, too.
            workers: pages made side by side, each by a process of its own.
        """
        with ExitStack() as stack, ThreadPoolExecutor(max(1, workers)) as threads:
            own = threading.local()

            def renderer() -> Renderer:
                if not hasattr(own, "renderer"):
                    own.renderer = Renderer()
                    stack.callback(own.renderer.close)
                found: Renderer = own.renderer
                return found

            def write(student: str) -> Written:
                return self.write(student, results.get(student), renderer, force=force)

            yield from threads.map(write, students)

    def write(
        self,
        student: str,
        result: Result | None,
        renderer: Callable[[], Renderer],
        *,
        force: bool = False,
    ) -> Written:
        """Write the page of ``student``, unless making it again would give what is there."""
        try:
            made = self._write(student, result, renderer, force)
        except Exception as error:
            return Written(student, False, error)
        return Written(student, made)

    def _write(
        self, student: str, result: Result | None, renderer: Callable[[], Renderer], force: bool
    ) -> bool:
        if result is None:
            raise CourseError(_UNKNOWN)
        source = autograded_notebook(self._course, self._lab, student)
        target = page_of(self._course, self._lab, student)
        notebook = ordinary_bytes(source)
        if not force and self._made.page(result, notebook) is not None:
            return False
        view = self._views.of(result)
        page = feedback_page(_read(notebook), result, self._lab, renderer(), view)
        with moved_aside(target.parent):
            target.parent.mkdir(parents=True)
            target.write_bytes(page.encode("utf-8", "replace"))
            copy_exchange_files(source.parent, target.parent)
            self._permit(student)
        self._made.keep(result, notebook, target.read_bytes())
        return True


def _read(notebook: bytes) -> nbformat.NotebookNode:
    # Without nbformat's validation, which takes longer than the page: rendering reads by a list of
    # what it knows, and what is no notebook at all has no page.
    return nbformat.v4.reads(notebook.decode("utf-8"))
