"""Whether executions run beside others or alone."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass


class TurnsEndedError(Exception):
    """No more turns are given."""


@dataclass(eq=False)
class Turn:
    """One execution's turn; ``accompanied``: others ran at some time of it."""

    accompanied: bool = False


class Turns:
    """Gives turns beside others, and turns alone, which others wait for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: set[Turn] = set()
        self._wish_alone = 0
        self._ended = False

    @contextlib.contextmanager
    def beside_others(self) -> Iterator[Turn]:
        """A turn at once, unless somebody is alone or wants to be.

        Raises:
            TurnsEndedError: the turns have ended meanwhile.
        """
        turn = Turn()
        with self._changed:
            self._wait_until(lambda: not self._wish_alone)
            self._running.add(turn)
            if len(self._running) > 1:
                for each in self._running:
                    each.accompanied = True
        try:
            yield turn
        finally:
            self._leave(turn)

    @contextlib.contextmanager
    def alone(self) -> Iterator[Turn]:
        """A turn once no other runs; none begins until it is over.

        Raises:
            TurnsEndedError: the turns have ended meanwhile.
        """
        turn = Turn()
        with self._changed:
            self._wish_alone += 1
            try:
                self._wait_until(lambda: not self._running)
                self._running.add(turn)
            except BaseException:
                self._wish_alone -= 1
                self._changed.notify_all()
                raise
        try:
            yield turn
        finally:
            with self._changed:
                self._wish_alone -= 1
            self._leave(turn)

    def end(self) -> None:
        """Give no more turns, and wake up who waits for one."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        self._changed.wait_for(lambda: self._ended or condition())
        if self._ended:
            raise TurnsEndedError

    def _leave(self, turn: Turn) -> None:
        with self._changed:
            self._running.discard(turn)
            self._changed.notify_all()
