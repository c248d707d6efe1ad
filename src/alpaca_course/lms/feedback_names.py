"""What a feedback page has to be called so that a system's bulk upload knows whose it is. Pure.

Both systems look at names alone. What they look for is read in their source; ``docs/lms.md`` names
the places.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class CanvasFile:
    """A file of a download from Canvas.

    Attributes:
        name: as it is called in the download, without folders.
        user: Canvas's number of the student, or "anon_…" where names are hidden.
        attachment: Canvas's number of the file.
    """

    name: str
    user: str
    attachment: str

    @property
    def handed_in_as(self) -> str:
        """The ending of the file, which is that of what was handed in."""
        return PurePosixPath(self.name).suffix.lower()


def canvas_file(name: str) -> CanvasFile | None:
    """What Canvas reads in the name of a file when a zip comes back; None where it ignores it.

    The parts between underscores are looked at, "LATE" left out: the first two that are numbers are
    the student and the file; where the first part is "anon", the two after it are.
    """
    name = PurePosixPath(name).name
    parts = [part for part in name.split("_") if part != "LATE"]
    if name.startswith("._") or parts[-1].startswith("link"):
        return None
    if parts[0] == "anon":
        ids = parts[1:3]
        return CanvasFile(name, f"anon_{ids[0]}", ids[1]) if len(ids) == 2 else None
    ids = [part for part in parts if _DIGITS.fullmatch(part)][:2]
    return CanvasFile(name, ids[0], ids[1]) if len(ids) == 2 else None


def canvas_files(names: Iterable[str]) -> dict[str, CanvasFile]:
    """By student, the file that a page goes back for: the newest notebook, or what there is.

    Canvas numbers files in the order in which they were uploaded.
    """
    found: dict[str, CanvasFile] = {}
    for name in names:
        file = canvas_file(name)
        if file and (file.user not in found or _rank(file) > _rank(found[file.user])):
            found[file.user] = file
    return found


def _rank(file: CanvasFile) -> tuple[bool, bool, int]:
    ending = file.handed_in_as
    return ending == ".ipynb", ending == ".zip", int(file.attachment)


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


def moodle_participant(path: str) -> tuple[str, str] | None:
    """What Moodle reads in a path of the zip: the participant's number and the file's own path.

    None where it ignores it, as it does with hidden files.
    """
    parts = path.split("/")
    if parts[-1].startswith((".", "~")) or not parts[-1]:
        return None
    for at, part in enumerate(parts):
        found = part.split("_", 4)
        if len(found) >= 4 and _DIGITS.fullmatch(found[1]) and found[2:4] in _PLUGINS:
            rest = found[4] if len(found) == 5 else ""
            return found[1], "/".join([rest, *parts[at + 1 :]])
    return None


_PLUGINS = (["assignfeedback", "file"], ["assignsubmission", "file"])
