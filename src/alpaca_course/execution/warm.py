"""Kernels in sandboxes: one sandbox after the other, or one that is used again.

Both sources drive the same :class:`~alpaca_course.sandbox.sandbox.Sandbox`. They differ in what
its first process imports and in whether a sandbox sees more than one submission.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

from alpaca_course.execution.kernels import KernelUsage, RunSpec
from alpaca_course.sandbox.clock import FairClock
from alpaca_course.sandbox.managed import SandboxKernelManager
from alpaca_course.sandbox.sandbox import (
    Report,
    Sandbox,
    SandboxError,
    Setup,
    TemplateError,
    check_names,
)
from alpaca_course.sandbox.watchdog import Watchdog

KERNEL_MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "sqlite3",
    "tornado.platform.asyncio",
)
"""What every kernel imports before the first cell; the debugger alone takes it 0.1 CPU-s. Not
matplotlib's inline backend: at its import it looks for the running IPython, and there is none
yet."""

LOST = "lost"
"""Why a kernel ended whose sandbox was ended by nobody here, or that the machine may have ended."""

log = logging.getLogger(__name__)


@dataclass
class SandboxKernel:
    """A kernel that runs in a sandbox; ``usage`` is valid once it has ended."""

    manager: SandboxKernelManager
    clock: FairClock = field(default_factory=FairClock)
    usage: KernelUsage = field(default_factory=KernelUsage)


class SandboxKernelSource:
    """Gives each execution a sandbox of its own ("fresh").

    Several kernels at a time are allowed, from any thread or event loop.

    Args:
        setup: limits, hidden folders and bwrap; pictures and weights come with each execution.
        preload: modules that are imported before the kernel starts.
    """

    def __init__(self, setup: Setup, preload: tuple[str, ...] = KERNEL_MODULES) -> None:
        self._setup = replace(setup, preload=preload)
        self._lock = threading.Lock()
        self._idle: list[Sandbox] = []
        self._closed = False
        # Why there is no template; once it cannot be prepared, it is not tried again.
        self._unprepared = "" if setup.template else "the lab has none"

    @contextlib.asynccontextmanager
    async def kernel(self, spec: RunSpec) -> AsyncIterator[SandboxKernel]:
        """A started kernel; on leaving, nothing of it runs or lies anywhere.

        Raises:
            ValueError: a name of ``spec.files`` leads out of the working folder.
            SandboxError: no sandbox can be had.
            TemplateError: the lab's template is asked for and cannot be prepared.
            CourseError: the kernel does not start in it.
        """
        check_names(spec.files)
        if spec.ready and self._unprepared:
            raise TemplateError(self._unprepared)
        sandbox = await asyncio.to_thread(self._take, spec)
        environment = {**spec.environment, "ALPACA_CHALLENGE": spec.challenge}
        manager: SandboxKernelManager | None = None
        if spec.ready:
            await asyncio.to_thread(self._prepare, sandbox)
        spared = (sandbox.template,) if sandbox.template else ()
        watchdog = Watchdog(sandbox.root, sandbox.setup.limits, sandbox.kill, spared)
        try:
            await asyncio.to_thread(sandbox.write_files, spec.files)
            with watchdog:
                manager = SandboxKernelManager(
                    sandbox, environment, int(spec.challenge, 16), ready=spec.ready
                )
                kernel = SandboxKernel(manager, watchdog.clock)
                await manager.start_kernel()
                yield kernel
        except BaseException:
            # Whatever happened, it is not known what state the sandbox is in.
            await _finish(manager, sandbox.kill)
            raise
        await _finish(manager, lambda: self._give_back(sandbox, watchdog, kernel))

    def close(self) -> None:
        """End every sandbox that waits; kernels that still run keep theirs until they end."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for sandbox in idle:
            sandbox.kill()

    def _take(self, spec: RunSpec) -> Sandbox:
        wanted = replace(self._setup, inputs=spec.inputs, evidence=spec.evidence)
        while (waiting := self._pop()) is not None:
            if waiting.setup == wanted and waiting.alive:
                return waiting
            waiting.kill()
        return Sandbox(wanted)

    def _prepare(self, sandbox: Sandbox) -> None:
        """Have a template in ``sandbox``; where that fails, it is given back or killed."""
        try:
            sandbox.prepare()
        except TemplateError as error:
            self._unprepared = str(error)
            log.warning("the template cannot be prepared: %s", error)
            if not self._keep(sandbox):
                sandbox.kill()
            raise
        except BaseException:
            sandbox.kill()
            raise

    def _pop(self) -> Sandbox | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _give_back(self, sandbox: Sandbox, watchdog: Watchdog, kernel: SandboxKernel) -> None:
        """Reset, note what was used, and keep the sandbox if it may see another submission."""
        report, reason = self._report(sandbox, watchdog)
        kernel.usage = KernelUsage(
            report.cpu_seconds, report.max_rss_bytes, reason, disturbed=report.lost
        )
        if report.odd:
            log.info("a sandbox is thrown away: %s", ", ".join(report.odd))
        if reason is not None or report.odd or not self._keep(sandbox):
            sandbox.kill()

    @staticmethod
    def _report(sandbox: Sandbox, watchdog: Watchdog) -> tuple[Report, str | None]:
        if watchdog.reason is not None:
            return Report(odd=()), watchdog.reason
        if sandbox.out_of_memory:
            return Report(odd=()), "memory"
        if not sandbox.alive:
            # Nothing inside can end process 1: somebody else did.
            return Report(odd=("process 1 has ended",)), LOST
        try:
            # A kernel that ended while memory ran out around the sandbox may have been ended by it.
            lost = watchdog.machine_ran_out or sandbox.ended_for_others
            return sandbox.reset(), LOST if lost else None
        except SandboxError as error:
            return Report(odd=(str(error),)), "sandbox"

    def _keep(self, sandbox: Sandbox) -> bool:
        return False


class WarmKernelSource(SandboxKernelSource):
    """Uses a sandbox again whose first process has imported what the lab preloads ("warm").

    A sandbox serves one submission at a time. It is used again only if everything that ran is
    gone, every writable place was emptied and the warm process finds itself unchanged; otherwise,
    and where any limit was hit, the next submission gets a new one.
    """

    def __init__(self, setup: Setup, lab_modules: tuple[str, ...] = ()) -> None:
        super().__init__(setup, (*KERNEL_MODULES, *lab_modules))

    def _keep(self, sandbox: Sandbox) -> bool:
        with self._lock:
            if not self._closed:
                self._idle.append(sandbox)
        return not self._closed


async def _finish(manager: SandboxKernelManager | None, end: Callable[[], None]) -> None:
    """End the kernel in the sandbox and this side's connections to it, even when cancelled."""
    task = asyncio.ensure_future(asyncio.to_thread(end))
    try:
        if manager is not None:
            await manager.end()
    finally:
        await asyncio.shield(task)
