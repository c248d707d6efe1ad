"""The state that every submission ends in, with reasons that a person can act on."""

from __future__ import annotations

import re
import traceback
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from alpaca_course.contract.letters import calm
from alpaca_course.contract.receipt import Receipt

FAULT = "grader.fault"
_PACKAGE = __name__.partition(".")[0]


class State(StrEnum):
    """What became of a submission."""

    GRADED = "graded"
    REPAIRED = "graded with repairs"
    NEEDS_PERSON = "needs a person"
    REFUSED = "refused"

    @property
    def is_graded(self) -> bool:
        return self in (State.GRADED, State.REPAIRED)


@dataclass(frozen=True)
class Note:
    """One repair or reason.

    Attributes:
        code: stable, for programs and tests, for example "test.changed".
        text: one or two sentences for the student; ``reporting.to_instructor`` has what of them
            an instructor is told otherwise. It is shown as Markdown, so what a student
            chose goes into it through :func:`safe` only.
    """

    code: str
    text: str

    def to_json(self) -> dict[str, str]:
        return asdict(self)


class SubmissionRefused(Exception):  # noqa: N818
    """A submission that cannot be graded as it is; ``note`` says what the student can do.

    ``receipt`` is that of the file, where one could be read; ``beside`` what the exchange put
    beside it.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.note = Note(code, text)
        self.receipt = Receipt()
        self.beside: Mapping[str, bytes] = {}

    def alone(self) -> SubmissionRefused:
        """The same without where it was raised, which keeps the file and its text in memory."""
        same = SubmissionRefused(self.note.code, self.note.text)
        same.receipt, same.beside = self.receipt, self.beside
        return same


def safe(name: str, most: int = 120) -> str:
    """A name that a student chose, such as a file's, without what HTML or Markdown would read."""
    return _only_letters(r"[^\w .,:='()+-]", name)[:most]


def printable(text: str) -> str:
    """``text`` on one line, without characters that could steer a terminal."""
    return calm("".join(c if c.isprintable() else "�" for c in " ".join(text.split())))


def safe_code(line: str) -> str:
    """A line of a student's code, to stand between backticks."""
    return _only_letters(r"[^\w .,:;='\"()+*/%@!#?\[\]{}^~-]", line)[:120]


def _only_letters(others: str, text: str) -> str:
    """``text`` with a question mark for each of ``others``, marks of letters excepted.

    Macs write an umlaut as a letter and a mark, and Hindi has marks for its vowels.
    """
    found = calm(unicodedata.normalize("NFC", text))
    return re.sub(others, lambda c: c[0] if unicodedata.category(c[0])[0] == "M" else "?", found)


def fault(error: BaseException) -> Note:
    """Why a person is needed: the grader itself failed with this submission."""
    return Note(
        FAULT,
        f"The grader failed with your notebook ({in_words(error)}). What is said below may be "
        "incomplete. You need not do anything: a person looks at it.",
    )


def in_words(error: BaseException) -> str:
    """The kind of ``error`` and the last place in the package that it came by, for people."""
    frames = [frame.f_globals.get("__name__", "") + "." + frame.f_code.co_name
              for frame, _ in traceback.walk_tb(error.__traceback__)]  # fmt: skip
    own = [name for name in frames if name.startswith(_PACKAGE)]
    place = (own or frames or ["?"])[-1].removeprefix(f"{_PACKAGE}.")
    return safe(f"{type(error).__name__} in {place}")
