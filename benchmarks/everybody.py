"""A class of everybody in the corpus, from hand-ins to exported grades, with one command a step.

    python -m benchmarks.everybody [--size 200] [--faults] [--json]

Habits and attacks first, then right and wrong solutions, as they would lie in ``submitted/``, mixed
by chance that is always the same. Each command's seconds are printed, what became of the
submissions, and every one that was not written or got other points than its header says. Exits
with 1 where there is one.

With ``--faults`` the class is disturbed first (see ``disturbed``): a second grader, ``kill -9``,
a full disk, a gradebook that another program holds. One more plain run has to make all good.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from alpaca_course.course import Course
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.qualification.case import Case, load_cases
from alpaca_course.qualification.plan import files_of
from benchmarks import course as bench
from benchmarks import disturbed, machine
from benchmarks.timing import Cost, note, run, table

FIRST = ("habit", "hostile", "alternative", "wrong", "demo")


def chosen(cases: Sequence[Case], size: int) -> list[Case]:
    """As many as ``size``, by kind in the order of FIRST, mixed."""
    in_order = sorted(cases, key=lambda case: FIRST.index(case.header.kind))[:size]
    random.Random(0).shuffle(in_order)
    return in_order


def hand_in(place: Course, cases: Sequence[Case]) -> dict[str, Case]:
    """Lay the cases into ``submitted/``; by student."""
    lab = bench.lab_of(place)
    released = ReleasedLab.load(lab)
    found = {}
    for number, case in enumerate(cases):
        student = f"{number:03d}-{case.name.partition('/')[2]}"
        found[student] = case
        for name, data in files_of(case, released).items():
            path = place.submitted / student / lab.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return found


def measured(place: Course, *words: str) -> Cost:
    """What ``alpaca <words>`` costs, and what it printed."""
    note(f"alpaca {words[0]} ...")
    return run(bench.alpaca(place, *words, done=bench.SOMEBODY_NEEDS_A_PERSON))


def surprises(graded: Sequence[dict[str, Any]], cases: dict[str, Case]) -> list[str]:
    """Submissions that were not written, or whose points are not their header's."""
    found = []
    for each in graded:
        case = cases[each["student"]]
        if each["state"] is None:
            found.append(f"{each['student']}: not written: {each['error']}")
        elif not case.header.varies and each["exercises"] != dict(case.points):
            found.append(f"{each['student']}: {each['exercises']} instead of {dict(case.points)}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, default=200)
    parser.add_argument("--faults", action="store_true", help="disturb the grading first")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    facts = machine.describe()
    name = "disturbed" if options.faults else "everybody"
    folder = bench.folder_of_benchmarks(Course.find()) / name
    own_disk = options.faults and disturbed.on_own_disk(
        folder, options.size, "benchmarks.everybody"
    )
    place = bench.prepare(Course.find(), name)
    cases = hand_in(place, chosen(load_cases(bench.lab_of(place)), options.size))
    seconds, faults = {}, []
    if options.faults:
        started = time.perf_counter()
        faults = disturbed.disturb(place, len(cases), own_disk=own_disk)
        seconds["disturbed grading"] = time.perf_counter() - started
    cost = measured(place, "grade", "--json")
    seconds["grade"] = cost.wall
    graded = json.loads(cost.printed[0])["submissions"]
    for name, *words in (
        ("feedback", "--json"),
        ("report", "--json"),
        ("export", "--output", "grades.csv"),
        ("regrade", "--dry-run", "--json"),
    ):
        seconds[name] = measured(place, name, *words).wall
    states = Counter(str(each["state"]) for each in graded)
    found = [*surprises(graded, cases), *disturbed.left_over(place, bench.lab_of(place), [*cases])]
    found += [f"traceback at {row[0]}" for row in faults if "TRACEBACK" in row[2]]
    if options.json:
        print(json.dumps({"machine": facts, "seconds": seconds, "states": states,
                          "faults": faults, "surprises": found}, indent=2))  # fmt: skip
    else:
        print(f"{machine.text(facts)}\n")
        print(table(["command", "s"], [[name, f"{each:.0f}"] for name, each in seconds.items()]))
        if faults:
            rows = [[f"{what}: {became}", by_then] for what, by_then, became in faults]
            print("\n" + table(["disturbance", "written by then"], rows))
        print("\n" + table(["state", "submissions"], [[k, str(n)] for k, n in states.items()]))
        print(f"\n{len(graded)} submissions, {len(found)} surprises", *found, sep="\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
