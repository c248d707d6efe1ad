"""What one execution may take of time, output and evidence."""

from __future__ import annotations

from dataclasses import dataclass

from alpaca_course.settings import AlpacaCourse
from alpaca_course.units import KIB, MIB


@dataclass(frozen=True)
class RunLimits:
    """What one execution may take.

    Attributes:
        cell_seconds: one cell; it is interrupted then, and the next one runs. These seconds, and
            those of all cells, count by :class:`~alpaca_course.sandbox.clock.FairClock`.
        total_seconds: all cells together.
        output_bytes: output kept of the whole notebook.
        evidence_bytes: evidence kept of one test cell.
        startup_seconds: until the kernel answers.
    """

    cell_seconds: int = 120
    total_seconds: int = 300
    output_bytes: int = 4 * MIB
    evidence_bytes: int = 256 * KIB
    startup_seconds: int = 60

    @property
    def own_seconds(self) -> int:
        """All cells of the student's own together, so that graded ones get their time."""
        return self.total_seconds // 2

    @classmethod
    def of(cls, settings: AlpacaCourse) -> RunLimits:
        return cls(
            cell_seconds=settings.cell_timeout,
            total_seconds=settings.total_timeout,
            output_bytes=settings.output_limit * MIB,
            evidence_bytes=settings.evidence_limit * KIB,
        )
