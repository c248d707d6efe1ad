"""A bounded process answers, or one call fails for a reason; the next one is answered again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from alpaca_course.bounded import BoundedError, BoundedProcess, Bounds
from alpaca_course.units import MIB
from tests.processes import runs
from tests.waiting import until

ROOT = Path(__file__).parents[2]
FUNCTION = "tests.bounded.answers:act"
SMALL = Bounds(memory=64 * MIB, seconds=20.0, cpu_seconds=2.0, open_files=64, answer=1000)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def process() -> Iterator[BoundedProcess]:
    with BoundedProcess(FUNCTION, SMALL) as made:
        yield made


def test_one_process_answers_call_after_call(process: BoundedProcess) -> None:
    assert process.call(b"echo one") == b"one"
    assert process.call(b"echo " + b"x" * 900) == b"x" * 900
    assert process.call(b"pid") == process.call(b"pid") != str(os.getpid()).encode()


@pytest.mark.skipif(os.name == "nt", reason="there it is ended at once")
@pytest.mark.parametrize("calls", [0, 1])
def test_it_ends_by_itself_when_it_is_asked_to(calls: int) -> None:
    """Not by an abort, which Python comes to after a second of waiting for its standard input."""
    process = BoundedProcess(FUNCTION, SMALL)
    process.start()
    for _ in range(calls):
        process.call(b"echo one")
    child = process._child
    assert child is not None
    until(lambda: psutil.Process(child.process.pid).num_threads() > 1)  # it reads requests
    process.close()
    assert child.process.returncode == 128 + signal.SIGTERM


def test_a_request_may_be_larger_than_what_is_read_at_a_time() -> None:
    with BoundedProcess(FUNCTION, SMALL) as process:
        assert process.call(b"size " + b"x" * (5 << 20)) == str(5 << 20).encode()


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (b"abort", "died"),
        (b"exit", "died"),
        (b"kill", "died"),
        (b"heap 200000000", "memory"),
        (b"spin", "cpu"),
        (b"length 1001", "answer"),
        (b"length 30000000", "answer"),
    ],
)
def test_what_goes_beyond_a_bound_costs_that_call_alone(
    process: BoundedProcess, request_: bytes, kind: str
) -> None:
    before = process.call(b"pid")
    with pytest.raises(BoundedError) as caught:
        process.call(request_)
    assert caught.value.kind == kind
    assert str(caught.value)
    assert process.call(b"pid") != before
    assert not psutil.pid_exists(int(before))


def test_an_exception_arrives_as_text_and_the_process_goes_on(process: BoundedProcess) -> None:
    before = process.call(b"pid")
    for request, said in ((b"raise no such thing", "ValueError: no such"), (b"files", "OSError")):
        with pytest.raises(BoundedError, match=said) as caught:
            process.call(request)
        assert caught.value.kind == "failed"
    with pytest.raises(BoundedError, match="RecursionError"):
        process.call(b"recurse")
    with pytest.raises(BoundedError) as caught:
        process.call(b"raise " + b"x" * 100_000)
    assert len(str(caught.value)) < 10_000
    assert process.call(b"pid") == before


def test_the_clock_bounds_what_uses_no_processor() -> None:
    with BoundedProcess(FUNCTION, Bounds(None, seconds=0.5, start_seconds=0.0)) as process:
        with pytest.raises(BoundedError) as caught:
            process.call(b"sleep 600")
        assert caught.value.kind == "seconds"


def test_a_start_that_fails_says_why() -> None:
    with BoundedProcess("tests.bounded.nowhere:act", SMALL) as process:
        with pytest.raises(BoundedError, match="nowhere"):
            process.call(b"echo")


def test_what_is_printed_is_no_answer(process: BoundedProcess) -> None:
    assert process.call(b"print") == b"printed"
    assert process.call(b"echo on") == b"on"


def test_limits_are_not_inherited_by_what_it_starts(process: BoundedProcess) -> None:
    assert process.call(b"child") == b"200000000"


def test_time_in_which_the_caller_is_stopped_does_not_count(tmp_path: Path) -> None:
    """A caller that Ctrl-Z stops for longer than a call may take has its answer when it goes on."""
    program = (
        "from alpaca_course.bounded import *\n"
        f"with BoundedProcess({FUNCTION!r}, Bounds(None, seconds=4.0, start_seconds=0.0)) as p:\n"
        "    p.call(b'echo')\n"
        "    print('ready', flush=True)\n"
        "    print(p.call(b'sleep 1').decode(), flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline() == "ready\n"
        caller.send_signal(signal.SIGSTOP)
        time.sleep(5)
        caller.send_signal(signal.SIGCONT)
        assert caller.stdout.readline() == "done\n"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("work", ["sleep 600", "spin"])
def test_no_process_outlives_its_caller(how: signal.Signals, work: str) -> None:
    program = (
        "from alpaca_course.bounded import *\n"
        f"p = BoundedProcess({FUNCTION!r}, Bounds(None, seconds=600.0))\n"
        "print(p.call(b'pid').decode(), flush=True)\n"
        f"p.call({work.encode()!r})\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as caller:
        assert caller.stdout is not None
        child = psutil.Process(int(caller.stdout.readline()))
        caller.send_signal(how)
        caller.wait(30)
    until(lambda: not runs(child))


def test_an_end_from_outside_unwinds_what_runs(process: BoundedProcess, tmp_path: Path) -> None:
    path = tmp_path / "left"
    kinds: list[str] = []

    def call() -> None:
        try:
            process.call(f"tidy {path}".encode())
        except BoundedError as error:
            kinds.append(error.kind)

    thread = threading.Thread(target=call)
    thread.start()
    until(path.exists)
    process.close()
    process.close()
    thread.join()
    assert kinds == ["closed"]
    assert not path.exists()
    assert Path(f"{path}.unwound").exists()
    with pytest.raises(BoundedError):
        process.call(b"echo")


def test_after_its_lifetime_another_process_answers(tmp_path: Path) -> None:
    with BoundedProcess(FUNCTION, SMALL, lifetime=2) as process:
        tidied = tmp_path / "tidied"
        process.call(f"at_the_end {tidied}".encode())
        first = process.pid
        assert process.call(b"pid").decode() == str(first)
        assert process.pid is None
        # It could put away what it had.
        assert tidied.exists()
        assert process.call(b"pid") != str(first).encode()
