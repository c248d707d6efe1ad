"""What a list of students changes in the roster. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from alpaca_course.contract.ids import spelled
from alpaca_course.errors import CourseError
from alpaca_course.intake.names import why_not
from alpaca_course.lms.matching import Known
from alpaca_course.lms.names import squashed
from alpaca_course.lms.roster import Roster, Student
from alpaca_course.lms.roster_files import LeftOut, Listing, Named

_SHOWN = ("first_name", "last_name", "email", "sections", "lms_user_id", "canvas_id", "sis_id",
          "sis_login", "moodle_ids", "github", "dropped")  # fmt: skip
_NUMBERS = ("id", "sis_id", "sis_login")
_MANY = 5
_SHORTENED = re.compile(r"\d([.,]\d+)?[eE]\+\d+|\d+\.0")


class TooManyDroppedError(CourseError):
    """A list from which more than half of the class is missing: it may be another class's."""


@dataclass(frozen=True)
class Changed:
    """A student of whom something is told that the roster did not have."""

    before: Student
    after: Student

    @property
    def what(self) -> dict[str, tuple[Any, Any]]:
        """Before and after, by name; what is only kept for the way back included."""
        return {
            name: (getattr(self.before, name), getattr(self.after, name))
            for name in _SHOWN
            if getattr(self.before, name) != getattr(self.after, name)
        }


