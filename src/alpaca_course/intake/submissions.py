"""Find and read what a student handed in."""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path, PurePosixPath

from alpaca_course.contract.ids import spelled
from alpaca_course.contract.receipt import EXCHANGE_FILES
from alpaca_course.contract.states import Note, SubmissionRefused, safe
from alpaca_course.course import Course
from alpaca_course.intake.files import MAX_CANDIDATES, Found, listed, notebooks
from alpaca_course.intake.handed_in import exchange_files, open_hand_in
from alpaca_course.intake.names import sorted_out
from alpaca_course.intake.reading import read_notebook
from alpaca_course.intake.receipt import received
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.taking_in import Intake, take_in
from alpaca_course.intake.timestamp import stamp_of
from alpaca_course.lab import Lab
from alpaca_course.opened import Opened

_KINDS = {
    "a Python file": (".py",),
    "a web page": (".html", ".htm", ".mhtml"),
    "a PDF": (".pdf",),
    "a download that was not finished": (".crdownload", ".part", ".partial", ".download"),
    "a zip archive that cannot be opened": (".zip",),
    "an archive of another kind than zip": (".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz"),
    "a document": (".doc", ".docx", ".odt", ".rtf", ".md", ".pages"),
    "a picture": (".png", ".jpg", ".jpeg", ".heic", ".gif", ".webp"),
    "a link, and not the file": (".url", ".webloc", ".lnk", ".gdoc", ".desktop"),
    "a trained network": (".h5", ".keras", ".pb"),
}
_SAID = 3


@dataclass(frozen=True)
class Candidate:
    """One notebook in a student's folder, taken in."""

    parts: tuple[str, ...]
    modified: float
    intake: Intake
    expected_name: bool

    @property
    def rank(self) -> tuple[int, bool, float]:
        """More answers first, then the right name, then the latest."""
        return len(self.intake.answered), self.expected_name, self.modified


def all_names(course: Course, lab: Lab) -> tuple[list[str], dict[str, str]]:
    """What :func:`students` and :func:`unusable_names` give, in one look."""
    return sorted_out(_folders(course, lab))


def students(course: Course, lab: Lab) -> list[str]:
    """Ids of all who have a folder for the lab and an id that works, sorted."""
    return all_names(course, lab)[0]


def unusable_names(course: Course, lab: Lab) -> dict[str, str]:
    """Folders for the lab whose name cannot be a student's id, and why."""
    return all_names(course, lab)[1]


def folder_of(course: Course, lab: Lab, student: str) -> Path:
    """Where ``student``'s hand-in lies, however the file system spells the id."""
    folder = course.submitted / student
    if not folder.exists() and course.submitted.is_dir():
        names = (path for path in course.submitted.iterdir() if spelled(path.name) == student)
        folder = next(names, folder)
    return folder / lab.name


def _folders(course: Course, lab: Lab) -> Iterator[str]:
    if not course.submitted.is_dir():
        return
    for folder in course.submitted.iterdir():
        if not folder.name.startswith(".") and _may_be_one(folder / lab.name):
            yield folder.name


def _may_be_one(folder: Path) -> bool:
    """Whether it is a hand-in, or nobody knows: refused in words when it is opened.

    So is a link, which is no folder and yet somebody's.
    """
    try:
        mode = folder.lstat().st_mode
    except PermissionError:
        return True
    except OSError:
        return False
    return stat.S_ISDIR(mode) or stat.S_ISLNK(mode)


def take_in_folder(folder: Path, released: ReleasedLab) -> Intake:
    """Take in the notebook of a student's folder, whatever it is called.

    Raises:
        SubmissionRefused: there is none that can be graded.
    """
    with open_hand_in(folder) as place:
        beside = exchange_files(place)
        taken = _take_in(place, released)
    if isinstance(taken, SubmissionRefused):
        taken.beside = beside
        raise taken
    return replace(taken, beside=beside)


def _take_in(place: Opened, released: ReleasedLab) -> Intake | SubmissionRefused:
    """The notebook, or why there is none; raised elsewhere, where no file is at hand any more."""
    expected = released.lab.file_name
    candidates: list[Candidate] = []
    refusals: list[SubmissionRefused] = []
    locked: list[SubmissionRefused] = []
    paths = listed(place, locked)
    stamp = stamp_of(place, datetime.now(UTC))
    for found in islice(notebooks(place, paths, expected, refusals), MAX_CANDIDATES):
        receipt = received(found, stamp)
        try:
            intake = replace(take_in(read_notebook(found.data), released), receipt=receipt)
            # Its bytes are not needed any more, and there may be twenty.
            candidates.append(
                Candidate(found.parts, found.modified, intake, found.parts == (expected,))
            )
        except SubmissionRefused as refusal:
            named = _named(refusal, found, expected).alone()
            named.receipt = receipt
            refusals.append(named)
    if not candidates:
        refusals += locked
        return refusals[0] if refusals else _none(paths, expected, released.files.keys())
    best = max(candidates, key=lambda each: each.rank)
    return _with_file_notes(best, candidates, expected, [stamp.note] if stamp.note else [])


def _named(refusal: SubmissionRefused, found: Found, expected: str) -> SubmissionRefused:
    if found.parts == (expected,):
        return refusal
    note = refusal.note
    return SubmissionRefused(
        note.code, f"You handed in {_shown(found.parts)}{_kind(found.name)}. {note.text}"
    )


def _none(paths: list[PurePosixPath], expected: str, files: Collection[str]) -> SubmissionRefused:
    """What was handed in where no notebook was."""
    theirs = [path for path in paths if str(path) not in (*EXCHANGE_FILES, *files)]
    if not theirs:
        return SubmissionRefused("file.missing", f"No notebook was handed in. Hand in {expected}.")
    shown = ", ".join(f"{safe(path.name)}{_kind(path.name)}" for path in theirs[:_SAID])
    more = f" and {len(theirs) - _SAID} files more" if len(theirs) > _SAID else ""
    return SubmissionRefused(
        "file.other",
        f"You handed in {shown}{more}. No notebook was handed in. Hand in {expected}.",
    )


def _kind(name: str) -> str:
    kinds = (kind for kind, endings in _KINDS.items() if name.lower().endswith(endings))
    return "".join(f": {kind}" for kind in kinds)


def _shown(parts: tuple[str, ...]) -> str:
    """A file and where it lay, from the file outwards."""
    return " in ".join(f"'{safe(part)}'" for part in reversed(parts))


def _with_file_notes(
    best: Candidate, candidates: list[Candidate], expected: str, notes: list[Note]
) -> Intake:
    repairs, doubts = [*notes, *best.intake.repairs], list(best.intake.doubts)
    if not best.expected_name:
        repairs.insert(0, Note("file.renamed", _found_as(best.parts, expected)))
    answers = [each for each in candidates if each.intake.answered]
    if len({_code(each) for each in answers}) > 1:
        names = ", ".join(_shown(each.parts) for each in answers)
        doubts.append(
            Note(
                "file.several",
                f"Several notebooks with different answers were handed in ({names}); "
                f"{_shown(best.parts)} was graded.",
            )
        )
    return replace(best.intake, repairs=tuple(repairs), doubts=tuple(doubts))


def _found_as(parts: tuple[str, ...], expected: str) -> str:
    if parts[-1] == expected:
        return f"Your notebook lay in {_shown(parts[:-1])}, and was taken from there."
    return f"The file was handed in as {_shown(parts)} instead of '{expected}'."


def _code(candidate: Candidate) -> tuple[str, ...]:
    return tuple(
        cell.source for cell in candidate.intake.notebook.cells if cell.cell_type == "code"
    )
