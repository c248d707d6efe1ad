"""Does a large class cost more a submission than a small one, in time or in memory?

    python -m benchmarks.growth [--sizes 10 100] [--workers 2] [--json]

Each size is one run of ``alpaca grade`` over correct submissions no two of which are the same
program, so the cache answers for none. Memory is that of the coordinating process alone, whose work
grows with the class if anything does; it is sampled while it runs. 1,000 submissions take the
better part of an hour.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import psutil

from alpaca_course.course import Course
from alpaca_course.units import MIB
from benchmarks import course as bench
from benchmarks import machine
from benchmarks.timing import CommandFailed, note, table

SAMPLE_SECONDS = 0.5


@dataclass(frozen=True)
class Run:
    """One class.

    Attributes:
        submissions: how many.
        whole: seconds a submission, start included.
        steady: seconds a submission after the first few.
        first, last: seconds a submission in the first and in the last fifth of the steady part.
        memory_early, memory_late, memory_peak: resident MiB of the coordinator: median of the
            second and of the last fifth of the samples, and the largest.
    """

    submissions: int
    whole: float
    steady: float
    first: float
    last: float
    memory_early: float
    memory_late: float
    memory_peak: float


def grade(place: Course, count: int, workers: int) -> Run:
    """Grade a new class of ``count``.

    Raises:
        CommandFailed: not everybody got full marks.
    """
    bench.new_class(place, count)
    command = bench.grade_command(place, "warm", workers)
    report, log = place.root / "report.json", place.root / "benchmark.log"
    started = time.perf_counter()
    with report.open("wb") as out, log.open("wb") as err:
        process = subprocess.Popen(
            command.words, cwd=command.folder, env=command.environment, stdout=out, stderr=err
        )
        memory = list(_sampled(process))
    whole = time.perf_counter() - started
    if process.returncode != 0:
        raise CommandFailed(log.read_text(errors="replace")[-4000:])
    bench.check_full_marks(place, json.loads(report.read_text()))
    finished = bench.finished_at(place)[2 * workers - 1 :]
    gaps = [later - earlier for earlier, later in pairwise(finished)]
    fifth, samples = max(1, len(gaps) // 5), max(1, len(memory) // 5)
    return Run(
        submissions=count,
        whole=whole / count,
        steady=statistics.mean(gaps),
        first=statistics.mean(gaps[:fifth]),
        last=statistics.mean(gaps[-fifth:]),
        memory_early=statistics.median(memory[samples : 2 * samples] or memory),
        memory_late=statistics.median(memory[-samples:]),
        memory_peak=max(memory),
    )


def _sampled(process: subprocess.Popen[bytes]) -> list[float]:
    """Resident MiB of ``process`` until it ends."""
    watched = psutil.Process(process.pid)
    found = []
    while process.poll() is None:
        try:
            found.append(watched.memory_info().rss / MIB)
        except psutil.NoSuchProcess:
            break
        time.sleep(SAMPLE_SECONDS)
    process.wait()
    return [size for size in found if size]


def text(runs: list[Run]) -> str:
    header = ["submissions", "whole", "steady", "first fifth", "last fifth"]
    memory = ["MiB early", "late", "peak"]
    rows = [
        [
            str(run.submissions),
            *(f"{value:.2f}" for value in (run.whole, run.steady, run.first, run.last)),
            *(f"{size:.0f}" for size in (run.memory_early, run.memory_late, run.memory_peak)),
        ]
        for run in runs
    ]
    return table([*header, *memory], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    if min(options.sizes) <= 2 * options.workers:
        parser.error(f"a class needs more than {2 * options.workers} submissions")
    facts = machine.describe()
    place = bench.prepare(Course.find(), "growth")
    runs = []
    for count in options.sizes:
        note(f"{count} submissions ...")
        runs.append(grade(place, count, options.workers))
        note(text(runs[-1:]))
    if options.json:
        found: Mapping[str, Any] = {"machine": facts, "runs": [asdict(run) for run in runs]}
        print(json.dumps(found, indent=2))
        return
    print(machine.text(facts))
    print(f"{options.workers} workers, warm; seconds a submission\n")
    print(text(runs))


if __name__ == "__main__":
    main()
