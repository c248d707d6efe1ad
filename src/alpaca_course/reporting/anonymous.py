"""A class that nobody can be found in: for showing the report in a lecture."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from alpaca_course.contract.lateness import Lateness
from alpaca_course.contract.receipt import Receipt
from alpaca_course.judging.result import Result
from alpaca_course.lms.names import split_full, split_sortable
from alpaca_course.lms.pseudonyms import Person, Pseudonyms
from alpaca_course.reporting.records import About, ClassRecord

# Names of fields whose texts name parts of the lab, and nobody.
_OF_THE_LAB = frozenset({"id", "exercise", "cause", "code", "status"})
_GONE = "…"


def anonymous(record: ClassRecord, chance: random.Random | None = None) -> ClassRecord:
    """``record`` with pseudonyms in an order drawn anew, and without what tells who is who.

    Names, ids, sections, files, times and comments are gone; where a name or an id stands in any
    other text, such as an error that a student's code raised, dots stand in its place. A pseudonym
    says nothing about the id, and the next report has others.
    """
    everybody = [*(each.student for each in record.submissions), *record.missing, *record.dropped]
    drawn = [*dict.fromkeys(everybody)]
    (chance or random.SystemRandom()).shuffle(drawn)
    width = len(str(len(drawn)))
    names = {name: f"Student {n:0{width}}" for n, name in enumerate(drawn, start=1)}
    hide = _hiding(record, everybody)
    return ClassRecord(
        assignment=record.assignment,
        exercises=record.exercises,
        submissions=tuple(
            sorted((_result(each, names[each.student], hide) for each in record.submissions),
                   key=lambda each: each.student)
        ),
        missing=tuple(sorted(names[each] for each in record.missing)),
        excused={names[each]: "" for each in record.excused},
        about={
            names[each.student]: About(seconds=known.seconds, memory=known.memory)
            for each in record.submissions
            if (known := record.known(each.student))
        },
        excerpts={
            (names[student], exercise): hide(text)
            for (student, exercise), text in record.excerpts.items()
        },
        anonymous=True,
    )  # fmt: skip


def _result(result: Result, pseudonym: str, hide: Callable[[str], str]) -> Result:
    bare = replace(
        result,
        student="",
        name="",
        receipt=Receipt(),
        comments={},
        appeals=(),
        lateness=Lateness(late_by=result.lateness.late_by),
    )
    hidden: Result = _everywhere(bare, hide)
    return replace(hidden, student=pseudonym)


def _hiding(record: ClassRecord, ids: Iterable[str]) -> Callable[[str], str]:
    """What puts dots in place of ids and names, in whatever order, case, accents or script."""
    own = {each.student: each.name for each in record.submissions}
    people = {
        _person(student, name): _GONE
        for student in ids
        for name in (own.get(student, ""), record.known(student).name)
    }
    return Pseudonyms(people, ()).text


def _person(student: str, name: str) -> Person:
    first, last = split_sortable(name) if "," in name else split_full(name)
    return Person(student, first, last, (student,) if "@" in student else ())


def _everywhere(value: Any, hide: Callable[[str], str]) -> Any:
    """``value`` with ``hide`` done to every text in it that may be about somebody."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return hide(value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            each.name: _everywhere(getattr(value, each.name), hide)
            for each in fields(value)
            if each.init and each.name not in _OF_THE_LAB
        }
        return replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(_everywhere(each, hide) for each in value)
    if isinstance(value, Mapping):
        return {name: _everywhere(each, hide) for name, each in value.items()}
    return value
