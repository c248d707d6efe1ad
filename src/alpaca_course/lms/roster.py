"""Who takes the course, and what the university's systems call each of them.

The roster is one file beside the gradebook, ``roster.json``. nbgrader's gradebook has a place for a
name, an address and one id of another system; sections, and the ids that several systems give, have
none there, and the way back needs them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from alpaca_course.contract.ids import spelled
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.files import json_text, read_json_object, write_atomically

FORMAT = 1


class RosterError(CourseError):
    """A roster that cannot be read."""


@dataclass(frozen=True)
class Student:
    """One person of the roster.

    Attributes:
        id: as in ``submitted/`` and in the gradebook.
        first_name: for people; empty where nothing tells it.
        last_name: for people.
        email: address.
        sections: of the course, or groups, in which they are.
        lms_user_id: what nbgrader's gradebook keeps of another system's id.
        canvas_id: Canvas's number of the person ("ID" in its gradebook export).
        sis_id: number that the university gives (Canvas "SIS User ID", Moodle "ID number").
        sis_login: name to log in with (Canvas "SIS Login ID", Moodle "Username").
        moodle_ids: numbers of a participant in Moodle's assignments ("Identifier" of a grading
            worksheet), the newest last; each assignment has its own.
        github: login.
        systems: whose exports named them at their last import, such as "canvas".
        dropped: the day, as ISO 8601, on which an import did not name them any more; else empty.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    sections: tuple[str, ...] = ()
    lms_user_id: str = ""
    canvas_id: str = ""
    sis_id: str = ""
    sis_login: str = ""
    moodle_ids: tuple[str, ...] = ()
    github: str = ""
    systems: tuple[str, ...] = ()
    dropped: str = ""

    @property
    def name(self) -> str:
        """For people; the id where there is no name."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or self.id

    @property
    def moodle_id(self) -> str:
        """The newest of Moodle's numbers; empty where there is none."""
        return self.moodle_ids[-1] if self.moodle_ids else ""

    def to_json(self) -> dict[str, Any]:
        """All that is known, without what is empty."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in found.items()
            if value
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Student:
        """The reverse.

        Raises:
            ValueError: it is no student.
        """
        known = {each.name: each for each in fields(cls)}
        values: dict[str, Any] = {}
        for name, value in data.items():
            if name not in known:
                raise ValueError(f"'{name}' is nothing that a roster knows")
            if name in _SEVERAL:
                if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
                    raise ValueError(f"'{name}' has to be a list of texts")
                values[name] = tuple(map(spelled, value))
            elif isinstance(value, str):
                values[name] = value
            else:
                raise ValueError(f"'{name}' has to be a text")
        if not values.get("id"):
            raise ValueError("it has no id")
        return cls(**{**values, "id": spelled(values["id"])})


_SEVERAL = frozenset({"sections", "moodle_ids", "systems"})


@dataclass(frozen=True)
class Roster:
    """Everybody who is or was in the course, in order of their ids."""

    students: tuple[Student, ...] = field(default=())

    @classmethod
    def of(cls, students: Iterable[Student]) -> Roster:
        return cls(tuple(sorted(students, key=lambda each: each.id)))

    @classmethod
    def load(cls, course: Course) -> Roster:
        """The course's roster; an empty one where there is none.

        Raises:
            RosterError: it cannot be read.
        """
        path = course.roster
        if not path.exists():
            return cls()
        data = read_json_object(path)
        if data is None or not isinstance(data.get("students"), list):
            raise RosterError(
                f"{path} cannot be read as a roster. Move it away and import the roster again: "
                "`alpaca roster import FILE`."
            )
        if data.get("format") != FORMAT:
            raise RosterError(f"{path} is of another version of this course. Import it again.")
        try:
            students = [Student.from_json(each) for each in data["students"]]
        except (ValueError, AttributeError) as error:
            raise RosterError(f"{path}: somebody in it cannot be read: {error}.") from None
        counts = Counter(each.id for each in students)
        if twice := sorted(name for name, count in counts.items() if count > 1):
            raise RosterError(f"{path} has the same id twice: {', '.join(twice)}.")
        return cls.of(students)

    def save(self, course: Course) -> None:
        """Write it, whole or not at all; for its owner's eyes alone.

        Raises:
            OSError: it cannot be written; what was there before still is.
        """
        data = {"format": FORMAT, "students": [each.to_json() for each in self.students]}
        write_atomically(course.roster, json_text(data).encode())

    @cached_property
    def by_id(self) -> dict[str, Student]:
        return {each.id: each for each in self.students}

    @property
    def present(self) -> tuple[Student, ...]:
        """Who takes the course now."""
        return tuple(each for each in self.students if not each.dropped)

    def get(self, student: str) -> Student:
        """Who has this id; somebody of whom nothing else is known where nobody has."""
        return self.by_id.get(spelled(student)) or Student(spelled(student))

    def sections_of(self, student: str) -> tuple[str, ...]:
        return self.get(student).sections

    def with_students(self, changed: Iterable[Student]) -> Roster:
        """This roster with these in place of those of the same id, or added."""
        return Roster.of({**self.by_id, **{each.id: each for each in changed}}.values())

    def drop(self, students: Iterable[str], day: str) -> Roster:
        """This roster with ``students`` marked as dropped on ``day``."""
        return self.with_students(replace(self.get(each), dropped=day) for each in students)
