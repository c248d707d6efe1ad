"""The receipt of what was handed in: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alpaca_course.contract.moments import in_utc

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"
# What nbgrader's exchange puts beside a hand-in; releasing feedback needs both again.
EXCHANGE_FILES = (TIMESTAMP, SECRET)


@dataclass(frozen=True)
class Receipt:
    """The bytes that were taken in.

    Attributes:
        file: its name, as the student gave it.
        sha256: 64 hexadecimal digits; empty where there was no file that could be read.
        size: bytes.
        time: in UTC, as ISO 8601 with its offset; empty where nothing tells it.
        source: what told it: "timestamp.txt", or "file" for the file's own time of change, which
            is no proof of anything.
        zone: in which it was read; of the file's own time, why there is no other.
    """

    file: str = ""
    sha256: str = ""
    size: int = 0
    time: str = ""
    source: str = ""
    zone: str = ""

    @property
    def handed_in(self) -> datetime | None:
        """When the exchange says that it was handed in, in UTC and naive as nbgrader has it."""
        if self.source != TIMESTAMP or not self.time:
            return None
        return datetime.fromisoformat(self.time).replace(tzinfo=None)

    @property
    def when(self) -> str:
        """The time for people, with where it was read."""
        if not self.time:
            return "at an unknown time"
        shown = in_utc(self.time)
        if self.source == TIMESTAMP:
            return f"{shown} (read in {TIMESTAMP} as {self.zone})"
        return f"{shown} (the file's own time: {self.zone})"

    def text(self) -> str:
        """One sentence for people; empty where nothing was received."""
        if not self.sha256:
            return ""
        return f"Received: {self.size} bytes, {self.when}, SHA-256 {self.sha256}."
