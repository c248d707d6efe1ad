"""What a kernel does to the process that listens to it costs its own submission, and no other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from alpaca_course.execution.attempts import is_own_doing
from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.pool import ExecutionPool
from alpaca_course.execution.runner import Execution
from alpaca_course.execution.sources import SourceSpec
from alpaca_course.sandbox.probe import ProbeResult
from alpaca_course.sandbox.sandbox import Setup
from tests.execution.notebooks import check, notebook, own
from tests.processes import family_of, peak_of, still_running, workers_of
from tests.sandbox.hostile.driving import REPOSITORY, SMALL
from tests.sandbox.hostile.floods import DEEP, FLOODS
from tests.waiting import until

pytestmark = pytest.mark.sandbox

PUBLISH = (
    "from IPython.display import display\n"
    'display({"application/vnd.alpaca.evidence+json": {"n": 1}}, raw=True)\n'
)
LIMITS = RunLimits(cell_seconds=5, total_seconds=15)
# Of a worker, shared pages divided among those that share them. Code that floods is not plain and
# runs alone: with the grader itself, and another worker that waits, less than 400 MiB.
WORKER_MIB = 160
HONEST = notebook(check("a", f"sum(range(3_000_000))\n{PUBLISH}"), check("b", PUBLISH))


@contextmanager
def pool(isolation: ProbeResult, workers: int = 1, **limits: int) -> Iterator[ExecutionPool]:
    spec = SourceSpec("warm", Setup(limits=SMALL, bwrap=isolation.bwrap))
    made = ExecutionPool(spec, workers=workers, spec=RunSpec(""), limits=replace(LIMITS, **limits))
    try:
        yield made
    finally:
        made.close()


def executing(pid: int) -> list[psutil.Process]:
    """A grader's workers, as soon as one has a whole sandbox: bwrap, process 1 and a kernel."""
    found: list[psutil.Process] = []

    def whole() -> bool:
        found[:] = [each for each in workers_of(pid) if len(family_of(each.pid)) >= 3]
        return bool(found)

    until(whole, "a worker has a sandbox")
    return found


def evidence(execution: Execution) -> list[int]:
    return [test.messages for test in execution.tests]


@pytest.fixture(scope="module")
def one(isolation: ProbeResult) -> Iterator[ExecutionPool]:
    with pool(isolation) as made:
        yield made


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_bounded_and_costs_its_own_cell(name: str, one: ExecutionPool) -> None:
    flood = notebook(check("before", PUBLISH), own(FLOODS[name]), check("after", PUBLISH))
    with peak_of(lambda: [each.pid for each in workers_of(os.getpid())]) as peak:
        found = one.submit(flood).result()
    print(f"{name}: {found.ending}, a worker's peak {peak[0]:.0f} MiB")
    assert (found.ending, evidence(found)) == ("complete", [1, 1])
    assert peak[0] < WORKER_MIB
    assert one.submit(HONEST).result().ending == "complete"


@pytest.mark.parametrize("depth", DEEP)
def test_what_is_nested_too_deep_harms_its_own_evidence(depth: int, one: ExecutionPool) -> None:
    deep = notebook(check("deep", DEEP[depth]), check("after", PUBLISH))
    found = one.submit(deep).result()
    assert found.tests[0].payload is None
    assert len(found.cells[0].outputs) == 0
    assert one.submit(HONEST).result().ending == "complete"


@pytest.mark.parametrize(
    "text", ["1" * 5000, "NaN", "1e999", '{"a": 1, "a": 2}', '"\\ud800"', '"\\u0000"']
)
def test_odd_json_comes_home_or_not_and_harms_nobody(text: str, one: ExecutionPool) -> None:
    odd = DEEP[40].replace('"[" * 40 + "1" + "]" * 40', repr(text))
    assert repr(text) in odd
    found = one.submit(notebook(check("odd", odd), check("after", PUBLISH))).result()
    assert found.tests[1].messages in (0, 1)
    assert one.submit(HONEST).result().ending == "complete"


def test_a_worker_that_dies_is_replaced_and_the_submission_tried_again(
    isolation: ProbeResult,
) -> None:
    with pool(isolation, workers=2) as made:
        slow = notebook(check("a", f"import time\ntime.sleep(4)\n{PUBLISH}"))
        futures = [made.submit(slow), made.submit(slow)]
        worker = executing(os.getpid())[0]
        time.sleep(2)
        worker.send_signal(signal.SIGABRT)
        found = [future.result() for future in futures]
    assert [(each.ending, evidence(each)) for each in found] == [("complete", [1])] * 2


