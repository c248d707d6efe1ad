"""However the grader ends, nothing of a sandbox lives on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from alpaca_course.contract.inputs import InputMount
from alpaca_course.execution.warm import WarmKernelSource
from alpaca_course.sandbox.probe import ProbeResult
from alpaca_course.sandbox.sandbox import Sandbox, SandboxError, Setup
from tests.processes import family_of, still_running
from tests.sandbox.hostile.driving import REPOSITORY, SMALL, run
from tests.sandbox.hostile.scripts import PLANTS
from tests.waiting import until

pytestmark = pytest.mark.sandbox

NOT_THERE = InputMount(Path("/no/such/folder"), "work/dataset")

GRADER = """
import sys
from tests.sandbox.hostile.driving import *
from tests.sandbox.hostile.scripts import *
from alpaca_course.sandbox.sandbox import Setup
from alpaca_course.execution.warm import *
source = WarmKernelSource(Setup(limits=SMALL))
print("ready", flush=True)
run(source, PLANTS["daemon"], "import time; time.sleep(60)", cell_timeout=90)
"""


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def grader_with_a_kernel() -> subprocess.Popen[str]:
    """A process of its own that runs a submission with a daemon."""
    grader = subprocess.Popen(
        [sys.executable, "-c", GRADER],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    looks: list[bool] = []

    def all_are_there() -> bool:
        # bwrap, the warm process, the kernel and the daemon, and not for a moment of a start.
        looks.append(len(family_of(grader.pid)) >= 4)
        return looks[-10:] == [True] * 10

    until(all_are_there, "the submission runs, and its daemon")
    return grader


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_grader_leaves_nothing(how: signal.Signals, isolation: ProbeResult) -> None:
    with grader_with_a_kernel() as grader:
        family = family_of(grader.pid)
        assert len(family) >= 4
        grader.send_signal(how)
        grader.wait(30)
    assert still_running(family) == []


@pytest.mark.parametrize("victim", ["bwrap", "python"])
def test_when_bwrap_or_the_warm_process_is_killed_all_goes(
    victim: str, isolation: ProbeResult
) -> None:
    with grader_with_a_kernel() as grader:
        family = family_of(grader.pid)
        bwrap = next(process for process in family if process.name() == "bwrap")
        (bwrap if victim == "bwrap" else bwrap.children()[0]).kill()
        assert still_running(family) == []
        grader.kill()


def test_a_source_outlives_the_thread_that_used_it(isolation: ProbeResult) -> None:
    """A sandbox dies with the thread that started it: that must not be a worker's thread."""
    source = WarmKernelSource(Setup(limits=SMALL))
    ages: list[str] = []

    def work() -> None:
        ages.append(run(source, "print(open('/proc/1/stat').read().split()[21])").text())

    try:
        for _ in range(2):
            worker = threading.Thread(target=work)
            worker.start()
            worker.join()
    finally:
        source.close()
    assert len(ages) == 2
    assert ages[0] == ages[1]


def test_closing_ends_all_and_can_be_repeated(isolation: ProbeResult) -> None:
    before = set(family_of(os.getpid()))
    source = WarmKernelSource(Setup(limits=SMALL))
    run(source, PLANTS["daemon"])
    assert set(family_of(os.getpid())) > before
    source.close()
    source.close()
    assert set(family_of(os.getpid())) == before


def test_a_failed_start_leaves_no_process_and_no_descriptor(isolation: ProbeResult) -> None:
    Sandbox(Setup()).kill()
    descriptors, family = open_descriptors(), family_of(os.getpid())
    for setup in (
        Setup(preload=("no_such_module",)),
        Setup(inputs=(NOT_THERE,)),
        Setup(bwrap=Path("/bin/false")),
        Setup(bwrap=Path("/no/such/bwrap")),
    ):
        with pytest.raises(SandboxError):
            Sandbox(setup)
    assert open_descriptors() == descriptors
    assert family_of(os.getpid()) == family


def test_the_reason_of_a_failed_start_is_told(isolation: ProbeResult) -> None:
    with pytest.raises(SandboxError, match="no_such_module"):
        Sandbox(Setup(preload=("no_such_module",)))
    with pytest.raises(SandboxError, match="/no/such/folder"):
        Sandbox(Setup(inputs=(NOT_THERE,)))
