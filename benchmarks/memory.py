"""Memory of sandboxes while they grade: process 1, template and kernels, for several workers.

    python -m benchmarks.memory [--workers 1 2 4 8] [--json]

Each worker executes two correct submissions. Ten times a second the proportional set size (pages
that processes share, divided among them) of all processes of all sandboxes is read; told are the
largest sum, what each kind of process had then, and the largest sum without a template. Needs root,
since these processes can be read by nobody else.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from alpaca_course.course import Course
from alpaca_course.judging.session import GradingSession
from alpaca_course.units import MIB
from benchmarks import course as bench
from benchmarks import machine
from benchmarks.timing import note, table

KINDS = ("process 1", "template", "kernel")
EACH = 2
INTERVAL = 0.1


def kinds(root: int) -> dict[str, int]:
    """Bytes by kind of process, over all sandboxes below process ``root``."""
    found = dict.fromkeys(KINDS, 0)
    for process in psutil.Process(root).children(recursive=True):
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
            inside = status.partition("NSpid:")[2].partition("\n")[0].split()
            if len(inside) < 2:
                continue
            # No kernel has blocked SIGTERM, and every template has.
            blocked = int(status.partition("SigBlk:")[2].split()[0], 16) >> 14 & 1
            kind = KINDS[0] if inside[-1] == "1" else KINDS[1] if blocked else KINDS[2]
            found[kind] += _pss(process.pid)
        except (OSError, psutil.Error):
            continue
    return found


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


@dataclass
class Watch:
    """Looks in a thread of its own; keeps the largest sum."""

    most: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    done: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watch:
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self.done.wait(INTERVAL):
            found = kinds(os.getpid())
            if sum(found.values()) > sum(self.most.values()):
                self.most = found


def measure(place: Course, workers: int, *, template: bool) -> dict[str, int]:
    """The largest memory of ``workers`` sandboxes, by kind of process."""
    bench.new_class(place, workers * EACH)
    lab = bench.lab_of(place)
    session = GradingSession(
        place, lab, isolation="warm", workers=workers, template=template, expected=10**6
    )
    with session, Watch() as watch:
        names = [bench.student(number) for number in range(workers * EACH)]
        futures = [session.submit(session.take_in(name)) for name in names]
        for future in futures:
            execution = future.result()
            if execution.way != ("template" if template else "plain"):
                raise SystemExit(f"an execution went the way {execution.way!r}")
    return watch.most


def rows(found: Mapping[int, Mapping[bool, Mapping[str, int]]]) -> list[list[str]]:
    return [
        [
            str(workers),
            *(f"{both[True][kind] / MIB:.0f}" for kind in KINDS),
            f"{sum(both[True].values()) / MIB:.0f}",
            f"{sum(both[False].values()) / MIB:.0f}",
        ]
        for workers, both in found.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    if os.geteuid() != 0:
        parser.error("only root can read the memory of sandboxes")
    facts = machine.describe()
    place = bench.prepare(Course.find(), "memory")
    found: dict[int, dict[bool, dict[str, int]]] = {}
    for workers in options.workers:
        note(f"{workers} workers")
        found[workers] = {each: measure(place, workers, template=each) for each in (True, False)}
    if options.json:
        told = {w: {"template": b[True], "none": b[False]} for w, b in found.items()}
        print(json.dumps({"machine": facts, "bytes": told}, indent=2))
        return
    print(machine.text(facts) + "\n")
    print(table(["workers", *KINDS, "MiB together", "without a template"], rows(found)))


if __name__ == "__main__":
    main()
