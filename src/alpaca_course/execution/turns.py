"""Whether executions run beside others or alone, and on which machine."""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

# The one that executes where there is no cluster.
HERE = ""


class TurnsEndedError(Exception):
    """No more turns are given."""


@dataclass(eq=False)
class Turn:
    """One execution's turn on ``machine``; ``accompanied``: others ran there at some time of it."""

    machine: str = HERE
    accompanied: bool = False


@dataclass(eq=False)
class _Machine:
    """One machine: what runs there, and how many wait to be alone on it."""

    slots: float
    running: set[Turn] = field(default_factory=set)
    wish_alone: int = 0
    gone: bool = False

    def is_free(self) -> bool:
        """Whether nothing runs there any more, or nothing ever will."""
        return self.gone or not self.running

    @property
    def has_room(self) -> bool:
        return not self.wish_alone and len(self.running) < self.slots


class Turns:
    """Gives turns beside others, and turns alone on a machine, which others there wait for.

    Args:
        slots: executions side by side on each machine; without it there is this one, and whoever
            asks sees to how many there are.
    """

    def __init__(self, slots: Mapping[str, float] | None = None) -> None:
        self._changed = threading.Condition()
        self._machines: dict[str, _Machine] = {}
        self._ended = False
        self.have({HERE: math.inf} if slots is None else slots)

    def have(self, slots: Mapping[str, float]) -> None:
        """From now on there are these machines; turns on others go on until they end."""
        with self._changed:
            for name in self._machines.keys() - slots.keys():
                self._machines.pop(name).gone = True
            for name, count in slots.items():
                self._machines.setdefault(name, _Machine(count)).slots = count
            self._changed.notify_all()

    @contextlib.contextmanager
    def beside_others(self, avoid: Collection[str] = ()) -> Iterator[Turn]:
        """A turn where there is room: nobody is alone there or wants to be.

        Args:
            avoid: machines that are taken only where there are no others.

        Raises:
            TurnsEndedError: the turns have ended meanwhile.
        """
        with self._changed:
            self._wait_until(lambda: self._roomiest(avoid) is not None)
            name = self._roomiest(avoid)
            assert name is not None
            machine = self._machines[name]
            turn = Turn(name)
            machine.running.add(turn)
            if len(machine.running) > 1:
                for each in machine.running:
                    each.accompanied = True
        try:
            yield turn
        finally:
            self._leave(machine, turn)

    @contextlib.contextmanager
    def alone(self, avoid: Collection[str] = ()) -> Iterator[Turn]:
        """A turn once no other runs on that machine; none begins there until it is over.

        Raises:
            TurnsEndedError: the turns have ended meanwhile.
        """
        with self._changed:
            machine, turn = self._alone_on(avoid)
        try:
            yield turn
        finally:
            with self._changed:
                machine.wish_alone -= 1
            self._leave(machine, turn)

    def end(self) -> None:
        """Give no more turns, and wake up who waits for one."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _alone_on(self, avoid: Collection[str]) -> tuple[_Machine, Turn]:
        while True:
            self._wait_until(lambda: bool(self._machines))
            name = min(self._wanted(avoid), key=self._burden)
            machine = self._machines[name]
            machine.wish_alone += 1
            try:
                self._wait_until(machine.is_free)
            except BaseException:
                machine.wish_alone -= 1
                self._changed.notify_all()
                raise
            if not machine.gone:
                turn = Turn(name)
                machine.running.add(turn)
                return machine, turn
            machine.wish_alone -= 1

    def _burden(self, name: str) -> tuple[int, int]:
        machine = self._machines[name]
        return machine.wish_alone, len(machine.running)

    def _wanted(self, avoid: Collection[str]) -> list[str]:
        return [name for name in self._machines if name not in avoid] or list(self._machines)

    def _roomiest(self, avoid: Collection[str]) -> str | None:
        room = [name for name in self._wanted(avoid) if self._machines[name].has_room]
        used = {
            name: len(self._machines[name].running) / self._machines[name].slots for name in room
        }
        return min(room, key=used.__getitem__, default=None)

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        self._changed.wait_for(lambda: self._ended or condition())
        if self._ended:
            raise TurnsEndedError

    def _leave(self, machine: _Machine, turn: Turn) -> None:
        with self._changed:
            machine.running.discard(turn)
            self._changed.notify_all()
