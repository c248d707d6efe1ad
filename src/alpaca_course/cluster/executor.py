"""Executions on a cluster's workers: where each goes, and what becomes of those that get lost."""

from __future__ import annotations

import time
from dataclasses import replace

from alpaca_course.cluster import items
from alpaca_course.cluster.cluster import TICK, Cluster
from alpaca_course.cluster.items import Reply
from alpaca_course.cluster.link import DisconnectedError
from alpaca_course.execution import worker
from alpaca_course.execution.executor import ENDED, ExecutorLostError, MachineGoneError, read
from alpaca_course.execution.runner import Execution, NoKernelError
from alpaca_course.execution.turns import Turns, TurnsEndedError

# Machines on which an execution that gets no kernel is tried.
MACHINES = 3


class ClusterExecutor:
    """Has executions run on a cluster; see :class:`~alpaca_course.execution.executor.Executor`.

    Which worker an item goes to is decided here and not by the scheduler: an execution that is to
    run alone has its worker to itself, and it is known who was there when a worker went away.

    Args:
        cluster: that is open; it stays open when this is closed.
        apart: everything runs alone on its worker.
    """

    def __init__(self, cluster: Cluster, *, apart: bool = False) -> None:
        self._cluster = cluster
        self._apart = apart
        self._closed = False
        self._turns = Turns({})
        cluster.follow(self._turns)

    @property
    def slots(self) -> int:
        return self._cluster.slots

    def run(self, request: worker.Request, *, alone: bool) -> tuple[Execution, bool]:
        """See :class:`~alpaca_course.execution.executor.Executor`."""
        alone = alone or self._apart
        item = items.item_of(request, self._cluster.bundle.digest, alone=alone)
        bounds = worker.bounds(item.widest)
        # It may have to wait on its worker for what another grader has running there.
        seconds = 2 * (bounds.seconds + bounds.start_seconds)
        tried: list[str] = []
        while True:
            try:
                where = self._turns.alone(tried) if alone else self._turns.beside_others(tried)
                with where as turn:
                    reply = self._reply(turn.machine, item, bounds.answer, seconds)
            except TurnsEndedError:
                raise self._ended() from None
            except DisconnectedError:
                time.sleep(TICK)  # the watch notices as well, and takes the machines away
                continue
            if reply.kind == "gone":
                raise MachineGoneError(turn.machine)
            if reply.kind == "no bundle":
                self._cluster.forget(turn.machine)
                continue
            accompanied = turn.accompanied or reply.accompanied
            if reply.kind in ("lost", "output"):
                return worker.lost(
                    request, "output" if reply.kind == "output" else "lost"
                ), accompanied
            tried.append(turn.machine)
            try:
                if reply.kind == "nothing":
                    raise NoKernelError(reply.text)
                execution = read(reply.body, request)
            except NoKernelError:
                # A template that cannot be prepared is no fault of the machine's.
                if not request.spec.ready:
                    self._cluster.note(turn.machine, well=False)
                if request.spec.ready or len(tried) >= MACHINES or not self._others(tried):
                    raise
                continue
            self._cluster.note(turn.machine, well=True)
            return execution, accompanied

    def close(self) -> None:
        """Give no more turns and wait for nothing; what workers are at, they end and forget."""
        self._closed = True
        self._cluster.unfollow(self._turns)
        self._turns.end()
        self._cluster.abandon(self)

    def _reply(self, machine: str, item: items.Item, largest: int, seconds: float) -> Reply:
        process = self._cluster.process_of(machine)
        data = items.write_item(replace(item, process=process))
        try:
            answer = self._cluster.send(machine, data, seconds, self)
        except DisconnectedError:
            raise
        except Exception as error:  # of Dask itself, such as a package that it cannot import there
            return Reply("nothing", text=f"{type(error).__name__}: {error}")
        if answer is None:
            raise self._ended() if self._closed else MachineGoneError(machine)
        try:
            return items.read_reply(answer, largest)
        except items.MalformedError:
            return Reply("lost")

    def _others(self, tried: list[str]) -> bool:
        return not self._cluster.workers.keys() <= set(tried)

    def _ended(self) -> Exception:
        return ExecutorLostError(self._cluster.lost) if self._cluster.lost else NoKernelError(ENDED)
