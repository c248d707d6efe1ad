"""What is wrong with something an author wrote, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alpaca_course.errors import CourseError


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend: ``where`` names a file or a cell, ``what`` says what is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"

    def to_dict(self) -> dict[str, str]:
        return {"where": self.where, "what": self.what}


class AuthoringError(CourseError):
    """The lab cannot be built as it stands; ``problems`` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(["The lab cannot be built:", *map(str, self.problems)]))