def test_a_worker_that_dies_each_time_costs_its_submission_alone(isolation: ProbeResult) -> None:
    with pool(isolation) as made:
        future = made.submit(notebook(check("a", "import time\ntime.sleep(600)")))
        while not future.done():
            time.sleep(0.3)
            for each in workers_of(os.getpid()):
                if family_of(each.pid):  # it has a sandbox, so it is executing
                    each.kill()
        found = future.result()
        assert (found.ending, evidence(found)) == ("lost", [0])
        assert not is_own_doing(found)
        assert made.submit(HONEST).result().ending == "complete"


def test_a_sandbox_that_is_ended_from_outside_is_not_the_submissions_fault(
    isolation: ProbeResult,
) -> None:
    with pool(isolation) as made:
        slow = notebook(check("a", PUBLISH), own("import time\ntime.sleep(3)"), check("b", PUBLISH))
        assert made.submit(HONEST).result().ending == "complete"
        future = made.submit(slow)
        (worker,) = executing(os.getpid())
        time.sleep(1.5)
        (bwrap,) = worker.children()
        bwrap.children()[0].kill()
        found = future.result()
    assert (found.ending, evidence(found), found.cuts) == ("complete", [1, 1], ())


def test_sandboxes_are_used_again(one: ExecutionPool) -> None:
    age = "print(open('/proc/1/stat').read().split()[21])"
    found = [one.submit(notebook(age)).result().cells[0].outputs for _ in range(2)]
    assert found[0] == found[1] != []


# As where the kernel's own thread for such messages waits for a processor.
LATE_INTERRUPTS = """
import time
kernel, until = get_ipython().kernel, time.monotonic() + 7.5
interrupt = kernel._send_interrupt_children
kernel._send_interrupt_children = lambda: (time.sleep(1.5), interrupt())
while time.monotonic() < until:
    try:
        time.sleep(0.1)
    except KeyboardInterrupt:
        pass
"""


def test_an_interrupt_that_comes_late_does_not_reach_the_next_cell(one: ExecutionPool) -> None:
    after = check("after", f"import time\ntime.sleep(3)\n{PUBLISH}")
    found = one.submit(notebook(own(LATE_INTERRUPTS), after)).result()
    assert (found.ending, evidence(found)) == ("complete", [1])


# Two connections are read in whatever order: of interrupts by both, the first may come last.
WHO_INTERRUPTS = """
import time
kernel, who = get_ipython().kernel, []
interrupt = kernel.control_handlers["interrupt_request"]
def noted(stream, ident, parent):
    who.append(ident[0])
    return interrupt(stream, ident, parent)
kernel.control_handlers["interrupt_request"] = noted
while len(who) < 2:
    try:
        time.sleep(0.1)
    except KeyboardInterrupt:
        pass
"""


def test_all_interrupts_come_by_one_connection(one: ExecutionPool) -> None:
    after = check("after", f"assert len(set(who)) == 1\n{PUBLISH}")
    found = one.submit(notebook(own(WHO_INTERRUPTS), after)).result()
    assert (found.ending, evidence(found)) == ("complete", [1])


# The last word on a cell is dropped, as it is where the queue of what a kernel publishes is full.
LAST_WORD_LOST = """
import time
kernel = get_ipython().kernel
publish = kernel._publish_status
kernel._publish_status = lambda status, *rest, **named: (
    None if status == "idle" else publish(status, *rest, **named))
def back(*_):
    kernel._publish_status = publish
get_ipython().events.register("pre_run_cell", back)
while True:
    time.sleep(0.1)
"""


def test_the_word_that_a_cell_has_ended_may_be_lost(one: ExecutionPool) -> None:
    found = one.submit(notebook(own(LAST_WORD_LOST), check("after", PUBLISH))).result()
    assert (found.ending, evidence(found)) == ("complete", [1])


# What the client asks then is answered when the next cell is under way.
FORGED_LAST_WORD = """
import time
get_ipython().kernel._publish_status("idle", "shell")
time.sleep(600)
"""


