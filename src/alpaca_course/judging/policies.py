"""The policy of one lab for each of its students, and whether a hand-in of theirs is run now."""

from __future__ import annotations

from datetime import datetime

from alpaca_course.course import Course
from alpaca_course.deadlines import Deadlines
from alpaca_course.judging.attempts import attempts_of
from alpaca_course.judging.records import RecordStore
from alpaca_course.lab import Lab
from alpaca_course.lms.roster import Roster
from alpaca_course.policy import Admission, Policy


class Policies:
    """What ``lab.toml`` says, by the sections of the roster and in the zone of the deadlines.

    Args:
        course: the course.
        lab: the lab.

    Raises:
        CourseError: the roster or the deadlines cannot be read.
    """

    def __init__(self, course: Course, lab: Lab) -> None:
        self._declared, self._records = lab.policy, RecordStore(course, lab)
        self._zone, self._roster = Deadlines.read(course.deadlines).zone, Roster.load(course)

    def of(self, student: str = "") -> Policy:
        """What counts for a student; without one, for who is in no section."""
        sections = self._roster.sections_of(student) if student else ()
        return self._declared.policy(sections, self._zone)

    @property
    def change_by_time(self) -> bool:
        """Whether somebody's page shows something else after the due date."""
        tables = (self._declared, *self._declared.for_sections)
        return any(each.shows_after is not None for each in tables)

    def admitted(self, student: str, submission: str, now: datetime) -> Admission:
        """Whether a file is run officially at ``now``, by the runs that the record has.

        What is graded by hand (``alpaca grade``) asks nobody, and is a run all the same.

        Args:
            student: id.
            submission: sha256 of the file.
            now: in UTC.
        """
        policy = self.of(student)
        if not policy.limits_runs:
            return Admission(True)
        return policy.admitted(attempts_of(self._records.load(student)), now, submission)
