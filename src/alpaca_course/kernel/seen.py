"""What evidence of every lab is made of, as plain dataclasses: written here, read by the judge.

The trusted side validates evidence against these types, strictly: no further fields, no number for
a string. A lab's own types derive from :class:`EvidenceSeen`. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

STRICT = {"extra": "forbid", "strict": True}


@dataclass(frozen=True, kw_only=True)
class ErrorSeen:
    """An exception of the student's code: class name and message, one line each."""

    __pydantic_config__ = STRICT

    type: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FunctionSeen:
    """What became of a function: is it there, what did it return or raise.

    Attributes:
        status: how far it got.
        returned: what it returned, in a few words.
        error: what it raised.
    """

    __pydantic_config__ = STRICT

    status: Literal["missing", "not callable", "returned", "raised"]
    returned: str = ""
    error: ErrorSeen | None = None


@dataclass(frozen=True, kw_only=True)
class EvidenceSeen:
    """What evidence of every exercise begins with.

    Attributes:
        schema_version: of this form.
        exercise: its name in ``lab.toml``.
        challenge: 32 hexadecimal digits that the probes derive from.
        versions: of libraries, for people who look into a case.
        error: what ended the collection early, if anything did.
    """

    __pydantic_config__ = STRICT

    schema_version: int
    exercise: str
    challenge: str
    versions: dict[str, str]
    error: ErrorSeen | None = None
