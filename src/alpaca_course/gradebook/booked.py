"""What the gradebook has of a class, read for a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment

from alpaca_course.contract.cells import TEST_PREFIX
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.gradebook.errors import gradebook_in_words
from alpaca_course.lab import Lab

SQLITE = "sqlite:///"


class NothingGraded(CourseError):  # noqa: N818
    """There is no gradebook, or it does not know the assignment; the text says what to do."""


@dataclass(frozen=True)
class Score:
    """Points of one exercise as the gradebook has them, a person's correction included."""

    points: float
    max_points: float
    by_hand: bool = False


@dataclass(frozen=True)
class Booked:
    """What the gradebook has of one submission."""

    scores: Mapping[str, Score]
    penalty: float
    needs_person: bool


@dataclass(frozen=True)
class BookedClass:
    """What the gradebook has of one assignment.

    Attributes:
        points: what each exercise is worth.
        names: of all students of the gradebook, for people, by id; empty where there is none.
        submissions: by student.
    """

    points: Mapping[str, float]
    names: Mapping[str, str]
    submissions: Mapping[str, Booked]


def read_booked(course: Course, lab: Lab, advance: Callable[[int, int], None]) -> BookedClass:
    """The class as the gradebook has it.

    ``advance(done, total)`` is called for each submission.

    Raises:
        NothingGraded: there is nothing to report on.
        GradingError: the gradebook cannot be read.
    """
    database = Path(course.db_url.removeprefix(SQLITE))
    # Opening an absent SQLite gradebook would make one.
    if course.db_url.startswith(SQLITE) and not database.is_file():
        raise NothingGraded("There is no gradebook yet. Grade first: `alpaca grade`.")
    with gradebook_in_words(course.db_url), Gradebook(course.db_url) as gradebook:
        try:
            found = gradebook.find_assignment(lab.name)
        except MissingEntry:
            raise NothingGraded(
                f"The gradebook does not know '{lab.name}'. Grade first: `alpaca grade`."
            ) from None
        points = {
            cell.name.removeprefix(TEST_PREFIX): float(cell.max_score)
            for notebook in found.notebooks
            for cell in notebook.grade_cells
        }
        names = {s.id: _name(s.first_name, s.last_name) for s in gradebook.students}
        booked = {}
        for number, submission in enumerate(found.submissions, start=1):
            booked[submission.student_id] = _booked(submission)
            advance(number, len(found.submissions))
    return BookedClass(points, names, booked)


def _booked(submission: SubmittedAssignment) -> Booked:
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return Booked(
        scores={
            grade.name.removeprefix(TEST_PREFIX): Score(
                points=float(grade.score),
                max_points=float(grade.max_score),
                by_hand=grade.manual_score is not None,
            )
            for grade in grades
        },
        penalty=float(submission.late_submission_penalty or 0.0),
        needs_person=any(grade.needs_manual_grade for grade in grades),
    )


def _name(first: str | None, last: str | None) -> str:
    return " ".join(part for part in (first, last) if part)
