"""A control group (cgroup v2) for each sandbox, where this machine lets us have one.

It bounds what no limit of a process and no look from outside can: memory of the kernel (buffers of
sockets and pipes, page tables, filters), all processes together, at the moment it is asked for; and
it gives each sandbox one share of the processor, however many processes it starts.

Two ways, found by trying: a folder beside or below the group of this process, where that may be
written (root, containers with a group of their own, folders that systemd delegated), and a scope
from ``systemd-run``. Source: the kernel's ``Documentation/admin-guide/cgroup-v2.rst``.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alpaca_course.machine_memory import counts
from alpaca_course.sandbox.limits import SandboxLimits
from alpaca_course.units import MIB

REQUIRED = ("memory", "pids")
BOOTED_BY_SYSTEMD = Path("/run/systemd/system")
SLACK = 1024 * MIB
"""Beside what a submission may hold: the warm process with its libraries, and their page tables."""
OWN_PROCESSES = 8
"""bwrap and the warm process, and what they start on their way."""
TRY_SECONDS = 10
EMPTY_SECONDS = 5.0
ABANDONED_SECONDS = 600
JOIN = 'echo 0 > "$1" && shift && exec "$@"'
"""Moves the shell itself, and becomes the command: nothing of it ever runs outside."""
PREFIX = "alpaca-"


@dataclass(frozen=True)
class Place:
    """Where groups can be made.

    Attributes:
        parent: a folder of the cgroup file system; None where systemd is asked for a scope.
        user: whether it is the user's systemd.
    """

    parent: Path | None
    user: bool = False

    @property
    def description(self) -> str:
        """For people."""
        if self.parent is not None:
            return f"a folder below {self.parent}"
        return f"a scope of systemd{' --user' if self.user else ''}"


class Group:
    """One group, empty until a command that begins with :attr:`prefix` is started.

    Args:
        place: where groups can be made.
        bounds: what is written into it, by file.

    Raises:
        OSError: it cannot be made.

    Attributes:
        prefix: stands before the command whose process and children belong to the group.
    """

    def __init__(self, place: Place, bounds: Mapping[str, str]) -> None:
        self.path: Path | None = None
        if place.parent is None:
            self.prefix = _scope(bounds, user=place.user)
            return
        self.path = place.parent / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        self.path.mkdir(mode=0o755)
        try:
            for name, value in bounds.items():
                file = self.path / name
                # Without a controller its files are missing; the required ones are not.
                if file.exists() or name.partition(".")[0] in REQUIRED:
                    file.write_text(value)
        except OSError:
            self.end()
            raise
        self.prefix = ["/bin/sh", "-c", JOIN, "sh", str(self.path / "cgroup.procs")]

    def locate(self, pid: int) -> None:
        """Find a scope's folder, once process ``pid`` (as seen here) runs in it."""
        if self.path is None:
            self.path = own_group(pid)

    @property
    def out_of_memory(self) -> bool:
        """Whether the kernel has ended a process of it since it went beyond its own bound."""
        found = self._events
        return found.get("oom_kill", 0) > 0 and found.get("oom", 0) > 0

    @property
    def ended_for_others(self) -> bool:
        """Whether a process of it was ended since memory ran out around it.

        What goes beyond the bound of a group around this one counts as *oom* there, not here.
        """
        found = self._events
        return found.get("oom_kill", 0) > 0 and found.get("oom", 0) == 0

    @property
    def _events(self) -> dict[str, int]:
        return counts(self.path / "memory.events") if self.path is not None else {}

    def end(self) -> None:
        """Kill what is left, and remove the group. Safe to call twice."""
        path, self.path = self.path, None
        if path is None:
            return
        with contextlib.suppress(OSError):
            (path / "cgroup.kill").write_text("1")
        deadline = time.monotonic() + EMPTY_SECONDS
        while path.is_dir() and time.monotonic() < deadline:
            # Fails as long as a process of it has not quite ended.
            with contextlib.suppress(OSError):
                path.rmdir()
                return
            time.sleep(0.005)


