"""One notebook graded beside the course: nothing of it is kept, and no gradebook is looked at."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from alpaca_course.contract.grade import Booked
from alpaca_course.course import Course
from alpaca_course.deadlines import Deadlines
from alpaca_course.errors import CourseError
from alpaca_course.gradebook.student_page import StudentPage, student_page
from alpaca_course.intake.reading import MAX_BYTES
from alpaca_course.judging.policies import Policies
from alpaca_course.judging.result import Result, entered, result_of
from alpaca_course.judging.session import GradingSession
from alpaca_course.lab import Lab
from alpaca_course.lms.roster import Roster
from alpaca_course.opened import LeadsElsewhereError, Opened
from alpaca_course.policy import View

NOT_OFFICIAL = "This was no official run: nothing of it was kept."


@dataclass(frozen=True)
class Checked:
    """What came of a notebook.

    Attributes:
        result: all of it.
        page: what of it the policy allows its student to see now.
    """

    result: Result
    page: StudentPage


def check(
    course: Course, lab: Lab, path: Path, *, student: str = "", isolation: str | None = None
) -> Checked:
    """Grade a notebook, or what lies in a folder as in that of a hand-in.

    Args:
        course: whose rules and settings count; nothing is written into it.
        lab: the lab.
        path: the file or folder; no link, since it may be a stranger's.
        student: whose sections and due date count; those of everybody else without one.
        isolation: other than the course's setting.

    Raises:
        CourseError: there is no such file, or nothing can be graded here.
    """
    with tempfile.TemporaryDirectory(prefix="alpaca-check-") as place:
        folder = path if path.is_dir() else _alone(path, Path(place) / "hand-in" / lab.name)
        with GradingSession(
            course, lab, isolation=isolation, template=False, cache=Path(place) / "executions"
        ) as session:
            session.check_isolation()
            record = session.grade(session.take_in(student, folder.absolute())).record
    result = result_of(student, record, entered(record, None, Booked()))
    return Checked(result, student_page(result, lab, _view(course, lab, student)))


def _alone(path: Path, folder: Path) -> Path:
    """The file in a folder of its own, under its name."""
    try:
        with Opened(path.absolute().parent, own=1) as place:
            data, _ = place.read(PurePosixPath(path.name), MAX_BYTES)
    except LeadsElsewhereError:
        raise CourseError(
            f"{path} is a link, and what it leads to is not taken for it. Name the file itself."
        ) from None
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror or error}.") from None
    folder.mkdir(parents=True)
    (folder / path.name).write_bytes(data)
    return folder


def _view(course: Course, lab: Lab, student: str) -> View:
    """What may be shown; a due date that is in the gradebook alone is not known here."""
    policy = Policies(course, lab).of(student)
    sections = Roster.load(course).sections_of(student) if student else ()
    term = Deadlines.read(course.deadlines).term(lab.name, student, sections)
    view = policy.view((), datetime.now(UTC), term.until)
    return replace(view, words=(*view.words, NOT_OFFICIAL))
