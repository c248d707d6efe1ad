"""What a gradebook in PostgreSQL costs the writer and the reader, beside SQLite's file.

    python -m benchmarks.database [--size 60] [--rounds 3] [--json]

Everybody of a class hands in the same notebook, so one execution gives all their evidence, and what
is measured is the rest: judging, notebook, gradebook, record. SQLite and PostgreSQL take turns, the
latter on a server of the benchmark's own, on this machine and without waiting for the disk. A
network is not in it: the statements that are sent for a submission are counted, so that its delay
can be added, once for each.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
import psutil
from sqlalchemy import event
from sqlalchemy.engine import Engine

from alpaca_course.batch.grade import Batch
from alpaca_course.course import Course
from alpaca_course.database_url import file_url
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.postgres_local import LocalServer, server
from alpaca_course.gradebook.results import read_results
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.submissions import students
from alpaca_course.judging.session import GradingSession
from benchmarks import course as bench
from benchmarks import machine
from benchmarks.timing import note, spread, table

KINDS = ("SQLite", "psycopg", "psycopg2")
_SKIPPED = 3  # submissions at the start of a run, in which everything is imported and compiled


@dataclass(frozen=True)
class Figures:
    """One class in one database; times in milliseconds a submission.

    Attributes:
        write: by the clock, of the writer.
        write_cpu: of processors, in this process.
        server_cpu: in the server's.
        read: by the clock, of the class's results, as a report reads them.
        statements: sent while a submission is written.
    """

    write: float
    write_cpu: float
    server_cpu: float
    read: float
    statements: float


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many statements are sent in the block, by time."""
    sent: list[int] = [0]

    def add(*_: object) -> None:
        sent[0] += 1

    event.listen(Engine, "before_cursor_execute", add)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", add)


def at(place: Course, url: str) -> Course:
    """``place`` with its gradebook at ``url`` and nothing graded."""
    for folder in (place.autograded, place.evidence_store):
        shutil.rmtree(folder, ignore_errors=True)
    config = place.config.copy()
    config.CourseDirectory.db_url = url
    return Course.from_config(place.root, config)


def measured(place: Course, running: LocalServer) -> Figures:
    """Grade the class, whose executions are there, and read it."""
    lab = bench.lab_of(place)
    names = students(place, lab)
    with GradingSession(place, lab) as session, counted() as sent:
        outcomes = Batch(session, NbGrader(place, lab)).run(names)
        for _ in range(_SKIPPED):
            next(outcomes)
        before = (time.perf_counter(), time.process_time(), _cpu(running), sent[0])
        for outcome in outcomes:
            assert not outcome.error, outcome.error
        after = (time.perf_counter(), time.process_time(), _cpu(running), sent[0])
    wall, cpu, served, count = (new - old for new, old in zip(after, before, strict=True))
    each = 1 / (len(names) - _SKIPPED)
    started = time.perf_counter()
    assert len(read_results(place, lab).results) == len(names)
    read = (time.perf_counter() - started) / len(names)
    ms = 1000 * each
    return Figures(wall * ms, cpu * ms, served * ms, 1000 * read, count * each)


def _cpu(running: LocalServer) -> float:
    """Processor seconds of the server and of the connections that it has had."""
    process = psutil.Process(int((running.data / "postmaster.pid").read_text().split()[0]))
    spent = 0.0
    for each in (process, *process.children()):
        times = each.cpu_times()
        spent += times.user + times.system
    times = process.cpu_times()
    return spent + times.children_user + times.children_system


def new_class(course: Course, size: int) -> Course:
    """A class whose only execution is done."""
    place = bench.prepare(course, "database")
    lab = bench.lab_of(place)
    released = ReleasedLab.load(lab)
    text = nbformat.writes(bench.submission(released.notebook, released.reference, 0))
    for number in range(size):
        folder = place.submitted / bench.student(number) / lab.name
        folder.mkdir(parents=True)
        (folder / lab.file_name).write_text(text, encoding="utf-8")
    with GradingSession(place, lab) as session:
        outcomes = list(Batch(session, NbGrader(place, lab)).run([bench.student(0)]))
    assert outcomes[0].ok, outcomes[0].error
    return place


def compare(course: Course, size: int, rounds: int) -> dict[str, list[Figures]]:
    """Figures by kind of database, in rounds."""
    place = new_class(course, size)
    kinds = [k for k in KINDS if k == "SQLite" or importlib.util.find_spec(k)]
    found: dict[str, list[Figures]] = {kind: [] for kind in kinds}
    with server() as running:
        for turn in range(rounds):
            for kind in kinds:
                url = _address(place, running, kind, turn)
                found[kind].append(measured(at(place, url), running))
                note(f"{kind}: {found[kind][-1].write:.0f} ms a submission")
    return found


def _address(place: Course, running: LocalServer, kind: str, turn: int) -> str:
    if kind == "SQLite":
        path = Path(place.root / f"gradebook-{turn}.db")
        path.unlink(missing_ok=True)
        return file_url(path)
    return running.create(f"{kind}-{turn}").replace("+psycopg:", f"+{kind}:")


def text(found: dict[str, list[Figures]]) -> str:
    def times(kind: str, name: str, digits: int = 0) -> str:
        return spread([getattr(each, name) for each in found[kind]], digits)

    base = statistics.median(each.write for each in found["SQLite"])
    rows = [
        [
            kind,
            times(kind, "write"),
            f"{statistics.median(each.write for each in figures) / base:.2f}",
            times(kind, "write_cpu"),
            times(kind, "server_cpu"),
            times(kind, "statements"),
            times(kind, "read", 1),
        ]
        for kind, figures in found.items()
    ]
    header = ["", "write ms", "of SQLite's", "CPU-ms", "server's", "statements", "read ms"]
    return table(header, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, default=60, help="submissions of the class")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    facts = machine.describe()
    found = compare(Course.find(), options.size, options.rounds)
    if options.json:
        figures = {kind: [asdict(each) for each in rounds] for kind, rounds in found.items()}
        print(json.dumps({"machine": facts, "figures": figures}, indent=2))
    else:
        print(f"{machine.text(facts)}\n\n{text(found)}")


if __name__ == "__main__":
    main()
