"""Receipts written where students find them, each anew only when it says something else."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from alpaca_course.contract.states import State
from alpaca_course.files import PUBLIC, write_atomically
from alpaca_course.watching.arrivals import Arrival, notebooks_in, secret_in
from alpaca_course.watching.estimates import differs, moved
from alpaca_course.watching.queue import Waiting
from alpaca_course.watching.receipts import (
    Stage,
    StudentReceipt,
    page_name,
    read_receipt,
    receipt_name,
)


@dataclass(frozen=True)
class News:
    """What is to be told of a hand-in; as :class:`StudentReceipt` has it."""

    state: Stage
    position: int = 0
    seconds: float | None = None
    until: str = ""
    why: str = ""
    page: bool = False

    @property
    def _words(self) -> tuple[str, str, str]:
        return self.state, self.until, self.why

    def is_news(self, told: News, passed: float) -> bool:
        """Whether a reader of ``told``, ``passed`` seconds ago, would want to know this."""
        if self._words != told._words or moved(told.position, self.position):
            return True
        return not self.state.is_over and differs(told.seconds, passed, self.seconds)


def waits(waiting: Waiting, position: int, seconds: float | None) -> News:
    """What there is to tell of a hand-in that waits.

    Args:
        waiting: it.
        position: in the queue; 0 where it has none.
        seconds: until its page, as estimated.
    """
    if waiting.until:
        return News(Stage.WAITS, until=waiting.until, why=waiting.why)
    if not position:
        return News(Stage.QUEUED, why=waiting.why)
    return News(Stage.QUEUED, position, seconds, why=waiting.why)


def graded(state: State) -> News:
    """What there is to tell of a hand-in that ended in ``state`` and has its page."""
    return News(Stage.REFUSED if state is State.REFUSED else Stage.DONE, page=True)


class Receipts:
    """The receipts of one lab.

    Args:
        folder: where they lie; None where students cannot be reached so.
        lab: nbgrader's assignment.
        notebook: name of the lab's notebook, without ending.
    """

    def __init__(self, folder: Path | None, lab: str, notebook: str) -> None:
        self._folder, self._lab, self._notebook = folder, lab, notebook
        # Of each hand-in that something is still to be told of: its secret and notebooks.
        self._known: dict[str, tuple[str, Mapping[str, str]]] = {}
        self._told: dict[str, tuple[News, datetime]] = {}

    def tell(self, arrival: Arrival, place: Path, news: News, now: datetime | None = None) -> None:
        """Have the receipts of a hand-in say ``news``; what is known already is not written again.

        Raises:
            OSError: they cannot be written.
        """
        if self._folder is None:
            return
        now = now or datetime.now(UTC)
        told = self._told.get(arrival.name)
        if told is not None:
            passed = (now - told[1]).total_seconds()
            if not news.is_news(told[0], max(0.0, passed)):
                return
        if arrival.name not in self._known:
            self._known[arrival.name] = (secret_in(place), notebooks_in(place, self._notebook))
        secret, notebooks = self._known[arrival.name]
        if secret:
            self._write(arrival, secret, notebooks, news, now)
        self._told[arrival.name] = (news, now)
        if news.state.is_over:
            del self._known[arrival.name]

    def supersede(self, arrival: Arrival, place: Path) -> bool:
        """A newer hand-in took the place of this one; False where it was graded before.

        Raises:
            OSError: the receipt cannot be written.
        """
        told = self._told.get(arrival.name)
        if told is not None and told[0].state.is_over:
            return False
        if told is None and self._was_told(place):
            return False
        self.tell(arrival, place, News(Stage.SUPERSEDED))
        return True

    def forget(self, names: set[str]) -> None:
        """Keep nothing in memory of hand-ins other than ``names``."""
        for kept in (self._known, self._told):
            for name in kept.keys() - names:
                del kept[name]

    def is_over(self, place: Path) -> bool:
        """Whether an earlier process told the end of this hand-in."""
        if self._folder is None or not (secret := secret_in(place)):
            return False
        found = read_receipt(self._folder, secret, self._notebook)
        return found is not None and found.state.is_over

    def _was_told(self, place: Path) -> bool:
        """Whether the end of a hand-in was told, or its page released without a receipt."""
        if self._folder is None or not (secret := secret_in(place)):
            return True
        return self.is_over(place) or (self._folder / page_name(secret, self._notebook)).exists()

    def _write(
        self, arrival: Arrival, secret: str, notebooks: Mapping[str, str], news: News, now: datetime
    ) -> None:
        assert self._folder is not None
        receipt = StudentReceipt(
            lab=self._lab,
            file="",
            sha256="",
            received=arrival.received.isoformat(),
            state=news.state,
            position=news.position,
            seconds=None if news.seconds is None else round(news.seconds, 1),
            until=news.until,
            why=news.why,
            page=news.page,
            updated=now.isoformat(timespec="milliseconds"),
        )
        self._make_folder()
        for stem, sha256 in notebooks.items():
            text = replace(receipt, file=f"{stem}.ipynb", sha256=sha256).text()
            path = self._folder / receipt_name(secret, stem)
            write_atomically(path, text.encode("utf-8", "replace"), mode=PUBLIC, lasting=False)

    def _make_folder(self) -> None:
        """As nbgrader makes it when it releases the first page: nobody may list it."""
        assert self._folder is not None
        if not self._folder.is_dir():
            with contextlib.suppress(FileExistsError):
                self._folder.mkdir()
                self._folder.chmod(0o711)
