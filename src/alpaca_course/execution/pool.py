"""Executions side by side: each tried as often as is fair, wherever an executor has it run.

A thread of this process waits for each, and no message of a kernel ever reaches it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from nbformat import NotebookNode

from alpaca_course.execution import worker
from alpaca_course.execution.attempts import Attempts, fairly
from alpaca_course.execution.counting import soon
from alpaca_course.execution.executor import Executor, LocalExecutor, MachineGoneError
from alpaca_course.execution.follow import FollowThrough
from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.needed import lesson_cells
from alpaca_course.execution.runner import Execution, NoKernelError
from alpaca_course.execution.sources import SourceSpec
from alpaca_course.kernel import GRADING
from alpaca_course.machine_memory import free_memory
from alpaca_course.units import MIB

# So many executions a worker a template has to save something in.
TEMPLATE_PAYS = 3


def default_workers(memory_mib: int) -> int:
    """As many as there are cores, or as the free memory allows, and at least one.

    Args:
        memory_mib: what one execution takes, in MiB.
    """
    by_memory = free_memory() // (memory_mib * MIB)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(cores or 1, by_memory))


def workers_to_use(memory_mib: int, *wished: int | None) -> int:
    """The first of the wishes that names a number, else :func:`default_workers`."""
    return next(filter(None, wished), 0) or default_workers(memory_mib)


class ExecutionPool:
    """Executes notebooks side by side.

    Args:
        source: which kernels.
        workers: how many executions run, or wait for an executor, at a time.
        spec: what each kernel gets; without a challenge, each a fresh one.
        limits: of each execution.
        quick: environment of executions that train, so that they do it on a part of the data.
        certain_errors: of the lab; see :func:`~.counting.way_of`.
        expected: executions that will be asked for, as far as that is known. Only where there are
            many for each worker is a template of the lab made, which costs as much as it saves in
            a few of them.
        executor: has them run, and is closed with this; this machine's own processes without it.
    """

    def __init__(
        self,
        source: SourceSpec,
        *,
        workers: int,
        spec: RunSpec,
        limits: RunLimits,
        quick: Mapping[str, str] | None = None,
        certain_errors: Collection[str] = (),
        expected: int = 0,
        executor: Executor | None = None,
    ) -> None:
        self._source = source
        self._spec = spec
        self._limits = limits
        self._quick = dict(quick or {})
        self._certain_errors = certain_errors
        self._expected = expected
        self._submitted = 0
        self._executor: Executor = executor or LocalExecutor(workers, limits)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="execution")

    def submit(
        self, notebook: NotebookNode, plan: FollowThrough | None = None, *, ready: bool = True
    ) -> Future[Execution]:
        """Execute ``notebook`` as soon as a worker is free; see :func:`fairly`.

        The future raises :class:`NoKernelError` where no kernel could be had twice, and
        :class:`ExecutorLostError` where nothing can be executed any more. Without ``ready`` no
        fork of the lab's template is tried.
        """
        self._submitted += 1
        return self._threads.submit(self._execute, notebook, plan, ready)

    def close(self) -> None:
        """End all executions and workers; safe to call twice, and after an interrupt."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._executor.close()
        self._threads.shutdown(wait=True)

    def _execute(
        self, notebook: NotebookNode, plan: FollowThrough | None, ready: bool
    ) -> Execution:
        attempts = Attempts(self._once, self._alone, certain_errors=self._certain_errors)
        if ready and self._has_template and not lesson_cells(notebook):
            attempts.from_template = self._from_template
        try:
            return self._fairly(notebook, attempts, plan)
        except MachineGoneError:
            # A second time: it may be what this notebook does to a machine.
            return worker.without_result(notebook, secrets.token_hex(16), "lost")

    @staticmethod
    def _fairly(
        notebook: NotebookNode, attempts: Attempts, plan: FollowThrough | None
    ) -> Execution:
        try:
            return fairly(notebook, attempts.once, plan)
        except NoKernelError:
            # A machine that is too busy to start a kernel is less so when nothing else runs.
            attempts.alone = True
            return fairly(notebook, attempts.once, plan)

    @property
    def _has_template(self) -> bool:
        many = TEMPLATE_PAYS * self._executor.slots
        return bool(self._source.template) and max(self._expected, self._submitted) > many

    def _from_template(self, notebook: NotebookNode) -> Execution | None:
        try:
            return self._once(notebook, ready=True)[0]
        except NoKernelError:
            return None

    def _alone(self, notebook: NotebookNode) -> Execution:
        return self._once(notebook, alone=True)[0]

    def _once(
        self, notebook: NotebookNode, *, ready: bool = False, alone: bool = False
    ) -> tuple[Execution, bool]:
        quick = self._quick if lesson_cells(notebook) else {}
        spec = replace(
            self._spec,
            challenge=self._spec.challenge or secrets.token_hex(16),
            environment={**self._spec.environment, **quick},
            ready=ready,
        )
        limits = soon(self._limits) if ready else self._limits
        request = worker.Request(self._source, spec, limits, notebook)
        return self._executor.run(request, alone=alone)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What tells released code that it is being graded."""
    variable, value = GRADING
    return {variable: value, **(extra or {})}
