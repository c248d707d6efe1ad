"""One execution in a process of its own: what a worker is asked, and what it answers.

A worker holds the connections to its kernels, and with them all that a kernel chooses to send. What
leaves it is JSON of a bounded length, which the caller checks against the type that it expects.
Requests are pickled: they are made by the caller, and hold no object of a student's.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import pickle
from dataclasses import dataclass, field

from nbformat import NotebookNode
from pydantic import TypeAdapter, ValidationError

from alpaca_course.bounded import Bounds
from alpaca_course.execution.kernels import KernelSource, RunSpec
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.needed import evidence_cells, executed_cells
from alpaca_course.execution.runner import (
    CellRun,
    Ending,
    EvidenceRun,
    Execution,
    NoKernelError,
    execute_async,
)
from alpaca_course.execution.sources import SourceSpec
from alpaca_course.sandbox.clock import PATIENCE
from alpaca_course.units import MIB

FUNCTION = f"{__name__}:answer"
# Data segment of a worker, which holds at most a few messages at a time.
MEMORY = 176 * MIB
# From taking a sandbox, which may have to be started and import the lab's libraries, to having
# given it back; each step has a shorter time-out of its own.
OVERHEAD_SECONDS = 420.0
ERROR_CHARACTERS = 1000


@dataclass(frozen=True)
class Request:
    """One execution.

    Attributes:
        source: which kernels.
        spec: what the kernel gets.
        limits: what the execution may take.
        notebook: what is executed.
    """

    source: SourceSpec
    spec: RunSpec
    limits: RunLimits
    notebook: NotebookNode


@dataclass(frozen=True)
class Answer:
    """What came of it: an execution, or why no kernel could be had."""

    execution: Execution | None = None
    no_kernel: str = ""


_ANSWER = TypeAdapter(Answer)


class MalformedAnswerError(Exception):
    """A worker's answer is not what a worker answers."""


def bounds(limits: RunLimits) -> Bounds:
    """What a worker may use for executions of these limits."""
    return Bounds(
        memory=MEMORY,
        seconds=PATIENCE * limits.total_seconds + OVERHEAD_SECONDS,
        open_files=512,
        # A character of output may be written as six, and there is evidence besides.
        answer=8 * limits.output_bytes + 16 * MIB,
    )


def write(request: Request) -> bytes:
    """``request`` as a worker takes it."""
    return pickle.dumps(request)


def read(data: bytes) -> Execution:
    """The execution in a worker's answer.

    Raises:
        NoKernelError: no kernel could be had.
        MalformedAnswerError: it is no such answer.
    """
    try:
        answer = _ANSWER.validate_json(data, strict=True)
    except ValidationError as error:
        raise MalformedAnswerError("a worker's answer could not be read") from error
    if answer.execution is None:
        raise NoKernelError(answer.no_kernel)
    return answer.execution


def without_result(notebook: NotebookNode, challenge: str, ending: Ending) -> Execution:
    """The execution of ``notebook`` of which nothing came home but how it ended."""
    return Execution(
        challenge=challenge,
        ending=ending,
        cells=(CellRun("not_run"),) * len(notebook.cells),
        executed=tuple(executed_cells(notebook)),
        tests=tuple(
            EvidenceRun(grade_id, "not_run", 0, None, 0)
            for grade_id in evidence_cells(notebook).values()
        ),
        seconds=0.0,
    )


def lost(request: Request, ending: Ending = "lost") -> Execution:
    """The execution of ``request`` of which nothing came home but how it ended."""
    return without_result(request.notebook, request.spec.challenge, ending)


@dataclass
class _Sources:
    """The sources of kernels of this process, one of each kind that was asked for."""

    opened: list[tuple[SourceSpec, KernelSource]] = field(default_factory=list)

    def get(self, spec: SourceSpec) -> KernelSource:
        for known, source in self.opened:
            if known == spec:
                return source
        source = spec.open()
        self.opened.append((spec, source))
        return source

    def close(self) -> None:
        for _, source in self.opened:
            with contextlib.suppress(Exception):
                source.close()


_sources = _Sources()
atexit.register(_sources.close)


def answer(data: bytes) -> bytes:
    """Execute what ``data`` asks for: the function of a worker process."""
    request: Request = pickle.loads(data)
    try:
        found = Answer(_execute(request))
    except NoKernelError as error:
        found = Answer(no_kernel=str(error)[-ERROR_CHARACTERS:])
    return json.dumps(found, default=vars).encode()


def _execute(request: Request) -> Execution:
    try:
        source = _sources.get(request.source)
    except Exception as error:
        raise NoKernelError(str(error)) from error
    return asyncio.run(
        execute_async(request.notebook, source=source, spec=request.spec, limits=request.limits)
    )
