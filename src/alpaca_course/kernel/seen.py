"""What evidence of every lab is made of, as plain dataclasses: filled here, read by the judge.

They are written once. Collectors make them beside students' code; the trusted side gives the very
same types to pydantic, which refuses further fields, a number for a string, and whatever is beyond
the bounds. A lab's own types derive from :class:`EvidenceSeen`, and their parts are dataclasses.
Standard library only: :class:`Bound` is read by pydantic and does not import it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

# Changes when a field changes its meaning or goes: evidence kept from before is told apart then. A
# field that is added gets a default, so that what is kept stays readable, and the version stays.
SCHEMA_VERSION = 3
MAX_NUMBER = 1e12


class Bound:
    """Bounds of a value: ``Annotated[str, Bound(max_length=80)]``.

    Args:
        limits: by the names that pydantic's core schemas have for the type, such as ``max_length``,
            ``pattern``, ``ge``, ``le``.
    """

    def __init__(self, **limits: Any) -> None:
        self.limits = limits

    def __get_pydantic_core_schema__(
        self, source: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        return {**handler(source), **self.limits}


Name = Annotated[str, Bound(max_length=80)]
Text = Annotated[str, Bound(max_length=400)]
Count = Annotated[int, Bound(ge=0, le=10_000_000_000)]
Number = Annotated[float, Bound(ge=-MAX_NUMBER, le=MAX_NUMBER, allow_inf_nan=False)]


@dataclass(frozen=True, kw_only=True)
class ErrorSeen:
    """An exception of the student's code: class name and message, one line each.

    Attributes:
        type: the class's name.
        text: the message.
        line: of the cell in which it was raised, from 1; 0 where it was in none.
        code: what stands in that line.
    """

    type: Name
    text: Text
    line: Count = 0
    code: Text = ""


@dataclass(frozen=True, kw_only=True)
class FunctionSeen:
    """What became of a function: is it there, what did it return or raise.

    Attributes:
        status: how far it got.
        returned: what it returned, in a few words.
        error: what it raised.
    """

    status: Literal["missing", "not callable", "returned", "raised"]
    returned: Name = ""
    error: ErrorSeen | None = None


@dataclass(slots=True, kw_only=True)
class EvidenceSeen:
    """What evidence of every exercise begins with; its collector fills the rest.

    Attributes:
        schema_version: ``SCHEMA_VERSION``.
        exercise: its name in ``lab.toml``.
        challenge: 32 hexadecimal digits that the probes derive from.
        versions: of libraries, for people who look into a case.
        error: what ended the collection early, if anything did.
        raised: how many exceptions of students' code, and of looking at it, were caught; what
            becomes of one in the evidence is the collector's matter.
        uncertain: how many of them another process might not have raised.
    """

    # Holds for the parts as well.
    __pydantic_config__ = {"extra": "forbid", "strict": True}  # noqa: RUF012

    schema_version: int
    exercise: Name
    challenge: Annotated[str, Bound(pattern="^[0-9a-f]{32}$")]
    versions: Annotated[dict[Name, Name], Bound(max_length=8)] = field(default_factory=dict)
    error: ErrorSeen | None = None
    raised: Count = 0
    uncertain: Count = 0


@dataclass(slots=True, kw_only=True)
class FunctionEvidence(EvidenceSeen):
    """Evidence of an exercise that is a function; ``function`` says what became of it."""

    # No default of the field, so that it is always sent: a function that is missing is said.
    function: FunctionSeen = field(default_factory=lambda: FunctionSeen(status="missing"))
