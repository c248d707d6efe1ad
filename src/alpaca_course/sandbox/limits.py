"""What one execution may use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import ModuleType

from alpaca_course.settings import AlpacaCourse
from alpaca_course.units import MIB

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None


@dataclass(frozen=True)
class SandboxLimits:
    """Bounds of one execution in a sandbox; defaults fit for the lab.

    Attributes:
        memory: bytes of memory all its processes hold together (watchdog), and the data segment of
            each one (``RLIMIT_DATA``).
        processes: processes and threads at one time (``RLIMIT_NPROC``).
        file_size: bytes one file may have (``RLIMIT_FSIZE``).
        disk: bytes of all files it writes (sizes of the tmpfs mounts).
        files: number of files and folders it may create (watchdog).
        open_files: descriptors of one process (``RLIMIT_NOFILE``).
        sockets: of all its processes together (watchdog): each has buffers in the kernel.
        signals: that wait to be delivered, and timers that send one (``RLIMIT_SIGPENDING``).
        seconds: wall clock of the whole execution (watchdog).
    """

    memory: int = 3072 * MIB
    processes: int = 256
    file_size: int = 64 * MIB
    disk: int = 256 * MIB
    files: int = 50_000
    open_files: int = 1024
    sockets: int = 1024
    signals: int = 1024
    seconds: float = 300.0

    def beyond_the_shell(self) -> str:
        """What of this the shell does not let anybody have, in words; empty where it does.

        Limits of the grader's own shell hold for all that it starts. What a submission may use and
        cannot get would fail in the student's cells, and cost points.
        """
        if resource is None:
            return ""
        wanted = {"n": ("RLIMIT_NOFILE", self.open_files), "f": ("RLIMIT_FSIZE", self.file_size)}
        wanted |= {"d": ("RLIMIT_DATA", self.memory), "v": ("RLIMIT_AS", self.memory)}
        wanted |= {"t": ("RLIMIT_CPU", round(self.seconds))}
        if os.geteuid():  # root is not counted
            wanted |= {"u": ("RLIMIT_NPROC", self.processes)}
        for option, (name, value) in wanted.items():
            hard = resource.getrlimit(getattr(resource, name))[1]
            if hard != resource.RLIM_INFINITY and hard < value:
                return (
                    f"This shell allows less than a submission may use: {name} is {hard}, and has "
                    f"to be {value} at least. `ulimit -H{option}` shows it; start again from a "
                    "shell without that limit, or have an administrator raise it."
                )
        return ""

    @classmethod
    def from_settings(cls, settings: AlpacaCourse) -> SandboxLimits:
        """The limits that ``nbgrader_config.py`` asks for."""
        return cls(
            memory=settings.memory_limit * MIB,
            processes=settings.process_limit,
            file_size=settings.file_size_limit * MIB,
            disk=settings.disk_limit * MIB,
            seconds=float(settings.total_timeout),
        )
