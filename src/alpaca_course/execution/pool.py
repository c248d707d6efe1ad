"""Executions side by side, each worker a process of its own.

A thread of this process waits for each worker, and no message of a kernel ever reaches it. What a
worker dies of, or exceeds, costs the execution that it was at, which then has an ending like any
other; the next one gets a new worker.
"""

from __future__ import annotations

import os
import queue
import secrets
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import psutil
from nbformat import NotebookNode

from alpaca_course.bounded import BoundedError, BoundedProcess
from alpaca_course.course import MIB
from alpaca_course.execution import worker
from alpaca_course.execution.attempts import Attempts, fairly
from alpaca_course.execution.counting import soon
from alpaca_course.execution.follow import FollowThrough
from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.needed import lesson_cells
from alpaca_course.execution.runner import Ending, Execution, NoKernelError
from alpaca_course.execution.sources import SourceSpec
from alpaca_course.execution.turns import Turns, TurnsEndedError
from alpaca_course.kernel import GRADING

# So many executions a worker a template has to save something in.
TEMPLATE_PAYS = 3
# So many executions of one worker, and its sandboxes, before a new one takes its place: whatever
# grows by a little with each of them stays small, and imports are had once in so many.
LIFETIME = 400
_ENDED = "grading was ended"


def default_workers(memory_mib: int) -> int:
    """As many as there are cores, or as the free memory allows, and at least one.

    Args:
        memory_mib: what one execution takes, in MiB.
    """
    by_memory = psutil.virtual_memory().available // (memory_mib * MIB)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(cores or 1, by_memory))


class ExecutionPool:
    """Executes notebooks side by side.

    Args:
        source: which kernels.
        workers: how many executions run at a time.
        spec: what each kernel gets; without a challenge, each a fresh one.
        limits: of each execution.
        quick: environment of executions that train, so that they do it on a part of the data.
        expected: executions that will be asked for, as far as that is known. Only where there are
            many for each worker is a template of the lab made, which costs as much as it saves in
            a few of them.
    """

    def __init__(
        self,
        source: SourceSpec,
        *,
        workers: int,
        spec: RunSpec,
        limits: RunLimits,
        quick: Mapping[str, str] | None = None,
        expected: int = 0,
    ) -> None:
        self._source = source
        self._spec = spec
        self._limits = limits
        self._quick = dict(quick or {})
        self._many = TEMPLATE_PAYS * workers
        self._expected = expected
        self._submitted = 0
        self._turns = Turns()
        bounds = worker.bounds(limits)
        self._workers = [
            BoundedProcess(worker.FUNCTION, bounds, lifetime=LIFETIME) for _ in range(workers)
        ]
        self._idle: queue.SimpleQueue[BoundedProcess] = queue.SimpleQueue()
        for each in self._workers:
            with suppress(OSError):  # then the first call says so
                each.start()
            self._idle.put(each)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="execution")

    def submit(
        self, notebook: NotebookNode, plan: FollowThrough | None = None, *, ready: bool = True
    ) -> Future[Execution]:
        """Execute ``notebook`` as soon as a worker is free; see :func:`fairly`.

        The future raises :class:`NoKernelError` where no kernel could be had twice. Without
        ``ready`` no fork of the lab's template is tried.
        """
        self._submitted += 1
        return self._threads.submit(self._execute, notebook, plan, ready)

    def close(self) -> None:
        """End all executions and workers; safe to call twice, and after an interrupt."""
        self._turns.end()
        self._threads.shutdown(wait=False, cancel_futures=True)
        with ThreadPoolExecutor(len(self._workers)) as closing:
            for each in self._workers:
                closing.submit(each.close)
        self._threads.shutdown(wait=True)

    def _execute(
        self, notebook: NotebookNode, plan: FollowThrough | None, ready: bool
    ) -> Execution:
        attempts = Attempts(self._beside_others, self._alone)
        if ready and self._has_template and not lesson_cells(notebook):
            attempts.from_template = self._from_template
        try:
            return fairly(notebook, attempts.once, plan)
        except NoKernelError:
            # A machine that is too busy to start a kernel is less so when nothing else runs.
            attempts.alone = True
            return fairly(notebook, attempts.once, plan)

    @property
    def _has_template(self) -> bool:
        return bool(self._source.template) and max(self._expected, self._submitted) > self._many

    def _from_template(self, notebook: NotebookNode) -> Execution | None:
        try:
            with self._turns.beside_others():
                return self._once(notebook, ready=True)
        except TurnsEndedError:
            raise NoKernelError(_ENDED) from None
        except NoKernelError:
            return None

    def _beside_others(self, notebook: NotebookNode) -> tuple[Execution, bool]:
        try:
            with self._turns.beside_others() as turn:
                execution = self._once(notebook)
        except TurnsEndedError:
            raise NoKernelError(_ENDED) from None
        return execution, turn.accompanied

    def _alone(self, notebook: NotebookNode) -> Execution:
        try:
            with self._turns.alone():
                return self._once(notebook)
        except TurnsEndedError:
            raise NoKernelError(_ENDED) from None

    def _once(self, notebook: NotebookNode, *, ready: bool = False) -> Execution:
        quick = self._quick if lesson_cells(notebook) else {}
        spec = replace(
            self._spec,
            challenge=self._spec.challenge or secrets.token_hex(16),
            environment={**self._spec.environment, **quick},
            ready=ready,
        )
        limits = soon(self._limits) if ready else self._limits
        request = worker.Request(self._source, spec, limits, notebook)
        process = self._idle.get()
        try:
            return worker.read(process.call(worker.write(request)))
        except worker.MalformedAnswerError:
            return worker.without_result(notebook, spec.challenge, "lost")
        except BoundedError as error:
            return worker.without_result(notebook, spec.challenge, _ending(error))
        except OSError as error:
            raise NoKernelError(f"no process can be had: {error}") from error
        finally:
            self._idle.put(process)


def _ending(error: BoundedError) -> Ending:
    """What the end of a worker says of the execution that it was at."""
    if error.kind == "closed":
        raise NoKernelError(_ENDED) from error
    # Nothing but what a kernel sends makes a worker large.
    return "output" if error.kind in ("memory", "answer") else "lost"


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What tells released code that it is being graded."""
    variable, value = GRADING
    return {variable: value, **(extra or {})}
