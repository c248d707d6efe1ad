"""A download of hand-ins, a zip archive or a folder, as a list of files. Nothing is written.

Names in it lead nowhere: they are only compared and shown, and each file's content is read by way
of the archive or the opened folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from alpaca_course.errors import CourseError
from alpaca_course.intake.files import is_theirs
from alpaca_course.opened import DEEPEST, LeadsElsewhereError, Opened

MOST_ENTRIES = 100_000
MOST_BYTES = 200 * 2**20
"""Of one file. Grading reads less; what is larger it refuses with its reason."""
LEADS_OUT = "its name leads out of the download"
_TOO_LARGE = f"it has more than {MOST_BYTES // 2**20} MiB"
_MOST_NESTED_BYTES = 4 * 2**30
_MAX_RATIO = 200
_FROM_RATIO = 16 * 2**20
_MOST_NESTED = 2
_CHUNK = 2**20
_UTF8_NAME = 0x800
GIT = ".git"


class DownloadError(CourseError):
    """A download that cannot be read at all."""


class DamagedError(Exception):
    """A file of a download that cannot be read; the text says why, within a sentence."""


@dataclass(frozen=True)
class Entry:
    """One file of a download.

    Attributes:
        parts: its folders, and archives within the archive, and its name.
        size: bytes, as the download says.
        modified: seconds since 1970, of what the download calls its time; of a zip archive that is
            when it was packed, in a zone that it does not name.
        open: gives its content.
        trouble: why it cannot be taken; empty where it can.
        is_zipped: whether it lies in an archive, so that ``modified`` is no time of the file's.
    """

    parts: tuple[str, ...]
    size: int
    modified: float
    open: Callable[[], contextlib.AbstractContextManager[IO[bytes]]] = field(repr=False)
    trouble: str = ""
    is_zipped: bool = False

    @property
    def path(self) -> str:
        return "/".join(self.parts)

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def is_theirs(self) -> bool:
        """Whether a person made it, and not a system of files or a program beside it."""
        return all(map(is_theirs, self.parts))

    def copy(self, target: IO[bytes] | None, most: int = MOST_BYTES) -> str:
        """Write its content to ``target``, if there is one; its sha256.

        At most ``most`` bytes are written.

        Raises:
            DamagedError: it cannot be read, or holds more than it says.
            OSError: ``target`` cannot be written.
        """
        digest, left = hashlib.sha256(), min(self.size, most)
        for chunk in self._chunks():
            left -= len(chunk)
            if left < 0:
                raise DamagedError("it holds more than it says")
            digest.update(chunk)
            if target is not None:
                target.write(chunk)
        return digest.hexdigest()

    def _chunks(self) -> Iterator[bytes]:
        try:
            with self.open() as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        except GeneratorExit:
            raise
        except Exception as error:
            # A damaged archive may end in any of a dozen errors of the modules that read it.
            raise DamagedError("it is damaged in the download") from error


@contextlib.contextmanager
def opened(source: Path, is_a_download: Callable[[list[Entry]], bool]) -> Iterator[list[Entry]]:
    """The files of ``source``, which can be read within the block.

    Args:
        source: a zip archive or a folder.
        is_a_download: whether an archive within it, with these files, is one that a system packed,
            and no student's own file. The files of such a one stand in its place.

    Raises:
        DownloadError: it cannot be read, or holds too much.
    """
    if not source.is_dir() and not source.is_file():
        raise DownloadError(f"There is no {source} that is a zip archive or a folder.")
    with contextlib.ExitStack() as stack:
        if source.is_dir():
            found = _of_folder(stack, source)
        else:
            found = _of_zip(stack, source, (), source.name)
        yield _unpacked(stack, found, is_a_download, _MOST_NESTED)


def _unpacked(
    stack: contextlib.ExitStack,
    entries: list[Entry],
    is_a_download: Callable[[list[Entry]], bool],
    depth: int,
) -> list[Entry]:
    """``entries``, with those of downloads within in their places."""
    found: list[Entry] = []
    for entry in entries:
        inner = _inner(stack, entry, is_a_download) if depth else []
        found += _unpacked(stack, inner, is_a_download, depth - 1) if inner else [entry]
        _check_count(len(found))
    return found


def _check_count(count: int) -> None:
    if count > MOST_ENTRIES:
        raise DownloadError(
            f"It holds more than {MOST_ENTRIES} files. A class's hand-ins are fewer: is it the "
            "right file? Nothing was taken."
        )


def _inner(
    stack: contextlib.ExitStack, entry: Entry, is_a_download: Callable[[list[Entry]], bool]
) -> list[Entry]:
    """The files of a download within a download; none where it is none, or cannot be read."""
    usable = entry.is_theirs and entry.trouble in ("", _TOO_LARGE)
    if not usable or not entry.name.lower().endswith(".zip") or is_a_download([entry]):
        return []
    with contextlib.ExitStack() as own:
        try:
            file = own.enter_context(entry.open())
            if entry.is_zipped:
                # An archive is read from its end, for which it has to be unpacked.
                file = own.enter_context(tempfile.TemporaryFile())
                entry.copy(file, _MOST_NESTED_BYTES)
            found = _of_zip(own, file, entry.parts, entry.name)
        except Exception:
            # Whatever is wrong with it, it stays a file, of which all is told as of others.
            return []
        if is_a_download(found):
            stack.push(own.pop_all())
            return found
    return []


# A folder
def _of_folder(stack: contextlib.ExitStack, source: Path) -> list[Entry]:
    try:
        place = stack.enter_context(Opened(source.resolve(), own=1))
        return list(_files(place, source.resolve()))
    except OSError as error:
        raise DownloadError(f"{source} cannot be read: {error.strerror}.") from None


def _files(place: Opened, source: Path) -> Iterator[Entry]:
    count = 0
    for inside, folders, files in place.walk():
        # Git's own thousands of files are none of anybody's; that there are some is known by one.
        git = [GIT] if GIT in folders else []
        folders[:] = sorted({*folders} - {GIT})
        deep = len(inside.parts) >= DEEPEST
        unread = [name for name in folders if deep or _is_closed(source / inside / name)]
        folders[:] = sorted({*folders} - {*unread})
        for name in sorted([*files, *git, *unread]):
            count += 1
            _check_count(count)
            path = inside / name
            yield _file(place, path, source)


def _is_closed(folder: Path) -> bool:
    """Whether a folder cannot be entered, so that it is named as if it were a file."""
    return folder.is_symlink() or not os.access(folder, os.R_OK | os.X_OK)


def _file(place: Opened, path: PurePosixPath, source: Path) -> Entry:
    trouble, size, modified = "", 0, 0.0
    try:
        facts = (source / path).lstat()
        size, modified = facts.st_size, facts.st_mtime
        if stat.S_ISLNK(facts.st_mode):
            trouble = "it is a link"
        elif stat.S_ISDIR(facts.st_mode) and _is_closed(source / path):
            trouble = "the folder may not be read: it needs other rights"
        elif not stat.S_ISREG(facts.st_mode) and path.name != GIT:
            trouble = "it is no ordinary file"
        elif size > MOST_BYTES:
            trouble = _TOO_LARGE
    except OSError as error:
        trouble = f"it cannot be read ({error.strerror})"

    @contextlib.contextmanager
    def opening() -> Iterator[IO[bytes]]:
        try:
            with place.opening(path) as stream:
                yield stream
        except LeadsElsewhereError:
            raise DamagedError("it is a link") from None

    return Entry(_printable(path.parts), size, modified, opening, trouble)


def _printable(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Names that can be shown and kept: what is no letter in UTF-8 is replaced."""
    return tuple(
        part.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for part in parts
    )


