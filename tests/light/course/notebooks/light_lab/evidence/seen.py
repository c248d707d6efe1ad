"""Evidence of the light lab: the collectors fill it, the rules read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from alpaca_course.kernel.seen import Bound, EvidenceSeen

Value = int | float | str | None


@dataclass(slots=True, kw_only=True)
class DoubleEvidence(EvidenceSeen):
    """``double(3)`` and ``double(-4)``, or what each of them raised."""

    values: Annotated[tuple[Value, ...], Bound(max_length=2)] = ()


@dataclass(slots=True, kw_only=True)
class TotalEvidence(EvidenceSeen):
    """The value of ``total``."""

    total: Value = None
