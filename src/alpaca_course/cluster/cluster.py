"""The workers of a cluster as they come and go, from connecting to closing.

A thread with an event loop looks once a second who is there. A worker is asked once it has said
what it is, is as this machine and has the bundle; one that went away takes what it was at with it.
A connection that breaks is made again, for as long as ``patience`` says.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from alpaca_course.cluster.bundle import Bundle
from alpaca_course.cluster.examining import describe_all, silent
from alpaca_course.cluster.facts import check_same, differences, facts_here
from alpaca_course.cluster.link import Address, ClusterError, DisconnectedError, Link
from alpaca_course.cluster.members import Member, Pulse, described, usable
from alpaca_course.cluster.on_worker import Described
from alpaca_course.execution.turns import Turns

TICK = 1.0
PATIENCE = 600.0
SILENT = 60.0
AGAIN = 30.0  # until a worker that has a problem is asked again
FIRST_SECONDS = 180.0  # until the first worker is there


@dataclass(frozen=True)
class _Refused:
    """Why a worker is not used, and when it is asked again."""

    why: str
    until: float


@dataclass(eq=False)
class _Call:
    """One item that is out, and a future that is done when nobody waits for it any more."""

    worker: str
    owner: object
    gone: asyncio.Future[None]

    def end(self) -> None:
        if not self.gone.done():
            self.gone.set_result(None)


class Cluster:
    """The workers of a scheduler; use it as a context.

    Args:
        address: of the scheduler.
        bundle: what kernels get on each worker.
        libraries: packages whose versions must agree.
        memory_mib: what one execution takes; slots follow it.
        say: is told what a person should know, a line each.
        patience: seconds without any worker after which nothing is waited for any more.
        silent: seconds without a heartbeat after which a worker counts as gone.
    """

    def __init__(
        self,
        address: Address,
        bundle: Bundle,
        libraries: list[str],
        memory_mib: int,
        *,
        say: Callable[[str], None] = lambda _: None,
        patience: float = PATIENCE,
        silent: float = SILENT,
    ) -> None:
        self.bundle = bundle
        self.lost = ""
        self._address = address
        self._here = facts_here(libraries)
        self._libraries = libraries
        self._memory_mib = memory_mib
        self._say = say
        self._patience = patience
        self._link = Link(address)
        self._connected = False
        self._pulse = Pulse(silent)
        self._members: dict[str, Member] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._bringing: asyncio.Task[None] | None = None
        self._refused: dict[str, _Refused] = {}
        self._calls: set[_Call] = set()
        self._turns: list[Turns] = []
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cluster", daemon=True)
        self._watching: Any = None
        self.trouble = ""

    def __enter__(self) -> Cluster:
        self._thread.start()
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def slots(self) -> int:
        """Executions side by side at the moment, and one where there is no worker."""
        with self._changed:
            return max(1, sum(each.slots for each in self._members.values()))

    @property
    def workers(self) -> dict[str, int]:
        """Slots of each worker that can be asked, by its address."""
        with self._changed:
            return {name: each.slots for name, each in self._members.items()}

    def close(self) -> None:
        """Disconnect; safe to call twice."""
        if self._loop.is_closed():
            return
        if self._thread.is_alive():
            with contextlib.suppress(Exception):
                self._in_loop(self._end()).result(30.0)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    # Asked by executors, from any thread

    def follow(self, turns: Turns) -> None:
        """From now on ``turns`` has the workers that can be asked."""
        with self._changed:
            self._turns.append(turns)
            self._tell()

    def unfollow(self, turns: Turns) -> None:
        with self._changed:
            self._turns = [each for each in self._turns if each is not turns]

    def process_of(self, worker: str) -> str:
        """The process that a worker is at the moment; empty where it is gone."""
        with self._changed:
            member = self._members.get(worker)
            return member.process if member else ""

    def note(self, worker: str, *, well: bool) -> None:
        """Whether an execution got a kernel on ``worker``: one that is not well rests."""
        with self._changed:
            if (member := self._members.get(worker)) is not None:
                member.note(well, time.monotonic())
                self._tell()

    def forget(self, worker: str) -> None:
        """Ask ``worker`` anew what it is: it is not what it was."""
        self._in_loop(self._forget(worker)).result()

    def send(self, worker: str, data: bytes, seconds: float, owner: object) -> object:
        """What ``worker`` says to an item; None where it went away or said nothing in time.

        Args:
            worker: its address.
            data: the item.
            seconds: by the clock, for all of it.
            owner: who may :meth:`abandon` it.

        Raises:
            DisconnectedError: the scheduler went away meanwhile, or the worker had before.
        """
        return self._in_loop(self._send(worker, data, seconds, owner)).result()

    def abandon(self, owner: object) -> None:
        """Wait for nothing any more that ``owner`` sent."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end_calls, lambda call: call.owner is owner)

    # In the loop's thread

    async def _send(self, worker: str, data: bytes, seconds: float, owner: object) -> object:
        if worker not in self._members:
            raise DisconnectedError(f"{worker} went away before it was asked")
        call = _Call(worker, owner, self._loop.create_future())
        self._calls.add(call)
        late = self._loop.call_later(seconds, call.end)
        try:
            return await self._link.send(worker, data, call.gone)
        finally:
            late.cancel()
            self._calls.discard(call)

    def _end_calls(self, which: Callable[[_Call], bool]) -> None:
        for call in [each for each in self._calls if which(each)]:
            call.end()

    async def _watch(self) -> None:
        answered = served = time.monotonic()
        while not self.lost:
            now = time.monotonic()
            try:
                await self._look()
                self._connected, self.trouble, answered = True, "", now
            except DisconnectedError as error:
                await self._disconnected(str(error))
            except Exception as error:  # of Dask's; without this nobody would look any more
                await self._disconnected(f"{type(error).__name__}: {error}")
            served = now if self._members else served
            if now - served > self._patience:
                self._give_up(now - answered > self._patience)
            await asyncio.sleep(TICK)

    async def _look(self) -> None:
        if not self._connected:
            await self._link.open()
            self._bringing = None
        heartbeats = await self._link.heartbeats()
        alive = self._pulse.alive(heartbeats, time.monotonic())
        for worker in self._members.keys() - alive:
            self._gone(worker)
        with self._changed:
            self._refused = {n: each for n, each in self._refused.items() if n in heartbeats}
            self._tell()  # somebody may have rested enough
        now = time.monotonic()
        waiting = {name for name, each in self._refused.items() if each.until > now}
        for worker in alive - self._members.keys() - waiting - self._asking.keys():
            self._asking[worker] = asyncio.create_task(self._ask(worker))

    async def _ask(self, worker: str) -> None:
        try:
            answer = await self._link.describe(worker, self._libraries, self._memory_mib)
            found = described(answer)
            if isinstance(found, str):
                self._refuse(worker, found)
            elif differing := differences(self._here, found.facts):
                self._mismatch(worker, found, differing)
            elif found.problem:
                self._refuse(worker, found.problem)
            elif self.bundle.digest in found.bundles:
                self._welcome(worker, found)
            elif self._bringing is None or self._bringing.done():
                # Once for all that are there and come; and again if somebody took it off the list.
                self._bringing = asyncio.create_task(self._bring())
        except DisconnectedError as error:
            self.trouble = str(error)
        finally:
            await asyncio.sleep(TICK / 2)
            self._asking.pop(worker, None)

    async def _bring(self) -> None:
        with contextlib.suppress(DisconnectedError):
            await self._link.bring(self.bundle)

    def _welcome(self, worker: str, found: Described) -> None:
        with self._changed:
            self._members[worker] = Member(found.process, found.slots)
            self._refused.pop(worker, None)
            self._tell()
            self._changed.notify_all()

    def _refuse(self, worker: str, why: str, seconds: float = AGAIN) -> None:
        before = self._refused.get(worker)
        with self._changed:
            self._refused[worker] = _Refused(why, time.monotonic() + seconds)
            self._changed.notify_all()
        if before is None or before.why != why:
            self._say(f"The worker {worker} is not used: {why}")

    def _mismatch(self, worker: str, found: Described, differing: list[str]) -> None:
        try:
            check_same(self._here, {worker: found.facts})
        except ClusterError as error:
            why = f"it is not as this machine ({', '.join(differing)}).\n{error}"
            self._refuse(worker, why, math.inf)  # what a process has imported it has

    async def _forget(self, worker: str) -> None:
        self._gone(worker)

    def _gone(self, worker: str) -> None:
        with self._changed:
            was_there = self._members.pop(worker, None) is not None
            self._tell()
        if was_there and not self._members:
            minutes = self._patience / 60
            self._say(f"No worker is left; waiting up to {minutes:.0f} minutes for another one.")
        self._end_calls(lambda call: call.worker == worker)

    async def _disconnected(self, why: str) -> None:
        if self._connected or not self.trouble:
            self._say(f"The scheduler {self._address.url} does not answer ({why}); waiting for it.")
        self.trouble, self._connected = why, False
        with self._changed:
            self._members.clear()
            self._refused.clear()
            self._tell()
        # What was asked raises by itself as its connection is closed.
        await self._link.close()

    def _give_up(self, silent: bool) -> None:
        what = "did not answer" if silent else "had no worker that can be used"
        why = f" ({self.trouble})" if self.trouble else ""
        with self._changed:
            self.lost = f"{self._address.url} {what} for {self._patience:.0f} s{why}."
            for turns in self._turns:
                turns.end()
            self._changed.notify_all()

    def _tell(self) -> None:
        slots = usable(self._members, time.monotonic())
        for turns in self._turns:
            turns.have(slots)

    async def _end(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
        for task in (*self._asking.values(), *([self._bringing] if self._bringing else [])):
            task.cancel()
        self._end_calls(lambda _: True)
        await self._link.close(self.bundle)

    def _start(self) -> None:
        """Connect, and wait for workers; all that are there now have to be as this machine is."""
        self._address.check()
        try:
            self._in_loop(self._link.open()).result()
        except DisconnectedError as error:
            raise ClusterError(silent(self._address, error)) from error
        self._connected = True
        self._check_all()
        self._watching = asyncio.run_coroutine_threadsafe(self._watch(), self._loop)
        with self._changed:
            if not self._changed.wait_for(self._settled, FIRST_SECONDS / 20):
                self._say(f"Waiting for a worker of {self._address.url} ...")
            self._changed.wait_for(self._settled, FIRST_SECONDS)
            if self._members:
                return
            said = [f"{name}: {each.why}" for name, each in self._refused.items()]
        raise ClusterError(
            "\n".join((f"{self._address.url} has no worker that can be used.", *said))
        )

    def _settled(self) -> bool:
        return bool(self._members or self.lost)

    def _check_all(self) -> None:
        """Before anything is sent.

        Raises:
            MismatchError: a worker that is there is not as this machine is.
        """
        work = describe_all(self._link, self._libraries, self._memory_mib)
        there = self._in_loop(work).result()
        found = {name: each for name, each in there.items() if isinstance(each, Described)}
        check_same(self._here, {name: each.facts for name, each in found.items()})

    def _in_loop(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop)
