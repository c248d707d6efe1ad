"""Records of a class from the gradebook and the stored verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from alpaca_course.contract.states import Note, State
from alpaca_course.course import Course
from alpaca_course.gradebook.booked import Booked, NothingGraded, read_booked
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.lab import Lab
from alpaca_course.reporting.records import ClassRecord, Exercise, Submission

__all__ = ["NothingGraded", "combine", "read_class", "read_records"]


def read_class(
    course: Course,
    lab: Lab,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> ClassRecord:
    """The class as gradebook and stored verdicts have it, students in order of their ids.

    ``advance(done, total)`` is called for each submission of the gradebook.

    Raises:
        NothingGraded: there is nothing to report on.
        GradingError: the gradebook cannot be read.
    """
    booked = read_booked(course, lab, advance)
    stored = read_records(RecordStore(course, lab))
    exercises = _exercises([each.cell for each in lab.exercises], booked.points, stored.values())
    students = sorted({*booked.submissions, *stored})
    return ClassRecord(
        assignment=lab.name,
        exercises=exercises,
        submissions=tuple(
            _in_order(
                combine(s, booked.names.get(s, ""), booked.submissions.get(s), stored.get(s)),
                exercises,
            )
            for s in students
        ),
        missing=tuple(sorted(set(booked.names) - set(students))),
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
