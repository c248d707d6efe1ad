"""Lengths of time as people write them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

_UNITS = {
    "s": "seconds", "second": "seconds", "seconds": "seconds",
    "min": "minutes", "minute": "minutes", "minutes": "minutes",
    "h": "hours", "hour": "hours", "hours": "hours",
    "d": "days", "day": "days", "days": "days",
    "week": "weeks", "weeks": "weeks",
}  # fmt: skip
_LONGEST = timedelta(days=36525)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")


def span(value: object) -> timedelta:
    """A length of time as people write it: "15 min", "2 days", "1 h 30 min", "day".

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, timedelta):
        return value
    text = str(value).strip().lower()
    text = f"1 {text}" if text in _UNITS else text
    found = _SPAN.findall(text)
    if not isinstance(value, str) or not found or _SPAN.sub("", text).strip(" ,"):
        raise ValueError(f"'{value}' is no length of time; write '15 min', '12 h' or '2 days'")
    total = timedelta(0)
    try:
        for number, unit in found:
            if unit not in _UNITS:
                raise ValueError(f"'{unit}' is no unit of time; write s, min, h, days or weeks")
            total += timedelta(**{_UNITS[unit]: float(number)})
    except OverflowError:
        total = timedelta.max
    if total > _LONGEST:
        raise ValueError(f"'{value}' is longer than a hundred years")
    return total


Span = Annotated[timedelta, BeforeValidator(span)]