# A zip archive
def _of_zip(
    stack: contextlib.ExitStack, source: Path | IO[bytes], above: tuple[str, ...], name: str
) -> list[Entry]:
    try:
        archive = stack.enter_context(zipfile.ZipFile(source))
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise DownloadError(
            f"{name} is neither a folder nor a zip archive that can be read ({error}). Download it "
            "again; an archive of another kind can be unpacked, and its folder taken. Nothing was "
            "taken."
        ) from None
    except OSError as error:
        raise DownloadError(f"{name} cannot be read: {error.strerror}.") from None
    infos = [info for info in archive.infolist() if not info.is_dir()]
    _check_count(len(infos))
    if infos and all(info.flag_bits & 1 for info in infos):
        raise DownloadError(
            f"{name} asks for a password. Unpack it, and take the folder. Nothing was taken."
        )
    return list(_without_gits([_zipped(archive, info, above) for info in infos]))


def _without_gits(entries: list[Entry]) -> Iterator[Entry]:
    """``entries``, with one in place of all that lies in a folder of Git's own."""
    seen: set[tuple[str, ...]] = set()
    for entry in entries:
        if GIT not in entry.parts:
            yield entry
            continue
        folder = entry.parts[: entry.parts.index(GIT) + 1]
        if folder not in seen:
            seen.add(folder)
            yield replace(entry, parts=folder)


def _zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, above: tuple[str, ...]) -> Entry:
    text = _name(info).replace("\\", "/")
    parts = tuple(part for part in text.split("/") if part not in ("", "."))
    mode = info.external_attr >> 16
    trouble = ""
    if text.startswith("/") or ".." in parts or not parts or parts[0].endswith(":"):
        trouble = LEADS_OUT
    elif stat.S_ISLNK(mode):
        trouble = "it is a link"
    elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        trouble = "it is no ordinary file"
    elif info.flag_bits & 1:
        trouble = "it asks for a password"
    elif info.file_size > MOST_BYTES:
        trouble = _TOO_LARGE
    elif info.file_size > max(_FROM_RATIO, _MAX_RATIO * info.compress_size):
        trouble = "it would become far larger than it is, as no notebook does"

    def opening() -> Any:
        return archive.open(info)

    parts = (*above, *(parts or (text or "?",)))
    return Entry(parts, info.file_size, _packed(info), opening, trouble, is_zipped=True)


def _name(info: zipfile.ZipInfo) -> str:
    """The name of an entry, which may be UTF-8 also where it does not say so.

    ``zipfile`` reads names that say nothing as code page 437, which has a letter for every byte.
    """
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    with contextlib.suppress(UnicodeError):
        return info.filename.encode("cp437").decode("utf-8")
    return info.filename


def _packed(info: zipfile.ZipInfo) -> float:
    try:
        return datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
