"""Executions on a cluster: 1 and 2 workers on this machine, and 50 simulated ones.

    python -m benchmarks.cluster [--submissions 12] [--simulated 50 --long 400] [--json]

The first part grades a class of the lab on real workers and, for comparison, without a cluster:
submissions a minute, the coordinator's processor time and memory, and bytes that it sends and gets.
The second asks how many workers one coordinator keeps busy: workers wait for as long as an
execution takes and return recorded evidence, and the coordinator does all that it does: reads,
gates, sends, checks, judges, writes gradebook and notebooks.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from alpaca_course.batch import elsewhere
from alpaca_course.batch.grade import Batch
from alpaca_course.cluster.bundle import Bundle
from alpaca_course.cluster.link import Address
from alpaca_course.cluster.local import LocalMachines, free_port
from alpaca_course.course import Course
from alpaca_course.execution.pool import ExecutionPool
from alpaca_course.execution.runner import Execution
from alpaca_course.execution.sources import source_spec
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.session import GradingSession
from alpaca_course.units import MIB
from benchmarks import course as bench
from benchmarks import machine
from benchmarks.timing import note, run, table
from tests.cluster.proxy import Proxy

CHALLENGE = "0123456789abcdef" * 2
# So many of a long class are not counted at its beginning and its end.
SKIPPED = 0.2


@dataclass(frozen=True)
class Real:
    """A class graded by real workers.

    Attributes:
        workers: of the cluster; 0 is this machine's own pool with two workers, of which no more
            than the speed is told.
        a_minute: submissions, over the whole command.
        cpu: of the coordinator and its children, in seconds a submission.
        memory: that the coordinator held at most, in MiB.
        sent: by the coordinator, in KiB a submission, the bundle apart.
        got: the same of what came back.
    """

    workers: int
    a_minute: float
    cpu: float
    memory: float
    sent: float
    got: float


@dataclass(frozen=True)
class Kept:
    """How busy one coordinator kept simulated workers.

    Attributes:
        workers: there were.
        seconds: an execution took.
        busy: workers on average, over the middle of the class.
        a_second: submissions over that time.
        cpu: seconds of the coordinator a submission; on a core of its own it keeps as many workers
            busy as these go into ``seconds``.
        memory: that it held at most, in MiB.
    """

    workers: int
    seconds: float
    busy: float
    a_second: float
    cpu: float
    memory: float


@contextlib.contextmanager
def scheduler(folder: Path) -> Iterator[LocalMachines]:
    address = Address(f"tcp://127.0.0.1:{free_port()}")
    with LocalMachines(folder, address, address) as machines:
        machines.start_scheduler()
        _until_it_answers(address)
        yield machines


def _until_it_answers(address: Address) -> None:
    port = int(address.url.rpartition(":")[2])
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)


def grade_here(place: Course, count: int) -> Real:
    """The class with this machine's own pool: what a cluster is compared with."""
    bench.new_class(place, count)
    cost = bench.grade(place, isolation="warm", workers=2)
    return Real(0, 60 * count / cost.wall, 0.0, 0.0, 0.0, 0.0)


def grade_there(place: Course, count: int, workers: int, folder: Path) -> Real:
    """The class with real workers on this machine, each with one slot."""
    bench.new_class(place, count)
    with scheduler(folder) as machines:
        for number in range(workers):
            machines.start_worker(f"w{number}")
        with Proxy(int(machines.of_worker.url.rpartition(":")[2])) as relay:
            url = f"tcp://127.0.0.1:{relay.port}"
            command = bench.alpaca(place, "grade", bench.LAB, "--scheduler", url, "--json")
            with _watched() as seen:
                cost = run(command)
    bench.check_full_marks(place, json.loads(cost.printed[0]))
    bundle = _bundle_bytes(place)
    return Real(
        workers,
        60 * count / cost.wall,
        seen.cpu / count,
        seen.memory / MIB,
        max(0, relay.sent - bundle) / count / 1024,
        relay.got / count / 1024,
    )


@dataclass
class _Seen:
    """The largest resident set of a process in bytes, and its seconds, children's included."""

    memory: int = 0
    cpu: float = 0.0


@contextlib.contextmanager
def _watched() -> Iterator[_Seen]:
    """The youngest child of this process: the command that is measured."""
    found, ended = _Seen(), threading.Event()
    before = {each.pid for each in psutil.Process().children()}

    def watch() -> None:
        while not ended.wait(0.1):
            with contextlib.suppress(psutil.Error):
                for each in psutil.Process().children():
                    if each.pid not in before:
                        found.memory = max(found.memory, each.memory_info().rss)
                        found.cpu = max(found.cpu, sum(each.cpu_times()[:4]))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _bundle_bytes(place: Course) -> int:
    with GradingSession(place, bench.lab_of(place)) as session:
        return len(elsewhere.pack(session.spec).data)


