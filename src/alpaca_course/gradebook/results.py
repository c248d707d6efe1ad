"""State and score of every submission of a class, from records and gradebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from alpaca_course.contract.grade import Booked
from alpaca_course.contract.ids import spelled
from alpaca_course.contract.states import Note, State, fault
from alpaca_course.course import Course
from alpaca_course.deadlines import Deadlines
from alpaca_course.files import ignore_progress
from alpaca_course.gradebook.booked import read_booked, read_one_booked
from alpaca_course.intake.submissions import students
from alpaca_course.judging.appeals import AppealStore, appeals_by_student
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.judging.result import Result, result_of, with_appeals
from alpaca_course.lab import Lab
from alpaca_course.lms.roster import Roster


@dataclass(frozen=True)
class ClassResults:
    """The class and one assignment.

    Attributes:
        points: what each exercise is worth, by the gradebook.
        names: of all students of the gradebook, for people, by id; empty where there is none.
        results: by student, in order of their ids.
        records: by student; None where one cannot be read.
        missing: students of the gradebook who handed in nothing.
        dropped: who was graded once, and is neither in the gradebook nor in ``submitted/`` any
            more; they are in none of the others.
        excused: why nothing is asked of some of the missing, by student.
    """

    points: Mapping[str, float]
    names: Mapping[str, str]
    results: Mapping[str, Result]
    records: Mapping[str, Record | None]
    missing: tuple[str, ...]
    dropped: tuple[str, ...]
    excused: Mapping[str, str] = field(default_factory=dict)


def read_results(
    course: Course, lab: Lab, advance: Callable[[int, int], None] = ignore_progress
) -> ClassResults:
    """The class as it is at the moment.

    ``advance(done, total)`` is called for each submission of the gradebook.

    Raises:
        NothingGraded: there is nothing to tell.
        GradingError: the gradebook cannot be read.
    """
    booked = read_booked(course, lab, advance)
    records = read_records(RecordStore(course, lab))
    gone = dropped(course, lab, booked.names, records)
    kept = {name: record for name, record in records.items() if name not in gone}
    found = {}
    for name in sorted({*booked.submissions, *booked.broken, *kept}):
        person, entry = booked.names.get(name, ""), booked.submissions.get(name)
        if name in booked.broken:
            found[name] = unreadable(name, booked.broken[name], person)
        else:
            found[name] = readable(name, kept.get(name), entry, person)
    asked = appeals_by_student(AppealStore(course, lab).load())
    found = {name: with_appeals(each, asked.get(name, ())) for name, each in found.items()}
    deadlines, roster = Deadlines.read(course.deadlines), Roster.load(course)
    left = {each.id for each in roster.students if each.dropped}
    missing = tuple(sorted(set(booked.names) - set(found) - left))
    terms = ((name, deadlines.term(lab.name, name, roster.sections_of(name))) for name in missing)
    excused = {name: term.excused for name, term in terms if term.excused}
    return ClassResults(
        booked.points, booked.names, found, kept, missing, tuple(sorted(gone)), excused
    )


def read_result(course: Course, lab: Lab, student: str) -> Result:
    """The result of one student.

    Raises:
        NothingGraded: there is nothing to tell.
        GradingError: the gradebook cannot be read.
    """
    name, entry = read_one_booked(course, lab, student)
    record = RecordStore(course, lab).load(student)
    asked = appeals_by_student(AppealStore(course, lab).load())
    return with_appeals(readable(student, record, entry, name), asked.get(student, ()))


def readable(student: str, record: Record | None, booked: Booked | None, name: str = "") -> Result:
    """The result; of what is kept in a way that cannot be read, that a person is needed."""
    try:
        return result_of(student, record, booked, name)
    except Exception as error:
        return unreadable(student, fault(error), name)


def unreadable(student: str, why: Note, name: str = "") -> Result:
    """The result of somebody whose entry or record cannot be read."""
    return Result(student, State.NEEDS_PERSON, name=name, reasons=(why,))


def dropped(course: Course, lab: Lab, known: Iterable[str], records: Iterable[str]) -> set[str]:
    """Whose results are history; ``known`` are the students of the gradebook."""
    graded = {
        spelled(path.parent.parent.name) for path in course.autograded.glob(f"*/{lab.name}/*.ipynb")
    }
    return ({*records} | graded) - {*known} - {*students(course, lab)}


def read_records(store: RecordStore) -> dict[str, Record | None]:
    """The stored record of each student; None where it is damaged."""
    return {
        spelled(path.stem): store.load(path.stem) for path in sorted(store.folder.glob("*.json"))
    }


def dropped_text(names: tuple[str, ...]) -> str:
    """One line on those who left the course; empty where nobody did."""
    if not names:
        return ""
    return f"Left out, since they are not in the course any more: {', '.join(names)}."
