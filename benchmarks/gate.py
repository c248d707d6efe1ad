"""What slice and gate cost a submission, and how much honest work they stop.

    python -m benchmarks.gate [--json]

Every right, wrong and honest case of the corpus is taken in as a hand-in; nothing of it runs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import defaultdict
from typing import Any

from alpaca_course.course import Course
from alpaca_course.execution.slicing import not_executed, sliced
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.gating import findings_in
from alpaca_course.qualification.case import load_cases
from alpaca_course.qualification.header import KINDS
from alpaca_course.qualification.plan import case_task


def measure(course: Course) -> dict[str, Any]:
    """Milliseconds of both steps, and what was found, by kind of case."""
    lab = course.lab()
    released = ReleasedLab.load(lab)
    found: dict[str, list[tuple[float, float, int, int]]] = defaultdict(list)
    for case in load_cases(lab):
        submission = case_task(case, released, {"execute_all": True}).submission
        notebook = submission.intake.notebook
        started = time.process_time()
        marked = sliced(notebook)
        cut = time.process_time()
        stopped = findings_in(marked, released)
        ended = time.process_time()
        own = len(not_executed(marked))
        found[case.header.kind].append((cut - started, ended - cut, bool(stopped), own))
    return {
        kind: {
            "cases": len(found[kind]),
            "stopped": sum(each[2] for each in found[kind]),
            "own_cells_not_executed": sum(each[3] for each in found[kind]),
            "slice_ms": [round(1000 * f(e[0] for e in found[kind]), 1) for f in (_median, max)],
            "gate_ms": [round(1000 * f(e[1] for e in found[kind]), 1) for f in (_median, max)],
        }
        for kind in KINDS
        if found[kind]
    }


def _median(values: Any) -> float:
    return statistics.median(values)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    measured = measure(Course.find())
    if arguments.json:
        print(json.dumps(measured, indent=1))
        return 0
    print("kind         cases  stopped  own cells not run  slice ms (max)  gate ms (max)")
    for kind, each in measured.items():
        (one, most), (gate, longest) = each["slice_ms"], each["gate_ms"]
        print(
            f"{kind:12} {each['cases']:5} {each['stopped']:8} {each['own_cells_not_executed']:18}"
            f"  {one:6} ({most})  {gate:6} ({longest})"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