def test_a_last_word_that_comes_too_early_costs_its_own_cell(one: ExecutionPool) -> None:
    after = check("after", f"import time\ntime.sleep(3)\n{PUBLISH}")
    found = one.submit(notebook(own(FORGED_LAST_WORD), after)).result()
    assert (found.ending, evidence(found)) == ("complete", [1])
    assert [each.status for each in found.cells] == ["timeout", "ok"]


LAST_WORD_LOST_ONCE = """
kernel = get_ipython().kernel
publish = kernel._publish_status
def once(status, *rest, **named):
    if status == "idle":
        kernel._publish_status = publish
    else:
        publish(status, *rest, **named)
kernel._publish_status = once
"""


def test_where_the_last_word_is_lost_a_later_one_tells(one: ExecutionPool) -> None:
    found = one.submit(notebook(own(LAST_WORD_LOST_ONCE), check("after", PUBLISH))).result()
    assert (found.ending, evidence(found)) == ("complete", [1])
    assert [each.status for each in found.cells] == ["ok", "ok"]


BUSY = """
import os, time
for _ in range(230):
    try:
        if os.fork() == 0:
            while True: pass
    except OSError:
        break
until = time.time() + 600
while time.time() < until: pass
"""


def test_an_honest_neighbour_of_busy_processes_gets_what_it_gets_alone(
    isolation: ProbeResult,
) -> None:
    work = (
        "import time\nstart = time.process_time()\n"
        f"while time.process_time() < start + 0.5: pass\n{PUBLISH}"
    )
    honest = notebook(*(check(f"t{n}", work) for n in range(3)))
    with pool(isolation, workers=2, cell_seconds=6, total_seconds=18) as made:
        busy = made.submit(notebook(check("busy", BUSY)))
        found = [made.submit(honest).result() for _ in range(2)]
        end = busy.result()
    for each in found:
        assert (each.ending, evidence(each)) == ("complete", [1, 1, 1])
        assert {cell.status for cell in each.cells} == {"ok"}
    assert evidence(end) == [0]


@pytest.mark.parametrize("who", ["the grader", "a worker"])
def test_a_grader_that_is_stopped_for_a_while_costs_nobody_a_point(
    who: str, isolation: ProbeResult
) -> None:
    """Longer than a cell may take, and all cells together."""
    with grader() as process:
        (worker,) = executing(process.pid)
        stopped = psutil.Process(process.pid) if who == "the grader" else worker
        time.sleep(1)
        stopped.suspend()
        time.sleep(10)
        stopped.resume()
        out, _ = process.communicate(timeout=60)
    assert out.splitlines()[-1] == "complete [1, 1]"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_and_no_sandbox_outlives_the_grader(
    how: signal.Signals, isolation: ProbeResult
) -> None:
    with grader(sleep=120) as process:
        executing(process.pid)
        family = family_of(process.pid)
        process.send_signal(how)
        process.wait(60)
    assert still_running(family) == []


def test_a_worker_that_is_killed_leaves_no_file(isolation: ProbeResult, tmp_path: Path) -> None:
    with grader(temporary=tmp_path) as process:
        (worker,) = executing(process.pid)
        time.sleep(1)
        worker.kill()
        out, _ = process.communicate(timeout=60)
    assert out.splitlines()[-1] == "complete [1, 1]"
    assert list(tmp_path.iterdir()) == []


def test_closing_in_the_middle_of_an_execution_ends_all(isolation: ProbeResult) -> None:
    before = set(family_of(os.getpid()))
    with pool(isolation) as made:
        future = made.submit(notebook(own("import time\ntime.sleep(600)")))
        until(lambda: len(family_of(os.getpid())) >= len(before) + 4)
    assert future.exception() is not None
    assert set(family_of(os.getpid())) <= before


GRADER = """
from tests.sandbox.hostile.test_workers import *
from alpaca_course.sandbox.probe import require
with pool(require(), cell_seconds=4, total_seconds=8) as made:
    print("ready", flush=True)
    slow = notebook(check("a", PUBLISH), "import time\\ntime.sleep({sleep})", check("b", PUBLISH))
    found = made.submit(slow).result()
    print(found.ending, evidence(found), flush=True)
"""


@contextmanager
def grader(sleep: float = 3, temporary: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that executes a notebook which sleeps for so many seconds."""
    where = {"TMPDIR": str(temporary)} if temporary else {}
    with subprocess.Popen(
        [sys.executable, "-c", GRADER.replace("{sleep}", f"{sleep}")],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **where},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()
