"""A clean course for the next term: what the archive holds is removed, and nothing else."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from alpaca_course.archiving import gradebook
from alpaca_course.archiving.archive import check
from alpaca_course.archiving.contents import contents, term_folders
from alpaca_course.archiving.manifest import GRADEBOOK, ArchiveError
from alpaca_course.course import Course
from alpaca_course.database_url import sqlite_file
from alpaca_course.files import sha256_of

_SHOWN = 5


@dataclass(frozen=True)
class Cleaning:
    """What is removed.

    Attributes:
        files: of the term; each of them is in the archive as it is.
        others: links and the like, which the archive names.
        folders: of the term, whose empty folders go, too.
        caches: what can be made again, and is in no archive.
        gradebook: the database's files.
        database: address of a database that is no file, whose rows go; empty where it is one.
        said: digest of what it says.
    """

    files: tuple[Path, ...]
    others: tuple[Path, ...]
    folders: tuple[Path, ...]
    caches: tuple[Path, ...]
    gradebook: tuple[Path, ...]
    database: str = ""
    said: str = ""


def plan(course: Course, archive: Path) -> Cleaning:
    """What would be removed; the archive is read to its end, and compared with what is there.

    Raises:
        ArchiveError: it is damaged, has pseudonyms, or lacks something that is there.
        CourseError: the gradebook cannot be read.
        OSError: a file cannot be read.
    """
    manifest = check(archive)
    if manifest.anonymous:
        raise ArchiveError(
            "The archive has pseudonyms, so it cannot bring anything back: write one with names."
        )
    found = contents(course)
    term = [item for item in found.items if item.of_term]
    missing = [
        item.name
        for item in term
        if item.name not in manifest.files
        or manifest.files[item.name].sha256 != sha256_of(item.path)
    ]
    missing += sorted({*found.others} - {*manifest.left_out})
    with gradebook.snapshot(course) as copy:
        if copy is not None and gradebook.said(copy) != manifest.gradebook:
            missing.append(GRADEBOOK)
    if missing:
        some = ", ".join(missing[:_SHOWN]) + ", …" * (len(missing) > _SHOWN)
        raise ArchiveError(
            f"{len(missing)} files are not in the archive as they are now: {some}. Write it anew: "
            "`alpaca archive`."
        )
    path = sqlite_file(course.db_url)
    return Cleaning(
        tuple(item.path for item in term),
        tuple(course.root / name for name in found.others),
        tuple(each for each in term_folders(course) if each != course.execution_cache),
        tuple(each for each in (course.execution_cache,) if each.is_dir()),
        _database_files(path),
        "" if path or copy is None else course.db_url,
        manifest.gradebook,
    )


def clean(planned: Cleaning) -> None:
    """Remove it.

    Raises:
        OSError: something cannot be removed; what was removed until then is in the archive.
        CourseError: the gradebook was changed meanwhile, or cannot be used; nothing was removed.
    """
    if planned.database:
        gradebook.empty_database(planned.database, planned.said)
    for path in (*planned.files, *planned.others, *planned.gradebook):
        path.unlink(missing_ok=True)
    for folder in planned.caches:
        shutil.rmtree(folder)
    for folder in planned.folders:
        _remove_empty(folder)


def _database_files(path: Path | None) -> tuple[Path, ...]:
    if path is None:
        return ()
    beside = (path.with_name(path.name + ending) for ending in ("", "-wal", "-shm", "-journal"))
    return tuple(each for each in beside if each.is_file())


def _remove_empty(folder: Path) -> None:
    """The folders below it that hold nothing any more, and itself; made again when it is needed."""
    for each in sorted(folder.rglob("*"), reverse=True):
        if each.name in ("__pycache__", ".ipynb_checkpoints") and each.is_dir():
            shutil.rmtree(each)
        elif each.is_dir() and not each.is_symlink() and not any(each.iterdir()):
            each.rmdir()
    if not any(folder.iterdir()):
        folder.rmdir()
