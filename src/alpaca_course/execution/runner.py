"""Execute one notebook in a kernel of a :class:`KernelSource` and bring its evidence home.

The runner trusts nothing that comes from the kernel. It ends within its limits whatever the
notebook does, and says of each cell how it ended.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import zmq
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from alpaca_course.errors import CourseError
from alpaca_course.execution.client import EvidenceClient, OutputFlood
from alpaca_course.execution.cuts import Cut, own_cut
from alpaca_course.execution.kernels import Kernel, KernelSource, KernelUsage, RunSpec
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.needed import (
    evidence_cells,
    executed_cells,
    own_cells,
    solution_cells,
)
from alpaca_course.execution.outputs import error_line, plain_outputs
from alpaca_course.execution.settling import settling
from alpaca_course.execution.stops import Stop, stop_of
from alpaca_course.sandbox.clock import SLICE, Allowance

CellStatus = Literal["ok", "error", "timeout", "skipped", "not_run"]
# How an execution ended: "complete", or what kept it from running every cell.
Ending = Literal[
    "complete", "died", "unresponsive", "total_timeout", "output", "memory", "limit", "lost"
]
# Which process a kernel was a fork of: "plain", a process that ran nothing; "template", the lab's
# template. The others are plain ones after a fork of the template, and say why that did not count;
# "none" means that no template could be had.
Way = Literal["plain", "template", "late", "ended early", "error", "evidence", "disturbed", "none"]

# What putting the lab's settings back may take.
_ASIDE_SECONDS = 20


class NoKernelError(CourseError):
    """No kernel could be had, before any code of the notebook ran: not the notebook's fault."""


@dataclass(frozen=True)
class CellRun:
    """How one cell of the notebook ended; ``outputs`` as in a notebook file, without evidence."""

    status: CellStatus
    outputs: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class EvidenceRun:
    """What one test cell sent.

    Attributes:
        grade_id: of the test cell.
        status: how the cell ended.
        messages: how many evidence messages it sent; only exactly one counts.
        payload: the first of them as JSON data, None where there is none or it was too large.
        size: bytes of that message.
        error: by which the cell ended, one line of what the kernel said; empty where by none.
        stop: what ended the solution cell that it tests; None where nothing did.
        refused: why there is no payload although it is not too large; empty otherwise.
    """

    grade_id: str
    status: CellStatus
    messages: int
    payload: Any
    size: int
    error: str = ""
    stop: Stop | None = None
    refused: str = ""


@dataclass(frozen=True)
class Followed:
    """What later exercises sent with the lab's own answer in place of earlier ones.

    Attributes:
        replaced: grade ids of the solution cells that held the lab's own answer.
        challenge: of that execution.
        ending: how it ended.
        tests: what the tests of the later exercises sent.
        broken: grade id of the first that gave nothing to work with even so; None where none did.
    """

    replaced: tuple[str, ...]
    challenge: str
    ending: Ending
    tests: tuple[EvidenceRun, ...]
    broken: str | None = None


@dataclass(frozen=True)
class Execution:
    """All that is left of one execution.

    Attributes:
        challenge: that the kernel was given.
        ending: how it ended.
        cells: how each cell of the notebook ended.
        executed: which of them had code to execute. Notebooks that share an execution have the same
            code in this order, and may differ in all that stands between it.
        tests: what the test cells sent.
        seconds: it took.
        usage: of the kernel.
        output_cut: some output was not kept.
        starved: seconds of it in which there was work to do and no processor to be had, or in which
            the grader itself was stopped.
        way: which process its kernel was a fork of, and why.
    """

    challenge: str
    ending: Ending
    cells: tuple[CellRun, ...]
    executed: tuple[int, ...]
    tests: tuple[EvidenceRun, ...]
    seconds: float
    usage: KernelUsage = field(default_factory=KernelUsage)
    output_cut: bool = False
    cuts: tuple[Cut, ...] = ()
    followed: tuple[Followed, ...] = ()
    starved: float = 0.0
    way: Way = "plain"


