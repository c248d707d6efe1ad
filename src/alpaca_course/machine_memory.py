"""Memory of the machine, or of the job or container around this process: what is left of it, and
whether anything was ended for want of it.

psutil knows the machine's alone; a batch system, a container or systemd may give less to the group
of processes that this one is in, and the kernel ends what goes beyond that. Source: the kernel's
``Documentation/admin-guide/cgroup-v2.rst``, ``cgroup-v1/memory.rst`` and ``mm/vmstat.c``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import psutil

GROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")
VMSTAT = Path("/proc/vmstat")


@dataclass(frozen=True)
class _Group:
    """A control group, and what its files are called."""

    folder: Path
    limit: str
    used: str
    reclaimed: str
    events: str

    @property
    def left(self) -> int | None:
        """Bytes left; None where it has no limit."""
        try:
            most = int((self.folder / self.limit).read_text())
            held = int((self.folder / self.used).read_text())
        except (OSError, ValueError):
            return None  # none there, or "max"
        # Pages of files that nobody used lately: they are counted, and given up when asked for.
        files = counts(self.folder / "memory.stat").get(self.reclaimed, 0)
        return max(0, most - held + files)

    @property
    def kills(self) -> int | None:
        return counts(self.folder / self.events).get("oom_kill")


_V1 = (
    "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", "memory.oom_control",
)  # fmt: skip
_V2 = ("memory.max", "memory.current", "inactive_file", "memory.events")


def free_memory(groups: Path = GROUPS, own: Path = OWN_GROUPS) -> int:
    """Bytes that this process and those that it starts can still have together.

    Args:
        groups: where the file systems of control groups are mounted.
        own: which groups this process is in.
    """
    left = [each.left for each in _around(groups, own)]
    return min([psutil.virtual_memory().available, *(each for each in left if each is not None)])


def out_of_memory_kills(
    groups: Path = GROUPS, own: Path = OWN_GROUPS, vmstat: Path = VMSTAT
) -> int:
    """How many processes were ended so far for want of memory, of those in this one's group.

    Of the whole machine where the group does not count them; 0 where nothing tells.
    """
    for each in _around(groups, own):
        if (kills := each.kills) is not None:
            return kills
    return counts(vmstat).get("oom_kill", 0)


def _around(groups: Path, own: Path) -> Iterator[_Group]:
    """This process's group and those around it, from the innermost to the outermost."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return  # no Linux
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            top, names = groups, _V2
        elif "memory" in controllers.split(","):
            top, names = groups / "memory", _V1
        else:
            continue
        inside = PurePosixPath(path).relative_to("/")
        for each in (inside, *inside.parents):
            if ".." not in each.parts:
                yield _Group(top / each, *names)


def counts(path: Path) -> dict[str, int]:
    """A file of lines ``name number``, as control groups have them; empty where there is none."""
    try:
        words = path.read_text().split()
        return dict(zip(words[::2], map(int, words[1::2]), strict=False))
    except (OSError, ValueError):
        return {}
