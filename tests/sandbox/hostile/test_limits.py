"""Limits hold, say which one it was, and spare the machine and the next submission."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alpaca_course.execution.warm import WarmKernelSource
from alpaca_course.sandbox.sandbox import Setup
from alpaca_course.units import MIB
from tests.sandbox.hostile.driving import REPOSITORY, SMALL, run
from tests.sandbox.hostile.scripts import FILL_DISK, MANY_FILES, MEMORY_HOGS, STUBBORN_LOOP

pytestmark = pytest.mark.sandbox


@pytest.mark.parametrize("name", MEMORY_HOGS)
def test_memory_is_bounded_over_all_processes(name: str, warm: WarmKernelSource) -> None:
    ran = run(warm, MEMORY_HOGS[name], "print('still here')")
    if name == "heap":
        assert "MemoryError" in ran.text(0)
    else:
        assert (ran.ended, ran.usage.exit_reason) == ("died", "memory")
    assert run(warm, "print('next')").text() == "next\n"


def test_memory_without_a_mapping_cannot_be_had(warm: WarmKernelSource) -> None:
    assert "PermissionError" in run(warm, "import os; os.memfd_create('hog')").text()


def test_files_are_bounded_in_size_and_sum(warm: WarmKernelSource) -> None:
    filled = run(warm, FILL_DISK).json()
    assert filled.pop("one file")[1] == "EFBIG"
    assert {reason for _, reason in filled.values()} == {"ENOSPC"}
    assert sum(size for size, _ in filled.values()) <= SMALL.disk / MIB
    assert run(warm, FILL_DISK).json()["."] == filled["."]


def test_the_number_of_files_is_bounded(warm: WarmKernelSource) -> None:
    look = "import os; print(os.listdir('/tmp'))"
    # Not always empty: a course below /tmp has its Python environment bound there.
    before = run(warm, look).text()
    ran = run(warm, MANY_FILES)
    assert (ran.ended, ran.usage.exit_reason) == ("died", "files")
    assert run(warm, look).text() == before


def test_threads_count_as_processes(warm: WarmKernelSource) -> None:
    script = """
import threading, time
try:
    for n in range(500): threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
except RuntimeError as error: print(n < 64, error)
"""
    assert run(warm, script).text().startswith("True can't start new thread")


def test_a_loop_that_ignores_every_signal_ends_with_the_time_limit(warm: WarmKernelSource) -> None:
    source = WarmKernelSource(
        Setup(
            limits=replace(SMALL, seconds=4.0),
            hidden=(REPOSITORY,),
        )
    )
    try:
        ran = run(source, STUBBORN_LOOP, "print('next')", cell_timeout=30)
        assert (ran.ended, ran.usage.exit_reason) == ("died", "time")
        assert run(source, "print('next')").text() == "next\n"
    finally:
        source.close()


def test_a_plain_loop_is_interrupted_and_the_next_cell_runs(warm: WarmKernelSource) -> None:
    ran = run(warm, "while True: pass", "print('next cell')", cell_timeout=2)
    assert ran.text(1) == "next cell\n"


def test_usage_is_what_the_operating_system_counted(warm: WarmKernelSource) -> None:
    ran = run(
        warm,
        "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass",
        "x = bytearray(100 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1",
    )
    assert ran.usage.cpu_seconds is not None
    assert ran.usage.cpu_seconds >= 0.5
    assert ran.usage.max_rss_bytes is not None
    assert ran.usage.max_rss_bytes > 100 * MIB
    assert ran.usage.exit_reason is None


def test_limits_cannot_be_raised(warm: WarmKernelSource) -> None:
    script = """
import resource
for name in ("RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_CORE"):
    soft, hard = resource.getrlimit(getattr(resource, name))
    try: resource.setrlimit(getattr(resource, name), (hard + 1, hard + 1)); print("RAISED", name)
    except (ValueError, OSError): pass
"""
    assert run(warm, script).text() == ""
