"""What students' code could change of a process, read so that it can be compared later."""

# Names of files of /proc are text: plain calls of os, no pathlib.
# ruff: noqa: PTH109, PTH116, PTH120, PTH123, PTH208

from __future__ import annotations

import ctypes
import os
import re
import resource
import stat
from collections.abc import Iterator
from typing import Any

PR_GET_DUMPABLE = 3
IOPRIO_WHO_PROCESS, SYS_IOPRIO_GET = 1, {"x86_64": 252, "aarch64": 31}
LIBC = ctypes.CDLL(None, use_errno=True)
STATUS_FIELDS = {
    "Umask",
    "Uid",
    "Gid",
    "Groups",
    "Threads",
    "SigPnd",
    "ShdPnd",
    "SigBlk",
    "SigIgn",
    "SigCgt",
    "CapInh",
    "CapPrm",
    "CapEff",
    "CapBnd",
    "CapAmb",
    "NoNewPrivs",
    "Seccomp",
}
UNIX_SOCKETS = "sockets_unix"


def state(setup: dict[str, Any]) -> dict[str, Any]:
    """All that a child with the same user id, or this process itself, could have changed."""
    own: dict[str, Any] = seen_from_outside("self")
    own |= limits()
    own["dumpable"] = LIBC.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
    own["session"] = [os.getpgid(0), os.getsid(0)]
    own["descriptors"] = descriptors()
    own["tasks"] = len(os.listdir("/proc/self/task"))
    own["cwd"] = os.getcwd()
    own["pid"] = os.getpid()
    own["interfaces"] = [
        line.split(":")[0].strip() for line in read("/proc/net/dev").splitlines()[2:]
    ]
    own["mounts"] = read("/proc/self/mountinfo")
    # A connection in TIME_WAIT holds its port for a minute: ports can be planted too.
    none = ("tcp", "tcp6") if no_tcp() else ()
    for name in ("tcp", "tcp6", "udp", "udp6", "unix"):
        lines = 1 if name in none else read(f"/proc/net/{name}").count("\n")
        own[f"sockets_{name}"] = max(lines, 1)
    for place in (*setup["writable"], *kept_folders(setup)):
        facts = os.stat(place)
        own[f"place_{place}"] = [
            stat.filemode(facts.st_mode),
            facts.st_uid,
            facts.st_gid,
            sorted(os.listxattr(place)),
        ]
    for place in setup["writable"]:
        # Files that are deleted but still held, by whatever means, are still there.
        space = os.statvfs(place)
        own[f"files_{place}"] = space.f_files - space.f_ffree
    return own


def seen_from_outside(process: str) -> dict[str, Any]:
    """What can be seen of any process of the same user, be it undumpable: ``self`` or a number.

    Raises:
        OSError: there is no such process.
    """
    number = 0 if process == "self" else int(process)
    found: dict[str, Any] = dict(status_fields(process))
    found["nice"] = os.getpriority(os.PRIO_PROCESS, number)
    found["affinity"] = sorted(os.sched_getaffinity(number))
    found["scheduler"] = [os.sched_getscheduler(number), os.sched_getparam(number).sched_priority]
    found["ioprio"] = io_priority(number)
    found["oom"] = read(f"/proc/{process}/oom_score_adj")
    return found


def limits() -> dict[str, Any]:
    names = sorted(name for name in dir(resource) if name.startswith("RLIMIT_"))
    return {name: list(resource.getrlimit(getattr(resource, name))) for name in names}


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def no_tcp() -> bool:
    """Whether there is no socket of TCP, by the counts; False where they are not as known.

    The tables are those of the whole machine, of which the own ones are looked for: 4 ms each.
    """
    four, six = read("/proc/net/sockstat"), read("/proc/net/sockstat6")
    none = re.search(r"^TCP: inuse 0 orphan \d+ tw 0 ", four, re.MULTILINE)
    return none is not None and (not six or "TCP6: inuse 0\n" in six)


def kept_folders(setup: dict[str, Any]) -> Iterator[str]:
    """Folders below writable places that stay, because a mount point lies in them."""
    for path in setup["keep"]:
        parent = os.path.dirname(path)
        while parent not in setup["writable"]:
            yield parent
            parent = os.path.dirname(parent)


def status_fields(process: str = "self") -> Iterator[tuple[str, str]]:
    for line in read(f"/proc/{process}/status").splitlines():
        name, _, value = line.partition(":")
        if name in STATUS_FIELDS:
            yield name, value.strip()


def io_priority(number: int = 0) -> int:
    call = SYS_IOPRIO_GET.get(os.uname().machine)
    return -1 if call is None else int(LIBC.syscall(call, IOPRIO_WHO_PROCESS, number))


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Names of what is not as before."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def read(path: str) -> str:
    try:
        with open(path) as stream:
            return stream.read()
    except FileNotFoundError:
        return ""
