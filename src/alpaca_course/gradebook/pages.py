"""Which feedback pages are up to date: what each was made from is kept beside the records."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from alpaca_course import __version__
from alpaca_course.course import Course
from alpaca_course.files import as_json, write_atomically
from alpaca_course.gradebook.exporters import TEMPLATES
from alpaca_course.judging.result import Result
from alpaca_course.lab import Lab


class Pages:
    """The feedback pages of a lab."""

    def __init__(self, course: Course, lab: Lab) -> None:
        self._course, self._lab = course, lab
        self._template = b"".join(path.read_bytes() for path in sorted(TEMPLATES.rglob("*.*")))

    def path(self, student: str) -> Path:
        return self._course.feedback / student / self._lab.name / f"{self._lab.notebook}.html"

    def is_current(self, result: Result, notebook: Path) -> bool:
        """Whether the page is what making it again from ``notebook`` would give."""
        try:
            return self._kept(result.student).read_text() == self._digest(result, notebook)
        except OSError:
            return False

    def made(self, result: Result, notebook: Path) -> None:
        """The page was made of these.

        Raises:
            OSError: that cannot be kept.
        """
        digest = self._digest(result, notebook).encode()
        write_atomically(self._kept(result.student), digest)

    def _kept(self, student: str) -> Path:
        return self._course.state / "pages" / self._lab.name / student

    def _digest(self, result: Result, notebook: Path) -> str:
        shown = json.dumps(vars(result), sort_keys=True, default=as_json)
        total = hashlib.sha256(f"{__version__}\0{shown}\0".encode())
        for data in (self._template, notebook.read_bytes(), self.path(result.student).read_bytes()):
            total.update(hashlib.sha256(data).digest())
        return total.hexdigest()
