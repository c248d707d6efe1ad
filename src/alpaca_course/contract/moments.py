"""A moment for people, in the one spelling that all have. Pure."""

from __future__ import annotations

from datetime import UTC, datetime


def in_utc(moment: str) -> str:
    """What is kept as ISO 8601, in UTC and to the second; a text that is no time as it is."""
    try:
        time = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    time = time.astimezone(UTC) if time.tzinfo else time
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"
