"""What lateness costs, by a rule that people write. Pure."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from alpaca_course.contract.by_hand import Table
from alpaca_course.contract.lateness import in_words
from alpaca_course.contract.spans import Span


class Penalty(Table):
    """What lateness costs, for each period begun after the due date.

    Attributes:
        percent: of ``of``, for each period.
        points: for each period; beside or instead of ``percent``.
        per: the period.
        of: "possible" (what the lab is worth) or "earned" (what the student has without a penalty).
        most: percent of ``of`` that may be taken off at most.
        zero_after: from this lateness on nothing is left.
    """

    percent: float = Field(0.0, ge=0, le=100)
    points: float = Field(0.0, ge=0)
    per: Annotated[Span, Field(gt=timedelta(0))] = timedelta(days=1)
    of: Literal["possible", "earned"] = "possible"
    most: float = Field(100.0, ge=0, le=100)
    zero_after: Span | None = None

    @property
    def in_words(self) -> str:
        """What it costs, for people."""
        parts = [f"{self.percent:g} % of the points {self.of}"] if self.percent else []
        parts += [f"{self.points:g} points"] if self.points else []
        if not parts and self.zero_after is None:
            return "none"
        period = in_words(self.per)
        period = period.removeprefix("1 ") if period.count(" ") == 1 else period
        said = f"{' and '.join(parts) or 'none'} for each {period} begun"
        if self.most < 100:
            said += f", at most {self.most:g} %"
        after = self.zero_after
        return said + (f", all after {in_words(after)}" if after is not None else "")

    def taken_off(self, late_by: timedelta, earned: float, possible: float) -> float:
        """Points, from 0 to ``earned``, rounded to two digits."""
        if late_by <= timedelta(0) or earned <= 0:
            return 0.0
        if self.zero_after is not None and late_by > self.zero_after:
            return earned
        base = possible if self.of == "possible" else earned
        periods = math.ceil(late_by / self.per)
        off = periods * (base * self.percent / 100 + self.points)
        return min(round(min(off, base * self.most / 100), 2), earned)


# Apart, since what is wrong in a rule says nothing of the words, and the other way round.
_RULE, _WORD = "as a rule", "as a word"
TAGS = frozenset({_RULE, _WORD})
PenaltyOption = Annotated[
    Annotated[Penalty, Tag(_RULE)] | Annotated[Literal["none", "plugin"], Tag(_WORD)],
    Discriminator(lambda given: _RULE if isinstance(given, dict | Penalty) else _WORD),
]
