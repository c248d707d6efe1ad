"""What each row of a system's table gets: decided from results, roster and the table. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from alpaca_course.errors import CourseError
from alpaca_course.judging.result import Result
from alpaca_course.lms.sheet import Sheet
from alpaca_course.lms.way_back import Place, number
from alpaca_course.lms.whose import Whose

Fate = Literal["changes", "same", "left"]


@dataclass(frozen=True)
class Policy:
    """What is done where it is not clear.

    Attributes:
        unsettled: return also what needs a person, or was refused.
        overwrite: return also where the table has a grade that did not come from here.
        zeros: 0 for those who handed in nothing.
        scale: of the points, so that all of them are the system's maximum.
    """

    unsettled: bool = False
    overwrite: bool = False
    zeros: bool = False
    scale: bool = False


@dataclass(frozen=True)
class Class:
    """What is known of the class and the lab.

    Attributes:
        results: by student.
        max_points: what all exercises are worth.
        excused: why nothing is asked of a student, by student.
        returned: all that was given back before, by student, the last at the end.
        dropped: students who are in the course no more.
    """

    results: Mapping[str, Result]
    max_points: float
    excused: Mapping[str, str]
    returned: Mapping[str, tuple[str, ...]]
    dropped: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    """One row of the table.

    Attributes:
        row: its number, from 0.
        student: id; empty where the row is nobody's.
        name: as the table has it.
        before: what stands in the table.
        after: what is to stand there; the same where nothing changes.
        last: what was given back last; empty where nothing was.
        fate: whether it changes, is that already, or is left as it is.
        why: of what is left, or worth a word; empty else.
    """

    row: int
    student: str
    name: str
    before: str
    after: str
    last: str
    fate: Fate
    why: str = ""

    @property
    def difference(self) -> float:
        """Points more or less in the table than before; no grade counts as 0."""
        return (number(self.after) or 0.0) - (number(self.before) or 0.0)

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "difference": round(self.difference, 2)}


def entries(sheet: Sheet, place: Place, whose: Whose, known: Class, policy: Policy) -> list[Entry]:
    """What becomes of each row.

    Raises:
        CourseError: the system counts other points than the lab, and nothing was said about it.
    """
    factor = _factor(place, known, policy)
    comma = sheet.has_decimal_commas
    found = []
    for row, ids in place.rows.items():
        if row not in whose.students and row not in whose.unknown:
            continue
        values = sheet.values(row)
        before = values[place.column].strip() if place.column < len(values) else ""
        student = whose.students.get(row, "")
        ours = known.returned.get(student, ())
        last = ours[-1] if ours else ""
        entry = Entry(row, student, ids.name, before, before, last, "left")
        if not student:
            found.append(_left(entry, whose.unknown[row]))
        elif row in place.fixed:
            found.append(_left(entry, place.fixed[row]))
        else:
            wanted, why = _wanted(student, place, known, policy, factor)
            found.append(_decided(entry, _written(wanted, comma=comma), why, policy, ours))
    return found


def nowhere(whose: Whose, known: Class) -> list[str]:
    """Graded students who take the course and are in no row of the table."""
    return sorted({*known.results} - {*whose.students.values()} - known.dropped)


def _factor(place: Place, known: Class, policy: Policy) -> float:
    if policy.scale and place.maximum and known.max_points:
        return place.maximum / known.max_points
    if place.maximum is not None and abs(place.maximum - known.max_points) > 0.005:
        raise CourseError(
            f"In '{place.title}' all points are {place.maximum:g}, and in the lab they are "
            f"{known.max_points:g}. Change the one or the other, or let the points be scaled by "
            "--scale."
        )
    return 1.0


def _wanted(
    student: str, place: Place, known: Class, policy: Policy, factor: float
) -> tuple[float | str | None, str]:
    """What the table should have, and a word on it; None for what it has."""
    result = known.results.get(student)
    if reason := known.excused.get(student):
        if place.excused:
            return place.excused, f"excused: {reason}"
        return None, f"excused: {reason}"
    if result is None:
        return (0.0, "handed in nothing") if policy.zeros else (None, "handed in nothing")
    if not result.state.is_graded and not policy.unsettled:
        return None, result.state.value
    points = result.total * factor
    if place.bounded and place.maximum is not None and points > place.maximum:
        return place.maximum, f"has {points:g}; more than {place.maximum:g} is not taken"
    return points, "" if result.state.is_graded else result.state.value


def _decided(
    entry: Entry, after: str | None, why: str, policy: Policy, ours: tuple[str, ...]
) -> Entry:
    if after is None:
        return _left(entry, why)
    if _same(after, entry.before):
        return _with(entry, entry.before, "same", why)
    foreign = entry.before not in ("", "-") and not any(_same(entry.before, each) for each in ours)
    if foreign and not policy.overwrite:
        came = f"{entry.last} was returned last" if entry.last else "none was returned before"
        return _left(entry, f"would be {after}; the grade there did not come from here ({came})")
    return _with(entry, after, "changes", why)


def _left(entry: Entry, why: str) -> Entry:
    return _with(entry, entry.before, "left", why)


def _with(entry: Entry, after: str, fate: Fate, why: str) -> Entry:
    return Entry(entry.row, entry.student, entry.name, entry.before, after, entry.last, fate, why)


def _written(wanted: float | str | None, *, comma: bool) -> str | None:
    """As the systems write it: two digits, and a comma where the table has commas."""
    if wanted is None or isinstance(wanted, str):
        return wanted
    text = f"{wanted:.2f}"
    return text.replace(".", ",") if comma else text


def _same(one: str, other: str) -> bool:
    """Whether two cells say the same, to the two digits that the systems keep."""
    mine, theirs = number(one), number(other)
    if mine is None or theirs is None:
        return one == other
    return round(mine, 2) == round(theirs, 2)
