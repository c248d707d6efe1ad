"""The receipt of what was handed in: which bytes, and when."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import dateutil.parser
import dateutil.tz

from alpaca_course.contract.receipt import TIMESTAMP, Receipt
from alpaca_course.contract.states import safe
from alpaca_course.intake.reading import MAX_BYTES

_LARGEST = 4096


def received(folder: Path, path: Path, data: bytes, modified: float) -> Receipt:
    """The receipt of ``data``, read from ``path`` in the student's ``folder``.

    Args:
        folder: may hold the time stamp of nbgrader's exchange.
        path: the file.
        data: what was read of it.
        modified: the file's own time of change, in seconds since 1970.
    """
    source, (time, zone) = TIMESTAMP, _handed_in(folder / TIMESTAMP)
    if time is None:
        source, time = "file", datetime.fromtimestamp(modified, UTC)
    # Of a file that is too large no more than that was read.
    digest = hashlib.sha256(data).hexdigest() if len(data) <= MAX_BYTES else ""
    return Receipt(safe(path.name), digest, len(data), time.isoformat(), source, zone)


def _handed_in(stamp: Path) -> tuple[datetime | None, str]:
    """The time in the exchange's file and its zone; or None, and why there is none."""
    if not stamp.is_file() or stamp.is_symlink():
        return None, f"there is no {stamp.name}"
    try:
        with stamp.open("rb") as file:
            return parse_time(file.read(_LARGEST).decode("utf-8"))
    except (OSError, ValueError, OverflowError):
        return None, f"{stamp.name} cannot be read as one"


def parse_time(text: str) -> tuple[datetime, str]:
    """A time as nbgrader's exchange writes and reads it, in UTC, and the zone it was given in.

    Raises:
        ValueError: the text is no time.
        OverflowError: it is none that a calendar has.
    """
    parts = text.split()
    named = parts[2] if len(parts) == 3 else ""
    if named and not named.lstrip("+-").isdigit():
        zones = {"TZ": dateutil.tz.gettz(named)}
        time = dateutil.parser.parse(f"{parts[0]} {parts[1]} TZ", tzinfos=zones)
    else:
        # nbgrader takes "+0100" for a hundred seconds; strftime's %z means an hour by it.
        time = dateutil.parser.parse(" ".join(parts))
    if time.tzinfo is None:
        why = f"no zone is called {safe(named)}" if named else "it names no zone"
        return time.replace(tzinfo=UTC), f"UTC, since {why}"
    return time.astimezone(UTC), named or time.strftime("%z")
