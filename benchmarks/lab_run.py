"""How long a student waits: the solved lab from first to last cell, in full and in quick mode.

    python -m benchmarks.lab_run [--pictures FOLDER] [--rounds 1] [--cells 8] [--json]

Each run is a command of its own, ``jupyter nbconvert --execute``, on a copy of the instructor's
notebook beside the released helper files. Without ``--pictures`` it takes the lab's photographs
where they lie beside the repository, else the course's data set.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat

from alpaca_course.assets.weights import ensure_weights
from alpaca_course.course import Course
from benchmarks import course as bench
from benchmarks import machine
from benchmarks.timing import Command, note, run, spread, table

MODES = ("full", "quick")
GOALS = {"full": 180, "quick": 60}


def command(course: Course, pictures: Path, place: Path, mode: str) -> Command:
    """Execute the solved lab in ``place``."""
    lab = bench.lab_of(course)
    shutil.copytree(lab.source, place)
    quick = {lab.kernel.quick_variable: "1"} if mode == "quick" else {}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ALPACA", "NBGRADER"))}
    return Command(
        [
            *(sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace"),
            lab.file_name,
        ],
        place,
        {
            **kept,
            **quick,
            "ALPACA_DATASET": str(pictures),
            "KERAS_HOME": str(course.keras_home),
        },
    )


def cells(notebook: Path) -> list[tuple[str, float]]:
    """Seconds of each code cell by its first line, as the kernel's messages say."""
    found = []
    for cell in nbformat.read(notebook, as_version=4).cells:
        times = cell.metadata.get("execution", {})
        if "iopub.execute_input" in times and "shell.execute_reply" in times:
            start, end = (
                datetime.fromisoformat(times[key])
                for key in ("iopub.execute_input", "shell.execute_reply")
            )
            line = next((line for line in cell.source.splitlines() if line.strip()), "")
            found.append((line[:60], (end - start).total_seconds()))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=Path, help="folder with `alpaca` and `not alpaca`")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--cells", type=int, default=8, help="slowest cells that are shown")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    course = Course.find()
    pictures = (options.pictures or bench.pictures(course)).resolve()
    if not any(pictures.glob("alpaca/*.jpg")):
        sys.exit(f"No pictures in {pictures}: name a folder with --pictures, or run `alpaca data`.")
    ensure_weights(course, say=note)
    wall: dict[str, list[float]] = {mode: [] for mode in MODES}
    cpu: dict[str, list[float]] = {mode: [] for mode in MODES}
    slowest: dict[str, list[tuple[str, float]]] = {}
    for number in range(options.rounds):
        for mode in MODES:
            with tempfile.TemporaryDirectory() as place:
                todo = command(course, pictures, Path(place) / "lab", mode)
                cost = run(todo)
                found = cells(todo.folder / bench.lab_of(course).file_name)
            wall[mode].append(cost.wall)
            cpu[mode].append(cost.cpu)
            slowest[mode] = sorted(found, key=lambda each: -each[1])[: options.cells]
            note(f"round {number + 1} of {options.rounds}: {mode}: {cost.wall:.0f} s")
    facts = machine.describe()
    if options.json:
        result: dict[str, Any] = {"machine": facts, "wall": wall, "cpu": cpu, "slowest": slowest}
        print(json.dumps(result, indent=2))
        return
    count = len(list(pictures.glob("*/*.jpg")))
    print(f"{machine.text(facts)}\n{count} pictures\n")
    rows = [[mode, spread(wall[mode], 0), spread(cpu[mode], 0), str(GOALS[mode])] for mode in MODES]
    print(table(["run", "wall s", "CPU s", "goal s"], rows))
    for mode, found in slowest.items():
        print(f"\nSlowest cells of the {mode} run, last round:")
        print(table(["cell", "s"], [[line, f"{seconds:.1f}"] for line, seconds in found]))


if __name__ == "__main__":
    main()
