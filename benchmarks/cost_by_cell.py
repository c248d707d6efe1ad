"""Where a submission's time goes: its cells one by one in a fork, and again under cProfile."""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from alpaca_course.sandbox.process_one.kernel import preload
from benchmarks.bare import SHELL, Job
from benchmarks.timing import CommandFailed, table

FUNCTIONS = 45
REPEATS = 3


def run(job: Job, folder: Path, modules: Iterable[str]) -> dict[str, Any]:
    """Profile the cells of ``job`` in forks of this process, which imports TensorFlow for it.

    Args:
        job: the cells.
        folder: their working folder.
        modules: what is imported before.

    Returns:
        ``cells``: of each cell its title, and medians of wall clock and CPU seconds;
        ``functions``: those with the most cumulative time, under cProfile, of the test cells.
    """
    preload([*modules, SHELL])
    plain = [_in_fork(lambda: _cells(job, folder, None)) for _ in range(REPEATS)]
    middle = sorted(plain, key=lambda cells: sum(cell["cpu"] for cell in cells))[REPEATS // 2]
    functions = _in_fork(lambda: _profiled(job, folder))
    return {"cells": middle, "functions": functions}


def _in_fork(work: Callable[[], Any]) -> Any:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            with os.fdopen(writer, "w") as stream:
                stream.write(json.dumps(work()))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as stream:
        found = stream.read()
    os.waitpid(child, 0)
    if not found:
        raise CommandFailed("A cell failed, see above. Pictures and weights: `alpaca demo`.")
    return json.loads(found)


def _profiled(job: Job, folder: Path) -> list[dict[str, Any]]:
    profiler = cProfile.Profile()
    _cells(job, folder, profiler)
    rows = [
        {
            "function": f"{_short(file)}:{line} {name}",
            "calls": calls,
            "own": round(own, 3),
            "cumulative": round(cumulative, 3),
        }
        for (file, line, name), (_, calls, own, cumulative, _) in pstats.Stats(
            profiler
        ).stats.items()  # type: ignore[attr-defined]
    ]
    return sorted(rows, key=lambda row: -row["cumulative"])[:FUNCTIONS]


def _short(file: str) -> str:
    return file.rpartition("site-packages/")[2].rpartition("/src/")[2]


def _cells(job: Job, folder: Path, profiler: cProfile.Profile | None) -> list[dict[str, Any]]:
    from IPython.core.interactiveshell import InteractiveShell

    os.chdir(folder)
    sys.path.insert(0, str(folder))
    os.environ["ALPACA_CHALLENGE"] = job.challenge
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    shell = InteractiveShell.instance()
    rows = []
    for cell in job.cells:
        wall, cpu = time.perf_counter(), _cpu()
        if profiler is not None and cell.exercise:
            profiler.enable()
        result = shell.run_cell(cell.source, store_history=True)
        if profiler is not None:
            profiler.disable()
        result.raise_error()
        title = f"test of {cell.exercise}" if cell.exercise else _first_line(cell.source)
        rows.append(
            {
                "cell": title,
                "wall": round(time.perf_counter() - wall, 3),
                "cpu": round(_cpu() - cpu, 3),
            }
        )
    return rows


def _first_line(source: str) -> str:
    return next(line for line in source.splitlines() if line.strip())[:60]


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def text(found: dict[str, Any]) -> str:
    """Two tables."""
    total = sum(cell["cpu"] for cell in found["cells"])
    cells = [
        [
            cell["cell"],
            f"{cell['wall']:.3f}",
            f"{cell['cpu']:.3f}",
            f"{cell['cpu'] / total:.0%}",
        ]
        for cell in found["cells"]
    ]
    wall = sum(cell["wall"] for cell in found["cells"])
    cells.append(["all", f"{wall:.3f}", f"{total:.3f}", "100%"])
    functions = [
        [each["function"], str(each["calls"]), f"{each['own']:.3f}", f"{each['cumulative']:.3f}"]
        for each in found["functions"]
    ]
    return "\n\n".join(
        [
            table(["cell", "wall s", "CPU s", "share"], cells),
            "Test cells under cProfile, which makes them slower:",
            table(["function", "calls", "own s", "cumulative s"], functions),
        ]
    )
