"""Whether a hand-in was late: plain data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

_NONE = timedelta(0)


@dataclass(frozen=True)
class Lateness:
    """Whether a hand-in was late, and what that costs.

    Attributes:
        due: when it was due for this student, in UTC, an extension included; None where there is no
            due date.
        handed_in: in UTC; None where nobody knows, which is never late.
        late_by: how long after ``due``; zero where it was in time, or within the grace.
        grace: how long after ``due`` still counts as in time.
        penalty_points: taken off, never more than were earned.
        excused: why nothing is asked of this student; empty where it is.
        why: all that in a sentence for people, with the extension that counted; empty where there
            is no due date.
        zone: name of the zone in which people are told times.
        unsure: what another system says of the lateness where no time is known; else empty.
    """

    due: datetime | None = None
    handed_in: datetime | None = None
    late_by: timedelta = _NONE
    grace: timedelta = _NONE
    penalty_points: float = 0.0
    excused: str = ""
    why: str = ""
    zone: str = "UTC"
    unsure: str = ""

    @property
    def is_late(self) -> bool:
        """Whether it counts as late."""
        return self.late_by > _NONE and not self.excused

    @property
    def hours(self) -> float:
        """How late, in hours to two digits; 0 where it is not."""
        return round(self.late_by.total_seconds() / 3600, 2) if self.is_late else 0.0

    @property
    def is_told(self) -> bool:
        """Whether a reader of the points has to know of it."""
        return self.is_late or bool(self.unsure)

    @property
    def in_short(self) -> str:
        """For a table: "2 days 3 hours late", "excused", "late?" where that is not sure, or ""."""
        if self.excused:
            return "excused"
        if self.is_late:
            return f"{in_words(self.late_by)} late"
        return "late?" if self.unsure else ""

    def to_json(self) -> dict[str, Any]:
        return {
            "due": self.due.isoformat() if self.due else "",
            "handed_in": self.handed_in.isoformat() if self.handed_in else "",
            "late": self.is_late,
            "late_by_seconds": self.late_by.total_seconds(),
            "grace_seconds": self.grace.total_seconds(),
            "penalty_points": self.penalty_points,
            "excused": self.excused,
            "unsure": self.unsure,
            "why": self.why,
            "zone": self.zone,
        }


def in_words(length: timedelta) -> str:
    """A length of time for people, rounded up to the minute, in its two largest units."""
    minutes = math.ceil(length.total_seconds() / 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    units = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    said = [f"{count} {unit}{'s' * (count != 1)}" for count, unit in units if count]
    return " ".join(said[:2]) or "0 minutes"
