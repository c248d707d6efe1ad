"""How near ``alpaca grade`` comes to its floor, and what a second worker brings.

    python -m benchmarks.floor [--submissions 24] [--rounds 3] [--profile] [--json]

The floor is a bare fork of a process that has prepared the lab's template. It runs the same cells
on the same helper files, pictures and weights and collects the same evidence, but there is no
Jupyter, no sandbox, no intake, no judge, no gradebook and no notebook to write. Beside it stands
the floor without a template, a bare fork of a process that has imported TensorFlow and no more.

Two figures each. "Whole" is the wall clock from the start to the end, imports included, divided by
the number of submissions. "Steady" leaves out the start: it is the time between the first few
submissions and the last, by submission, which is what a longer class costs.

``--profile`` says where a submission's time goes: by cell, and within the cells by function.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alpaca_course.course import Course
from alpaca_course.execution.bytecode import with_bytecode
from alpaca_course.execution.pool import environment as grading_environment
from alpaca_course.execution.sources import lab_modules, template_of
from alpaca_course.intake.reading import read_notebook
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.submissions import folder_of, students
from alpaca_course.intake.taking_in import take_in
from benchmarks import bare as bare_forks
from benchmarks import cost_by_cell, machine
from benchmarks import course as bench
from benchmarks.timing import CommandFailed, note, ratios, spread, table

# Submissions that are left out of the steady rate: those that wait for the first sandboxes.
SKIPPED = 4
ROOT = Path(__file__).parents[1]
GOAL_RATIO = 1.2
GOAL_SPEED_UP = 1.7
OURS = {workers: f"alpaca grade, {workers} worker{'s' * (workers > 1)}" for workers in (1, 2)}
BARE = {workers: f"bare forks of a template, {workers} at a time" for workers in (1, 2)}
PLAIN = "bare forks without one, 2 at a time"


@dataclass(frozen=True)
class Figure:
    """Seconds a submission of one run.

    Attributes:
        whole: wall clock, start included.
        steady: wall clock after the first few.
        cpu: processor time; of bare forks without the start, of ``alpaca grade`` of everything.
    """

    whole: float
    steady: float
    cpu: float


def jobs(place: Course) -> list[bare_forks.Job]:
    """The cells that ``alpaca grade`` executes of every submission of the class."""
    lab = ReleasedLab.load(bench.lab_of(place))
    found = []
    for student in students(place, lab.lab):
        (path,) = folder_of(place, lab.lab, student).glob("*.ipynb")
        notebook = take_in(read_notebook(path.read_bytes()), lab).notebook
        found.append(bare_forks.Job(student, bare_forks.cells(notebook, lab)))
    return found


def working_folder(place: Course) -> Path:
    """What a kernel finds in its working folder: helper files and pictures."""
    folder = place.root / "files"
    folder.mkdir(exist_ok=True)
    for name, data in with_bytecode(ReleasedLab.load(bench.lab_of(place)).files).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    link = folder / "dataset"
    if not link.is_symlink():
        link.symlink_to(place.dataset.resolve(), target_is_directory=True)
    return folder


def child_environment(place: Course) -> dict[str, str]:
    """As in the sandbox: what it sets for TensorFlow, and nothing else."""
    return {
        **bench.environment(place),
        **grading_environment(bench.lab_of(place).kernel.environment),
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "IPYTHONDIR": str(place.root / "ipython"),
    }


def bare(place: Course, workers: int, *, template: bool = True) -> Figure:
    """Run every submission of the class in a bare fork, of a template or without one.

    Raises:
        CommandFailed: one of them did not send all of its evidence.
    """
    work, lab = jobs(place), bench.lab_of(place)
    command = [sys.executable, "-m", "benchmarks.bare"]
    command += [str(working_folder(place)), str(workers), *lab_modules(lab)]
    variable = {bare_forks.TEMPLATE: template_of(lab) if template else ""}
    started = time.perf_counter()
    finished: list[float] = []
    cpu = 0.0
    with (place.root / "benchmark.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=place.root,  # from where the lab's collectors are imported
            env={**child_environment(place), **variable, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with process.stdin as stdin:
            json.dump([job.to_json() for job in work], stdin)
        for _ in work:
            line = process.stdout.readline()
            if not line:
                raise CommandFailed((place.root / "benchmark.log").read_text(errors="replace"))
            answer = json.loads(line)
            finished.append(time.perf_counter())
            cpu += answer["cpu_seconds"]
            _check(answer, len(lab.exercises))
    finally:
        process.kill()
        process.wait()
    return Figure(
        whole=(finished[-1] - started) / len(work),
        steady=bench.steady(finished, SKIPPED),
        cpu=cpu / len(work),
    )


def _check(answer: Mapping[str, Any], exercises: int) -> None:
    payloads = answer["payloads"]
    if len(payloads) != exercises or any("error" in payload for payload in payloads):
        raise CommandFailed(f"incomplete evidence: {json.dumps(answer)[:2000]}")


def ours(place: Course, workers: int) -> Figure:
    """``alpaca grade`` over the class, warm."""
    bench.forget_results(place)
    cost = bench.grade(place, isolation="warm", workers=workers)
    finished = bench.finished_at(place)
    each = len(finished)
    return Figure(cost.wall / each, bench.steady(finished, SKIPPED), cost.cpu / each)


def measure(place: Course, rounds: int) -> dict[str, list[Figure]]:
    figures: dict[str, list[Figure]] = {}

    def keep(name: str, figure: Figure) -> None:
        figures.setdefault(name, []).append(figure)
        note(f"  {name}: {figure.steady:.2f} s a submission, {figure.whole:.2f} with the start")

    for number in range(rounds):
        note(f"round {number + 1} of {rounds}")
        keep(BARE[2], bare(place, 2))
        keep(OURS[2], ours(place, 2))
        keep(PLAIN, bare(place, 2, template=False))
        keep(BARE[1], bare(place, 1))
        keep(OURS[1], ours(place, 1))
    return figures


def summary(figures: Mapping[str, list[Figure]]) -> dict[str, list[float]]:
    """The ratios that have a goal, one value a round."""

    def ratio(kind: str, over: str, under: str) -> list[float]:
        return ratios(
            [getattr(figure, kind) for figure in figures[over]],
            [getattr(figure, kind) for figure in figures[under]],
        )

    return {
        "to the floor, steady": ratio("steady", OURS[2], BARE[2]),
        "to the floor, whole": ratio("whole", OURS[2], BARE[2]),
        "what the template saves, steady": ratio("steady", PLAIN, BARE[2]),
        "speed-up of two workers, steady": ratio("steady", OURS[1], OURS[2]),
        "speed-up of two workers, whole": ratio("whole", OURS[1], OURS[2]),
        "speed-up of two bare forks, steady": ratio("steady", BARE[1], BARE[2]),
    }


def text(figures: Mapping[str, list[Figure]]) -> str:
    rows = []
    for name, values in figures.items():
        rows.append(
            [
                name,
                spread([figure.steady for figure in values]),
                spread([figure.whole for figure in values]),
                spread([figure.cpu for figure in values]),
            ]
        )
    ratio_rows = [[name, spread(values)] for name, values in summary(figures).items()]
    return "\n\n".join(
        [
            table(["s a submission", "steady", "whole", "CPU-s"], rows),
            table(["", "ratio"], ratio_rows),
            f"Goals: at most {GOAL_RATIO} to the floor, speed-up at least {GOAL_SPEED_UP}.",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--submissions", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="where the time goes, and no race")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    if options.submissions <= SKIPPED and not options.profile:
        parser.error(f"at least {SKIPPED + 1} submissions are needed")
    facts = machine.describe()
    place = bench.prepare(Course.find(), "floor")
    bench.new_class(place, 1 if options.profile else options.submissions)
    if options.profile:
        os.environ.update(child_environment(place))
        found = cost_by_cell.run(
            jobs(place)[0], working_folder(place), lab_modules(bench.lab_of(place))
        )
        print(json.dumps({"machine": facts, **found}, indent=2) if options.json else
              f"{machine.text(facts)}\n\n{cost_by_cell.text(found)}")  # fmt: skip
        return
    figures = measure(place, options.rounds)
    if options.json:
        plain = {name: [asdict(each) for each in values] for name, values in figures.items()}
        print(json.dumps({"machine": facts, "figures": plain, **summary(figures)}, indent=2))
        return
    print(machine.text(facts))
    print(f"{options.submissions} submissions, {options.rounds} rounds: median (range)\n")
    print(text(figures))


if __name__ == "__main__":
    main()