def execute(
    notebook: NotebookNode,
    *,
    source: KernelSource,
    spec: RunSpec,
    limits: RunLimits,
    grading: bool = True,
    on_cell: Callable[[int, int], None] | None = None,
) -> Execution:
    """Execute ``notebook`` (left unchanged), in an event loop of its own; see execute_async."""
    # A thread of its own, because a caller inside Jupyter's server has a loop that runs already.
    with ThreadPoolExecutor(1, thread_name_prefix="execution") as pool:
        return pool.submit(
            asyncio.run,
            execute_async(
                notebook,
                source=source,
                spec=spec,
                limits=limits,
                grading=grading,
                on_cell=on_cell,
            ),
        ).result()


async def execute_async(
    notebook: NotebookNode,
    *,
    source: KernelSource,
    spec: RunSpec,
    limits: RunLimits,
    grading: bool = True,
    on_cell: Callable[[int, int], None] | None = None,
) -> Execution:
    """Execute the code cells of ``notebook`` in order.

    Args:
        notebook: as intake prepared it; it is left unchanged.
        source: gives the kernel.
        spec: what the kernel gets.
        limits: what the execution may take.
        grading: execute what evidence needs and no more; see :func:`executed_cells`.
        on_cell: called with the index of a cell and the number of cells before each cell.

    Raises:
        NoKernelError: no kernel could be had.
    """
    lab = spec.evidence.lab if spec.evidence and grading else None
    run = _Run(copy.deepcopy(notebook), limits, grading, on_cell, lab)
    started = time.monotonic()
    entered = False
    try:
        async with source.kernel(spec) as kernel:
            client = run.client(kernel)
            try:
                await client.connect()
            except Exception as error:
                raise NoKernelError(f"the kernel did not start: {error}") from error
            entered = True
            try:
                await run.until_done(client)
            finally:
                client.kc.stop_channels()  # type: ignore[union-attr]
    except NoKernelError:
        raise
    except Exception as error:
        if not entered:
            raise NoKernelError(f"no kernel could be had: {error}") from error
        # The kernel's end is its source's matter; what came home before it is whole.
        logging.getLogger(__name__).warning("the kernel did not end cleanly: %s", error)
    return run.result(spec.challenge, kernel.usage, time.monotonic() - started)


