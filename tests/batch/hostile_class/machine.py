"""The light lab's class: attacks on the machine and on the neighbour, and as many honest ones.

What they attack is the same for every lab, and a sandbox without TensorFlow is there ten times as
soon: many of these attacks are executed three or four times, each time in a new one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import nbformat

from alpaca_course.course import Course
from tests import light
from tests.batch.hostile_class import attacks
from tests.batch.hostile_class.members import GRADED, PERSON, Member, in_turn

FULL = {"double": 20.0, "total": 10.0}
# What the submission earns that an attack is put into: one wrong answer, one none.
SMALL = {"double": 12.0, "total": 0.0}
HONEST = {
    "full": (light.DOUBLE, light.TOTAL, FULL),
    "wrong": (light.WRONG_DOUBLE, light.TOTAL, {**FULL, "double": 12.0}),
    "total_wrong": (light.DOUBLE, light.TOTAL.replace("7", "8"), {**FULL, "total": 0.0}),
}


def whole_class(course: Course, targets: attacks.Targets) -> dict[str, Member]:
    """Attackers, and as many honest ones, each of which is executed."""
    bad = [
        Member(name, "hostile", _files(course, extra=source), SMALL, states=(GRADED, PERSON))
        for name, source in attacks.cells(targets).items()
    ]
    variants = (
        member for number in itertools.count() for member in _honest(course, f"variant = {number}")
    )
    return in_turn(variants, bad)


def alone(course: Course) -> dict[str, Member]:
    """The honest submissions once each, by name."""
    return {member.name: member for member in _honest(course, "")}


def _honest(course: Course, ending: str) -> Iterator[Member]:
    for name, (double, total, points) in HONEST.items():
        files = _files(course, f"{double}\n{ending}", total)
        yield Member(name, "honest", files, points, exact=True, twin=name)


def _files(
    course: Course, double: str = light.WRONG_DOUBLE, total: str = "", extra: str = ""
) -> dict[str, bytes]:
    total = total or light.cell(light.released(course), "total").source
    notebook = light.solved(course, double, total, [extra] if extra else [])
    return {course.lab().file_name: nbformat.writes(notebook).encode()}
