"""A small exercise with evidence and rules of its own: what the contract is tried with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alpaca_course.contract.rule import Exercise, Facts, Fault, Outcome, Undecided
from alpaca_course.kernel.seen import SCHEMA_VERSION, EvidenceSeen, Name

CHALLENGE = "0123456789abcdef0123456789abcdef"
NAME = "triangle"


@dataclass(frozen=True)
class Corner:
    """One corner: its name, and whether it was measured."""

    name: Name
    measured: bool = True


@dataclass(slots=True, kw_only=True)
class Triangle(EvidenceSeen):
    """What a cell left behind."""

    sides: int | None = None
    angle: float | None = None
    corners: tuple[Corner, ...] = ()


def payload(**changes: Any) -> dict[str, Any]:
    """Evidence of somebody who got everything right, with fields replaced."""
    right = {
        "schema_version": SCHEMA_VERSION,
        "exercise": NAME,
        "challenge": CHALLENGE,
        "versions": {"python": "3.11"},
        "sides": 3,
        "angle": 60.0,
        "corners": [{"name": "A"}, {"name": "B"}, {"name": "C"}],
    }
    return {**right, **changes}


def exercise() -> Exercise[Triangle]:
    """The rules: 2, 5, 6 and 1 points."""
    made: Exercise[Triangle] = Exercise(NAME, Triangle, title="The triangle (triangle)")

    @made.rule(points=2, title="Has three sides", expected="Three sides.", why="It is a triangle.")
    def sides(e: Triangle) -> Outcome:
        return None if e.sides == 3 else Fault(f"It has {e.sides} sides.", "Count them.")

    @made.rule(
        points=5,
        title="Angles of one size",
        expected="Sixty degrees at every corner, whichever "
        "of them is looked at first, and however large the triangle is.",
        why="All sides are equal.",
    )
    def angle(e: Triangle) -> Outcome:
        if e.angle is None:
            return Undecided("there is no angle.", "corners")
        return None if e.angle == 60 else Fault(f"The angle is {e.angle:g} degrees.")

    @made.rule_on_facts(
        points=6, title="Corners as in the atlas", expected="The atlas' corners.", why="Maps."
    )
    def corners(e: Triangle, facts: Facts) -> Outcome:
        known = facts.get("atlas")
        names = [corner.name for corner in e.corners]
        return None if known is None or names == known else Fault(f"The corners are {names}.")

    @made.rule(
        points=1,
        title="Right as a whole",
        expected="All.",
        why="Parts make a whole.",
        needs=("sides", "angle"),
    )
    def whole(e: Triangle) -> Outcome:
        return None

    @made.advisory
    def unmeasured(e: Triangle) -> str | None:
        return "A corner is not measured." if any(not c.measured for c in e.corners) else None

    return made
