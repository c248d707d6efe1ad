"""What can be had is the least that the machine and each group around the process leave; and what
was ended for want of it is counted where this process is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

from alpaca_course.execution.pool import default_workers
from alpaca_course.machine_memory import free_memory, out_of_memory_kills
from tests.jobs import job

MIB = 2**20
V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
V2 = ("memory.max", "memory.current", "inactive_file")


def group(folder: Path, names: tuple[str, str, str], limit: str, used: int, files: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{used * MIB}\n")
    (folder / "memory.stat").write_text(f"anon 1\n{names[2]} {files * MIB}\n")


def own(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "own"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_without_a_limit_it_is_the_machines(tmp_path: Path) -> None:
    group(tmp_path / "job", V2, "max", 5, 0)
    found = free_memory(tmp_path, own(tmp_path, "0::/job"))
    assert abs(found - psutil.virtual_memory().available) < 1024 * MIB
    assert free_memory(tmp_path, tmp_path / "none") > 0


def test_of_groups_within_each_other_the_least_counts(tmp_path: Path) -> None:
    group(tmp_path / "slice", V2, str(100 * MIB), 60, 10)
    group(tmp_path / "slice" / "job", V2, str(90 * MIB), 10, 0)
    assert free_memory(tmp_path, own(tmp_path, "0::/slice/job")) == 50 * MIB


def test_a_container_sees_its_group_as_the_outermost(tmp_path: Path) -> None:
    group(tmp_path / "memory", V1, str(64 * MIB), 70, 1)
    lines = ("12:pids:/docker/abc", "4:cpu,memory:/docker/abc", "0::/")
    assert free_memory(tmp_path, own(tmp_path, *lines)) == 0


def test_a_group_outside_of_what_is_mounted_is_left_alone(tmp_path: Path) -> None:
    group(tmp_path / "other", V2, str(MIB), 0, 0)
    assert free_memory(tmp_path / "mounted", own(tmp_path, "0::/../other")) > MIB


def test_in_a_job_of_this_machine() -> None:
    script = (
        "import os, sys; open(sys.argv[1], 'w').write(str(os.getpid()))\n"
        "from alpaca_course.execution.pool import default_workers\n"
        "from alpaca_course.machine_memory import free_memory\n"
        "print(free_memory(), default_workers(256))"
    )
    with job(300 * MIB) as members:
        done = subprocess.run([sys.executable, "-c", script, str(members)],
                              capture_output=True, text=True, check=True)  # fmt: skip
    free, workers = map(int, done.stdout.split())
    assert 100 * MIB < free <= 300 * MIB
    assert workers == 1
    assert default_workers(256) >= 1


def test_kills_are_those_of_the_own_group(tmp_path: Path) -> None:
    vmstat = tmp_path / "vmstat"
    vmstat.write_text("nr_free_pages 5\noom_kill 7\n")
    (tmp_path / "job").mkdir()
    inside = own(tmp_path, "0::/job")
    assert out_of_memory_kills(tmp_path, inside, vmstat) == 7
    (tmp_path / "job" / "memory.events").write_text("low 0\noom 3\noom_kill 2\n")
    assert out_of_memory_kills(tmp_path, inside, vmstat) == 2
    (tmp_path / "memory" / "job").mkdir(parents=True)
    (tmp_path / "memory" / "job" / "memory.oom_control").write_text("under_oom 0\noom_kill 1\n")
    first = own(tmp_path, "4:memory:/job", "0::/job")
    assert out_of_memory_kills(tmp_path, first, vmstat) == 1
    assert out_of_memory_kills(tmp_path, tmp_path / "none", tmp_path / "none") == 0
