"""How each system packs hand-ins: whose a file is, by its name in the download. Pure.

Where the shapes are known from is in ``docs/lms.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from alpaca_course.lms.downloads import GIT, Entry

Parts = tuple[str, ...]

# "leeann_LATE_123_4567_lab-1.ipynb"; text and links have no number of a file.
_CANVAS = re.compile(
    r"(?P<name>.*?)_?(?P<late>(?:^|_)LATE)?_?(?P<user>(?<=_)\d+)_(?P<file>\d+)_(?P<rest>.+)", re.S
)
_CANVAS_TEXT = re.compile(
    r"(?P<name>.*?)_?(?P<late>(?:^|_)LATE)?_?(?P<user>(?<=_)\d+)_(?P<rest>(?:text|link)\.html)",
    re.S,
)
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<user>anon_\w+?)_(?:(?P<file>\d+)_)?(?P<rest>.+)", re.S
)
# What Canvas puts before the ending of a file that is handed in once more.
_AGAIN = re.compile(r"-\d+(?=\.[^.]*$|$)")
_BLACKBOARD = re.compile(
    r".+_(?P<login>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", re.S
)
# "116533-712 - Ann Lee - Dec 4, 2026 1159 PM": a folder, or the beginning of a file's name.
_BRIGHTSPACE = re.compile(
    r"(?P<user>\d+)-\d+ - (?P<name>.+?) - "
    r"(?P<month>[A-Z][a-z]{2})[a-z]* (?P<day>\d{1,2}), (?P<year>\d{4}) "
    r"(?P<hour>\d{1,2})(?P<minute>\d\d) (?P<half>[AP])M(?: - (?P<file>.+))?",
    re.S,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOODLE_FOLDER = re.compile(r"(?P<name>.*)_(?P<number>\d+)_assignsubmission_[a-z0-9]+_?", re.S)
_MOODLE_FLAT = re.compile(
    r"(?P<name>.*)_(?P<number>\d+)_assignsubmission_[a-z0-9]+_(?P<file>.+)", re.S
)


@dataclass(frozen=True)
class Claim:
    """Whose a file is by its name, before anybody is looked up.

    Attributes:
        owner: what the download calls its owner, as people can find it there.
        file: its path within the hand-in.
        name: of the owner, as far as the download has one.
        kind: what ``number`` is: "canvas", "moodle", or empty.
        number: the owner's, in that system.
        version: of the file, growing with each attempt; 0 where the download does not tell.
        same_as: what attempts of one file have in common.
        late: whether the system calls it late.
        time: of the hand-in, where the name tells it, without a zone.
        nobody: why the owner cannot be known; empty where they can.
    """

    owner: str
    file: Parts
    name: str = ""
    kind: str = ""
    number: str = ""
    version: int = 0
    same_as: str = ""
    late: bool = False
    time: str = ""
    nobody: str = ""


def canvas(parts: Parts, _entry: Entry | None = None) -> Claim | None:
    """A file of a Canvas download, which lies beside all others."""
    name = parts[-1]
    if found := _CANVAS_ANONYMOUS.fullmatch(name):
        why = "Canvas tells no names of this assignment; show them, and download again"
        return Claim(found["user"], (found["rest"],), nobody=why, late=bool(found["late"]))
    found = _CANVAS.fullmatch(name) or _CANVAS_TEXT.fullmatch(name)
    if found is None:
        return None
    rest = found["rest"]
    version = int(found["file"]) if "file" in found.re.groupindex else 0
    return Claim(
        owner=f"{found['name']}_{found['user']}",
        file=(rest,),
        name=found["name"],
        kind="canvas",
        number=found["user"],
        version=version,
        same_as=_AGAIN.sub("", rest),
        late=bool(found["late"]),
    )


def moodle(parts: Parts, entry: Entry | None = None) -> Claim | None:
    """A file of a Moodle download: in its participant's folder, or flat."""
    packed = int(entry.modified) if entry else 0
    for index, part in enumerate(parts[:-1]):
        if found := _MOODLE_FOLDER.fullmatch(part):
            inside = parts[index + 1 :]
            return _participant(found, inside, packed)
    found = _MOODLE_FLAT.fullmatch(parts[-1])
    return _participant(found, (found["file"],), packed) if found else None


def _participant(found: re.Match[str], inside: Parts, packed: int) -> Claim:
    return Claim(
        owner=f"{found['name']}_{found['number']}",
        file=inside,
        name=found["name"],
        kind="moodle",
        number=found["number"],
        version=packed,
        same_as="/".join(inside),
    )


def blackboard(parts: Parts, _entry: Entry | None = None) -> Claim | None:
    """A file of a Blackboard download, whose name tells login and time of the attempt."""
    found = _BLACKBOARD.fullmatch(parts[-1])
    if found is None:
        return None
    return Claim(
        owner=found["login"],
        file=(found["file"] or "hand-in.txt",),
        name=found["login"],
        kind="login",
        number=found["login"],
        version=int(found["time"].replace("-", "")),
        same_as="attempt",
        time=found["time"],
    )


def brightspace(parts: Parts, _entry: Entry | None = None) -> Claim | None:
    """A file of a Brightspace download: in its attempt's folder, or flat."""
    for index, part in enumerate(parts[:-1]):
        if (found := _BRIGHTSPACE.fullmatch(part)) and not found["file"]:
            return _dated(found, parts[index + 1 :])
    found = _BRIGHTSPACE.fullmatch(parts[-1])
    return _dated(found, (found["file"],)) if found and found["file"] else None


