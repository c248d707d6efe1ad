"""Seconds a submission: stock nbgrader, otter-grader and this grader side by side in one run.

    python -m benchmarks.throughput [--submissions 24] [--as-it-is 2] [--rounds 3] [--json]

Whole commands by the wall clock. Everybody grades the same correct solutions (no two of them the
same program), runs the same cells, and collects the same evidence with the same probes; a variant
that does not is an error. One variant is another bargain: "assertions on layers" is what a course
would pick that does without evidence (``benchmarks.layer_checks``), and no peer. Peers run in ways
that favour them: cells that we do not execute are left out of their notebooks (but where it says
"as it is": there every cell runs that students have), visible checks too, the assignment is in the
gradebook before the clock starts, and otter grades all notebooks in one process. "Two side by side"
means two processes, each with half of the submissions.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from alpaca_course.course import Course
from alpaca_course.intake.released import ReleasedLab
from benchmarks import course as bench
from benchmarks import machine, stock
from benchmarks.otter_lab import Otter
from benchmarks.stock import Stock
from benchmarks.timing import Cost, note, ratios, run, spread, table

WORKERS = 2
OURS = "alpaca grade, warm"
AS_IT_IS = "nbgrader as it is, every cell"
BEST_PEERS = ("nbgrader, two side by side", "otter-grader, two side by side")
WITHOUT_EVIDENCE = "nbgrader, assertions on layers, two side by side"
# What is to be reached, and what is aimed at: times faster than stock, and than the best peer.
GOALS = {"as it is": (50.0, 60.0), "best peer": (3.5, 4.0)}


Figures = dict[str, list[float]]


@dataclass(frozen=True)
class Variant:
    """One way of grading; ``grade`` prepares a class of ``count`` and grades it."""

    name: str
    count: int
    grade: Callable[[int], Cost]


def variants(course: Course, count: int, as_it_is: int) -> list[Variant]:
    """All variants, slow preparations done."""
    reference = ReleasedLab.load(bench.lab_of(course)).reference
    note("preparing the courses ...")
    whole = Stock.prepare(course, "stock-whole", lessons=True)
    plain = Stock.prepare(course, "stock", lessons=False)
    asserting = Stock.prepare(course, "stock-assertions", lessons=False, evidence=False)
    otter = Otter.prepare(course, reference)
    ours = bench.prepare(course, "ours")

    def stock_run(place: Stock, processes: int) -> Callable[[int], Cost]:
        def grade(number: int) -> Cost:
            parts = halves(number, processes)
            return stock.grade(
                *(place.new_class(reference, part, f"part{i}") for i, part in enumerate(parts))
            )

        return grade

    def otter_run(processes: int) -> Callable[[int], Cost]:
        def grade(number: int) -> Cost:
            parts = halves(number, processes)
            classes = [otter.new_class(reference, p, f"part{i}") for i, p in enumerate(parts)]
            return run(*classes)

        return grade

    def our_run(isolation: str, *, template: bool = True) -> Callable[[int], Cost]:
        def grade(number: int) -> Cost:
            bench.new_class(ours, number)
            return bench.grade(ours, isolation=isolation, workers=WORKERS, template=template)

        return grade

    return [
        Variant(OURS, count, our_run("warm")),
        Variant(BEST_PEERS[0], count, stock_run(plain, 2)),
        Variant(BEST_PEERS[1], count, otter_run(2)),
        Variant("alpaca grade, warm, no template", count, our_run("warm", template=False)),
        Variant(WITHOUT_EVIDENCE, count, stock_run(asserting, 2)),
        Variant("alpaca grade, fresh", count, our_run("fresh")),
        Variant(AS_IT_IS, as_it_is, stock_run(whole, 1)),
        Variant("nbgrader, lessons skipped", count, stock_run(plain, 1)),
        Variant("otter-grader, one process", count, otter_run(1)),
    ]


def halves(count: int, processes: int) -> list[range]:
    """The numbers of ``count`` submissions in as many parts as there are processes."""
    edges = [count * part // processes for part in range(processes + 1)]
    return [range(*pair) for pair in itertools.pairwise(edges)]


def measure(chosen: list[Variant], rounds: int) -> tuple[Figures, Figures]:
    """Seconds a submission by wall clock and of processor time.

    One value a round; every round runs every variant once, each time in another order, since the
    machine's own speed drifts.
    """
    wall: Figures = {variant.name: [] for variant in chosen}
    cpu: Figures = {variant.name: [] for variant in chosen}
    for number in range(rounds):
        for variant in chosen[number:] + chosen[:number]:
            cost = variant.grade(variant.count)
            wall[variant.name].append(cost.wall / variant.count)
            cpu[variant.name].append(cost.cpu / variant.count)
            note(
                f"round {number + 1} of {rounds}: {variant.name}: "
                f"{wall[variant.name][-1]:.2f} s a submission, "
                f"{cpu[variant.name][-1]:.2f} CPU-s, load {os.getloadavg()[0]:.1f}"
            )
    return wall, cpu


def summary(figures: Mapping[str, list[float]]) -> dict[str, Any]:
    """Times faster than the peers, round by round, and whether the goals are reached."""
    ours = figures[OURS]
    faster = {
        name: ratios(values, ours) for name, values in figures.items() if name != OURS and values
    }
    found: dict[str, Any] = {"times_as_long": faster}
    if AS_IT_IS in faster:
        found["as it is"] = faster[AS_IT_IS]
    peers = [faster[name] for name in BEST_PEERS if name in faster]
    if peers:
        found["best peer"] = [min(each) for each in zip(*peers, strict=True)]
    return found


def text(
    figures: Mapping[str, list[float]],
    cpu: Mapping[str, list[float]],
    counts: Mapping[str, int],
) -> str:
    found = summary(figures)
    rows = [
        [
            name,
            str(counts[name]),
            spread(values),
            spread(cpu[name]),
            spread(found["times_as_long"].get(name, [1.0]), 1),
        ]
        for name, values in figures.items()
    ]
    lines = [table(["", "submissions", "s a submission", "CPU-s", "x ours"], rows), ""]
    for name, (goal, aim) in GOALS.items():
        if name in found:
            reached = "reached" if min(found[name]) >= goal else "not reached in every round"
            lines.append(
                f"{spread(found[name], 1)} times as fast as {name}: "
                f"goal {goal:g} {reached}, aim {aim:g}"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--submissions", type=int, default=24, help="of every variant but one")
    parser.add_argument(
        "--as-it-is", type=int, default=2, help="submissions of stock nbgrader as it is"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", nargs="*", default=[], metavar="WORD", help="variants whose names have the word"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    facts = machine.describe()
    everything = variants(Course.find(), options.submissions, options.as_it_is)
    chosen = [
        variant
        for variant in everything
        if variant.name == OURS
        or not options.only
        or any(word in variant.name for word in options.only)
    ]
    figures, cpu = measure(chosen, options.rounds)
    if options.json:
        found = {
            "machine": facts,
            "seconds_a_submission": figures,
            "cpu_seconds_a_submission": cpu,
            **summary(figures),
        }
        print(json.dumps(found, indent=2))
        return
    print(machine.text(facts))
    print(f"{options.rounds} rounds: median (smallest–largest)\n")
    print(text(figures, cpu, {variant.name: variant.count for variant in chosen}))


if __name__ == "__main__":
    main()
