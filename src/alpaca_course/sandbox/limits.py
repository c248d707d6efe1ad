"""What one execution may use."""

from __future__ import annotations

from dataclasses import dataclass

from alpaca_course.settings import AlpacaCourse
from alpaca_course.units import MIB


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
