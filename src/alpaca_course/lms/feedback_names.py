"""What a feedback page has to be called so that a system's bulk upload knows whose it is. Pure.

Both systems look at names alone. What they look for is read in their source; ``docs/lms.md`` names
the places.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from alpaca_course.lms.collected import Collected
from alpaca_course.lms.formats import canvas
from alpaca_course.lms.names import squashed
from alpaca_course.lms.roster import Roster

NOTEBOOK = ".ipynb"


@dataclass(frozen=True)
class CanvasFile:
    """A file that was handed in to Canvas, for which a page can go back.

    Attributes:
        user: Canvas's number of the student.
        number: Canvas's number of the file; it grows with each upload.
        ending: of its name, small; "" where several files were handed in, and which one has the
            number is not known.
    """

    user: str
    number: int
    ending: str


def in_download(names: Iterable[str]) -> dict[str, CanvasFile]:
    """The files in a download from Canvas, by Canvas's number of the student.

    Of several that a student handed in, it is the newest notebook, or else the newest archive, or
    else the newest file.
    """
    found: dict[str, CanvasFile] = {}
    for path in names:
        claim = canvas((PurePosixPath(path).name,))
        if claim is None or claim.nobody or not claim.version:
            continue
        ending = PurePosixPath(claim.file[-1]).suffix.lower()
        file = CanvasFile(claim.number, claim.version, ending)
        if file.user not in found or _rank(file) > _rank(found[file.user]):
            found[file.user] = file
    return found


def _rank(file: CanvasFile) -> tuple[bool, bool, int]:
    return file.ending == NOTEBOOK, file.ending == ".zip", file.number


def in_collected(collected: Collected, roster: Roster) -> dict[str, CanvasFile]:
    """The files that ``alpaca collect`` took from a download of Canvas, in the same way."""
    found = {}
    for student, taken in collected.students.items():
        user = roster.get(student).canvas_id
        if taken.source == "canvas" and taken.order and user:
            endings = {PurePosixPath(path).suffix.lower() for path in taken.files}
            ending = endings.pop() if len(endings) == 1 else ""
            found[user] = CanvasFile(user, taken.order, ending)
    return found


def canvas_name(name: str, file: CanvasFile) -> str:
    """How a page is called in the zip that Canvas takes.

    Canvas cuts the name at underscores; the first two parts that are numbers are the student and
    the file. What else is in it is for people.
    """
    who = squashed(name)
    who = "student" if not who or who.isdecimal() else who
    return f"{who}_{file.user}_{file.number}_feedback{file.ending or '.html'}"


def moodle_path(full_name: str, participant: str, file_name: str) -> str:
    """Where a page of one student lies in the zip that Moodle's "Upload feedback files" takes.

    Moodle cuts the folder's name at underscores: the name, the participant's number, and the plugin
    that keeps the file. So the name must hold none, nor anything that a file system minds.
    """
    plain = "".join(
        " " if unicodedata.category(sign)[0] in "CZ" or sign in '_/\\:*?"<>|' else sign
        for sign in full_name
    )
    name = " ".join(plain.split()).strip(".~ ") or "Participant"
    return f"{name}_{participant}_assignfeedback_file_/{file_name}"
