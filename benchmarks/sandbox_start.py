"""What a sandbox costs: warm against fresh against none, interleaved in one run.

    python -m benchmarks.sandbox_start [--rounds 5] [--json]

Each variant runs the same cell, ``import tensorflow as tf; tf.constant(1.0) + 1``, from taking a
kernel to having given it back.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import nbformat.v4
from nbclient import NotebookClient

from alpaca_course.contract.inputs import EvidenceCode
from alpaca_course.course import Course
from alpaca_course.execution.kernels import KernelSource, RunSpec
from alpaca_course.execution.local import LocalKernelSource
from alpaca_course.execution.sources import lab_modules
from alpaca_course.execution.warm import (
    KERNEL_MODULES,
    SandboxKernelSource,
    WarmKernelSource,
)
from alpaca_course.lab import Lab
from alpaca_course.sandbox.probe import require
from alpaca_course.sandbox.sandbox import Sandbox, Setup
from benchmarks import course as bench

CELL = "import tensorflow as tf\ntf.constant(1.0) + 1"


def one_submission(source: KernelSource, spec: RunSpec) -> None:
    """One cell in a kernel of ``source``."""

    async def drive() -> None:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
        async with source.kernel(replace(spec, challenge=secrets.token_hex(16))) as kernel:
            await NotebookClient(notebook, km=kernel.manager, timeout=300).async_execute()

    asyncio.run(drive())


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(lab: Lab, rounds: int) -> dict[str, list[float]]:
    """Seconds of each variant, one value a round."""
    spec = RunSpec(
        challenge="",
        evidence=EvidenceCode(lab.name, lab.evidence),
        environment=lab.kernel.environment,
    )
    bare = Setup(environment=lab.kernel.environment, bwrap=require().bwrap)
    warm, fresh = WarmKernelSource(bare, lab_modules(lab)), SandboxKernelSource(bare)
    local = LocalKernelSource()
    modules = (*KERNEL_MODULES, *lab_modules(lab))
    whole = replace(bare, preload=modules, evidence=spec.evidence)
    made: list[Sandbox] = []
    figures: dict[str, list[float]] = {}

    def note(name: str, work: Callable[[], object]) -> None:
        figures.setdefault(name, []).append(seconds(work))

    one_submission(warm, spec)
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        note("sandbox without imports, start", lambda: made.append(Sandbox(bare)))
        note("warm sandbox, start", lambda: made.append(Sandbox(whole)))
        note("warm sandbox, reset", made[-1].reset)
        while made:
            made.pop().kill()
        note("submission, warm", lambda: one_submission(warm, spec))
        note("submission, fresh", lambda: one_submission(fresh, spec))
        note("submission, no sandbox", lambda: one_submission(local, spec))
    warm.close()
    fresh.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    figures = measure(bench.lab_of(Course.find()), options.rounds)
    medians = {name: statistics.median(values) for name, values in figures.items()}
    base = medians["submission, warm"]
    if options.json:
        print(json.dumps({"seconds": figures, "median": medians}, indent=2))
        return
    print(f"{'median of ' + str(options.rounds):<34}{'ms':>8}{'min':>8}{'max':>8}{'x warm':>8}")
    for name, values in figures.items():
        ratio = f"{medians[name] / base:8.1f}" if name.startswith("submission") else ""
        milliseconds = [1000 * v for v in (medians[name], min(values), max(values))]
        print(f"{name:<34}" + "".join(f"{v:8.0f}" for v in milliseconds) + ratio)


if __name__ == "__main__":
    main()
