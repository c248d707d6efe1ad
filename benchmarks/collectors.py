"""What a submission costs with these collectors, beside those of another state of the repository.

    python -m benchmarks.collectors BEFORE [--submissions 8] [--rounds 3] [--json]

BEFORE is a checkout of the repository, such as ``git worktree add ../before main``. The same cells
are executed in bare forks (see :mod:`benchmarks.bare`), in turns with the collectors of BEFORE and
with those of this checkout. Processor time is compared, which hangs less than the clock on what
else runs. Beside it stand what the rules take, on the trusted side, and the evidence's size.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alpaca_course.course import Course
from alpaca_course.execution.sources import lab_modules
from alpaca_course.judging.judge import load_judge
from benchmarks import bare, floor, machine
from benchmarks import course as bench
from benchmarks.timing import CommandFailed, note, ratios, spread, table

HERE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Figure:
    """Of the submissions of one run: CPU seconds each, and bytes of the largest evidence."""

    cpu: list[float]
    bytes: int


def run(place: Course, checkout: Path, jobs: list[bare.Job]) -> tuple[Figure, list[dict[str, Any]]]:
    """Execute ``jobs`` one after the other with the collectors of ``checkout``.

    Raises:
        CommandFailed: the process ended without all answers.
    """
    command = [sys.executable, "-m", "benchmarks.bare", str(floor.working_folder(place)), "1"]
    done = subprocess.run(
        [*command, *lab_modules(bench.lab_of(place))],
        cwd=checkout,
        env={**floor.child_environment(place), "PYTHONPATH": f"{checkout / 'src'}:{checkout}"},
        input=json.dumps([job.to_json() for job in jobs]),
        capture_output=True,
        text=True,
        check=False,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(jobs):
        raise CommandFailed(done.stderr[-2000:])
    payloads = [payload for answer in answers for payload in answer["payloads"]]
    largest = max(len(json.dumps(payload)) for payload in payloads)
    return Figure([answer["cpu_seconds"] for answer in answers], largest), answers


def judging_seconds(place: Course, jobs: list[bare.Job], answers: list[dict[str, Any]]) -> float:
    """CPU seconds that the rules take for a submission, the first answers of the network included.

    Raises:
        CommandFailed: a submission of the class does not get all points.
    """
    judge = load_judge(place, bench.lab_of(place))
    challenges = {job.name: job.challenge for job in jobs}
    started = time.process_time()
    for answer in answers:
        for payload in answer["payloads"]:
            rules = judge.exercises[payload["exercise"]]
            seen = rules.parse(payload, challenge=challenges[answer["name"]])
            verdict = rules.judge(seen, judge.facts)
            if verdict.points != verdict.max_points:
                raise CommandFailed(f"{answer['name']} lost points:\n{verdict.text()}")
    return (time.process_time() - started) / len(answers)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("before", type=Path, help="another checkout of the repository")
    parser.add_argument("--submissions", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    facts = machine.describe()
    place = bench.prepare(Course.find(), "collectors")
    bench.new_class(place, options.submissions)
    figures: dict[str, list[Figure]] = {"before": [], "after": []}
    rules = []
    for number in range(options.rounds):
        note(f"round {number + 1} of {options.rounds}")
        for name, checkout in (("before", options.before.resolve()), ("after", HERE)):
            jobs = floor.jobs(place)
            figure, answers = run(place, checkout, jobs)
            figures[name].append(figure)
            if name == "after":
                rules.append(judging_seconds(place, jobs, answers))
    medians = {name: [statistics.median(f.cpu) for f in each] for name, each in figures.items()}
    change = ratios(medians["after"], medians["before"])
    if options.json:
        plain = {name: [asdict(figure) for figure in each] for name, each in figures.items()}
        print(json.dumps({"machine": facts, "figures": plain, "ratio": change, "rules": rules}))
        return
    rows = [
        [name, spread(medians[name]), str(max(f.bytes for f in figures[name]))] for name in figures
    ]
    print(f"{machine.text(facts)}\n{options.submissions} submissions, {options.rounds} rounds\n")
    print(table(["CPU-s a submission, collectors", "median (range)", "largest evidence"], rows))
    print(f"\nafter to before: {spread(change)}; rules: {spread(rules)} CPU-s a submission")


if __name__ == "__main__":
    main()
