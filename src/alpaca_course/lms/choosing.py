"""Which files of a download are whose hand-in, and what becomes of every other one. Pure."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from alpaca_course.contract.ids import spelled
from alpaca_course.contract.receipt import EXCHANGE_FILES, TIMESTAMP
from alpaca_course.lms.downloads import GIT, LEADS_OUT, Entry
from alpaca_course.lms.formats import ITS_OWN, Claim, claims
from alpaca_course.lms.matching import Known
from alpaca_course.lms.owners import Owners

TAKEN, LEFT_OUT, NOT_MATCHED = "taken", "left out", "not matched"
MOST_OF_ONE = 500
_NO_NAME = "its name says nothing of a student"
_NO_PERSONS = "a system's or a program's file, no person's"
_LONGEST_NAME = 240
_MOST_FOLDERS = 8


@dataclass(frozen=True)
class Line:
    """What became of one file of the download.

    Attributes:
        path: in the download.
        status: ``TAKEN``, ``LEFT_OUT`` or ``NOT_MATCHED``.
        student: id; empty where nobody is known.
        file: below ``submitted/<student>/<lab>/``; empty where it is not taken.
        attempt: which of the student's attempts, as "2 of 2"; empty where the download has one.
        why: why it is not taken, or how the student was found.
        needs_a_look: whether somebody may miss it.
    """

    path: str
    status: str
    student: str = ""
    file: str = ""
    attempt: str = ""
    why: str = ""
    needs_a_look: bool = False


@dataclass(frozen=True)
class HandIn:
    """What one student handed in.

    Attributes:
        files: of the download, by the path below the lab's folder.
        stamp: the ``timestamp.txt`` that the download has of it.
        clone: the folder in the download with Git's own, where it is a clone.
        order: grows from download to download.
        marked_late: whether the system calls it late.
        named_time: when it was handed in, where names of files tell that, without a zone.
    """

    student: str
    files: Mapping[str, Entry]
    stamp: Entry | None = None
    clone: tuple[str, ...] = ()
    order: int = 0
    marked_late: bool = False
    named_time: str = ""


@dataclass(frozen=True)
class Choice:
    """The hand-ins of a download, and a line for each file in its order."""

    hand_ins: Mapping[str, HandIn]
    lines: tuple[Line, ...]


@dataclass
class _Own:
    """What a student has in the download, while it is gone through."""

    entries: list[tuple[int, Entry, Claim]] = field(default_factory=list)
    stamp: Entry | None = None
    clone: tuple[str, ...] = ()


def chosen(
    entries: list[Entry],
    system: str,
    lab: str,
    known: Known,
    said: Mapping[str, str] | None = None,
) -> Choice:
    """Hand-ins of ``entries``, and what became of each.

    Args:
        entries: of the download.
        system: whose it is.
        lab: its name.
        known: the roster's students; where there are none, names of folders are ids.
        said: ids by owner, for whom a person told who it is.
    """
    owners = Owners(known, said or {})
    lines: list[Line | None] = [None] * len(entries)
    own: dict[str, _Own] = defaultdict(_Own)
    found = claims(entries, system, lab, owners.is_known, owners.is_about)
    owners.look_at(found)
    for index, (entry, claim) in enumerate(zip(entries, found, strict=True)):
        if claim is None and entry.name == ITS_OWN.get(system):
            lines[index] = Line(entry.path, LEFT_OUT, why=_NO_PERSONS)
            continue
        lines[index] = _place(index, entry, claim, owners, own)
    hand_ins = {}
    for student, theirs in own.items():
        hand_ins[student] = _hand_in(student, theirs, owners, lines)
    return Choice(
        {name: each for name, each in sorted(hand_ins.items()) if each.files},
        tuple(line for line in lines if line is not None),
    )


def _place(
    index: int, entry: Entry, claim: Claim | None, owners: Owners, own: dict[str, _Own]
) -> Line | None:
    """The line of a file that is not taken; None, and an entry in ``own``, of one that may be."""
    if entry.trouble == LEADS_OUT:
        return Line(entry.path, LEFT_OUT, why=entry.trouble, needs_a_look=True)
    student, why = owners.of(claim) if claim is not None else ("", _NO_NAME)
    if not entry.is_theirs:
        if student and claim is not None and claim.kind == "github" and entry.name == GIT:
            own[student].clone = entry.parts
        return Line(entry.path, LEFT_OUT, why=_NO_PERSONS)
    if claim is None or not student:
        return Line(entry.path, NOT_MATCHED, why=entry.trouble or why, needs_a_look=True)
    if entry.trouble:
        return Line(entry.path, LEFT_OUT, student, why=entry.trouble, needs_a_look=True)
    if claim.file[-1] in EXCHANGE_FILES:
        return _of_exchange(entry, claim, student, own)
    own[student].entries.append((index, entry, claim))
    return None


def _of_exchange(entry: Entry, claim: Claim, student: str, own: dict[str, _Own]) -> Line:
    """A file called as the exchange calls its own: it counts where nobody but it put it."""
    if claim.kind != "folder" or len(claim.file) > 1:
        text = "its name is kept for what the exchange says of a hand-in"
        return Line(entry.path, LEFT_OUT, student, why=text)
    if claim.file[-1] == TIMESTAMP:
        own[student].stamp = entry
        return Line(entry.path, TAKEN, student, TIMESTAMP, why="the time of the hand-in")
    return Line(entry.path, LEFT_OUT, student, why="the exchange's, and of no use here")


def _hand_in(student: str, own: _Own, owners: Owners, lines: list[Line | None]) -> HandIn:
    files: dict[str, Entry] = {}
    latest, attempts = _latest(own.entries)
    order, late, time = 0, False, ""
    for index, entry, claim in own.entries:
        how = owners.of(claim)[1]
        attempt = attempts.get(index, "")
        if index not in latest:
            text = "an earlier attempt; the latest one counts"
            lines[index] = Line(entry.path, LEFT_OUT, student, attempt=attempt, why=text)
            continue
        name = _name_for(claim.file, files)
        why = _not_kept(name, files)
        if why:
            lines[index] = Line(entry.path, LEFT_OUT, student, why=why, needs_a_look=True)
            continue
        files[name] = entry
        order, late = max(order, claim.version), late or claim.late
        time = max(time, claim.time)
        lines[index] = Line(entry.path, TAKEN, student, name, attempt, how)
    return HandIn(student, files, own.stamp, own.clone, order, late, time)


def _latest(
    entries: Iterable[tuple[int, Entry, Claim]],
) -> tuple[set[int], dict[int, str]]:
    """The files that count, and which attempt each is where there are several."""
    by_file: dict[object, list[tuple[int, int]]] = defaultdict(list)
    for index, _, claim in entries:
        key: object = claim.same_as or index
        by_file[key].append((claim.version, index))
    latest: set[int] = set()
    attempts: dict[int, str] = {}
    for versions in by_file.values():
        numbers = sorted({version for version, _ in versions})
        latest |= {index for version, index in versions if version == numbers[-1]}
        if len(numbers) > 1:
            for version, index in versions:
                attempts[index] = f"{numbers.index(version) + 1} of {len(numbers)}"
    return latest, attempts


def _name_for(parts: Iterable[str], files: Mapping[str, Entry]) -> str:
    """A path below the lab's folder that no file has yet, in whatever spelling."""
    clean = [_clean(part) for part in parts]
    taken = {name.casefold() for name in files}
    stem, dot, ending = clean[-1].rpartition(".")
    if not stem:
        stem, dot, ending = clean[-1], "", ""
    name, number = "/".join(clean), 1
    while name.casefold() in taken:
        number += 1
        name = "/".join([*clean[:-1], f"{stem} ({number}){dot}{ending}"])
    return name


def _clean(part: str) -> str:
    """A name that every system of files takes."""
    text = "".join("_" if c in '\\/:*?"<>|' or unicodedata.category(c) == "Cc" else c for c in part)
    return spelled(text).strip() or "_"


def _not_kept(name: str, files: Mapping[str, Entry]) -> str:
    if len(files) >= MOST_OF_ONE:
        return f"it is one of more than {MOST_OF_ONE} files of this student"
    parts = name.split("/")
    if len(parts) > _MOST_FOLDERS or any(len(part.encode()) > _LONGEST_NAME for part in parts):
        return "its name is too long"
    return ""


def with_decisions(choice: Choice, why: Mapping[str, tuple[str, bool]]) -> Choice:
    """``choice`` without the hand-ins of those in ``why``, which says why, and who may miss it."""
    lines = tuple(
        replace(
            line,
            status=LEFT_OUT,
            file="",
            why=why[line.student][0],
            needs_a_look=why[line.student][1],
        )
        if line.status == TAKEN and line.student in why
        else line
        for line in choice.lines
    )
    kept = {name: each for name, each in choice.hand_ins.items() if name not in why}
    return Choice(kept, lines)
