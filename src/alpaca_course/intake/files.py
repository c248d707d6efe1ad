"""What lies in a student's folder and may be a notebook, also inside a zip archive."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from alpaca_course.contract.states import SubmissionRefused, safe
from alpaca_course.intake.handed_in import read_file
from alpaca_course.intake.reading import MAX_BYTES
from alpaca_course.opened import Opened

# Browsers and mail programs add an ending or a number, and whoever types a name a blank.
_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?([ _]?\(\d+\))?(\.ipynb|\.txt|\.json)?\s*\Z", re.I)
# What else a notebook is called; one of these is a notebook if it holds one.
_MAYBE = ("", ".json", ".txt", ".crdownload", ".part", ".download")
_NOT_THEIRS = (".ipynb_checkpoints", "__MACOSX")
_ZIP = b"PK\x03\x04"
_MAX_DEPTH = 8
_MAX_FILES = 5000
MAX_CANDIDATES = 20
_MAX_TOGETHER = 2 * MAX_BYTES
"""Bytes of all files of a hand-in that are looked into."""
# Of an archive: entries, how much more a larger file may be than what it takes there (pages of the
# same output are packed well), archives within.
_MAX_ENTRIES = 5000
_MAX_RATIO = 200
_FROM_RATIO = 16 * 2**20
_MAX_NESTED = 1


@dataclass(frozen=True)
class Found:
    """One file that may be a notebook.

    Attributes:
        parts: its folders and archives below the student's folder, and its name.
        data: its content; one byte more than is taken where it is larger.
        modified: time of change, seconds since 1970.
    """

    parts: tuple[str, ...]
    data: bytes
    modified: float

    @property
    def name(self) -> str:
        return self.parts[-1]


def listed(place: Opened, refusals: list[SubmissionRefused]) -> list[PurePosixPath]:
    """Files of a student in ``place``, without links to folders and without hidden ones.

    ``refusals`` gets the folders that nobody may read.

    Raises:
        OSError: a folder cannot be read for another reason, which is no fault of the student's.
    """
    found: list[PurePosixPath] = []
    locked: list[str] = []
    for inside, folders, files in place.walk(locked):
        deep = len(inside.parts) >= _MAX_DEPTH or len(found) >= _MAX_FILES
        folders[:] = [] if deep else sorted(set(folders) - set(_NOT_THEIRS))
        found += [inside / name for name in sorted(files) if is_theirs(name)]
    refusals += [
        SubmissionRefused(
            "file.unreadable",
            f"The folder '{safe(name)}' of this hand-in may not be read, and no notebook lies "
            "outside it. It needs other rights, or the notebook itself is handed in.",
        )
        for name in locked
    ]
    return found


def is_theirs(name: str) -> bool:
    """Whether a person made an entry of this name, and not a system of files."""
    if name in _NOT_THEIRS:
        return False
    return not name.startswith(".") and name.lower() not in ("thumbs.db", "desktop.ini")


def notebooks(
    place: Opened, paths: list[PurePosixPath], expected: str, refusals: list[SubmissionRefused]
) -> Iterator[Found]:
    """What may be a notebook, the ``expected`` name first; ``refusals`` gets what is none."""
    wanted = [path for path in paths if may_be_notebook(path.name) or _is_zip(path.name)]
    wanted.sort(
        key=lambda path: (
            path.name != expected,
            not is_notebook_name(path.name),
            not _is_zip(path.name),
            path,
        )
    )
    left = _MAX_TOGETHER
    for path in wanted[:MAX_CANDIDATES]:
        try:
            data, modified = read_file(place, path, min(left, MAX_BYTES))
            left -= len(data)
            if left < 0:
                raise _too_many(path.name)
        except (FileNotFoundError, SubmissionRefused) as error:
            if isinstance(error, SubmissionRefused) and is_notebook_name(path.name):
                refusals.append(error.alone())
            continue
        found = Found(path.parts, data, modified)
        if data.startswith(_ZIP):
            yield from unpacked(found, refusals)
        elif is_notebook_name(path.name) or _looks_like_one(data):
            yield found


def _too_many(name: str) -> SubmissionRefused:
    return SubmissionRefused(
        "file.too_large",
        f"'{safe(name)}' was not looked into: the files that were handed in have more than "
        f"{_MAX_TOGETHER // 2**20} MiB together. Hand in the notebook alone.",
    )


def _looks_like_one(data: bytes) -> bool:
    return data.lstrip()[:1] == b"{" and b'"cells"' in data


def is_notebook_name(name: str) -> bool:
    return _NOTEBOOK.search(name) is not None


def may_be_notebook(name: str) -> bool:
    return is_notebook_name(name) or PurePosixPath(name.strip()).suffix.lower() in _MAYBE


def _is_zip(name: str) -> bool:
    return name.strip().lower().endswith(".zip")


def unpacked(archive: Found, refusals: list[SubmissionRefused], nested: int = 0) -> Iterator[Found]:
    """The notebooks in a zip archive. Nothing is written, so no name in it leads anywhere."""
    name = safe(archive.name)
    # Each entry of the directory begins with this mark: a bound before it is read at all.
    if len(archive.data) > MAX_BYTES or archive.data.count(b"PK\x01\x02") > _MAX_ENTRIES:
        refusals.append(_archive(name, "it is too large to be opened here"))
        return
    found, left = 0, MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(archive.data)) as opened:
            for entry in opened.infolist():
                parts = tuple(PurePosixPath(entry.filename.replace("\\", "/")).parts)
                if not _is_wanted(entry, parts):
                    continue
                if entry.flag_bits & 1:
                    refusals.append(_archive(name, "it asks for a password"))
                    return
                if entry.file_size > max(_FROM_RATIO, _MAX_RATIO * entry.compress_size):
                    refusals.append(_archive(name, f"'{safe(parts[-1])}' in it is too large"))
                    continue
                with opened.open(entry) as stream:
                    data = stream.read(left + 1)
                left -= len(data)
                if left < 0:
                    refusals.append(_archive(name, "what is in it is too large"))
                    return
                inner = Found((*archive.parts, *parts), data, archive.modified)
                if data.startswith(_ZIP):
                    if nested < _MAX_NESTED:
                        found += 1
                        yield from unpacked(inner, refusals, nested + 1)
                elif is_notebook_name(parts[-1]):
                    found += 1
                    yield inner
    except Exception:
        # A damaged archive may end in any of a dozen errors of the modules that read it.
        refusals.append(_archive(name, "it is damaged or was cut off"))
        return
    if not found:
        refusals.append(_archive(name, "there is no notebook in it"))


def _is_wanted(entry: zipfile.ZipInfo, parts: tuple[str, ...]) -> bool:
    """Whether an entry is a notebook or an archive, and an ordinary file."""
    if not parts or entry.is_dir() or stat.S_ISLNK(entry.external_attr >> 16):
        return False
    hidden = any(part in _NOT_THEIRS for part in parts) or not is_theirs(parts[-1])
    return not hidden and (is_notebook_name(parts[-1]) or _is_zip(parts[-1]))


def _archive(name: str, why: str) -> SubmissionRefused:
    return SubmissionRefused(
        "file.archive",
        f"You handed in {name}: a zip archive, and {why}. Hand in the notebook itself (.ipynb).",
    )
