"""What of a course goes into its archive, and what of it is the term's."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from alpaca_course.archiving.manifest import ArchiveError
from alpaca_course.contract.states import printable
from alpaca_course.course import Course

# Folders of .alpaca that the next term goes on using, and that can be made again.
_KEPT_STATE = frozenset(
    {"keras", "pictures", "qualification", "matrix", "bench", "demo", "lab", "assignment"}
)
# What is no part of an archive: large, and made again from what is.
_NOT_ARCHIVED = frozenset({"executions", "watch", *_KEPT_STATE} - {"keras"})
TABLES = (".csv", ".jsonl")
"""Tables in the course's folder are exports; none of the repository's is one."""

# Characters of a path that nobody can read to its end.
_SHOWN = 300
_LOCK = "grading.lock"
_MADE = frozenset({"__pycache__", ".ipynb_checkpoints"})


@dataclass(frozen=True)
class Item:
    """A file of the course.

    Attributes:
        name: its path from the course's folder, with slashes.
        path: where it is.
        of_term: whether the next term begins without it.
    """

    name: str
    path: Path
    of_term: bool


@dataclass(frozen=True)
class Contents:
    """What an archive holds besides the gradebook.

    Attributes:
        items: its files.
        others: links, pipes and the like, which are named and left out.
    """

    items: tuple[Item, ...]
    others: tuple[str, ...]


def contents(course: Course) -> Contents:
    """The files of the course, as they are now.

    Raises:
        ArchiveError: folders lie so deep that no path leads to them.
        OSError: a folder cannot be read.
    """
    try:
        return _contents(course)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        raise ArchiveError(
            f"In {printable(str(error.filename))[:_SHOWN]}… folders lie inside each other, deeper "
            "than any path can say. Look what that is, and remove it (`rm -r`) or move it away."
        ) from None


def _contents(course: Course) -> Contents:
    items: list[Item] = []
    others: list[str] = []
    for top, of_term in _tops(course):
        for path in _walk(course, top):
            name = PurePosixPath(path.relative_to(course.root)).as_posix()
            if stat.S_ISREG(path.lstat().st_mode):
                items.append(Item(name, path, of_term))
            else:
                others.append(name)
    return Contents(tuple(sorted(items, key=lambda item: item.name)), tuple(sorted(others)))


def term_folders(course: Course) -> list[Path]:
    """The folders whose content is the term's."""
    found = [course.submitted, course.autograded, course.feedback, course.reports]
    found += [course.appeals, course.root / ".exchange"]
    state = course.state
    if state.is_dir():
        found += [
            each for each in state.iterdir() if each.is_dir() and each.name not in _KEPT_STATE
        ]
    return sorted(each for each in found if each.is_dir())


def term_files(course: Course) -> list[Path]:
    """Files of the term beside the folders, but for the gradebook: exports of grades are tables."""
    found = [course.roster, course.deadlines]
    found += [path for ending in TABLES for path in course.root.glob(f"*{ending}")]
    return sorted(path for path in found if path.is_file())


def _tops(course: Course) -> Iterator[tuple[Path, bool]]:
    """Folders and files to look at, and whether they are the term's."""
    root = course.root
    term = {*term_folders(course), *term_files(course)}
    for name in ("notebooks", "grader_tests", "source", "release"):
        yield root / name, False
    yield course.manifest, False
    for path in sorted(root.iterdir()):
        plain = path.is_file() and path not in term and not path.name.startswith(".")
        if plain and path.suffix in (".py", ".toml", ".txt", ".in", ".md"):
            yield path, False
    for path in sorted(term):
        if path.name not in _NOT_ARCHIVED:
            yield path, True
    yield course.keras_home, False


def _walk(course: Course, top: Path) -> Iterator[Path]:
    """``top`` or the files below it; no link is followed."""
    if not top.is_dir() or top.is_symlink():
        if top.is_symlink() or top.exists():
            yield top
        return
    for parent, folders, files in os.walk(top, onerror=_raised, followlinks=False):
        here = Path(parent)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted({*folders} - {*links} - _MADE)
        for name in sorted([*files, *links]):
            if not _is_kept(course, here / name):
                yield here / name


def _is_kept(course: Course, path: Path) -> bool:
    """Whether a file belongs to no term: of the repository, or a lock."""
    return path == course.autograded / "README.md" or path.name == _LOCK


def _raised(error: OSError) -> None:
    raise error
