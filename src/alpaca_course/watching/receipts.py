"""What a student is told of a hand-in from its arrival on: a small file in nbgrader's exchange.

It lies beside the feedback, in ``<exchange>/<course>/feedback/``, as ``<hash>.json``, where
``<hash>`` is nbgrader's own name of the page that is to come: made of the hand-in's secret and the
name that the notebook had when it was handed in. Nobody may list that folder, so only who has the
secret finds the file. There is one for each notebook of a hand-in (at most :data:`MOST`), and one
under the lab's own name in any case; each hand-in has a secret of its own, so an older one keeps
its receipt. ``<hash>.html`` is there once ``page`` is true.

The JSON object, format 1; a reader ignores keys that it does not know::

    format    1
    lab       nbgrader's name of the assignment
    file      name of the notebook that the receipt is of
    sha256    of the notebook's bytes, 64 hexadecimal digits; "" where there is none to be read
    received  when the exchange took it: ISO 8601, in UTC
    state     "queued", "grading", "done", "refused" (as done: the page says why), "superseded"
              (a newer hand-in took its place before it was graded), "waits" (until ``until``)
    position  among the hand-ins that are not finished, from 1; 0 where it is not queued
    seconds   estimated from ``updated`` until the page can be fetched; null where nobody can tell
    until     when it will be queued, where it waits: ISO 8601 in UTC, or ""
    why       one sentence for the student where something is to be said, else ""
    page      whether the page can be fetched
    updated   when this was written: ISO 8601, in UTC

The file is written again when one of these has changed by more than a reader would mind, so
``seconds`` is to be read with ``updated``: :meth:`StudentReceipt.seconds_left` does that.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

FORMAT = 1
MOST = 8
"""Receipts of one hand-in, however many notebooks it has."""
LARGEST = 16_384
"""Bytes of a receipt that is read."""


class Stage(StrEnum):
    """How far a hand-in has come."""

    QUEUED = "queued"
    GRADING = "grading"
    DONE = "done"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    WAITS = "waits"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will become of this hand-in."""
        return self in (Stage.DONE, Stage.REFUSED, Stage.SUPERSEDED)


@dataclass(frozen=True)
class StudentReceipt:
    """One receipt; what its attributes mean stands at the top of this module."""

    lab: str
    file: str
    sha256: str
    received: str
    state: Stage
    position: int = 0
    seconds: float | None = None
    until: str = ""
    why: str = ""
    page: bool = False
    updated: str = ""

    def text(self) -> str:
        """The file's content."""
        return json.dumps({"format": FORMAT, **vars(self)}, ensure_ascii=False, indent=1) + "\n"

    def seconds_left(self, now: datetime) -> float | None:
        """What is left of the estimate, in seconds, and at least 0; ``now`` has a time zone."""
        if self.seconds is None:
            return None
        try:
            passed = (now - datetime.fromisoformat(self.updated)).total_seconds()
        except (ValueError, TypeError):
            return self.seconds
        # A clock that was set back does not make the wait longer than it was told.
        return max(0.0, self.seconds - max(0.0, passed))


def parsed(text: str) -> StudentReceipt | None:
    """The receipt in a file's content; None where it is none of this format."""
    try:
        found = json.loads(text)
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            return None
        return _of(found)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _of(found: dict[str, Any]) -> StudentReceipt:
    words = {
        name: _a(str, found.get(name, ""))
        for name in ("lab", "file", "sha256", "received", "until", "why", "updated")
    }
    seconds = found.get("seconds")
    return StudentReceipt(
        **words,
        state=Stage(found["state"]),
        position=_a(int, found.get("position", 0)),
        seconds=None if seconds is None else float(_a(int | float, seconds)),
        page=_a(bool, found.get("page", False)),
    )


def _a(kind: Any, value: Any) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError
    return value


def receipt_name(secret: str, notebook: str) -> str:
    """Name of the file; ``notebook`` is the notebook's name without ``.ipynb``."""
    return f"{_hash(secret, notebook)}.json"


def page_name(secret: str, notebook: str) -> str:
    """Name of the page beside it, as nbgrader releases it."""
    return f"{_hash(secret, notebook)}.html"


def read_receipt(feedback: Path, secret: str, notebook: str) -> StudentReceipt | None:
    """The receipt of a hand-in; None where there is none, or none that can be read.

    Args:
        feedback: ``<exchange>/<course>/feedback``.
        secret: the hand-in's, as nbgrader keeps it in ``submission_secret.txt``.
        notebook: the name that the notebook was handed in under, without ``.ipynb``.
    """
    try:
        with (feedback / receipt_name(secret, notebook)).open("rb") as file:
            return parsed(file.read(LARGEST).decode("utf-8"))
    except (OSError, ValueError):
        return None


def _hash(secret: str, notebook: str) -> str:
    # Here, since reading receipts is for servers, which need not import nbgrader at their start.
    from nbgrader.utils import notebook_hash

    return str(notebook_hash(secret=secret, notebook_id=notebook))
