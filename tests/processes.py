"""The grader's processes, how large they are and whether they run, for tests that watch a run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from alpaca_course.units import MIB

LOOK_SECONDS = 0.05
DYING_SECONDS = 30.0


def workers_of(pid: int) -> list[psutil.Process]:
    """The bounded processes of a grader; empty where it has ended."""
    found = []
    for child in _children(pid):
        with suppress(psutil.Error):  # it has ended
            process = psutil.Process(child)
            if "alpaca_course.bounded.child" in process.cmdline():
                found.append(process)
    return found


def _children(pid: int) -> list[int]:
    """As the kernel lists them: psutil looks at every process there is, many times a second."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(each) for each in thread.read_text().split()]
    return found


def grader_and_workers(pid: int) -> list[int]:
    """Process ids of a grader and of its workers, without what runs in sandboxes."""
    return [pid, *(worker.pid for worker in workers_of(pid))]


def pss(pid: int) -> float:
    """MiB of a process, shared pages divided among those that share them; 0 of one that is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024 / MIB
    return 0.0


def family_of(pid: int) -> list[psutil.Process]:
    """Who was started by a process, directly or not; empty where it has ended."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def runs(process: psutil.Process) -> bool:
    """Not of one that has died and was not waited for yet: its parent, or the machine's first
    process, may take a while on a busy machine.
    """
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def still_running(
    processes: Iterable[psutil.Process], seconds: float = DYING_SECONDS
) -> list[psutil.Process]:
    """Who of ``processes`` still runs after a while; empty as soon as nobody does."""
    end = time.monotonic() + seconds
    while (found := [each for each in processes if runs(each)]) and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
    return found


@contextmanager
def peak_of(
    pids: Callable[[], Iterable[int]], every: float = LOOK_SECONDS
) -> Iterator[list[float]]:
    """The largest size of these processes together, in MiB, as the only item of a list."""
    peak, done = [0.0], threading.Event()

    def look() -> None:
        while not done.wait(every):
            peak[0] = max(peak[0], sum(map(pss, pids())))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()
