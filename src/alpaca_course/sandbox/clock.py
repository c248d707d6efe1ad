"""Time that counts towards a limit: what an execution could use, and not what was taken from it.

By the clock on the wall alone, a neighbour that keeps every processor busy, a machine that is
overloaded, or a grader that Ctrl-Z has stopped would use up the limits of an honest submission. So
beside the clock it is looked at how long the processes ran and how long they were ready to run and
had to wait, which the kernel counts for every thread (``/proc/<pid>/schedstat``, described in the
kernel's ``Documentation/scheduler/sched-stats.rst``).
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

# Seconds between two looks beyond which this process itself did not run: it was stopped.
PAUSE = 1.5
# A limit holds at the latest after this many times its length by the clock, pauses left out.
PATIENCE = 3.0
SLICE = 0.25
_NANO = 1e-9

# Seconds that each thread ran and waited for a processor, by something that names it.
Uses = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Elapsed:
    """Seconds since a clock was made.

    Attributes:
        counted: towards limits.
        passed: by the clock, pauses of the grader left out.
        starved: in which the processes had work and got no processor, and pauses.
    """

    counted: float = 0.0
    passed: float = 0.0
    starved: float = 0.0

    def after(self, seconds: float, ran: float, waited: float) -> Elapsed:
        """As it is ``seconds`` later, in which the threads ``ran`` and ``waited`` so long together.

        What they used of one processor always counts, however many of them wait for each other.
        """
        used = min(seconds, ran)
        if seconds > PAUSE:
            counted = used
            passed = max(PAUSE, used)
        else:
            lost = seconds * waited / max(seconds, ran + waited) if waited > 0 else 0.0
            counted = max(seconds - lost, used)
            passed = seconds
        return Elapsed(
            self.counted + counted, self.passed + passed, self.starved + seconds - counted
        )


class FairClock:
    """Counts the time of one execution whose processes are known.

    Args:
        uses: says what each thread has used so far; without it all time counts but pauses.
        now: seconds of a clock that only goes forward.
    """

    def __init__(
        self, uses: Callable[[], Uses] | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._uses = uses or (lambda: {})
        self._now = now
        self._last: float | None = None
        self._before: Uses = {}
        self._elapsed = Elapsed()
        self._looking = threading.Lock()

    def look(self) -> Elapsed:
        """The time since the first look; from then on it has to be called several times a second.

        It may be called from any thread.
        """
        with self._looking:
            now = self._now()
            if self._last is None:
                self._last, self._before = now, self._uses()
            elif now - self._last >= SLICE:
                uses = self._uses()
                ran, waited = _since(self._before, uses)
                self._elapsed = self._elapsed.after(now - self._last, ran, waited)
                self._last, self._before = now, uses
            return self._elapsed


class Allowance:
    """A number of seconds from now on, by a clock that may count slower than the wall's.

    Args:
        clock: counts.
        seconds: that count.
    """

    def __init__(self, clock: FairClock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._start = clock.look()

    @property
    def is_over(self) -> bool:
        """Whether the seconds are used up, or the wall's clock has gone far beyond them."""
        now = self._clock.look()
        return (
            now.counted - self._start.counted >= self._seconds
            or now.passed - self._start.passed >= PATIENCE * self._seconds
        )


def uses_of(folders: Iterable[str]) -> Uses:
    """What the threads of processes have used, by their folders in a ``/proc``."""
    found: dict[str, tuple[float, float]] = {}
    for folder in folders:
        for path in _threads(folder):
            with contextlib.suppress(OSError, ValueError, IndexError):
                ran, waited, *_ = Path(path).read_text(encoding="ascii").split()
                found[path] = (int(ran) * _NANO, int(waited) * _NANO)
    return found


def _threads(folder: str) -> Iterator[str]:
    with contextlib.suppress(OSError), os.scandir(f"{folder}/task") as entries:
        for entry in entries:
            yield f"{entry.path}/schedstat"


def _since(before: Uses, now: Uses) -> tuple[float, float]:
    """Seconds that threads ran and waited between two looks; what has ended is not seen."""
    ran = waited = 0.0
    for name, (its_run, its_wait) in now.items():
        old_run, old_wait = before.get(name, (0.0, 0.0))
        ran += max(0.0, its_run - old_run)
        waited += max(0.0, its_wait - old_wait)
    return ran, waited
