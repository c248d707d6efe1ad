"""Which workers there are, and which of them can be asked. Pure but for the clock it is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from alpaca_course.cluster.on_worker import Described

# So many executions in a row that got no kernel: the machine is not well, and rests.
UNWELL = 3
REST_SECONDS = 60.0
_DESCRIBED = TypeAdapter(Described)
_DESCRIPTION_BYTES = 65_536


@dataclass
class Pulse:
    """Which workers are alive: a heart that has not beaten for ``silent`` seconds does not count.

    Attributes:
        silent: by the clock of this side; the scheduler's own need not agree with it.
    """

    silent: float
    _last: dict[str, tuple[float, float]] = field(default_factory=dict)

    def alive(self, heartbeats: Mapping[str, float], now: float) -> set[str]:
        """Those of ``heartbeats`` that are new, or have beaten lately."""
        for name, beat in heartbeats.items():
            known = self._last.get(name)
            if known is None or known[0] != beat:
                self._last[name] = beat, now
        self._last = {name: each for name, each in self._last.items() if name in heartbeats}
        return {name for name, (_, seen) in self._last.items() if now - seen < self.silent}


@dataclass
class Member:
    """A worker that can be asked.

    Attributes:
        process: the worker's own name for its process.
        slots: executions side by side.
        failed: executions in a row that got no kernel.
        rests_until: it is asked only where there is no other.
    """

    process: str
    slots: int
    failed: int = 0
    rests_until: float = 0.0

    def note(self, well: bool, now: float) -> None:
        """Whether an execution got a kernel on it."""
        self.failed = 0 if well else self.failed + 1
        if self.failed >= UNWELL:
            self.failed, self.rests_until = 0, now + REST_SECONDS


def described(answer: object) -> Described | str:
    """What a worker says of itself; or why it cannot be asked."""
    if not isinstance(answer, bytes):
        if isinstance(answer, ImportError):
            return f"this course's package is not installed there ({answer})"
        return f"it does not say what it is: {type(answer).__name__} {answer}"[:300]
    if len(answer) > _DESCRIPTION_BYTES:
        return "what it says of itself is too long"
    try:
        return _DESCRIBED.validate_python(json.loads(answer))
    except (ValidationError, ValueError):
        return "what it says of itself cannot be read"


def usable(members: Mapping[str, Member], now: float) -> dict[str, int]:
    """Slots of those that are asked; those that rest only where all do."""
    well = {name: each.slots for name, each in members.items() if each.rests_until <= now}
    return well or {name: each.slots for name, each in members.items()}
