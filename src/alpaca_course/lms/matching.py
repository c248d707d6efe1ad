"""Whom a system means by an id, an address or a name. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from alpaca_course.contract.ids import spelled
from alpaca_course.lms.names import in_both_orders, squashed
from alpaca_course.lms.roster import Roster, Student


class Known:
    """The students of a roster, by all that systems call them.

    Each answer is a set of ids: empty where nobody is meant, several where it is not clear who.
    """

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self._by: dict[tuple[str, str], set[str]] = defaultdict(set)
        for student in roster.students:
            for key in _keys(student):
                self._by[key].add(student.id)
            for name in in_both_orders(student.first_name, student.last_name):
                self._by["name", name].add(student.id)

    def by(self, kind: str, value: str) -> set[str]:
        """Who has this; ``kind`` is "id", "canvas", "moodle", "github", "email", "sis", "login"."""
        return set(self._by.get((kind, _small(kind, value)), ())) if value else set()

    def by_ids(self, told: Student) -> set[str]:
        """Who has an id or address of ``told``."""
        return {name for key in _keys(told) for name in self._by.get(key, ())}

    def by_name(self, name: str) -> set[str]:
        """Who is called so, in whatever order and spelling; of several those still there."""
        return self._present(set(self._by.get(("name", squashed(name)), ())))

    def by_identifier(self, text: str) -> set[str]:
        """Whom a person may have meant: by id, number, login or address, and else by name."""
        if not text.strip():
            return set()
        kinds = ("id", "login", "sis", "email", "github", "canvas")
        found = (self.by(kind, text.strip()) for kind in kinds)
        return next(filter(None, found), None) or self.by_name(text)

    def _present(self, found: set[str]) -> set[str]:
        there = {name for name in found if not self.roster.get(name).dropped}
        return there if len(found) > 1 and there else found


def _keys(student: Student) -> Iterator[tuple[str, str]]:
    pairs: Iterable[tuple[str, str]] = (
        ("id", student.id),
        ("canvas", student.canvas_id),
        ("sis", student.sis_id),
        ("login", student.sis_login),
        ("email", student.email),
        ("github", student.github),
        *(("moodle", each) for each in student.moodle_ids),
    )
    return ((kind, _small(kind, value)) for kind, value in pairs if value)


def _small(kind: str, value: str) -> str:
    """``value`` as it is compared: addresses and logins in small letters."""
    text = spelled(value.strip())
    return text.casefold() if kind in ("email", "github", "login") else text