def bounds(limits: SandboxLimits) -> dict[str, str]:
    """What a group of one sandbox may have, by file of the group. Pure."""
    return {
        "memory.max": str(limits.memory + limits.disk + SLACK),
        "memory.swap.max": "0",
        "pids.max": str(limits.processes + OWN_PROCESSES),
        # The same for all: however many processes it has, a sandbox is one among equals.
        "cpu.weight": "100",
    }


def new_group(limits: SandboxLimits) -> Group | None:
    """A group for one sandbox; None where none can be had."""
    where = place()
    return None if where is None else Group(where, bounds(limits))


@functools.lru_cache(maxsize=1)
def place() -> Place | None:
    """Where groups can be made here; tried once a process. None where nowhere."""
    return next(filter(works, _candidates()), None)


def works(candidate: Place) -> bool:
    """Whether a process can be started in a group there."""
    group: Group | None = None
    try:
        group = Group(candidate, bounds(SandboxLimits()))
        done = subprocess.run(
            [*group.prefix, "true"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TRY_SECONDS,
            env=environment(),
            check=False,
        )
        return done.returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False
    finally:
        if group is not None:
            group.end()


def environment() -> dict[str, str]:
    """Of the command that starts a sandbox: what leads to the user's systemd, and no more."""
    passed = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
    known = {name: os.environ[name] for name in passed if name in os.environ}
    return {"PATH": "/usr/bin:/bin", **known}


def why_none() -> str:
    """Why there is no group here, in words for people."""
    own = own_group(os.getpid())
    if own is None:
        return "no cgroup v2 is mounted"
    known = set(_words(own / "cgroup.controllers"))
    if missing := [name for name in REQUIRED if name not in known]:
        return f"cgroup v2 has no controller for {' and '.join(missing)} here"
    return "no group may be made here, and systemd gives no scope"


def _candidates() -> Iterator[Place]:
    own = own_group(os.getpid())
    for folder in dict.fromkeys((own, own.parent)) if own is not None else ():
        # Below a group that has processes, controllers can be had in the topmost alone.
        if set(REQUIRED) <= set(_words(folder / "cgroup.subtree_control")):
            _remove_abandoned(folder)
            yield Place(folder)
    if BOOTED_BY_SYSTEMD.is_dir() and shutil.which("systemd-run"):
        yield Place(None, user=os.geteuid() != 0)


def own_group(pid: int) -> Path | None:
    """The folder of a process' group; None where there is no cgroup v2 or no such process."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text().splitlines()
        groups = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    except OSError:
        return None
    return group_folder(mounts, groups)


def group_folder(mounts: Sequence[str], groups: Sequence[str]) -> Path | None:
    """The same from the lines of ``mountinfo`` and of ``/proc/<pid>/cgroup``. Pure."""
    unified = (line for line in mounts if line.partition(" - ")[2].startswith("cgroup2 "))
    mount = next(unified, None)
    name = next((line[3:] for line in groups if line.startswith("0::/")), None)
    if mount is None or name is None or ".." in Path(name).parts:
        return None
    root, point = mount.split()[3:5]
    inside = os.path.relpath(name, root) if root != "/" else name.lstrip("/")
    return None if inside.startswith("..") else Path(point) / inside


def _scope(bounds: Mapping[str, str], *, user: bool) -> list[str]:
    properties = {
        "MemoryMax": bounds["memory.max"],
        "MemorySwapMax": bounds["memory.swap.max"],
        "TasksMax": bounds["pids.max"],
        "CPUWeight": bounds["cpu.weight"],
    }
    asked = itertools.chain(*(("-p", f"{name}={value}") for name, value in properties.items()))
    command = ["systemd-run", *(["--user"] if user else []), "--scope", "--quiet", "--collect"]
    return [*command, *asked, "--"]


def _remove_abandoned(parent: Path) -> None:
    """Folders whose grader was killed; what ran in them has gone with it."""
    for path in parent.glob(f"{PREFIX}*"):
        owner = path.name.removeprefix(PREFIX).partition("-")[0]
        with contextlib.suppress(OSError):
            old = time.time() - path.stat().st_ctime > ABANDONED_SECONDS
            if old and owner.isdecimal() and not Path("/proc", owner).exists():
                path.rmdir()


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []
