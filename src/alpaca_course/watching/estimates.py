"""How fast a queue moves, by what was measured, and what that means for who waits in it. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WINDOW = 24
"""Hand-ins that the rate is measured over: enough to be steady, few enough to follow a change."""


@dataclass
class Rate:
    """The time that hand-ins take, measured over the last of them.

    Attributes:
        alone: seconds from the beginning of one to its page, without others before it; None while
            that is not known.
        each: seconds that a queue with all workers busy takes for one; None likewise.
        cold: so many of the next executions start a sandbox and say nothing of the others.
    """

    alone: float | None = None
    each: float | None = None
    cold: int = 0
    _alone: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW), repr=False)
    _each: deque[float] = field(default_factory=lambda: deque(maxlen=WINDOW), repr=False)
    _busy: float = field(default=0.0, repr=False)

    def passed(self, seconds: float, *, busy: bool) -> None:
        """Time passed, in which all workers had something to do, or not."""
        self._busy = self._busy + seconds if busy else 0.0

    def finished(self, seconds: float, *, accompanied: bool, executed: bool) -> None:
        """A hand-in was finished.

        Args:
            seconds: since its beginning.
            accompanied: whether others were being graded beside it. Several that end at once share
                the time since the one before them.
            executed: whether it had to be; what is judged by what is kept takes no time to speak
                of, and counts only for how fast the queue moves.
        """
        if executed and self.cold:
            self.cold -= 1
            self._busy = 0.0
            return
        if self._busy > 0 or (accompanied and self._each):
            self._each.append(self._busy)
            self.each = sum(self._each) / len(self._each)
            self._busy = 0.0
        # Beside others its time says how long it stood behind them.
        if executed and not accompanied:
            self._alone.append(seconds)
            self.alone = sorted(self._alone)[len(self._alone) // 2]

    def seconds(self, before: int, workers: int) -> float | None:
        """Until the page of a hand-in with so many before it, running ones included.

        None where nothing was measured yet.
        """
        if self.each is not None:
            each = self.each
        elif self.alone is not None:
            each = self.alone / workers
        else:
            return None
        alone = each * workers if self.alone is None else self.alone
        # Those that run have done half of their work on average.
        running = min(before, workers)
        return max(alone, (before - running / 2) * each + alone / 2)

    def an_hour(self) -> float | None:
        """Hand-ins an hour with all workers busy; None where that is not known."""
        return 3600 / self.each if self.each else None


def differs(told: float | None, passed: float, now: float | None) -> bool:
    """Whether an estimate has to be told anew.

    Args:
        told: seconds that were told; None where nobody could tell.
        passed: seconds since then.
        now: seconds that are estimated now.
    """
    if told is None or now is None:
        return told is not now
    left = max(0.0, told - passed)
    return abs(left - now) > max(2.0, 0.25 * max(left, now))


def moved(told: int, now: int) -> bool:
    """Whether a position in the queue has to be told anew."""
    return now != told and (min(told, now) <= 5 or abs(told - now) >= 0.2 * max(told, now))
