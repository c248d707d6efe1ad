"""Appeals: kept beside the gradebook, since they are people's words and no machine makes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pydantic import TypeAdapter

from alpaca_course.contract.appeal import Appeal
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.files import read_ordinary, write_atomically
from alpaca_course.lab import Lab

_APPEALS = TypeAdapter(tuple[Appeal, ...])


class AppealStore:
    """The appeals of one lab, ``appeals/<lab>.json``."""

    def __init__(self, course: Course, lab: Lab) -> None:
        self.path = course.appeals / f"{lab.name}.json"

    def load(self) -> tuple[Appeal, ...]:
        """All of them, in order of their numbers.

        Raises:
            CourseError: the file cannot be read; it is left as it is.
        """
        try:
            return _APPEALS.validate_python(json.loads(read_ordinary(self.path)))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, RecursionError) as error:
            reason = str(error).partition("\n")[0]
            raise CourseError(
                f"{self.path} cannot be read ({reason}). It holds what students asked and what "
                "was answered: put a copy of it in its place, or mend it."
            ) from error

    def save(self, appeals: Iterable[Appeal]) -> None:
        """Have these on the disk.

        Raises:
            OSError: that cannot be written; what was there before is there.
        """
        text = json.dumps([vars(each) for each in appeals], indent=1, ensure_ascii=False)
        write_atomically(self.path, text.encode())


def with_new(known: Sequence[Appeal], new: Iterable[Appeal]) -> tuple[tuple[Appeal, ...], int]:
    """``known`` with those of ``new`` that are not there yet, numbered; and how many these are.

    The same words about the same thing by the same student are the same appeal, so that a table
    may be taken in again when it has grown.
    """
    have = {(each.student, each.about, each.words) for each in known}
    number = max((each.number for each in known), default=0)
    added = []
    for each in new:
        key = (each.student, each.about, each.words)
        if key not in have:
            have.add(key)
            number += 1
            added.append(replace(each, number=number))
    return (*known, *added), len(added)


def appeals_by_student(appeals: Iterable[Appeal]) -> dict[str, tuple[Appeal, ...]]:
    """Each student's own, in order."""
    found: dict[str, tuple[Appeal, ...]] = {}
    for each in appeals:
        found[each.student] = (*found.get(each.student, ()), each)
    return found
