"""What the gradebook has of a class, read for a report."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nbgrader.api import Grade, Gradebook, MissingEntry, SubmittedAssignment
from sqlalchemy.exc import SQLAlchemyError

from alpaca_course.contract.cells import TEST_PREFIX
from alpaca_course.contract.grade import Booked, Score
from alpaca_course.contract.states import Note, fault
from alpaca_course.course import Course
from alpaca_course.database_url import sqlite_file
from alpaca_course.errors import CourseError
from alpaca_course.gradebook.engine import is_prepared, opened
from alpaca_course.gradebook.spelling import students_of, submissions_of
from alpaca_course.lab import Lab


class NothingGraded(CourseError):  # noqa: N818
    """There is no gradebook, or it does not know the assignment; the text says what to do."""


@dataclass(frozen=True)
class BookedClass:
    """What the gradebook has of one assignment.

    Attributes:
        points: what each exercise is worth.
        names: of all students of the gradebook, for people, by id; empty where there is none.
        submissions: by student.
        broken: why an entry cannot be read, by student; those are in no submission.
    """

    points: Mapping[str, float]
    names: Mapping[str, str]
    submissions: Mapping[str, Booked]
    broken: Mapping[str, Note]


def exists(course: Course) -> bool:
    """Whether there is a gradebook; opening an absent one would make it.

    Raises:
        GradingError: its server cannot be reached.
    """
    path = sqlite_file(course.db_url)
    return path.is_file() if path else is_prepared(course.db_url)


def read_booked(course: Course, lab: Lab, advance: Callable[[int, int], None]) -> BookedClass:
    """The class as the gradebook has it.

    ``advance(done, total)`` is called for each submission.

    Raises:
        NothingGraded: there is nothing to report on.
        GradingError: the gradebook cannot be read.
    """
    with _opened(course) as gradebook:
        try:
            found = gradebook.find_assignment(lab.name)
        except MissingEntry:
            raise NothingGraded(
                f"The gradebook does not know '{lab.name}'. Grade first: `alpaca grade`."
            ) from None
        exercises = [each.cell for each in lab.exercises]
        cells = {
            cell.name.removeprefix(TEST_PREFIX): float(cell.max_score)
            for notebook in found.notebooks
            for cell in notebook.grade_cells
        }
        points = {name: cells[name] for name in in_order(cells, exercises)}
        names = {
            name: _name(each.first_name, each.last_name)
            for name, each in students_of(gradebook).items()
        }
        submissions = submissions_of(found.submissions)
        read: dict[str, Booked] = {}
        broken: dict[str, Note] = {}
        for number, (name, submission) in enumerate(submissions.items(), start=1):
            try:
                read[name] = booked(submission, exercises)
            except SQLAlchemyError:
                raise
            except Exception as error:
                broken[name] = fault(error)
            advance(number, len(submissions))
    return BookedClass(points, names, read, broken)


def read_one_booked(course: Course, lab: Lab, student: str) -> tuple[str, Booked | None]:
    """Name and entry of one student; None where the gradebook has no submission.

    Raises:
        NothingGraded: there is no gradebook.
        GradingError: the gradebook cannot be read.
    """
    with _opened(course) as gradebook:
        try:
            found = gradebook.find_submission(lab.name, student)
        except MissingEntry:
            return "", None
        return _name(found.student.first_name, found.student.last_name), booked(
            found, [each.cell for each in lab.exercises]
        )


@contextlib.contextmanager
def _opened(course: Course) -> Iterator[Gradebook]:
    if not exists(course):
        raise NothingGraded("There is no gradebook yet. Grade first: `alpaca grade`.")
    with opened(course) as gradebook:
        yield gradebook


def booked(submission: SubmittedAssignment, exercises: Sequence[str] = ()) -> Booked:
    """What the gradebook has of one submission, in the order of ``exercises``.

    A database gives rows in any order, and PostgreSQL in another one once they were changed.
    """
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    comments = [each for notebook in submission.notebooks for each in notebook.comments]
    scores = {grade.name.removeprefix(TEST_PREFIX): _score(grade) for grade in grades}
    texts = {each.name: each.manual_comment for each in comments if each.manual_comment}
    return Booked(
        scores={name: scores[name] for name in in_order(scores, exercises)},
        comments={name: texts[name] for name in in_order(texts, exercises)},
        # Asked of the notebooks: the submission's own sum is as old as the session.
        penalty=sum(float(each.late_submission_penalty or 0.0) for each in submission.notebooks),
    )


def in_order(names: Iterable[str], exercises: Sequence[str]) -> list[str]:
    """``names`` as ``exercises`` has them; what it does not have comes last, by name."""
    places = {name: place for place, name in enumerate(exercises)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def _score(grade: Grade) -> Score:
    return Score(
        max_points=float(grade.max_score),
        auto=_points(grade.auto_score),
        manual=_points(grade.manual_score),
        extra=float(grade.extra_credit or 0.0),
        waiting=bool(grade.needs_manual_grade),
    )


def _points(found: float | None) -> float | None:
    """SQLite keeps any text in a column of numbers: what is none is noticed here."""
    return None if found is None else float(found)


def _name(first: str | None, last: str | None) -> str:
    return " ".join(part for part in (first, last) if part)
