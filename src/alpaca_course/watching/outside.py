"""What a running `alpaca watch` shows to people, and what it sees of their changes."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.files import json_text, read_json_object, write_atomically
from alpaca_course.lab import Lab
from alpaca_course.watching.estimates import Rate
from alpaca_course.watching.status import FORMAT, Status, page

MOST_FAULTS = 50
_AT_MOST_EVERY, _AT_LEAST_EVERY = 1.0, 10.0
_LOOK_EVERY = 5.0
_MADE = {"__pycache__", ".ipynb_checkpoints"}


class Outside:
    """Status and faults of one process over one lab.

    Args:
        course: the course.
        lab: the lab.
        alive: called whenever something was shown, at least every ten seconds.
        served: whether the page has an address, too.
    """

    def __init__(
        self, course: Course, lab: Lab, alive: Callable[[], None], *, served: bool = False
    ) -> None:
        self._course, self._lab, self._alive, self._served = course, lab, alive, served
        self.folder = kept(course, lab)
        self._since = _now()
        self._faults: list[dict[str, str]] = []
        self._written: dict[str, Any] = {}
        self._next = self._latest = float("-inf")
        self._next_look = time.monotonic() + _LOOK_EVERY
        self._was = self._before = tuple(_facts(course, lab))

    def changed(self, now: float) -> bool:
        """Whether the lab, its rules, the roster or due dates are others, and stay so."""
        if now >= self._next_look:
            self._next_look = now + _LOOK_EVERY
            facts = tuple(_facts(self._course, self._lab))
            rests, self._before = facts == self._before, facts
            return rests and facts != self._was
        return False

    def fault(self, about: str, why: str) -> bool:
        """Keep a fault; False where the same was the last that is known of this."""
        known = [each for each in self._faults if each["about"] == about]
        if known and known[-1]["why"] == why:
            known[-1]["time"] = _now()
            return False
        self._faults = [*self._faults, {"time": _now(), "about": about, "why": why}][-MOST_FAULTS:]
        return True

    def show(self, status: Callable[[], Status]) -> None:
        """Have status and page on the disk, not older than a second or, unchanged, than ten."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _AT_MOST_EVERY
        found = {**status().to_json(), "faults": self._faults, "since": self._since}
        if found == self._written and now < self._latest + _AT_LEAST_EVERY:
            return
        self._write(found, running=True)
        self._written, self._latest = {**found, "faults": list(self._faults)}, now
        self._alive()

    def end(self) -> None:
        """Say that the process has ended."""
        if self._written:
            self._write(self._written, running=False)

    def _write(self, found: dict[str, Any], *, running: bool) -> None:
        whole = {**found, "running": running, "pid": os.getpid(), "updated": _now()}
        # A full disk costs the status, and nothing else.
        with contextlib.suppress(OSError):
            write_atomically(status_file(self.folder), json_text(whole).encode(), lasting=False)
            shown = page(whole, datetime.now(UTC), served=self._served)
            told = shown.encode("utf-8", "replace")
            write_atomically(page_file(self.folder), told, lasting=False)


def kept(course: Course, lab: Lab) -> Path:
    """Where `alpaca watch` keeps what is its own of a lab."""
    return course.state / "watch" / lab.name


def status_file(folder: Path) -> Path:
    return folder / "status.json"


def page_file(folder: Path) -> Path:
    return folder / "status.html"


def read_status(course: Course, lab: Lab) -> dict[str, Any] | None:
    """The last status that was kept; None where there is none."""
    found = read_json_object(status_file(kept(course, lab)))
    if not found or found.get("format") != FORMAT:
        return None
    # An older process called it otherwise.
    return {"assignment": lab.name, **found}


def read_rate(course: Course, lab: Lab) -> Rate:
    """The rate as an earlier process measured it."""
    rate = (read_status(course, lab) or {}).get("rate")
    if not isinstance(rate, dict):
        return Rate()
    alone, each = rate.get("seconds_alone"), rate.get("seconds_each")
    known = [float(value) if isinstance(value, int | float) else None for value in (alone, each)]
    return Rate(alone=known[0], each=known[1])


def _facts(course: Course, lab: Lab) -> Iterator[tuple[str, int, int]]:
    """Of all that a process reads once: names, times of change and sizes."""
    root = course.root
    files = [root / CONFIG_FILE, course.deadlines, course.roster]
    for parent in ("notebooks", "grader_tests", "source", "release"):
        files += sorted((root / parent / lab.name).rglob("*"))
    for path in files:
        if _MADE & {*path.parts} or path.suffix == ".pyc":
            continue
        with contextlib.suppress(OSError):
            facts = path.stat()
            changed = 0 if path.is_dir() else facts.st_mtime_ns
            yield str(path), changed, 0 if path.is_dir() else facts.st_size


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
