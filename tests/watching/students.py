"""Students at nbgrader's own exchange: they submit and fetch their pages by its plugins."""

from __future__ import annotations

import copy
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory

from alpaca_course.course import Course
from alpaca_course.exchange.publishing import course_id, ensure_exchange, publish
from alpaca_course.watching.receipts import StudentReceipt, read_receipt
from tests.light import ASSIGNMENT, NOTEBOOK


def open_exchange(course: Course) -> Path:
    """Have the light lab released in the exchange; its folder of the course."""
    publish(course, course.lab())
    return ensure_exchange(course) / course_id(course)


@dataclass
class Student:
    """One of them.

    Attributes:
        course: whose exchange it is.
        name: the id.
        home: a folder of the student's own.
        secrets: of the hand-ins so far, the last one last.
    """

    course: Course
    name: str
    home: Path
    secrets: list[str] = field(default_factory=list)

    def submit(
        self,
        notebook: NotebookNode | str,
        *,
        at: datetime | None = None,
        called: str = NOTEBOOK,
    ) -> str:
        """Hand in; the name of the folder in the exchange. ``at`` is what the clock says."""
        folder = self.home / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.ipynb"):
            old.unlink()
        text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
        (folder / f"{called}.ipynb").write_text(text, encoding="utf-8")
        plugin = self._plugin("Submit")
        if at is not None:
            told = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
            plugin.set_timestamp = lambda: setattr(plugin, "timestamp", told)
        inbound = open_exchange_folder(self.course) / "inbound"
        before = {path.name for path in inbound.iterdir()}
        plugin.start()
        (made,) = {path.name for path in inbound.iterdir()} - before
        self.secrets.append((inbound / made / "submission_secret.txt").read_text())
        return made

    def fetch(self) -> list[str]:
        """The pages that nbgrader fetches, by the time of their hand-ins."""
        self._plugin("FetchFeedback").start()
        pages = sorted((self.home / ASSIGNMENT / "feedback").glob("*/*.html"))
        return [page.read_text(encoding="utf-8") for page in pages]

    def receipt(self, which: int = -1, called: str = NOTEBOOK) -> StudentReceipt | None:
        """What the student can read of a hand-in."""
        feedback = open_exchange_folder(self.course) / "feedback"
        return read_receipt(feedback, self.secrets[which], called)

    def _plugin(self, action: str) -> Any:
        config = copy.deepcopy(self.course.config)
        config.CourseDirectory.root = str(self.home)
        config.CourseDirectory.student_id = self.name
        config.CourseDirectory.assignment_id = ASSIGNMENT
        config.Exchange.assignment_dir = str(self.home)
        config.Exchange.cache = str(self.home / "cache")
        plugin = getattr(ExchangeFactory(config=config), action)(
            coursedir=CourseDirectory(config=config),
            authenticator=Authenticator(config=config),
            config=config,
        )
        plugin.log = logging.getLogger("student")
        return plugin


def open_exchange_folder(course: Course) -> Path:
    return ensure_exchange(course) / course_id(course)
