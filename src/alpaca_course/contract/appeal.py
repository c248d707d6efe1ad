"""A student's question about a result, and the answer: plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Appeal:
    """One question.

    Attributes:
        number: by which people name it; counted for each lab.
        student: id.
        about: id of the rule, remark, exercise or reason; empty for the result as a whole.
        exercise: to which that belongs; empty where it is about all of them.
        words: what the student wrote.
        asked: when it was taken in, in UTC, as ISO 8601.
        submission: sha256 of the file that was graded then.
        answer: what a person wrote; empty as long as nobody did.
        answered: when, in UTC, as ISO 8601; empty as long as nobody did.
    """

    number: int
    student: str
    about: str
    exercise: str
    words: str
    asked: str
    submission: str = ""
    answer: str = ""
    answered: str = ""

    @property
    def is_open(self) -> bool:
        return not self.answered
