"""One official run of what a student handed in: plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True)
class Attempt:
    """One official run.

    Attributes:
        files: sha256 of the file that was run, and of those that held the same cells and took its
            place since; the same file is never another attempt.
        run: when it was written, by the clock of the machine, in UTC as ISO 8601.
        received: when the file was handed in, likewise; empty where nothing reliable tells it.
        cells: fingerprint of what was run; empty where it is not known.
        points: that grading gave, by exercise.
        max_points: what all exercises are worth.
        settled: whether no person was needed any more when the next one took its place.
    """

    files: tuple[str, ...]
    run: str
    received: str = ""
    cells: str = ""
    points: Mapping[str, float] = field(default_factory=dict)
    max_points: float = 0.0
    settled: bool = True

    @property
    def id(self) -> str:
        """By which runs of one student are told apart."""
        return self.files[0]

    @property
    def at(self) -> datetime:
        """When it was run, in UTC."""
        return datetime.fromisoformat(self.run).astimezone(UTC)

    @property
    def handed_in(self) -> datetime | None:
        """When its file was handed in, in UTC; None where nothing reliable tells it."""
        return datetime.fromisoformat(self.received).astimezone(UTC) if self.received else None

    @property
    def earned(self) -> float:
        """Points without a penalty."""
        return float(sum(self.points.values()))
