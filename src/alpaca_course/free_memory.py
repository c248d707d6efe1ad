"""Memory that can still be had here: the machine's, or that of the job or container around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import psutil

GROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")


def free_memory(groups: Path = GROUPS, own: Path = OWN_GROUPS) -> int:
    """Bytes that this process and those that it starts can still have together.

    psutil knows the machine's alone; a batch system, a container or systemd may give less to the
    group of processes that this one is in, and the kernel ends what goes beyond that. Source: the
    kernel's ``Documentation/admin-guide/cgroup-v2.rst`` and ``cgroup-v1/memory.rst``.

    Args:
        groups: where the file systems of control groups are mounted.
        own: which groups this process is in.
    """
    return min([psutil.virtual_memory().available, *_left_in_groups(groups, own)])


def _left_in_groups(groups: Path, own: Path) -> Iterator[int]:
    """Bytes left in each group that has a limit, from the own one up to the outermost."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return  # no Linux
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            top, names = groups, ("memory.max", "memory.current", "inactive_file")
        elif "memory" in controllers.split(","):
            top = groups / "memory"
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        else:
            continue
        inside = PurePosixPath(path).relative_to("/")
        for each in (inside, *inside.parents):
            if ".." not in each.parts and (left := _left(top / each, *names)) is not None:
                yield left


def _left(group: Path, limit: str, used: str, reclaimed: str) -> int | None:
    try:
        most = int((group / limit).read_text())
        held = int((group / used).read_text())
        counted = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        # Pages of files that nobody used lately: they are counted, and given up when asked for.
        return max(0, most - held + int(counted.get(reclaimed, 0)))
    except (OSError, ValueError):
        return None  # none there, or "max"
