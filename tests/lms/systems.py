"""What Canvas and Moodle do with a file that comes back, as far as their source says it.

Written for these tests from a reading of ``lib/gradebook_importer.rb`` and
``app/models/abstract_assignment.rb`` of instructure/canvas-lms, and of
``mod/assign/feedback/offline/`` and ``mod/assign/feedback/file/importziplib.php`` of moodle/moodle.
Nothing of the package is used here.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field


class Refused(Exception):  # noqa: N818
    """The system would not take the file."""


@dataclass
class CanvasGrades:
    """What Canvas's importer reads: points possible and grades, by assignment and user id."""

    possible: dict[str, str] = field(default_factory=dict)
    grades: dict[str, dict[str, str]] = field(default_factory=dict)


def canvas_import(data: bytes) -> CanvasGrades:
    text = data.decode("utf-8")
    lines = text.split("\n")[:3]
    counts = {}
    for sign in ";,":
        sizes = {len(next(csv.reader([line.rstrip("\r")], delimiter=sign), [])) for line in lines}
        counts[sign] = sizes.pop() if len(sizes) == 1 else 0
    sign = ";" if counts[";"] > counts[","] else ","
    kept = io.StringIO(text, newline="")
    rows = [row for row in csv.reader(kept, delimiter=sign, strict=True) if any(row)]
    header = rows[0]
    if not (len(header) > 3 and "Student" in header[0] and "ID" in header[1]):
        raise Refused("Invalid header row")
    who = 3
    if re.search(r"SIS\s+Login\s+ID", header[2]):
        who = 4
    elif re.search(r"SIS\s+User\s+ID", header[2]) and re.search(r"SIS\s+Login\s+ID", header[3]):
        who = 5
    if "Section" not in header[who - 1]:
        raise Refused("Invalid header row")
    totals = re.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
    columns = {name: at for at, name in enumerate(header) if at >= who and not totals.search(name)}
    found = CanvasGrades()
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            found.possible = {name: _canvas_number(row[at]) for name, at in columns.items()}
        elif all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", v, re.IGNORECASE) for v in row):
            continue
        else:
            for name, at in columns.items():
                grade = _canvas_number(row[at].strip())
                found.grades.setdefault(name, {})[row[1]] = grade
    return found


def _canvas_number(value: str) -> str:
    """Numbers with a decimal comma count as those with a point."""
    if not re.fullmatch(r"-?[0-9.,]+%?", value):
        return value
    *first, last = re.split("[,.]", value)
    return f"{''.join(first)}.{last}" if first else last


def canvas_comments(archive: bytes, attachments: dict[str, str]) -> dict[str, tuple[str, bytes]]:
    """The file that each user gets; ``attachments`` are those handed in, with their users."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for path in opened.namelist():
            parts = [each for each in path.rsplit("/", 1)[-1].split("_") if each != "LATE"]
            numbers = [each for each in parts if re.fullmatch(r"\d+", each)][:2]
            if len(numbers) < 2 or parts[-1].startswith("link"):
                raise Refused(f"Canvas would ignore {path}")
            user, attachment = numbers
            if attachments.get(attachment) != user:
                raise Refused(f"{path}: {user} has not handed in {attachment}")
            found[user] = (path, opened.read(path))
    return found


@dataclass
class Participant:
    """One row of the grading worksheet as Moodle has it."""

    grade: float | None = None
    modified: int = 0


def moodle_import(
    data: bytes, participants: dict[str, Participant], most: float, hidden: str = "Participant "
) -> dict[str, float]:
    """The grades that Moodle takes from a worksheet, by participant; the rest it skips."""
    text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    rows = list(csv.reader(io.StringIO(text), strict=True))
    header = rows[0]
    try:
        who, grade = header.index("Identifier"), header.index("Grade")
        header.index("Last modified (grade)")
    except ValueError:
        raise Refused("The columns are missing") from None
    if any(len(row) != len(header) for row in rows):
        raise Refused("Columns differ")
    found = {}
    for row in rows[1:]:
        number = row[who][len(hidden) :]
        if number not in participants:
            continue
        value = row[grade].replace(" ", "")
        if value == "" or not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            continue
        points = float(value)
        if participants[number].grade == points or not 0 <= points <= most:
            continue
        found[number] = points
    return found


def moodle_feedback(archive: bytes, participants: set[str]) -> dict[str, tuple[str, bytes]]:
    """The feedback file that each participant gets, by the paths of the zip."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for path in opened.namelist():
            parts = f"/import/{path}".split("/")
            if path.endswith("/") or parts[-1].startswith((".", "~")):
                raise Refused(f"Moodle would ignore {path}")
            while parts:
                info = parts.pop(0).split("_", 4)
                if len(info) < 4 or info[1] not in participants:
                    continue
                if (info[2], info[3]) not in (
                    ("assignfeedback", "file"),
                    ("assignsubmission", "file"),
                ):
                    continue
                rest = "/".join([info[4] if len(info) == 5 else "", *parts])
                found[info[1]] = (rest, opened.read(path))
                break
            else:
                raise Refused(f"Moodle would ignore {path}")
    return found