def recorded(place: Course) -> tuple[bytes, float]:
    """A worker's answer for a correct submission with the fixed challenge, and its seconds."""
    from alpaca_course.execution.worker import Answer

    bench.new_class(place, 1)
    with GradingSession(place, bench.lab_of(place), challenge=CHALLENGE) as session:
        submission = session.take_in(bench.student(0))
        source = source_spec(place, session.lab, "warm")
        pool = ExecutionPool(source, workers=1, spec=session.spec, limits=session.limits)
        try:
            pool.submit(submission.intake.notebook).result()  # it starts the sandbox
            execution: Execution = pool.submit(submission.intake.notebook).result()
        finally:
            pool.close()
    return json.dumps(Answer(execution), default=vars).encode(), execution.seconds


def keep_busy(place: Course, workers: int, count: int, seconds: float, folder: Path) -> Kept:
    """Grade a class by this process, with simulated workers."""
    answer, measured = recorded(place)
    seconds = seconds or measured
    bench.new_class(place, count)
    folder.mkdir(parents=True, exist_ok=True)
    file, log = folder / "recorded.json", folder / "executions.log"
    file.write_bytes(answer)
    log.unlink(missing_ok=True)
    with scheduler(folder) as machines:
        words = [machines.of_worker.url, str(workers), str(seconds), str(file), str(log)]
        where = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
        command = [sys.executable, "-m", "benchmarks.standin", *words]
        standin = machines.start("standin", command, where)
        try:
            cpu, memory = _coordinate(place, machines.of_worker, workers, count)
        finally:
            standin.kill()
            standin.wait()
    busy, a_second = busy_in(log, workers)
    return Kept(workers, seconds, busy, a_second, cpu / count, memory)


def _coordinate(place: Course, address: Address, workers: int, count: int) -> tuple[float, float]:
    """Processor seconds of this process for the class, and MiB that it held at most."""
    lab = bench.lab_of(place)
    # What simulated workers have no use for is not sent to fifty of them in one process.
    elsewhere.pack = lambda spec: Bundle("0" * 64, b"")
    session = GradingSession(place, lab, isolation="warm", challenge=CHALLENGE)
    with elsewhere.on_cluster(session, address, note) as cluster:
        while len(cluster.workers) < workers:
            time.sleep(0.2)
        began = time.process_time()
        names = [bench.student(number) for number in range(count)]
        points = {
            each.result.total if each.result else None
            for each in Batch(session, NbGrader(place, lab)).run(names)
        }
        cpu = time.process_time() - began
        full = sum(each.points for each in session.released.exercises)
    if points != {full}:
        raise SystemExit(f"not all were graded with full marks: {points}")
    return cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def busy_in(log: Path, workers: int) -> tuple[float, float]:
    """Workers busy on average and executions a second, from the middle of what was noted."""
    times = sorted(tuple(json.loads(line)) for line in log.read_text().splitlines())
    ends = sorted(end for _, end in times)
    skipped = min(max(workers, int(SKIPPED * len(ends))), len(ends) // 3)
    low, high = ends[skipped], ends[-skipped - 1]
    used = sum(max(0.0, min(end, high) - max(began, low)) for began, end in times)
    return used / (high - low), (len(ends) - 2 * skipped - 1) / (high - low)


def text(real: list[Real], kept: list[Kept]) -> str:
    lines = []
    if real:
        rows = [
            [
                f"{each.workers} workers" if each.workers else "no cluster, two workers",
                f"{each.a_minute:.1f}",
                f"{each.cpu:.2f}" if each.workers else "–",
                *(f"{n:.0f}" if each.workers else "–" for n in (each.memory, each.sent, each.got)),
            ]
            for each in real
        ]
        head = ["", "a minute", "CPU-s of the coordinator", "MiB", "KiB sent", "KiB got"]
        lines += [table(head, rows), ""]
    if kept:
        rows = [
            [
                f"{each.workers} simulated workers, {each.seconds:.1f} s each",
                f"{each.busy:.1f}",
                f"{each.a_second:.1f}",
                f"{each.cpu:.3f}",
                f"{each.seconds / each.cpu:.0f}",
                f"{each.memory:.0f}",
            ]
            for each in kept
        ]
        head = ["", "busy", "a second", "CPU-s of the coordinator", "enough for", "MiB"]
        lines += [table(head, rows), ""]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--submissions", type=int, default=12, help="of the class of real workers")
    parser.add_argument("--simulated", type=int, nargs="*", default=[50], help="workers")
    parser.add_argument("--long", type=int, default=400, help="the class of simulated workers")
    parser.add_argument(
        "--seconds", type=float, default=5.0, help="of theirs; 0: as long as one took here"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    facts = machine.describe()
    place = bench.prepare(Course.find(), "cluster")
    folder = place.root / "machines"
    real: list[Real] = []
    if options.submissions:
        real = [grade_here(place, options.submissions)]
        for workers in (1, 2):
            real.append(grade_there(place, options.submissions, workers, folder))
            note(f"{real[-1]}")
    kept = [
        keep_busy(place, count, options.long, options.seconds, folder)
        for count in options.simulated
    ]
    found: dict[str, Any] = {
        "machine": facts,
        "real": [asdict(each) for each in real],
        "simulated": [asdict(each) for each in kept],
    }
    print(
        json.dumps(found, indent=2)
        if options.json
        else f"{text(real, kept)}\n{machine.text(facts)}"
    )


if __name__ == "__main__":
    main()
