"""What a student has handed in, and what is said of it: plain data, and sentences of it.

nbgrader's list of hand-ins has their times alone, whatever the exchange. What is added is the
receipt: which bytes, how far they have come, and whether there is a page to fetch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from alpaca_course.contract.receipt import SECRET
from alpaca_course.files import sha256_of
from alpaca_course.watching.receipts import Stage, StudentReceipt, read_receipt

# JupyterLab cuts a notice off after 140 characters.
_DIGITS = 12
# Seconds beyond an estimate: nobody has told more since, for whoever grades may have stopped.
_OVERDUE = 30.0


@dataclass(frozen=True)
class HandIn:
    """One hand-in.

    Attributes:
        assignment: nbgrader's name of it.
        time: when it was handed in, as nbgrader's list shows it.
        files: name and SHA-256 of each notebook.
        ready: there is a page to fetch, or another one than was fetched before.
        page: the page that was fetched, as a path below the server's folder; empty without one.
        queue: what whoever grades told of it, or None.
    """

    assignment: str
    time: str
    files: tuple[tuple[str, str], ...]
    ready: bool
    page: str
    queue: StudentReceipt | None

    def to_json(self, now: datetime) -> dict[str, Any]:
        """For the front end; ``now`` has a time zone."""
        return {
            "assignment": self.assignment,
            "time": self.time,
            "ready": self.ready,
            "page": self.page,
            "queued": self.queue is not None,
            "over": self.ready or (self.queue is not None and self.queue.state.is_over),
            "seconds": self.queue.seconds_left(now) if self.queue else None,
            "state": self.state(now),
            "notice": f"{self._received(short=True)} {self.state(now)}".strip(),
            "receipt": f"{self._received(short=False)} {self.state(now)}".strip(),
        }

    def _received(self, *, short: bool) -> str:
        """Which bytes; short with the time, of the first notebook, by the digest's beginning."""
        when = f" {_of_day(self.time)}" if short else ""
        if not self.files:
            return f"Handed in{when}, without a notebook."
        if short:
            name, sha256 = self.files[0]
            return f"Handed in{when}: {name}, SHA-256 {sha256[:_DIGITS]}…"
        listed = "; ".join(f"{name}, SHA-256 {sha256}" for name, sha256 in self.files)
        return f"Handed in: {listed}."

    def state(self, now: datetime) -> str:
        """How far it has come, in one or two sentences; empty where nobody knows."""
        if self.ready:
            return "Your feedback is there: press Fetch Feedback."
        if self.page:
            return "You have its feedback."
        return _told(self.queue, now) if self.queue else ""


def _of_day(time: str) -> str:
    """The time of day, with its zone, of a time as nbgrader's exchange writes it."""
    found = re.search(r"\d\d:\d\d:\d\d", time)
    zone = re.search(r" [A-Za-z]+$", time)
    return (found[0] + (zone[0] if zone else "")) if found else time


def _told(queue: StudentReceipt, now: datetime) -> str:
    why = f" {queue.why}" if queue.why else ""
    match queue.state:
        case Stage.QUEUED:
            return f"Number {queue.position} in the queue{_about(queue, now)}.{why}"
        case Stage.GRADING:
            return f"Being graded{_about(queue, now)}.{why}"
        case Stage.WAITS:
            return (f"It will be graded at {_clock(queue.until)}." if queue.until else "") + why
        case Stage.SUPERSEDED:
            return f"You handed in again, and that is graded in its place.{why}"
        case Stage.DONE | Stage.REFUSED:
            return f"It has been looked at.{why}"


def _about(queue: StudentReceipt, now: datetime) -> str:
    left = queue.seconds_left(now)
    if queue.seconds is None or left is None:
        return ""
    if left == 0 and _since(queue.updated, now) > queue.seconds + _OVERDUE:
        return ", for longer than was thought"
    return f", about {max(left, 1):.0f} s" if left < 90 else f", about {left / 60:.0f} minutes"


def _since(time: str, now: datetime) -> float:
    """Seconds since a time in ISO 8601; 0 where it is none."""
    try:
        return (now - datetime.fromisoformat(time)).total_seconds()
    except (ValueError, TypeError):
        return 0.0


def _clock(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return text


def hand_ins(listed: Iterable[dict[str, Any]], root: Path, feedback: Path | None) -> list[HandIn]:
    """The hand-ins of nbgrader's list, oldest first.

    Args:
        listed: what nbgrader lists as submitted.
        root: the server's folder.
        feedback: where an exchange that is a folder has its feedback, or None.
    """
    found = [
        _hand_in(assignment["assignment_id"], each, root, feedback)
        for assignment in listed
        for each in assignment["submissions"]
    ]
    return sorted(found, key=lambda each: each.time)


def _hand_in(assignment: str, listed: dict[str, Any], root: Path, feedback: Path | None) -> HandIn:
    notebooks = listed["notebooks"]
    queue = _queue(Path(listed["path"]), [each["notebook_id"] for each in notebooks], feedback)
    pages = [each["local_feedback_path"] for each in notebooks if each["has_local_feedback"]]
    return HandIn(
        assignment=assignment,
        time=listed["timestamp"],
        files=tuple(_digest(Path(each["path"]), queue) for each in notebooks),
        ready=any(
            each["has_exchange_feedback"]
            and (each["feedback_updated"] or not each["has_local_feedback"])
            for each in notebooks
        ),
        page=_below(root, Path(pages[0])) if pages else "",
        queue=queue,
    )


def _digest(path: Path, queue: StudentReceipt | None) -> tuple[str, str]:
    """Name and SHA-256 of a notebook: of what arrived, where that is told, else of the copy."""
    if queue is not None and queue.file == path.name and queue.sha256:
        return path.name, queue.sha256
    try:
        return path.name, sha256_of(path)
    except OSError:
        return path.name, ""


def _below(root: Path, path: Path) -> str:
    """``path`` below ``root``, with slashes; empty where it lies elsewhere."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return ""


def _queue(folder: Path, notebooks: list[str], feedback: Path | None) -> StudentReceipt | None:
    """What was told of the hand-in whose copy lies in ``folder``."""
    if feedback is None:
        return None
    try:
        secret = (folder / SECRET).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    found = (read_receipt(feedback, secret, name) for name in notebooks)
    return next((each for each in found if each is not None), None)