def _dated(found: re.Match[str], inside: Parts) -> Claim | None:
    if found["month"] not in _MONTHS:
        return None
    month, hour = _MONTHS.index(found["month"]) + 1, int(found["hour"]) % 12
    hour += 12 * (found["half"] == "P")
    day = f"{found['year']}-{month:02}-{int(found['day']):02}"
    time = f"{day}-{hour:02}-{found['minute']}-00"
    return Claim(
        # Two of one name are told apart by it, where a person says who is who.
        owner=f"{found['user']} {found['name']}",
        file=inside,
        name=found["name"],
        version=int(time.replace("-", "")),
        same_as="attempt",
        time=time,
    )


SYSTEMS: Mapping[str, Callable[[Parts, Entry | None], Claim | None]] = {
    "canvas": canvas,
    "moodle": moodle,
    "blackboard": blackboard,
    "brightspace": brightspace,
}
"""What is known by the names of single files; "github" and "plain" are known by their folders."""
FORMATS = (*SYSTEMS, "github", "plain")
ITS_OWN = {"brightspace": "index.html"}
"""A file that a system packs for itself."""
TELL_LATE = ("canvas",)
"""Whose downloads say which hand-ins are late."""
TITLES = {
    "canvas": "Canvas", "moodle": "Moodle", "blackboard": "Blackboard",
    "brightspace": "Brightspace", "github": "GitHub Classroom", "nbgrader": "nbgrader",
    "plain": "no system in particular",
}  # fmt: skip
"""What each is called, for people; lists of students have the same names."""


def is_a_download(entries: Iterable[Entry]) -> bool:
    """Whether one of these is a file as a system packs it."""
    return any(each(entry.parts, None) for entry in entries for each in SYSTEMS.values())


def format_of(entries: Iterable[Entry]) -> str:
    """Whose download it is: that by which most files are somebody's, if it is half of them.

    A student may have handed in a folder with Git's own in it, so that alone makes it no clones.
    """
    entries = [*entries]
    theirs = [entry.parts for entry in entries if entry.is_theirs]
    roots = _clones(entries)
    counts = {
        name: sum(each(parts, None) is not None for parts in theirs)
        for name, each in SYSTEMS.items()
    }
    counts["github"] = sum(_in_clone(parts, roots) is not None for parts in theirs)
    name = max(counts, key=lambda each: counts[each])
    return name if 2 * counts[name] >= max(1, len(theirs)) else "plain"


def _clones(entries: Iterable[Entry]) -> set[Parts]:
    """Folders that hold Git's own."""
    return {entry.parts[:-1] for entry in entries if entry.name == GIT}


def claims(
    entries: list[Entry],
    system: str,
    lab: str,
    is_known: Callable[[str], bool],
    is_about: Callable[[str], bool],
) -> list[Claim | None]:
    """Whose each file is; None of what the system did not pack.

    Args:
        entries: of the download.
        system: one of ``FORMATS``.
        lab: its name, which may be a folder within a student's.
        is_known: whether a folder's name is that of a student.
        is_about: whether it has that of a student in it.
    """
    if system in SYSTEMS:
        return [SYSTEMS[system](entry.parts, entry) for entry in entries]
    if system == "github":
        roots = _clones(entries)
        return [_in_clone(entry.parts, roots) for entry in entries]
    above = _wrapping(entries, lab, is_known, is_about)
    return [_plain(entry.parts[above:], lab) for entry in entries]


def _in_clone(parts: Parts, roots: set[Parts]) -> Claim | None:
    """The clone that a file lies in: the innermost folder with Git's own."""
    for length in range(len(parts) - 1, 0, -1):
        if parts[:length] in roots:
            return Claim(parts[length - 1], parts[length:], name=parts[length - 1], kind="github")
    return None


def _wrapping(
    entries: list[Entry],
    lab: str,
    is_known: Callable[[str], bool],
    is_about: Callable[[str], bool],
) -> int:
    """How many folders are around all of them: a download unpacked in a folder of its own."""
    theirs = [entry.parts for entry in entries if entry.is_theirs]
    count = 0
    while theirs and len({parts[0] for parts in theirs}) == 1:
        name, theirs = theirs[0][0], [parts[1:] for parts in theirs if len(parts) > 1]
        below = {parts[0] for parts in theirs if len(parts) > 1}
        if is_known(name) or lab in below or not _are_students(theirs, below, lab, is_about):
            break
        count += 1
    return count


def _are_students(
    paths: list[Parts], folders: set[str], lab: str, is_about: Callable[[str], bool]
) -> bool:
    """Whether what lies in a folder is several students' and not one's.

    Where the names tell nothing, several folders alone are students', and so are those with the
    lab's.
    """
    if any(map(is_about, folders)):
        return True
    alone = len(folders) > 1 and all(len(parts) > 1 for parts in paths)
    return alone or any(lab in parts[1:2] for parts in paths)


def _plain(parts: Parts, lab: str) -> Claim | None:
    """The student's folder, with or without the lab's in it; or a file with the student's name."""
    if not parts:
        return None
    if len(parts) == 1:
        stem = parts[0].rpartition(".")[0] or parts[0]
        return Claim(stem, parts, name=stem, kind="file")
    inside = parts[2:] if len(parts) > 2 and parts[1] == lab else parts[1:]
    return Claim(parts[0], inside, name=parts[0], kind="folder")
