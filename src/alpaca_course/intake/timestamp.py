"""When a folder was handed in, as nbgrader's exchange writes it beside the notebook."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dateutil.parser
import dateutil.tz

from alpaca_course.contract.states import Note, SubmissionRefused
from alpaca_course.intake.files import read_file

FILE = "timestamp.txt"
_LARGEST = 4096


def read_timestamp(folder: Path) -> tuple[datetime | None, Note | None]:
    """The time in UTC, without a zone of its own as nbgrader keeps it; None where there is none.

    The note says that there is one which cannot be read.
    """
    try:
        data, _ = read_file(folder / FILE, _LARGEST)
        text = data.decode("utf-8-sig").strip()
        return (_parsed(text) if text else None), None
    except FileNotFoundError:
        return None, None
    except (SubmissionRefused, ValueError, OverflowError):
        return None, Note(
            "time.unreadable",
            f"The time in {FILE} cannot be read, so none is known of this hand-in.",
        )


def _parsed(text: str) -> datetime:
    """As nbgrader reads it: its zone is a word after date and time, and UTC without one."""
    parts = text.split(" ")
    zones = {}
    if len(parts) == 3:
        zone = parts[2]
        number = zone.lstrip("+-").isdecimal()
        zones["TZ"] = int(zone) if number else dateutil.tz.gettz(zone)
        text = " ".join([*parts[:2], "TZ"])
    when = dateutil.parser.parse(text, tzinfos=zones)
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
