"""Where executions run: on this machine, or wherever another :class:`Executor` has them run."""

from __future__ import annotations

import queue
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol

from alpaca_course.bounded import BoundedError, BoundedProcess
from alpaca_course.errors import CourseError
from alpaca_course.execution import worker
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.runner import Ending, Execution, NoKernelError
from alpaca_course.execution.turns import Turns, TurnsEndedError

ENDED = "grading was ended"
# So many executions of one process, and its sandboxes, before a new one takes its place: whatever
# grows by a little with each of them stays small, and imports are had once in so many.
LIFETIME = 400


class MachineGoneError(Exception):
    """The machine that an execution ran on went away in the middle of it."""


class ExecutorLostError(CourseError):
    """Nothing can be executed any more: what is not executed yet waits for the next run."""


class Executor(Protocol):
    """Has executions run; from any thread, each call waits for its own."""

    @property
    def slots(self) -> int:
        """How many run side by side at the moment; at least one."""
        ...

    def run(self, request: worker.Request, *, alone: bool) -> tuple[Execution, bool]:
        """One execution, and whether others ran on its machine meanwhile.

        Args:
            request: what is executed.
            alone: with no other on its machine.

        Raises:
            NoKernelError: no kernel could be had.
            MachineGoneError: its machine went away.
            ExecutorLostError: nothing can be executed any more.
        """
        ...

    def close(self) -> None:
        """End all executions; safe to call twice, and after an interrupt."""
        ...


class LocalExecutor:
    """Executes on this machine, each execution in a bounded process of its own.

    What such a process dies of, or exceeds, costs the execution that it was at, which then has an
    ending like any other; the next one gets a new process.

    Args:
        slots: executions side by side.
        limits: of each.
    """

    def __init__(self, slots: int, limits: RunLimits) -> None:
        self.slots = slots
        self._turns = Turns()
        bounds = worker.bounds(limits)
        self._processes = [
            BoundedProcess(worker.FUNCTION, bounds, lifetime=LIFETIME) for _ in range(slots)
        ]
        self._idle: queue.SimpleQueue[BoundedProcess] = queue.SimpleQueue()
        for each in self._processes:
            with suppress(OSError):  # then the first call says so
                each.start()
            self._idle.put(each)

    def call(self, request: bytes, *, alone: bool = False) -> tuple[bytes | BoundedError, bool]:
        """A process' answer to a written request, or why there is none; and who ran meanwhile.

        Returns:
            the answer, still to be checked; whether others ran on this machine at the time.

        Raises:
            OSError: no process can be had.
            TurnsEndedError: this was closed.
        """
        answer: bytes | BoundedError
        with self._turns.alone() if alone else self._turns.beside_others() as turn:
            process = self._idle.get()
            try:
                answer = process.call(request)
            except BoundedError as error:
                answer = error
            finally:
                self._idle.put(process)
        return answer, turn.accompanied

    def run(self, request: worker.Request, *, alone: bool) -> tuple[Execution, bool]:
        """See :class:`Executor`."""
        try:
            answer, accompanied = self.call(worker.write(request), alone=alone)
        except TurnsEndedError:
            raise NoKernelError(ENDED) from None
        except OSError as error:
            raise NoKernelError(f"no process can be had: {error}") from error
        if isinstance(answer, BoundedError):
            return worker.lost(request, ending_of(answer)), accompanied
        return read(answer, request), accompanied

    def close(self) -> None:
        """See :class:`Executor`."""
        self._turns.end()
        with ThreadPoolExecutor(len(self._processes)) as closing:
            for each in self._processes:
                closing.submit(each.close)


def read(answer: bytes, request: worker.Request) -> Execution:
    """The execution in the answer to ``request``; a lost one where it is no answer to it.

    Raises:
        NoKernelError: no kernel could be had.
    """
    try:
        found = worker.read(answer)
    except worker.MalformedAnswerError:
        return worker.lost(request)
    same = found.challenge == request.spec.challenge
    return (
        found if same and len(found.cells) == len(request.notebook.cells) else worker.lost(request)
    )


def ending_of(error: BoundedError) -> Ending:
    """What the end of a bounded process says of the execution that it was at.

    Raises:
        NoKernelError: it was ended from outside.
    """
    if error.kind == "closed":
        raise NoKernelError(ENDED) from error
    # Nothing but what a kernel sends makes such a process large.
    return "output" if error.kind in ("memory", "answer") else "lost"
