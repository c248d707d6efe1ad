"""Feedback pages as the zip that a system's bulk upload takes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.gradebook.pages import MadeFrom
from alpaca_course.gradebook.views import Views
from alpaca_course.lab import Lab
from alpaca_course.lms.feedback_names import NOTEBOOK, CanvasFile, canvas_name, moodle_path
from alpaca_course.returning.table import Return
from alpaca_course.units import MIB

# Pages of the same grades are the same zip; a date would be that of the day.
_DATE = (1980, 1, 1, 0, 0, 0)
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_STYLE = re.compile(r"<style[^>]*>.*?</style>", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """One page on its way.

    Attributes:
        student: id.
        path: in the zip.
        data: its bytes.
    """

    student: str
    path: str
    data: bytes


def settled(back: Return, *, unsettled: bool) -> list[str]:
    """Students of the table whose page may go out: graded, and their state is settled."""
    found = []
    for entry in back.entries:
        result = back.known.results.get(entry.student)
        if result is not None and (unsettled or result.state.is_graded):
            found.append(entry.student)
    return found


def pages_of(course: Course, lab: Lab, back: Return, students: Iterable[str]) -> dict[str, bytes]:
    """The feedback page of each student.

    Raises:
        CourseError: some are not up to date, so that they would contradict the grades.
    """
    made, found, old = MadeFrom(course, lab, Views(course, lab)), {}, []
    for student in students:
        page = made.page(back.known.results[student])
        if page is None:
            old.append(student)
        else:
            found[student] = page
    if old:
        raise CourseError(
            f"The feedback pages of {len(old)} are missing or older than their grades "
            f"({', '.join(old[:5])}{', …' * (len(old) > 5)}): run `alpaca feedback` first."
        )
    return found


def for_canvas(
    back: Return, pages: Mapping[str, bytes], files: Mapping[str, CanvasFile]
) -> Iterator[Page]:
    """Each page under a name by which Canvas knows what was handed in.

    Canvas shows it to the student under the name that the hand-in had, so a page that comes back
    for a notebook is put into a notebook, and one that comes back for an archive into an archive:
    what opens the one opens the other.
    """
    for entry in back.entries:
        ids = back.place.rows[entry.row]
        if entry.student in pages and ids.canvas_id in files:
            file = files[ids.canvas_id]
            path = canvas_name(ids.name, file)
            yield Page(entry.student, path, _as(file.ending, pages[entry.student]))


def for_moodle(back: Return, pages: Mapping[str, bytes], file_name: str) -> Iterator[Page]:
    """Each page in a folder of its own, as Moodle hands out hand-ins."""
    for entry in back.entries:
        ids = back.place.rows[entry.row]
        if entry.student in pages and ids.moodle_id:
            path = moodle_path(ids.name, ids.moodle_id, file_name)
            yield Page(entry.student, path, pages[entry.student])


def for_nbgrader(lab: Lab, pages: Mapping[str, bytes], file_name: str) -> Iterator[Page]:
    """As in nbgrader's ``feedback/``."""
    for student, data in pages.items():
        yield Page(student, f"{student}/{lab.name}/{file_name}", data)


def zips(pages: Iterable[Page], largest: int) -> Iterator[bytes]:
    """The pages as zips of at most ``largest`` bytes each, in their order.

    Raises:
        CourseError: one page alone is larger.
    """
    part: list[tuple[str, bytes]] = []
    size = _EMPTY
    for page in pages:
        more = len(_zip([(page.path, page.data)])) - _EMPTY
        if more + _EMPTY > largest:
            raise CourseError(
                f"The page of {page.student} alone has {more / MIB:.1f} MiB, more than the "
                f"{largest / MIB:g} MiB of --largest."
            )
        if size + more > largest:
            yield _zip(part)
            part, size = [], _EMPTY
        part.append((page.path, page.data))
        size += more
    if part:
        yield _zip(part)


def _zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files:
            info = zipfile.ZipInfo(path, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return data.getvalue()


_EMPTY = len(_zip([]))


def _as(ending: str, page: bytes) -> bytes:
    if ending == NOTEBOOK:
        return _notebook(page.decode("utf-8"))
    if ending == ".zip":
        return _zip([("feedback.html", page)])
    return page


def _notebook(page: str) -> bytes:
    """A notebook that shows the page; styles are left out, since Jupyter does not take them."""
    found = _BODY.search(page)
    body = _STYLE.sub("", found.group(1) if found else page)
    output = new_output("display_data", {"text/html": body, "text/plain": "Your feedback"})
    cell = new_code_cell("", id="feedback", outputs=[output])
    return nbformat.writes(new_notebook(cells=[cell])).encode()
