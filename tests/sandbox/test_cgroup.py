"""A control group of its own for each sandbox: what is asked for, and that nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from alpaca_course.sandbox import cgroup
from alpaca_course.sandbox.cgroup import Group, Place
from alpaca_course.sandbox.limits import SandboxLimits
from alpaca_course.units import MIB

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux has control groups")

HYBRID = [
    "30 25 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
    "31 25 0:27 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
]
WHOLE = ["31 25 0:27 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"]
PART = ["31 25 0:27 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw"]


@pytest.mark.parametrize(
    ("mounts", "groups", "folder"),
    [
        (WHOLE, ["0::/user.slice/user-1000.slice/x.scope"], "user.slice/user-1000.slice/x.scope"),
        (WHOLE, ["0::/"], ""),
        (PART, ["0::/docker/abc/job"], "job"),
        (PART, ["0::/docker/other"], None),
        (WHOLE, ["0::/../outside"], None),
        (WHOLE, ["4:memory:/x"], None),
        (HYBRID[:1], ["0::/x"], None),
        ([], ["0::/x"], None),
    ],
)
def test_the_folder_of_a_group(mounts: list[str], groups: list[str], folder: str | None) -> None:
    found = cgroup.group_folder(mounts, groups)
    assert found == (None if folder is None else Path("/sys/fs/cgroup", folder))


def test_of_two_hierarchies_the_unified_one_counts() -> None:
    found = cgroup.group_folder(HYBRID, ["4:memory:/old", "0::/new"])
    assert found == Path("/sys/fs/cgroup/unified/new")


def test_a_group_holds_a_submission_and_what_a_sandbox_needs_itself() -> None:
    asked = cgroup.bounds(SandboxLimits(memory=1000 * MIB, disk=24 * MIB, processes=64))
    assert int(asked["memory.max"]) == 2048 * MIB
    assert (asked["memory.swap.max"], asked["pids.max"]) == ("0", "72")


def test_systemd_is_asked_for_the_same(tmp_path: Path) -> None:
    group = Group(Place(None, user=True), cgroup.bounds(SandboxLimits(memory=MIB, disk=MIB)))
    assert group.prefix[:2] == ["systemd-run", "--user"]
    assert f"MemoryMax={1026 * MIB}" in group.prefix
    assert {"MemorySwapMax=0", "TasksMax=264", "--scope", "--collect"} <= set(group.prefix)
    assert group.prefix[-1] == "--"


def test_a_place_that_does_not_take_processes_is_found_out(tmp_path: Path) -> None:
    """A folder of another file system: the shell's number is no member of anything there."""
    assert not cgroup.works(Place(tmp_path / "missing"))
    assert not cgroup.works(Place(Path("/proc")))


def test_want_of_memory_is_read_where_it_is_counted(tmp_path: Path) -> None:
    group = Group(Place(tmp_path), {})
    assert group.path is not None
    assert group.out_of_memory is False
    (group.path / "memory.events").write_text("low 0\noom 1\noom_kill 1\n")
    assert (group.out_of_memory, group.ended_for_others) == (True, False)
    # Beyond the bound of a job or container around it, or where the machine has no more.
    (group.path / "memory.events").write_text("low 0\noom 0\noom_kill 1\n")
    assert (group.out_of_memory, group.ended_for_others) == (False, True)


def test_folders_of_graders_that_were_killed_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    names = [f"alpaca-{gone.pid}-a", f"alpaca-{os.getpid()}-b", "other-1-c"]
    for name in names:
        (tmp_path / name).mkdir()
    cgroup._remove_abandoned(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(names)
    monkeypatch.setattr(cgroup, "ABANDONED_SECONDS", -1)
    cgroup._remove_abandoned(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(names[1:])


def unified() -> Path:
    own = cgroup.own_group(os.getpid())
    if own is None or not os.access(own, os.W_OK):
        pytest.skip("no group of cgroup v2 that may be written here")
    return own


def test_what_is_started_belongs_to_the_group_and_ends_with_it() -> None:
    """With the real file system, and without controllers, which not every machine has there."""
    group = Group(Place(unified()), {"cpu.weight": "100"})
    path = group.path
    assert path is not None
    busy = "sleep 600 & setsid sleep 600 & wait"
    process = subprocess.Popen([*group.prefix, "sh", "-c", busy])
    try:
        deadline = time.monotonic() + 20
        while len((path / "cgroup.procs").read_text().split()) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        members = (path / "cgroup.procs").read_text().split()
        assert str(process.pid) in members
        assert len(members) >= 3
    finally:
        group.end()
        process.wait(10)
    assert not path.exists()
    assert not any(map(runs, members))


def runs(number: str) -> bool:
    """Whether a process is there and has not ended, be it waited for or not."""
    try:
        return Path("/proc", number, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.sandbox
def test_kernel_memory_of_a_sandbox_is_bounded_by_its_group() -> None:
    if cgroup.place() is None:
        pytest.skip(f"no control group here: {cgroup.why_none()}")
    from alpaca_course.execution.warm import WarmKernelSource
    from alpaca_course.sandbox.sandbox import Setup
    from tests.sandbox.hostile.driving import SMALL, run
    from tests.sandbox.hostile.holding import DATAGRAMS

    # More sockets than the watchdog would stop: here the group alone has to.
    source = WarmKernelSource(Setup(limits=replace(SMALL, sockets=10**9, open_files=4096)))
    try:
        ran = run(source, DATAGRAMS, "print('still here')", cell_timeout=15)
        assert ran.ended == "died" or "Error" in ran.text(0) or "Timeout" in ran.text(0)
        assert run(source, "print('next')").text() == "next\n"
    finally:
        source.close()
