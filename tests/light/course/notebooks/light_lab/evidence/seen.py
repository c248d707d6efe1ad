"""Evidence of the light lab as typed data. Trusted side only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

_CLOSED = {"extra": "forbid"}

Value = int | float | str | None


@dataclass(frozen=True)
class ErrorSeen:
    """What ended the collection early."""

    __pydantic_config__ = _CLOSED

    type: str
    text: str


@dataclass(frozen=True, kw_only=True)
class _Evidence:
    __pydantic_config__ = _CLOSED

    schema_version: int
    exercise: str
    challenge: str
    versions: dict[str, str] = field(default_factory=dict)
    error: ErrorSeen | None = None


@dataclass(frozen=True, kw_only=True)
class DoubleEvidence(_Evidence):
    """``double(3)`` and ``double(-4)``, or what each of them raised."""

    values: Annotated[tuple[Value, ...], Field(max_length=2)] = ()


@dataclass(frozen=True, kw_only=True)
class TotalEvidence(_Evidence):
    """The value of ``total``."""

    total: Value = None