class _Run:
    """The state of one execution."""

    def __init__(
        self,
        notebook: NotebookNode,
        limits: RunLimits,
        grading: bool,
        on_cell: Callable[[int, int], None] | None,
        lab: str | None,
    ) -> None:
        self.notebook = notebook
        self.limits = limits
        self.on_cell = on_cell
        self.tests = evidence_cells(notebook)
        self.ending: Ending = "complete"
        self.runs: dict[int, CellRun] = {}
        self.code = executed_cells(notebook, grading=grading)
        self.own = own_cells(notebook) if grading else set()
        self.own_left = float(limits.own_seconds)
        self.asides = {} if lab is None else settling(notebook, self.code, lab)
        for index, code in self.code.items():
            notebook.cells[index].source = code

    def client(self, kernel: Kernel) -> EvidenceClient:
        self.clock = kernel.clock
        self.used = EvidenceClient(
            self.notebook,
            kernel.manager,
            clock=kernel.clock,
            evidence_cells=frozenset(self.tests),
            output_limit=self.limits.output_bytes,
            evidence_limit=self.limits.evidence_bytes,
            timeout=self.limits.cell_seconds,
            startup_timeout=self.limits.startup_seconds,
            iopub_timeout=10,
            raise_on_iopub_timeout=True,
            allow_errors=True,
            record_timing=False,
            store_widget_state=False,
        )
        self.used.log.setLevel(logging.CRITICAL)
        self.used.reset_execution_trackers()
        return self.used

    async def until_done(self, client: EvidenceClient) -> None:
        """Run all cells, or as many as the total time allows."""
        task = asyncio.ensure_future(self._all_cells(client))
        allowance = Allowance(self.clock, self.limits.total_seconds)
        while not task.done() and not allowance.is_over:
            await asyncio.wait({task}, timeout=SLICE)
        if not task.done():
            self.ending = "total_timeout"
            task.cancel()
            # nbclient answers a cancelled cell with an error of its own.
            await asyncio.gather(task, return_exceptions=True)
        else:
            task.result()

    async def _all_cells(self, client: EvidenceClient) -> None:
        for index, cell in enumerate(self.notebook.cells):
            if index not in self.code:
                self.runs[index] = CellRun("skipped")
                continue
            if self.on_cell is not None:
                self.on_cell(index, len(self.notebook.cells))
            if index in self.own and self.own_left < 1:
                self.runs[index] = CellRun("not_run")
                continue
            if not await self._one_cell(client, cell, index):
                return

    async def _one_cell(self, client: EvidenceClient, cell: NotebookNode, index: int) -> bool:
        """Run one cell; False where no further cell can run."""
        started, counted = time.monotonic(), self.clock.look().counted
        status: CellStatus = "error"
        ending: Ending | None = None
        try:
            if index in self.asides:
                client.timeout = _ASIDE_SECONDS
                await client.run_aside(self.asides[index])
            client.timeout = self.limits.cell_seconds
            if index in self.own:
                client.timeout = max(1, min(client.timeout, int(self.own_left)))
            await client.run_cell(cell, index)
            status = "ok" if client.reply_status == "ok" else "error"
        except OutputFlood:
            ending = "output"
        except CellTimeoutError:
            # Interrupted without stopping; or its messages were too large to be taken in.
            ending = "unresponsive" if client.timed_out else "output"
        except DeadKernelError:
            ending = "died"
        except (MemoryError, zmq.Again):
            # A message was larger than this process has memory for, or broke its connection.
            ending = "output"
        except Exception:
            # What the kernel sent broke the client: made by the code in it, and its own loss.
            logging.getLogger(__name__).debug("cell %d broke the client", index, exc_info=True)
            ending = "died"
        finally:
            if client.timed_out:
                status = "timeout"
            self.runs[index] = CellRun(status, plain_outputs(cell), time.monotonic() - started)
            if index in self.own:
                self.own_left -= self.clock.look().counted - counted
        if ending is not None and self.ending == "complete":
            self.ending = ending
        return ending is None

    def _stop(self, index: int, run: CellRun) -> Stop | None:
        return stop_of(self.notebook.cells[index].source, run.outputs, run.status)

    def result(self, challenge: str, usage: KernelUsage, seconds: float) -> Execution:
        ending = self.ending
        if ending == "died" and usage.exit_reason:
            known: dict[str, Ending] = {"memory": "memory", "lost": "lost"}
            ending = known.get(usage.exit_reason, "limit")
        taken = self.used.intercepted
        cells = tuple(
            self.runs.get(index, CellRun("not_run")) for index in range(len(self.notebook.cells))
        )
        tests = []
        solutions = solution_cells(self.notebook)
        for index, grade_id in self.tests.items():
            slot = taken.evidence.get(index)
            tested = max((each for each in solutions if each < index), default=None)
            tests.append(
                EvidenceRun(
                    grade_id=grade_id,
                    status=cells[index].status,
                    messages=slot.count if slot else 0,
                    payload=slot.payload if slot else None,
                    size=slot.size if slot else 0,
                    error=error_line(cells[index].outputs),
                    stop=None if tested is None else self._stop(tested, cells[tested]),
                    refused=slot.refused if slot else "",
                )
            )
        # The kernel's outputs of a test cell are never shown: the verdict takes their place.
        cells = tuple(
            replace(run, outputs=[]) if index in self.tests else run
            for index, run in enumerate(cells)
        )
        return Execution(
            challenge=challenge,
            ending=ending,
            cells=cells,
            executed=tuple(self.code),
            tests=tuple(tests),
            seconds=seconds,
            usage=usage,
            output_cut=taken.cut,
            starved=round(self.clock.look().starved, 3),
            cuts=tuple(
                own_cut(self.notebook, index, "timeout")
                for index in sorted(self.own & self.code.keys())
                if cells[index].status == "timeout"
                or (cells[index].status == "not_run" and ending == "complete")
            ),
        )
