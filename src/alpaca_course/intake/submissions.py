"""Find and read what a student handed in."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from alpaca_course.contract.receipt import Receipt
from alpaca_course.contract.states import Note, SubmissionRefused, safe
from alpaca_course.course import Course
from alpaca_course.intake.matching import Intake, take_in
from alpaca_course.intake.names import sorted_out, spelled
from alpaca_course.intake.reading import MAX_BYTES, read_notebook
from alpaca_course.intake.receipt import received
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.lab import Lab

_ENDINGS = (".ipynb", ".ipynb.txt", ".ipynb.json")
_NOT_THEIRS = (".ipynb_checkpoints", "__MACOSX")
_MAX_CANDIDATES = 20
_MAX_DEPTH = 3


@dataclass(frozen=True)
class Candidate:
    """One notebook in a student's folder, taken in."""

    path: Path
    intake: Intake
    modified: float
    expected_name: bool

    @property
    def rank(self) -> tuple[int, bool, float]:
        """More answers first, then the right name, then the latest."""
        return len(self.intake.answered), self.expected_name, self.modified


def students(course: Course, lab: Lab) -> list[str]:
    """Ids of all who have a folder for the lab and an id that works, sorted."""
    return sorted_out(_folders(course, lab))[0]


def unusable_names(course: Course, lab: Lab) -> dict[str, str]:
    """Folders for the lab whose name cannot be a student's id, and why."""
    return sorted_out(_folders(course, lab))[1]


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
        if not folder.name.startswith(".") and (folder / lab.name).is_dir():
            yield folder.name


def take_in_folder(folder: Path, released: ReleasedLab) -> Intake:
    """Take in the notebook of a student's folder, whatever it is called.

    Raises:
        SubmissionRefused: there is none that can be graded.
    """
    expected = released.lab.file_name
    candidates: list[Candidate] = []
    refusals: list[SubmissionRefused] = []
    for path in sorted(_notebooks(folder))[:_MAX_CANDIDATES]:
        receipt = Receipt()
        try:
            data, modified = _read(path)
            receipt = received(folder, path, data, modified)
            intake = replace(take_in(read_notebook(data), released), receipt=receipt)
            candidates.append(Candidate(path, intake, modified, path.name == expected))
        except SubmissionRefused as refusal:
            refusal.receipt = receipt
            refusals.append(refusal)
    if not candidates:
        if refusals:
            raise refusals[0]
        raise SubmissionRefused(
            "file.missing",
            f"No notebook was handed in. Hand in {expected}.",
        )
    best = max(candidates, key=lambda each: each.rank)
    return _with_file_notes(best, candidates, expected)


def _with_file_notes(best: Candidate, candidates: list[Candidate], expected: str) -> Intake:
    repairs, doubts = list(best.intake.repairs), list(best.intake.doubts)
    if not best.expected_name:
        repairs.insert(
            0,
            Note(
                "file.renamed",
                f"The file was called '{safe(best.path.name)}' instead of '{expected}'.",
            ),
        )
    answers = [each for each in candidates if each.intake.answered]
    if len({_code(each) for each in answers}) > 1:
        names = ", ".join(f"'{safe(each.path.name)}'" for each in answers)
        doubts.append(
            Note(
                "file.several",
                f"Several notebooks with different answers were handed in ({names}); "
                f"'{safe(best.path.name)}' was graded.",
            )
        )
    return replace(best.intake, repairs=tuple(repairs), doubts=tuple(doubts))


def _code(candidate: Candidate) -> tuple[str, ...]:
    return tuple(
        cell.source for cell in candidate.intake.notebook.cells if cell.cell_type == "code"
    )


def _notebooks(folder: Path) -> Iterator[Path]:
    """Files that may be notebooks, without following links out of the folder."""
    for parent, folders, files in os.walk(folder):
        depth = len(Path(parent).relative_to(folder).parts)
        folders[:] = [name for name in folders if name not in _NOT_THEIRS and depth < _MAX_DEPTH]
        for name in files:
            if name.lower().endswith(_ENDINGS) and not name.startswith("."):
                yield Path(parent) / name


def _read(path: Path) -> tuple[bytes, float]:
    """Bytes and time of change of a regular file; links, pipes and devices are refused.

    At most one byte more than is taken is read, so a huge file costs no memory.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise SubmissionRefused(
            "file.unreadable",
            f"'{safe(path.name)}' cannot be read ({error.strerror}). Hand in the file itself, "
            "no link to it.",
        ) from None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise SubmissionRefused(
                "file.not_regular",
                f"'{safe(path.name)}' is no ordinary file. Hand in the notebook.",
            )
        if status.st_size > MAX_BYTES:
            return b" " * (MAX_BYTES + 1), status.st_mtime
        return file.read(MAX_BYTES + 1), status.st_mtime
