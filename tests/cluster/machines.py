"""A real scheduler and real workers on this machine, which tests drive and disturb."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import psutil

from alpaca_course.batch.elsewhere import on_cluster
from alpaca_course.batch.grade import Batch, Outcome
from alpaca_course.cluster.link import Address
from alpaca_course.cluster.local import LocalMachines
from alpaca_course.course import Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.judging.session import GradingSession
from tests.cluster import preloaded
from tests.waiting import until

# For the slowest machine; nothing waits as long where all is well.
SECONDS = 240.0
# What a worker's name begins with that has another version of a library.
OTHER = "other"
ALPACA = str(Path(sys.executable).with_name("alpaca"))


class Machines(LocalMachines):
    """A scheduler and workers that hold or die of what they are given, as tests tell them."""

    @property
    def control(self) -> Path:
        return self.folder / "control"

    @property
    def address(self) -> Address:
        return self.of_worker

    def start(
        self, name: str, command: list[str], environment: Mapping[str, str] = os.environ
    ) -> subprocess.Popen[bytes]:
        self.control.mkdir(parents=True, exist_ok=True)
        more = {
            preloaded.CONTROL: str(self.control),
            # By Dask itself, in a worker's process alone.
            "DASK_DISTRIBUTED__WORKER__PRELOAD": repr([str(Path(preloaded.__file__))]),
        }
        if name.startswith(OTHER):
            more[preloaded.OTHER] = "1"
        return super().start(name, command, {**environment, **more})

    def start_worker_through(self, name: str, port: int) -> None:
        """A worker that reaches the scheduler by another port."""
        straight = self.of_worker
        self.of_worker = replace(straight, url=f"{straight.url.rpartition(':')[0]}:{port}")
        self.start_worker(name)
        self.of_worker = straight

    def process_of(self, name: str) -> psutil.Process:
        """Dask's worker below the supervisor ``name``."""
        found: list[psutil.Process] = []

        def look() -> bool:
            with contextlib.suppress(psutil.Error):
                found[:] = psutil.Process(self.workers[name].pid).children()
            return bool(found)

        until(look, f"{name} has a process")
        return found[0]

    def registered(self, name: str) -> int:
        """How many times ``name`` came to be known to a scheduler: a process may still start."""
        return (self.folder / f"{name}.log").read_text().count("Registered to:")

    # What workers were given

    def begin(self) -> None:
        """Forget what was noted and held so far."""
        for path in self.control.glob("*"):
            path.unlink()

    def started(self, word: str = "") -> list[int]:
        """Process ids of the workers that began executions whose code has ``word``, in order."""
        return [pid for pid, text in preloaded.notes(self.control) if word in text]

    def go(self) -> None:
        """Let go what holds."""
        (self.control / preloaded.GO).touch()


@contextlib.contextmanager
def machines(folder: Path, scheduler: Address, worker: Address) -> Iterator[Machines]:
    """A scheduler without workers; all that was started is ended."""
    with contextlib.closing(Machines(folder, scheduler, worker)) as made:
        made.start_scheduler()
        yield made


def grade(
    course: Course, address: Address, said: list[str] | None = None, **how: float
) -> dict[str, Outcome]:
    """Grade the class on a cluster, by student."""
    lab = course.lab()
    told = said if said is not None else []
    session = GradingSession(course, lab, isolation="warm")
    with on_cluster(session, address, told.append, **how):
        found = Batch(session, NbGrader(course, lab)).run(students(course))
        return {each.student: each for each in found}


def students(course: Course) -> list[str]:
    return sorted(path.name for path in course.submitted.iterdir())
