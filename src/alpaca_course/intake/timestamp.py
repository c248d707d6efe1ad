"""When a folder was handed in, as nbgrader's exchange writes it beside the notebook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path, PurePosixPath

import dateutil.parser
import dateutil.tz

from alpaca_course.contract.receipt import TIMESTAMP
from alpaca_course.contract.states import Note, SubmissionRefused, safe
from alpaca_course.intake.handed_in import LARGEST_EXCHANGE_FILE, open_hand_in, read_file
from alpaca_course.opened import Opened

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
"""Clocks of other machines and zones that were meant otherwise."""
_TWO_MEANINGS = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")
"""A date of which nobody knows which number is the day, and which the month."""
_HALVES = ("am", "pm")
# What a text leaves out is filled up from one of these; where that differs, it names no day.
_FILLED_UP = (datetime(2000, 1, 1), datetime(2001, 2, 2))


class TwoMeaningsError(ValueError):
    """A text may be read as several times."""


@dataclass(frozen=True)
class Stamp:
    """What the exchange says of a hand-in's time.

    Attributes:
        time: in UTC; None where there is none.
        zone: that it was given in.
        note: there is a time that cannot be read.
    """

    time: datetime | None = None
    zone: str = ""
    note: Note | None = None


def read_timestamp(folder: Path) -> Stamp:
    """The time stamp in ``folder``, where there is one."""
    try:
        with open_hand_in(folder) as place:
            return stamp_of(place, datetime.now(UTC))
    except (OSError, SubmissionRefused):
        return Stamp()


def stamp_of(place: Opened, now: datetime) -> Stamp:
    """The time stamp of an open folder, where there is one that can have been by ``now``."""
    try:
        data, _ = read_file(place, PurePosixPath(TIMESTAMP), LARGEST_EXCHANGE_FILE)
        if len(data) > LARGEST_EXCHANGE_FILE:
            raise ValueError("no time is as long as that")
        time, zone = parse_time(data.decode("utf-8-sig"))
    except FileNotFoundError:
        return Stamp()
    except (SubmissionRefused, ValueError, OverflowError):
        text = f"The time in {TIMESTAMP} cannot be read, so nobody knows when this was handed in."
        return Stamp(note=Note("time.unreadable", text))
    if not _FIRST <= time <= now + _AHEAD:
        text = (
            f"The time in {TIMESTAMP}, {time:%Y-%m-%d}, cannot be that of a hand-in, so none is "
            "known of this one."
        )
        return Stamp(note=Note("time.impossible", text))
    return Stamp(time, zone)


def time_of_file(seconds: float) -> datetime | None:
    """A file's own time, given in seconds since 1970, in UTC; None where no calendar has it.

    Whoever makes a file sets it as they like, and file systems keep years beyond 9999.
    """
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def parse_time(text: str) -> tuple[datetime, str]:
    """A time as nbgrader's exchange writes and reads it, in UTC, and the zone it was given in.

    Raises:
        ValueError: the text is no time, or may be read as several.
        OverflowError: it is none that a calendar has.
    """
    parts = text.split()
    named = parts[2] if len(parts) == 3 and parts[2].lower() not in _HALVES else ""
    if named and not named.lstrip("+-").isdigit():
        zone = dateutil.tz.gettz(named)
        time = whole_time(f"{parts[0]} {parts[1]}").replace(tzinfo=zone)
    else:
        # nbgrader takes "+0100" for a hundred seconds; strftime's %z means an hour by it.
        time = whole_time(" ".join(parts))
    if time.tzinfo is None:
        why = f"no zone is called {safe(named)}" if named else "it names no zone"
        return time.replace(tzinfo=UTC), f"UTC, since {why}"
    return time.astimezone(UTC), named or time.strftime("%z")


def whole_time(text: str) -> datetime:
    """The time that ``text`` says, which has to name its day: "23:59" alone is one of any day.

    Raises:
        TwoMeaningsError: it may be read as several.
        ValueError: the text is no time.
        OverflowError: it is none that a calendar has.
    """
    if _TWO_MEANINGS.search(text):
        raise TwoMeaningsError("which is the day, and which the month?")
    found = {dateutil.parser.parse(text, default=day, tzinfos=_zone) for day in _FILLED_UP}
    if len(found) != 1:
        raise ValueError("it names no day")
    return found.pop()


def _zone(name: str | None, seconds: int | None) -> tzinfo | None:
    """The zone that a time names within, as the command `date` writes it; None where unknown."""
    if seconds is not None:
        return dateutil.tz.tzoffset(name, seconds)
    # Asked for no name it gives the zone of this machine.
    return dateutil.tz.gettz(name) if name else None
