"""What is new: hand-ins that came, and what changed in ``submitted/``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from alpaca_course.course import Course
from alpaca_course.intake.submissions import all_names, folder_of
from alpaca_course.lab import Lab
from alpaca_course.watching.arrivals import Arrival, Signature, at_rest, signature
from alpaca_course.watching.inlets import Inlet

LEFT_OUT = "student_id or student_id_exclude of nbgrader_config.py leaves them out"


@dataclass(frozen=True)
class Seen:
    """What a student had handed in when somebody looked.

    Attributes:
        newest: name of the newest arrival; empty where there is none.
        files: in ``submitted/``; None where there are none.
    """

    newest: str = ""
    files: Signature | None = None


@dataclass
class Found:
    """What a look brought.

    Attributes:
        newest: of each student the newest arrival.
        older: arrivals that a newer one of the same student followed.
        changed: students of whom something has to be graded, in the order of arrival.
        problems: what was left out, and why.
        settling: whether something is just being handed in.
    """

    newest: dict[str, Arrival] = field(default_factory=dict)
    older: list[Arrival] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    settling: bool = False


class Scanner:
    """Looks again and again, and knows what was graded since it began.

    Args:
        course: the course.
        lab: the lab.
        inlet: where hand-ins come from.
    """

    def __init__(self, course: Course, lab: Lab, inlet: Inlet) -> None:
        self._course, self._lab, self._inlet = course, lab, inlet
        self._handled: dict[str, Seen] = {}
        self._resting: dict[str, tuple[object, float]] = {}

    def look(self, busy: Collection[str]) -> Found:
        """What has to be graded; of students in ``busy`` only a newer arrival counts.

        Raises:
            OSError: a folder cannot be read.
            CourseError: likewise.
        """
        found = Found()
        there, unusable = all_names(self._course, self._lab)
        excluded = dict.fromkeys(filter(self._course.leaves_out, there), LEFT_OUT)
        for arrival in self._inlet.arrivals():
            if self._course.leaves_out(arrival.student):
                excluded[arrival.student] = LEFT_OUT
                continue
            if arrival.student in found.newest:
                found.older.append(found.newest[arrival.student])
            found.newest[arrival.student] = arrival
        arrived = sorted(found.newest.values(), key=lambda each: each.number)
        for arrival in arrived:
            if self._handled.get(arrival.student, Seen()).newest != arrival.name:
                found.changed.append(arrival.student)
        there = [each for each in there if each not in excluded]
        found.changed += self._changed_files(there, {*found.changed, *busy})
        found.problems = {**excluded, **unusable, **self._inlet.problems()}
        found.settling = bool(self._resting) or self._inlet.settling
        return found

    def _changed_files(self, there: list[str], others: Collection[str]) -> Iterator[str]:
        self._resting = {name: seen for name, seen in self._resting.items() if name in there}
        for student in there:
            if student in others:
                continue
            looks = self.files(student)
            if looks is None or looks == self._handled.get(student, Seen()).files:
                self._resting.pop(student, None)
            elif at_rest(self._resting, student, looks):
                self._resting.pop(student)
                yield student

    def files(self, student: str) -> Signature | None:
        """How the student's files in ``submitted/`` look; a link there looks like nothing else."""
        folder = folder_of(self._course, self._lab, student)
        try:
            return signature(folder)
        except FileNotFoundError:
            return None
        except OSError as error:
            return ((type(error).__name__, error.errno or 0, 0),)

    def graded(self, student: str, arrival: Arrival | None, files: Signature | None) -> None:
        """What looked like this was dealt with."""
        self._handled[student] = Seen(arrival.name if arrival else "", files)

    def forget(self, student: str) -> None:
        """Look at a student's again, although nothing has changed."""
        self._handled.pop(student, None)
