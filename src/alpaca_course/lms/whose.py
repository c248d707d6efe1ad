"""Whose each row of a system's table is: by ids, never by names. Pure.

Two students may have the same name, and one student several spellings of it; a grade that goes to
the wrong one is worse than one that is entered by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from alpaca_course.contract.ids import spelled
from alpaca_course.lms.roster import Roster, Student
from alpaca_course.lms.tables import is_summary
from alpaca_course.lms.way_back import Ids

_SAID_BY = ("canvas_id", "moodle_id", "sis_id", "sis_login")


@dataclass(frozen=True)
class Whose:
    """Rows and students.

    Attributes:
        students: the student's id, by row.
        unknown: rows that are nobody's, with why; those of figures of the whole class are in
            neither.
    """

    students: Mapping[int, str]
    unknown: Mapping[int, str]


def whose(rows: Mapping[int, Ids], roster: Roster, graded: Iterable[str]) -> Whose:
    """Find the student of each row.

    The id of the system itself counts before the others; ids that are those of ``submitted/`` need
    no roster. Who is in two rows, is in none: each of them is named.

    Args:
        rows: what each row says.
        roster: who is what in which system.
        graded: ids of students that need not be in the roster.
    """
    people = {each.id: each for each in roster.students}
    people |= {name: Student(name) for name in map(spelled, graded) if name not in people}
    index: dict[tuple[str, str], set[str]] = {}
    for person in people.values():
        for key in _keys(person):
            index.setdefault(key, set()).add(person.id)
    found: dict[int, str] = {}
    unknown: dict[int, str] = {}
    for row, ids in rows.items():
        hits = next((index[key] for key in _asked(ids) if key in index), set())
        if len(hits) == 1:
            found[row] = next(iter(hits))
        # A student may be called so, but then is known by it.
        elif hits or not is_summary(vars(ids).values()):
            unknown[row] = (
                f"the roster has its id several times: {', '.join(sorted(hits))}"
                if hits
                else "nobody in the roster has its id"
            )
    counts = Counter(found.values())
    unknown |= {
        row: f"{name} is in several rows" for row, name in found.items() if counts[name] > 1
    }
    return Whose({row: name for row, name in found.items() if row not in unknown}, unknown)


def _keys(person: Student) -> Iterator[tuple[str, str]]:
    """By what the person can be found; "any" is what a plain table may have."""
    for name in ("canvas_id", "sis_id", "sis_login"):
        if value := getattr(person, name):
            yield name, _folded(value)
    for value in person.moodle_ids:
        yield "moodle_id", value
    for value in (person.id, person.email, person.sis_login, person.sis_id, person.lms_user_id):
        if value:
            yield "any", _folded(value)


def _asked(ids: Ids) -> Iterator[tuple[str, str]]:
    for name in _SAID_BY:
        if value := getattr(ids, name):
            yield name, _folded(value)
    # Courses whose ids in submitted/ are the university's need no roster.
    for value in (ids.any_id, ids.sis_login, ids.sis_id, ids.canvas_id):
        if value:
            yield "any", _folded(value)


def _folded(value: str) -> str:
    return spelled(value).casefold()
