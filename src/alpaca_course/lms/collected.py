"""What the last collecting of a lab took, and what the university's system said of each hand-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alpaca_course.contract.ids import spelled
from alpaca_course.course import Course
from alpaca_course.files import read_json_object, write_json
from alpaca_course.lms.formats import TELL_LATE, TITLES

FORMAT = 1


@dataclass(frozen=True)
class Taken:
    """One student's hand-in as it was collected.

    Attributes:
        files: sha256 of each, by its path below ``submitted/<student>/<lab>/``.
        source: the system that the download is from, such as "canvas".
        time: of the hand-in, in UTC, as ISO 8601; empty where nothing told it.
        time_from: what told it, and in which zone.
        order: by which an older download of the same system is known: the newest of its numbers.
        marked_late: whether the system calls it late.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    time: str = ""
    time_from: str = ""
    order: int = 0
    marked_late: bool = False


@dataclass(frozen=True)
class Collected:
    """What was collected for one lab, by student."""

    students: Mapping[str, Taken] = field(default_factory=dict)

    @staticmethod
    def path(course: Course, lab: str) -> Path:
        return course.state / "collected" / f"{lab}.json"

    @classmethod
    def load(cls, course: Course, lab: str) -> Collected:
        """What is kept; nothing where it is missing or damaged, which loses no hand-in."""
        data = read_json_object(cls.path(course, lab))
        if data is None or data.get("format") != FORMAT:
            return cls()
        try:
            return cls({name: Taken(**each) for name, each in data["students"].items()})
        except (TypeError, KeyError, AttributeError):
            return cls()

    def save(self, course: Course, lab: str) -> None:
        """Keep it.

        Raises:
            OSError: it cannot be written.
        """
        students: dict[str, Any] = {name: vars(each) for name, each in self.students.items()}
        write_json(self.path(course, lab), {"format": FORMAT, "students": students})

    def said_of(self, student: str) -> tuple[str, bool]:
        """What a system says of a hand-in's lateness whose time nobody knows, and if it is late."""
        taken = self.students.get(spelled(student))
        if taken is None or taken.time or taken.source not in TELL_LATE:
            return "", False
        title = TITLES[taken.source]
        if not taken.marked_late:
            return f"{title} does not mark it as late", False
        return (
            f"{title} marks it as late, and its download does not say by how much, so that nothing "
            "is taken off"
        ), True
