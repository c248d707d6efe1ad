"""One student where a roster spells an id in another way than the folder of the hand-ins.

macOS writes an umlaut as two characters. A roster that was imported from there, and a folder from
elsewhere, are of one student: the gradebook gets the spelling that is used everywhere here.
"""

from __future__ import annotations

from collections.abc import Iterable

from nbgrader.api import Gradebook, Student, SubmittedAssignment

from alpaca_course.contract.ids import spelled
from alpaca_course.gradebook.locks import ROSTER, hold

_FOR_PEOPLE = ("first_name", "last_name", "email", "lms_user_id")


def one_spelling(gradebook: Gradebook) -> None:
    """Have every student once, in the spelling of :func:`spelled`, with all that was theirs.

    Where both spellings have a submission of the same assignment, the other one keeps its own:
    :func:`submissions_of` does not give it.
    """
    database = gradebook.db
    if all(spelled(name) == name for (name,) in database.query(Student.id)):
        return
    hold(database, ROSTER)
    by_id = {student.id: student for student in database.query(Student)}
    others = [student for name, student in sorted(by_id.items()) if spelled(name) != name]
    for other in others:
        student = by_id.get(spelled(other.id))
        if student is None:
            student = by_id[spelled(other.id)] = Student(id=spelled(other.id))
            database.add(student)
        for field in _FOR_PEOPLE:
            setattr(student, field, getattr(student, field) or getattr(other, field))
        have = {submission.assignment_id for submission in student.submissions}
        for submission in list(other.submissions):
            if submission.assignment_id not in have:
                submission.student = student
        database.flush()
        if not other.submissions:
            database.delete(other)
    database.commit()


def students_of(gradebook: Gradebook) -> dict[str, Student]:
    """The gradebook's students by id, each once; from a gradebook that may only be read, too.

    Names are those of the entry that has any.
    """
    found: dict[str, Student] = {}
    for student in sorted(gradebook.students, key=_named_first):
        found.setdefault(spelled(student.id), student)
    return dict(sorted(found.items()))


def submissions_of(submissions: Iterable[SubmittedAssignment]) -> dict[str, SubmittedAssignment]:
    """The submissions of an assignment, by the student's id."""
    found: dict[str, SubmittedAssignment] = {}
    for submission in sorted(submissions, key=lambda each: each.student_id):
        name = spelled(submission.student_id)
        if name == submission.student_id or name not in found:
            found[name] = submission
    return found


def _named_first(student: Student) -> tuple[bool, bool, str]:
    named = any(getattr(student, field) for field in _FOR_PEOPLE)
    return (not named, spelled(student.id) != student.id, student.id)
