"""Watches what no per-process limit counts: memory of all processes, number of files, time.

Time is what counts by :mod:`.clock`: that of a stopped grader, or of a machine whose processors
others keep busy, is not the submission's.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from alpaca_course.machine_memory import out_of_memory_kills
from alpaca_course.sandbox import bubblewrap
from alpaca_course.sandbox.clock import Allowance, FairClock, uses_of
from alpaca_course.sandbox.limits import SandboxLimits
from alpaca_course.units import KIB

INTERVAL = 0.1


class Watchdog:
    """Calls ``stop`` once when an execution goes beyond its limits.

    Args:
        root: path of the sandbox's root folder; its own ``/proc`` lists exactly its processes.
        limits: what is allowed.
        stop: ends the sandbox; called from the watchdog's thread.
        spared: process ids in the sandbox that are not the submission's, beside process 1.

    Attributes:
        reason: "memory", "files", "sockets" or "time", or None as long as all is well.
        clock: counts the time of this execution.
    """

    def __init__(
        self,
        root: str,
        limits: SandboxLimits,
        stop: Callable[[], None],
        spared: Collection[int] = (),
    ) -> None:
        self.reason: str | None = None
        self.clock = FairClock(lambda: uses_of(processes(root, spared)))
        self._spared = spared
        self._root = root
        self._limits = limits
        self._stop = stop
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sandbox-watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._time = Allowance(self.clock, self._limits.seconds)
        self._out_of_memory = out_of_memory_kills()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    @property
    def machine_ran_out(self) -> bool:
        """Whether something was ended meanwhile for want of memory around the sandbox."""
        return out_of_memory_kills() > self._out_of_memory

    def _watch(self) -> None:
        while not self._done.wait(INTERVAL):
            self.reason = self._beyond()
            if self.reason is not None:
                self._stop()
                return

    def _beyond(self) -> str | None:
        if self._time.is_over:
            return "time"
        # The cheap figure counts pages that forks share once for each; the exact one decides.
        if resident(self._root, self._spared) > self._limits.memory and (
            proportional(self._root, self._spared) > self._limits.memory
        ):
            return "memory"
        if files(self._root) > self._limits.files:
            return "files"
        if sockets(self._root) > self._limits.sockets:
            return "sockets"
        return None


def processes(root: str, spared: Collection[int] = ()) -> Iterator[str]:
    """Folders in /proc of every process of the sandbox but its first and those that are spared."""
    left_out = {"1", *map(str, spared)}
    with contextlib.suppress(OSError), os.scandir(f"{root}/proc") as entries:
        for entry in entries:
            if entry.name.isdecimal() and entry.name not in left_out:
                yield entry.path


def resident(root: str, spared: Collection[int] = ()) -> int:
    """Bytes of anonymous and shared memory with its page tables, each process for itself."""
    fields = ("RssAnon:", "RssShmem:", "VmPTE:")
    return sum(_total(f"{process}/status", fields) for process in processes(root, spared))


def proportional(root: str, spared: Collection[int] = ()) -> int:
    """The same, with shared pages divided among those that share them."""
    total = 0
    for process in processes(root, spared):
        total += _total(f"{process}/smaps_rollup", ("Pss_Anon:", "Pss_Shmem:")) or _total(
            f"{process}/status", ("RssAnon:", "RssShmem:")
        )
        # A mapping of nothing takes none of the others, and may have a page table for each page.
        total += _total(f"{process}/status", ("VmPTE:",))
    return total


def files(root: str) -> int:
    """Files and folders in all writable places."""
    total = 0
    for place in bubblewrap.WRITABLE:
        with contextlib.suppress(OSError):
            space = os.statvfs(root + place)
            total += space.f_files - space.f_ffree
    return total


def sockets(root: str) -> int:
    """Sockets of all kinds, those that are only on their way in a message among them.

    Each may hold a buffer of the kernel's (``net.core.wmem_default``, 208 KiB), which is memory of
    no process.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        text = Path(f"{root}/proc/1/net/sockstat").read_text(encoding="ascii")
        return int(text.partition("sockets: used ")[2].split()[0])
    return 0


def _total(path: str, fields: tuple[str, ...]) -> int:
    """Sum of lines ``name: number kB`` of a file of /proc; 0 where the process is gone."""
    try:
        lines = Path(path).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * KIB for line in lines if line.startswith(fields))
