"""The roster's students in nbgrader's gradebook, so that formgrader and reports know them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nbgrader.api import Student as Entry

from alpaca_course.course import Course
from alpaca_course.gradebook.engine import opened
from alpaca_course.gradebook.locks import ROSTER, hold
from alpaca_course.gradebook.patience import patiently
from alpaca_course.gradebook.spelling import one_spelling, students_of
from alpaca_course.lms.roster import Student


@dataclass(frozen=True)
class Enrolment:
    """What became of the gradebook's students.

    Attributes:
        added: ids of new entries.
        removed: who was dropped and had nothing handed in.
        kept: who was dropped, and of whom the gradebook has submissions.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def enrol(course: Course, present: Iterable[Student], dropped: Iterable[str]) -> Enrolment:
    """Have ``present`` in the gradebook, and none of ``dropped`` who never handed in; all or none.

    A name or address that the gradebook has stays where the roster has none.

    Raises:
        GradingError: the gradebook cannot be used.
    """
    students, gone = list(present), list(dropped)
    return patiently(lambda: _enrol(course, students, gone))


def _enrol(course: Course, present: list[Student], dropped: list[str]) -> Enrolment:
    added, removed, kept = [], [], []
    with opened(course) as gradebook:
        one_spelling(gradebook)
        hold(gradebook.db, ROSTER)
        there = students_of(gradebook)
        for student in present:
            entry = there.get(student.id)
            if entry is None:
                entry = Entry(id=student.id)
                gradebook.db.add(entry)
                added.append(student.id)
            for name in ("first_name", "last_name", "email", "lms_user_id"):
                setattr(entry, name, getattr(student, name) or getattr(entry, name))
        for name in dropped:
            if name not in there:
                continue
            if there[name].submissions:
                kept.append(name)
            else:
                gradebook.db.delete(there[name])
                removed.append(name)
        gradebook.db.commit()
    return Enrolment(tuple(added), tuple(removed), tuple(kept))
