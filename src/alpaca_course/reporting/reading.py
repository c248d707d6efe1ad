"""Records of a class from the gradebook and the stored verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment

from alpaca_course.contract.states import Note, State
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.lab import Lab
from alpaca_course.reporting.records import ClassRecord, Exercise, Score, Submission

TEST_PREFIX = "test_"
SQLITE = "sqlite:///"


class NothingGraded(CourseError):  # noqa: N818
    """There is no gradebook, or it does not know the assignment; the text says what to do."""


@dataclass(frozen=True)
class Booked:
    """What the gradebook has of one submission."""

    scores: Mapping[str, Score]
    penalty: float
    needs_person: bool


def read_class(
    course: Course,
    lab: Lab,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> ClassRecord:
    """The class as gradebook and stored verdicts have it, students in order of their ids.

    ``advance(done, total)`` is called for each submission of the gradebook.

    Raises:
        NothingGraded: there is nothing to report on.
    """
    database = Path(course.db_url.removeprefix(SQLITE))
    # Opening an absent SQLite gradebook would make one.
    if course.db_url.startswith(SQLITE) and not database.is_file():
        raise NothingGraded("There is no gradebook yet. Grade first: `alpaca grade`.")
    stored = read_records(RecordStore(course, lab))
    with Gradebook(course.db_url) as gradebook:
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
    exercises = _exercises([each.cell for each in lab.exercises], points, stored.values())
    students = sorted({*booked, *stored})
    return ClassRecord(
        assignment=lab.name,
        exercises=exercises,
        submissions=tuple(
            _in_order(combine(s, names.get(s, ""), booked.get(s), stored.get(s)), exercises)
            for s in students
        ),
        missing=tuple(sorted(set(names) - set(students))),
    )


def read_records(store: RecordStore) -> dict[str, Record]:
    """The stored record of each student.

    One that cannot be read makes that submission need a person, and hides no other.
    """
    found: dict[str, Record] = {}
    for path in sorted(store.folder.glob("*.json")):
        record = store.load(path.stem)
        if record is None:
            note = Note("record.damaged", f"Its record {path.name} is damaged: grade it again.")
            record = Record(path.stem, State.NEEDS_PERSON, (note,), (), {})
        found[path.stem] = record
    return found


def combine(student: str, name: str, booked: Booked | None, stored: Record | None) -> Submission:
    """One record from both sources. In the gradebook a person may have had the last word."""
    state = stored.state if stored else State.GRADED
    reasons = _texts(stored.reasons) if stored else ()
    if booked is not None:
        by_hand = any(score.by_hand for score in booked.scores.values())
        if state is State.NEEDS_PERSON and by_hand and not booked.needs_person:
            state, reasons = State.GRADED, ()
        elif state.is_graded and booked.needs_person:
            state = State.NEEDS_PERSON
            reasons = (
                *reasons,
                "The gradebook says that a person has to confirm its points: see formgrader.",
            )
    elif state.is_graded:
        state = State.NEEDS_PERSON
        reasons = (*reasons, "It was judged, but the gradebook has no points: grade it again.")
    return Submission(
        student=student,
        name=name,
        state=state,
        scores=booked.scores if booked else {},
        penalty=booked.penalty if booked else 0.0,
        verdicts=stored.verdicts if stored else {},
        reasons=reasons,
        repairs=_texts(stored.repairs) if stored else (),
    )


def _in_order(submission: Submission, exercises: Iterable[Exercise]) -> Submission:
    verdicts = submission.verdicts
    ordered = {e.id: verdicts[e.id] for e in exercises if e.id in verdicts}
    return replace(submission, verdicts=ordered | dict(verdicts))


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


def _exercises(
    order: Iterable[str], points: Mapping[str, float], stored: Iterable[Record]
) -> tuple[Exercise, ...]:
    titles = {name: verdict.title for each in stored for name, verdict in each.verdicts.items()}
    known = [name for name in order if name in points]
    return tuple(
        Exercise(name, titles.get(name, name), points[name])
        for name in [*known, *sorted(set(points) - set(known))]
    )


def _texts(notes: Iterable[Note]) -> tuple[str, ...]:
    return tuple(note.text for note in notes)


def _name(first: str | None, last: str | None) -> str:
    return " ".join(part for part in (first, last) if part)
