"""Kernels as forks of a process that has imported what the lab preloads, without a sandbox.

For the course's own code, such as the corpus of the hidden tests: there is no isolation, and a
kernel starts in a fraction of the time that :mod:`.local` needs.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from alpaca_course.bounded import lifted
from alpaca_course.execution.kernels import KernelUsage, RunSpec
from alpaca_course.execution.local import CODE, kernel_environment, link, put_working_folder
from alpaca_course.execution.warm import KERNEL_MODULES, SandboxKernel
from alpaca_course.sandbox.bubblewrap import ENVIRONMENT
from alpaca_course.sandbox.clock import FairClock, uses_of
from alpaca_course.sandbox.control import Control
from alpaca_course.sandbox.managed import SandboxKernelManager
from alpaca_course.sandbox.sandbox import TemplateError, check_names

START_SECONDS = 120.0
END_SECONDS = 30.0
# Paths of Unix sockets are short; a temporary folder may not be.
_LONG = 60


class ForkedKernelSource:
    """Gives one kernel at a time, each a fork of the same process.

    Args:
        lab_modules: what that process imports.
        environment: environment variables it is started with, since libraries read them when they
            are imported.
        template: name of the module that prepares the lab's template; empty without one.
    """

    def __init__(
        self, lab_modules: tuple[str, ...], environment: Mapping[str, str], template: str = ""
    ) -> None:
        self._template = template
        self._preload = (*KERNEL_MODULES, *lab_modules)
        self._environment = environment
        self._forker: _Forker | None = None

    @contextlib.asynccontextmanager
    async def kernel(self, spec: RunSpec) -> AsyncIterator[SandboxKernel]:
        """A started kernel; on leaving, it and all in its session are gone.

        Raises:
            ValueError: a name of ``spec.files`` leads out of the working folder.
            TemplateError: the lab's template is asked for and cannot be prepared.
            CourseError: the process or the kernel does not start.
        """
        check_names(spec.files)
        forker = await asyncio.to_thread(self._take, spec)
        environment = {**spec.environment, "ALPACA_CHALLENGE": spec.challenge}
        manager = SandboxKernelManager(
            forker, environment, int(spec.challenge, 16), ready=spec.ready
        )
        kernel = SandboxKernel(manager, FairClock(lambda: uses_of(forker.processes)))
        try:
            await manager.start_kernel()
            yield kernel
            kernel.usage = await asyncio.to_thread(forker.end)
        except BaseException:
            # It is not known in what state the process is.
            self.close()
            raise
        finally:
            await manager.end()

    def close(self) -> None:
        """End the process, and the kernel that it may have."""
        if self._forker is not None:
            self._forker.close()
            self._forker = None

    def _take(self, spec: RunSpec) -> _Forker:
        # Collectors are imported before the first fork.
        if self._forker is not None and self._forker.spec.evidence != spec.evidence:
            self.close()
        if self._forker is None:
            self._forker = _Forker(spec, self._preload, self._environment, self._template)
        self._forker.empty(spec)
        if spec.ready:
            self._forker.prepare()
        return self._forker


class _Forker:
    """The process that forks, and the folder that its kernels use one after the other."""

    root = ""

    def __init__(
        self,
        spec: RunSpec,
        preload: tuple[str, ...],
        environment: Mapping[str, str],
        template: str,
    ) -> None:
        self.spec = spec
        # Of the kernel, its folder in /proc; what it starts is not looked at.
        self.processes: tuple[str, ...] = ()
        # Why there is none; once it cannot be prepared, it is not tried again.
        self._unprepared = "" if template else "the lab has none"
        short = "/tmp" if len(tempfile.gettempdir()) > _LONG else None
        self._folder = Path(tempfile.mkdtemp(prefix="alpaca-", dir=short))
        self._lab = self._folder / "lab"
        self._control = Control()
        try:
            if spec.evidence is not None:
                link(self._folder / CODE / spec.evidence.place, spec.evidence.folder)
            with self._control.inside as inside, lifted():
                self._process = subprocess.Popen(
                    [
                        sys.executable,
                        "-P",
                        "-m",
                        "alpaca_course.execution.forking",
                        json.dumps(self._setup(inside.fileno(), preload, template)),
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd=self._folder,
                    env=self._variables(environment),
                    pass_fds=(inside.fileno(),),
                    # Ctrl-C at the terminal is for the grader, which then ends this.
                    process_group=0,
                )
            self._control.greeting(START_SECONDS)
        except BaseException:
            self.close()
            raise

    def _setup(self, control: int, preload: tuple[str, ...], template: str) -> dict[str, Any]:
        return {
            "control": control,
            "preload": preload,
            "template": template,
            "import_from": str(self._folder / CODE),
            "work": str(self._lab / "work"),
            "sockets": self.sockets,
        }

    def _variables(self, environment: Mapping[str, str]) -> dict[str, str]:
        threads = {"OPENBLAS_NUM_THREADS": ENVIRONMENT["OPENBLAS_NUM_THREADS"]}
        found = kernel_environment(self._lab, self.spec)
        return {**found, **threads, **environment, "TMPDIR": str(self._lab / "tmp")}

    @property
    def sockets(self) -> str:
        return str(self._lab / "kernel")

    def empty(self, spec: RunSpec) -> None:
        """Leave nothing of the kernel before, and put there what the next one finds."""
        shutil.rmtree(self._lab, ignore_errors=True)
        put_working_folder(self._lab, spec)
        for name in ("kernel", "tmp"):
            (self._lab / name).mkdir()

    def prepare(self) -> None:
        """Have a template, unless there is one.

        Raises:
            TemplateError: it cannot be prepared, and why.
        """
        if not self._unprepared:
            answer = self._control.prepare()
            self._unprepared = "" if answer["template"] else str(answer["error"])
        if self._unprepared:
            raise TemplateError(self._unprepared)

    def fork(
        self,
        connection: Mapping[str, Any],
        environment: Mapping[str, str],
        seed: int,
        *,
        ready: bool = False,
    ) -> int:
        handle = self._control.fork(connection, environment, seed, ready=ready)
        lines = Path(f"/proc/self/fdinfo/{handle}").read_text(encoding="ascii").splitlines()
        numbers = [line.split()[1] for line in lines if line.startswith("Pid:")]
        self.processes = tuple(f"/proc/{number}" for number in numbers)
        return handle

    def end(self) -> KernelUsage:
        answer = self._control.ask({"do": "end"}, END_SECONDS)
        usage = answer["usage"]
        return KernelUsage(
            usage.get("cpu_seconds"),
            usage.get("max_rss_bytes"),
            disturbed=answer.get("lost", ""),
        )

    def close(self) -> None:
        self._control.close()
        process: subprocess.Popen[bytes] | None = getattr(self, "_process", None)
        if process is not None:
            try:
                # It ends its kernel and itself when the connection is closed.
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
