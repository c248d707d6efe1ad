"""What a sandbox holds of the machine that is neither memory of a process nor a file.

The watchdog looks at it, since without a control group nothing else bounds it. Figures are those
of the kernel's ``/proc`` (``Documentation/filesystems/proc.rst``), read from outside.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
# Of /proc/<pid>/stat behind the name: user and system time, own and of children waited for.
_TIMES = slice(11, 15)


def sockets(root: str) -> int:
    """Sockets of all kinds, those that are only on their way in a message among them.

    Each may hold a buffer of the kernel's (``net.core.wmem_default``, 208 KiB).
    """
    for line in _read(f"{root}/proc/1/net/sockstat").splitlines():
        if line.startswith("sockets: used"):
            return int(line.split()[2])
    return 0


def cpu_seconds(root: str) -> float:
    """Processor time of every process, and of those that were waited for.

    Less than all where a process left its children to nobody; a control group counts those, too.
    """
    total = 0
    for process in _processes(root):
        words = _read(f"{process}/stat").rpartition(")")[2].split()
        total += sum(map(int, words[_TIMES]))
    return total / _TICKS


def _processes(root: str) -> Iterator[str]:
    with contextlib.suppress(OSError), os.scandir(f"{root}/proc") as entries:
        for entry in entries:
            if entry.name.isdecimal():
                yield entry.path


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
