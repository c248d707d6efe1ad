"""Executions on worker threads, each with a source of kernels of its own.

Threads, because what a worker does in this process is to wait for a kernel in another one.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import psutil
from nbformat import NotebookNode

from alpaca_course.course import MIB
from alpaca_course.execution.attempts import fairly
from alpaca_course.execution.follow import FollowThrough
from alpaca_course.execution.kernels import KernelSource, RunSpec
from alpaca_course.execution.needed import lesson_cells
from alpaca_course.execution.runner import Execution, NoKernelError, RunLimits, execute_async
from alpaca_course.kernel import GRADING


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
        make_source: makes the source of kernels of one worker, on the worker's thread.
        workers: how many executions run at a time.
        spec: what each kernel gets; the challenge in it is replaced by a fresh one.
        limits: of each execution.
        quick: environment of executions that train, so that they do it on a part of the data.
    """

    def __init__(
        self,
        make_source: Callable[[], KernelSource],
        *,
        workers: int,
        spec: RunSpec,
        limits: RunLimits,
        quick: Mapping[str, str] | None = None,
    ) -> None:
        self._quick = dict(quick or {})
        self._make_source = make_source
        self._spec = spec
        self._limits = limits
        self._local = threading.local()
        self._sources: list[KernelSource] = []
        self._lock = threading.Lock()
        self._closed = False
        # Threads live as long as the pool: a sandbox may end with the thread that started it.
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="execution")

    def submit(
        self, notebook: NotebookNode, plan: FollowThrough | None = None
    ) -> Future[Execution]:
        """Execute ``notebook`` as soon as a worker is free; see :func:`fairly`.

        The future raises :class:`NoKernelError` where no kernel could be had twice.
        """
        return self._threads.submit(self._execute, notebook, plan)

    def close(self) -> None:
        """End all executions and sources; safe to call twice, and after an interrupt."""
        with self._lock:
            self._closed = True
            sources, self._sources = self._sources, []
        self._threads.shutdown(wait=False, cancel_futures=True)
        for source in sources:
            source.close()
        self._threads.shutdown(wait=True)

    def _execute(self, notebook: NotebookNode, plan: FollowThrough | None) -> Execution:
        try:
            return fairly(notebook, self._once, plan)
        except NoKernelError:
            return fairly(notebook, self._once, plan)

    def _once(self, notebook: NotebookNode) -> Execution:
        quick = self._quick if lesson_cells(notebook) else {}
        spec = replace(
            self._spec,
            challenge=secrets.token_hex(16),
            environment={**self._spec.environment, **quick},
        )
        return asyncio.run(
            execute_async(
                notebook,
                source=self._source(),
                spec=spec,
                limits=self._limits,
            )
        )

    def _source(self) -> KernelSource:
        if self._closed:
            raise NoKernelError("grading was ended")
        source: KernelSource | None = getattr(self._local, "source", None)
        if source is None:
            try:
                source = self._local.source = self._make_source()
            except Exception as error:
                raise NoKernelError(str(error)) from error
            with self._lock:
                if not self._closed:
                    self._sources.append(source)
                    return source
            source.close()
            raise NoKernelError("grading was ended")
        return source


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What tells released code that it is being graded."""
    variable, value = GRADING
    return {variable: value, **(extra or {})}
