"""All that runs in a worker's process: what it has, and one execution after the other.

The two functions that are called from outside take bytes and return bytes. What a kernel sends is
read by bounded processes below this one, as on the machine that grades.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from dataclasses import dataclass, field
from pathlib import Path

from alpaca_course.bounded import BoundedError
from alpaca_course.cluster import items
from alpaca_course.cluster.bundle import Bundle, BundleError, spec_of, unpack
from alpaca_course.cluster.facts import facts_here
from alpaca_course.cluster.items import Item, Reply
from alpaca_course.execution import worker
from alpaca_course.execution.executor import LocalExecutor, ending_of
from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.pool import default_workers
from alpaca_course.execution.runner import NoKernelError
from alpaca_course.execution.turns import TurnsEndedError
from alpaca_course.sandbox.limits import SandboxLimits
from alpaca_course.sandbox.probe import SandboxUnavailableError, require

# Environment variable: the folder that outlives a worker's process; bundles lie there.
FOLDER = "ALPACA_WORKER_FOLDER"
# Processes and sandboxes that nobody asked for in so many seconds are ended.
IDLE_SECONDS = 600.0


@dataclass(frozen=True)
class Described:
    """What a worker says of itself.

    Attributes:
        process: a name that only this process has.
        facts: see :mod:`alpaca_course.cluster.facts`.
        slots: executions side by side, by its threads, cores and memory.
        bundles: digests of those that it has.
        problem: why nothing can be executed on it; empty where something can.
    """

    process: str
    facts: dict[str, str]
    slots: int
    bundles: list[str]
    problem: str = ""


@dataclass
class _Kernels:
    """The processes that executions of one kind share."""

    key: tuple[object, ...]
    executor: LocalExecutor
    running: int = 0


@dataclass
class Machine:
    """What this process has: bundles, and the processes that execute."""

    process: str = field(default_factory=lambda: secrets.token_hex(8))
    slots: int = 1
    folder: Path = field(default_factory=Path.cwd)
    problem: str = ""
    _to_unpack: tuple[Bundle, Path] | None = None
    _bundles: dict[str, tuple[Path, RunSpec]] = field(default_factory=dict)
    _kernels: list[_Kernels] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _timer: threading.Timer | None = None

    def have(self, bundle: Bundle, folder: Path) -> None:
        """Have ``bundle`` in ``folder``; where that cannot be, say why when asked."""
        try:
            place = unpack(bundle, folder)
            self._bundles[bundle.digest] = place, spec_of(place)
            self.folder, self.problem, self._to_unpack = folder, "", None
        except (BundleError, OSError) as error:
            self._to_unpack = bundle, folder
            self.problem = f"the lab's files cannot be put into {folder}: {error}"

    def forget(self, digest: str) -> None:
        """End what serves a bundle; its files stay for the next time."""
        self._bundles.pop(digest, None)
        self._end(lambda each: each.key[0] == digest)

    def describe(self, libraries: list[str], threads: int, memory_mib: int) -> Described:
        """What there is on this machine, looked at now."""
        if self._to_unpack is not None:  # as where the disk was full, and may be no more
            self.have(*self._to_unpack)
        problem = self.problem or SandboxLimits().beyond_the_shell()
        try:
            require()
        except SandboxUnavailableError as error:
            problem = str(error)
        self.slots = min(threads, default_workers(memory_mib))
        bundles = list(self._bundles)
        return Described(self.process, facts_here(libraries), self.slots, bundles, problem)

    def run(self, item: Item) -> Reply:
        """Execute ``item`` as soon as there is room."""
        if item.process != self.process:
            return Reply("gone")
        found = self._bundles.get(item.bundle)
        if found is None:
            return Reply("no bundle")
        try:
            bwrap = require().bwrap
            request = items.request_of(item, found[1], bwrap, (self.folder,))
            kernels = self._take(item)
        except (SandboxUnavailableError, OSError) as error:
            return Reply("nothing", text=str(error))
        try:
            answer, accompanied = kernels.executor.call(worker.write(request), alone=item.alone)
            if isinstance(answer, BoundedError):
                ending = ending_of(answer)
                return Reply("output" if ending == "output" else "lost", accompanied)
            return Reply("answer", accompanied, body=answer)
        except (NoKernelError, TurnsEndedError, OSError) as error:
            return Reply("nothing", text=str(error) or "the worker was ended")
        finally:
            self._give_back(kernels)

    def _take(self, item: Item) -> _Kernels:
        """The processes for ``item``; those of another kind that do nothing are ended first."""
        self._end(lambda each: each.key != item.kernels)
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            found = next((each for each in self._kernels if each.key == item.kernels), None)
            if found is None:
                found = _Kernels(item.kernels, LocalExecutor(self.slots, item.widest))
                self._kernels.append(found)
            found.running += 1
            return found

    def _give_back(self, kernels: _Kernels) -> None:
        with self._lock:
            kernels.running -= 1
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(IDLE_SECONDS, self._end, (lambda _: True,))
            self._timer.daemon = True
            self._timer.start()

    def _end(self, which) -> None:  # type: ignore[no-untyped-def]
        with self._lock:
            ended = [each for each in self._kernels if not each.running and which(each)]
            self._kernels = [each for each in self._kernels if each not in ended]
        for each in ended:
            each.executor.close()


MACHINE = Machine()


def run_item(data: bytes) -> bytes:
    """One execution, from an item's bytes to a reply's; called by its name, as a task."""
    try:
        return items.write_reply(MACHINE.run(items.read_item(data)))
    except items.MalformedError as error:
        return items.write_reply(Reply("nothing", text=str(error)))


def describe(libraries: list[str], threads: int, memory_mib: int) -> bytes:
    """What this worker is, as JSON."""
    return json.dumps(vars(MACHINE.describe(libraries, threads, memory_mib))).encode()


def folder_of(scratch: str) -> Path:
    """Where bundles lie: what ``alpaca worker`` says, or beside the folder of Dask's worker.

    Args:
        scratch: the folder of Dask's worker, ``…/dask-scratch-space/worker-…``, which it removes.
    """
    chosen = os.environ.get(FOLDER)
    return Path(chosen or Path(scratch).parent.parent) / "alpaca-bundles"