@dataclass(frozen=True)
class Import:
    """The difference that a list makes.

    Attributes:
        roster: as it will be.
        added: new students.
        changed: who was there, and is told otherwise now.
        returned: who had been dropped, and is named again.
        dropped: who is not named any more.
        left_out: rows that are nobody, or cannot be taken, and why.
        problems: those of them that are students.
        by_name: who was recognised by name alone.
        other_ids: of whom the list has another id than the roster, which keeps its own; and that.
    """

    roster: Roster
    added: tuple[Student, ...] = ()
    changed: tuple[Changed, ...] = ()
    returned: tuple[Student, ...] = ()
    dropped: tuple[Student, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    problems: tuple[LeftOut, ...] = ()
    by_name: tuple[str, ...] = ()
    other_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Building:
    """The roster while a list is gone through."""

    before: Roster
    names: Counter[str]
    numbers: Mapping[tuple[str, str], Student]
    listed: frozenset[tuple[str, str]]
    ids: frozenset[str]
    by_small: Mapping[str, str]
    taken: dict[str, tuple[int, Student]] = field(default_factory=dict)
    problems: list[LeftOut] = field(default_factory=list)
    by_name: list[str] = field(default_factory=list)
    other_ids: dict[str, str] = field(default_factory=dict)


def imported(
    roster: Roster, listing: Listing, day: str, *, partial: bool = False, anyway: bool = False
) -> Import:
    """What ``listing`` makes of ``roster``.

    A student is recognised by any id or address that both have, and else by name, where one only is
    called so and nothing speaks against it. Nothing that is known is forgotten because a list does
    not tell it; only sections follow the list. Dropped is who the same system named at the last
    import, and does not name now.

    Args:
        roster: as it is.
        listing: what was read.
        day: of today, as ISO 8601.
        partial: the list is of one group, so nobody is dropped.
        anyway: drop more than half of the class.

    Raises:
        TooManyDroppedError: more than half of the class would be dropped.
    """
    names = Counter(_full(named.student) for named in listing.people)
    listed = frozenset(each for named in listing.people for each in _numbers(named.student))
    numbers = {(what, _bare(value)): each
               for each in roster.present for what, value in _numbers(each)}  # fmt: skip
    ids = frozenset(named.student.id for named in listing.people)
    by_small = {each.id.casefold(): each.id for each in roster.present}
    known = Known(roster)
    building = _Building(roster, names, numbers, listed, ids, by_small)
    for named in listing.people:
        _take(named, listing, known, building)
    after = [student for _, student in building.taken.values()]
    partial = partial or listing.system == "github"
    gone = () if partial else tuple(_gone(roster, listing, building))
    if len(gone) >= _MANY and 2 * len(gone) > len(roster.present) and not anyway:
        raise TooManyDroppedError(
            f"The list does not name {len(gone)} of the {len(roster.present)} students of the "
            "roster. If it is of one group or section only, say --partial; if they have all left "
            "the course, say --drop-many. Nothing was changed."
        )
    was = roster.by_id
    return Import(
        roster=roster.with_students(after).drop((each.id for each in gone), day),
        added=tuple(each for each in after if each.id not in was),
        changed=tuple(
            change
            for each in after
            if each.id in was and (change := Changed(was[each.id], each)).what
            and not was[each.id].dropped
        ),
        returned=tuple(each for each in after if each.id in was and was[each.id].dropped),
        dropped=gone,
        left_out=listing.left_out,
        problems=tuple(building.problems),
        by_name=tuple(building.by_name),
        other_ids=building.other_ids,
    )  # fmt: skip


def _gone(roster: Roster, listing: Listing, building: _Building) -> Iterator[Student]:
    # Somebody whose row cannot be taken has not left the course.
    if building.problems:
        return
    for each in roster.present:
        if listing.system in each.systems and each.id not in building.taken:
            yield each


def _take(named: Named, listing: Listing, known: Known, building: _Building) -> None:
    told = named.student
    who = known.by_ids(told) or known.by_identifier(named.identifier)
    who = who or _but_for_capitals(told.id, building)
    if not who and (name := _same_name(told, listing, known, building)):
        who = {name}
        building.by_name.append(name)
    if len(who) > 1:
        text = f"its ids belong to several students of the roster: {', '.join(sorted(who))}"
        building.problems.append(LeftOut(named.line, text))
        return
    name = next(iter(who), told.id)
    before = building.before.by_id.get(name)
    why = (
        _spoilt(told) or _other_zeros(told, before, building) or unusable(name)
        if name
        else "it is nobody of the roster, and nothing in it can be an id"
    )
    if not why and name in building.taken:
        why = f"it is the student '{name}', whom line {building.taken[name][0]} names"
    if why:
        building.problems.append(LeftOut(named.line, why))
        return
    if before and _has_another_id(before, named):
        building.other_ids[name] = told.id
    student = _joined(before, told, listing) if before else replace(told, id=name)
    building.taken[name] = (named.line, student)


def _has_another_id(before: Student, named: Named) -> bool:
    """Whether the list says that the id is another one now, and not only calls them otherwise."""
    was = before.id if named.id_from == "id" else getattr(before, named.id_from, "")
    return was == before.id != named.student.id


def _spoilt(told: Student) -> str:
    """A spreadsheet or a program that a list was saved with makes numbers of ids, and loses digits.

    Long ones are shortened, and a column in which one is missing becomes one of fractions.
    """
    spoilt = [each for each in (told.id, told.canvas_id, told.sis_id) if _SHORTENED.fullmatch(each)]
    return f"a spreadsheet or a program has made '{spoilt[0]}' of its number" if spoilt else ""


def _but_for_capitals(name: str, building: _Building) -> set[str]:
    """Whose id it is in other capital letters, which spreadsheets and people write at will."""
    other = building.by_small.get(name.casefold(), "")
    return {other} if other and other not in building.ids else set()


def _numbers(student: Student) -> Iterator[tuple[str, str]]:
    """Ids that are numbers, by what they are."""
    found = ((what, getattr(student, what)) for what in _NUMBERS)
    return ((what, value) for what, value in found if value.isdecimal())


def _bare(number: str) -> str:
    return number.lstrip("0")


def _other_zeros(told: Student, before: Student | None, building: _Building) -> str:
    """A spreadsheet takes the zeros away that a number begins with: another one, to all who ask.

    Of somebody who is known otherwise, a number with more zeros than before is put right.
    """
    for what, value in _numbers(told):
        other = before or building.numbers.get((what, _bare(value)))
        was = getattr(other, what, "")
        if was == value or not was.isdecimal() or _bare(was) != _bare(value):
            continue
        if len(value) < len(was) and (before or (what, was) not in building.listed):
            return f"a spreadsheet has taken the zeros from '{was}' and made it '{value}'"
        if not before and (what, was) not in building.listed:
            return f"the roster has '{was}', which is its number '{value}' without the zeros"
    return ""


def _full(student: Student) -> str:
    return squashed(student.first_name + student.last_name)


def _same_name(told: Student, listing: Listing, known: Known, building: _Building) -> str:
    """The one student of the roster who is called so; empty where it may be another person."""
    found = known.by_name(f"{told.first_name} {told.last_name}")
    if len(found) != 1 or building.names[_full(told)] != 1:
        return ""
    other = known.roster.get(*found)
    against = any(
        getattr(other, name) and getattr(told, name) and getattr(other, name) != getattr(told, name)
        for name in ("email", "canvas_id", "sis_id", "sis_login", "github")
    )
    return "" if against or other.dropped or listing.system in other.systems else other.id


def unusable(name: str) -> str:
    """Why ``name`` cannot be a student's id, in words; empty where it can.

    It is the name of a folder as well.
    """
    if why := why_not(name):
        return f"'{ascii(name)[1:-1]}' cannot be an id: {why}"
    if "/" in name or "\\" in name or name.startswith("."):
        return f"'{name}' cannot be an id, since it cannot be the name of a folder"
    return ""


def _joined(before: Student, told: Student, listing: Listing) -> Student:
    """What is known, with what is told now; a name that is the same in another order stays."""
    values = {
        each.name: getattr(told, each.name) or getattr(before, each.name)
        for each in fields(Student)
    }
    full = f"{told.first_name} {told.last_name}".strip()
    if spelled(full) == spelled(f"{before.first_name} {before.last_name}".strip()):
        values |= {"first_name": before.first_name, "last_name": before.last_name}
    values["moodle_ids"] = tuple(dict.fromkeys((*before.moodle_ids, *told.moodle_ids)))
    values["systems"] = tuple(sorted({*before.systems, *told.systems}))
    values["sections"] = told.sections if "sections" in listing.has else before.sections
    return Student(**{**values, "id": before.id, "dropped": ""})
