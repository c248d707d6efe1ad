"""Kernels as plain local processes: for trusted code, that is the course's own.

There is no isolation here: the kernel can read and write what the person who started it can. It is
what ``isolation = 'trusted'`` means, and what validating the reference solution uses.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from alpaca_course.bounded import lifted
from alpaca_course.execution.kernels import KernelUsage, RunSpec
from alpaca_course.sandbox.clock import FairClock

# Nothing of the grader's own environment reaches a kernel but what it needs to start.
_PASSED_ON = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH",
    "VIRTUAL_ENV", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS",
)  # fmt: skip
_FIXED = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
# Below the kernel's own folder: where it imports the lab's collectors from.
CODE = "code"
# A path of a Unix socket has at most 104 bytes (macOS) or 108 (Linux), "-5" included.
_SOCKET_PATH_LIMIT = 100


class _LocalManager(AsyncKernelManager):
    """A kernel of the running interpreter, whatever kernelspecs are installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )


@dataclass
class _LocalKernel:
    manager: AsyncKernelManager
    clock: FairClock = field(default_factory=FairClock)
    usage: KernelUsage = field(default_factory=KernelUsage)


class LocalKernelSource:
    """Gives plain local kernels; each has a working folder of its own that is removed with it."""

    @contextlib.asynccontextmanager
    async def kernel(self, spec: RunSpec) -> AsyncIterator[_LocalKernel]:
        folder = Path(tempfile.mkdtemp(prefix="alpaca-"))
        manager = _LocalManager()
        manager.connection_file = str(folder / "connection.json")
        socket = str(folder / "socket")
        if os.name != "nt" and len(socket) < _SOCKET_PATH_LIMIT:
            # No ports that two kernels could both choose.
            manager.transport = "ipc"
            manager.ip = socket
        kernel = _LocalKernel(manager)
        try:
            work = put_working_folder(folder, spec)
            environment = kernel_environment(folder, spec)
            if spec.evidence is not None:
                link(folder / CODE / spec.evidence.place, spec.evidence.folder)
                environment["PYTHONPATH"] = str(folder / CODE)
            with lifted():
                await manager.start_kernel(cwd=str(work), env=environment)
            yield kernel
        finally:
            kernel.usage = _end(manager)
            with contextlib.suppress(Exception):
                await manager.shutdown_kernel(now=True)
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Nothing is kept between kernels."""


def put_working_folder(folder: Path, spec: RunSpec) -> Path:
    """Make the kernel's working folder in ``folder``, and the inputs at their places."""
    work = folder / "work"
    work.mkdir(parents=True)
    for name, data in spec.files.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for mount in spec.inputs:
        link(folder / mount.place, mount.source)
    return work


def link(place: Path, target: Path) -> None:
    """Let ``target`` be found at ``place``."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.symlink_to(target, target_is_directory=True)
    except OSError:  # Windows without the right to make links
        shutil.copytree(target, place)


def kernel_environment(folder: Path, spec: RunSpec) -> dict[str, str]:
    """Environment variables of a kernel whose own folder is ``folder``."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= _FIXED
    environment["ALPACA_CHALLENGE"] = spec.challenge
    environment["IPYTHONDIR"] = str(folder / "ipython")
    variables = [mount.variable for mount in spec.inputs if mount.variable is not None]
    environment |= {name: str(folder / place) for name, place in variables}
    return environment | dict(spec.environment)


def _end(manager: AsyncKernelManager) -> KernelUsage:
    """Kill the kernel with all it started, and say what it used."""
    process = getattr(manager.provisioner, "process", None)
    if process is None:
        return KernelUsage()
    try:
        root = psutil.Process(process.pid)
        family = [root, *root.children(recursive=True)]
        times = root.cpu_times()
        usage = KernelUsage(
            cpu_seconds=times.user + times.system + times.children_user + times.children_system,
            max_rss_bytes=_peak_memory(process.pid),
        )
    except psutil.Error:
        return KernelUsage()
    _kill(family)
    return usage


def _kill(processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


def _peak_memory(pid: int) -> int | None:
    """The largest resident set in bytes, where /proc tells."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None
