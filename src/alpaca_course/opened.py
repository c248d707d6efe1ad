"""A folder that others may have made, opened once: it is read by way of it, and through no link.

Whoever may write in ``submitted/`` or in an exchange may put links, pipes and devices there, and
may change them while they are read. So every step from the student's folder to a file is opened
relative to the one before, refuses links, waits for nothing, and is looked at once it is open.
Where the system cannot open relative to a folder (Windows), links are refused as they are found.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Self

RELATIVE = os.open in os.supports_dir_fd
DEEPEST = 12
"""Folders inside each other that are walked through. Below that nobody's hand-in is looked for, and
some thousand would exceed the length of a path, Python's stack and the handles of a process."""
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK
_FILE = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class NotOrdinaryError(OSError):
    """A pipe, a socket, a device or a folder where a file should be."""


class LeadsElsewhereError(OSError):
    """A link where a folder or a file should be."""


class Opened:
    """An open folder.

    Args:
        folder: its path.
        own: so many of its last parts a student could have made; none of them may be a link.

    Raises:
        LeadsElsewhereError: one of them is a link.
        OSError: it cannot be opened.
    """

    def __init__(self, folder: Path, *, own: int) -> None:
        self._path = folder
        if any(path.is_symlink() for path in (folder, *folder.parents)[:own]):
            raise LeadsElsewhereError(errno.ELOOP, "a link", str(folder))
        self._handle = -1
        if RELATIVE:
            above = folder.parents[own - 1]
            try:
                self._handle = _step(above, folder.relative_to(above).parts)
            except OSError as error:
                # A folder that has become a link between that look and this is one of either.
                if error.errno in (errno.ELOOP, errno.ENOTDIR):
                    raise LeadsElsewhereError(error.errno, "a link", str(folder)) from None
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def walk(
        self, locked: list[str] | None = None
    ) -> Iterator[tuple[PurePosixPath, list[str], list[str]]]:
        """As ``os.walk`` from the top; no link is followed.

        Folders in one that is ``DEEPEST`` deep are named, and not entered.

        Args:
            locked: gets the names of folders whose rights let nobody read them; without it, one
                ends the walk.

        Raises:
            OSError: a folder cannot be read, which is no fault of the student's.
        """

        def wrong(error: OSError) -> None:
            if locked is None or not isinstance(error, PermissionError):
                raise error
            locked.append(PurePosixPath(os.fsdecode(error.filename or "")).name)

        for inside, folders, files in self._walk(wrong):
            yield inside, folders, files
            if len(inside.parts) >= DEEPEST:
                folders.clear()

    def _walk(
        self, wrong: Callable[[OSError], None]
    ) -> Iterator[tuple[PurePosixPath, list[str], list[str]]]:
        if not RELATIVE:
            for parent, folders, files in os.walk(self._path, onerror=wrong):
                inside = Path(parent).relative_to(self._path)
                yield PurePosixPath(inside.as_posix()), folders, files
            return
        found = os.fwalk(".", onerror=wrong, follow_symlinks=False, dir_fd=self._handle)
        for parent, folders, files, _ in found:
            yield PurePosixPath(parent), folders, files

    def read(self, path: PurePosixPath, limit: int) -> tuple[bytes, float]:
        """Bytes and time of change of a regular file below the folder.

        At most one byte more than ``limit`` is read, so a huge file costs no memory.

        Raises:
            FileNotFoundError: there is none.
            LeadsElsewhereError: it is a link, or lies behind one.
            NotOrdinaryError: it is a pipe, a device, or anything else but a file.
            OSError: it cannot be read.
        """
        with self.opening(path) as file:
            status = os.fstat(file.fileno())
            if status.st_size > limit:
                return b" " * (limit + 1), status.st_mtime
            return file.read(limit + 1), status.st_mtime

    @contextlib.contextmanager
    def opening(self, path: PurePosixPath) -> Iterator[IO[bytes]]:
        """A regular file below the folder, open; it raises what :meth:`read` does."""
        with self._open(path) as handle, os.fdopen(handle, "rb", closefd=False) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise NotOrdinaryError(errno.EINVAL, "no ordinary file", path.name)
            yield file

    def link(self, path: PurePosixPath) -> str:
        """Where a link leads, by its own text; empty where there is none."""
        try:
            with self._folder(path) as (name, place):
                return os.readlink(name, dir_fd=place)
        except OSError:
            return ""

    @contextlib.contextmanager
    def _open(self, path: PurePosixPath) -> Iterator[int]:
        """A handle of a file, which may be one of something else by now."""
        with self._folder(path) as (name, place):
            facts = os.stat(name, dir_fd=place, follow_symlinks=False)
            if stat.S_ISLNK(facts.st_mode):
                raise LeadsElsewhereError(errno.ELOOP, "a link", path.name)
            # Opening a device may do something; what is swapped after this look is not waited for.
            if not stat.S_ISREG(facts.st_mode):
                raise NotOrdinaryError(errno.EINVAL, "no ordinary file", path.name)
            handle = os.open(name, _FILE, dir_fd=place)
            try:
                yield handle
            finally:
                os.close(handle)

    @contextlib.contextmanager
    def _folder(self, path: PurePosixPath) -> Iterator[tuple[str, int | None]]:
        """A file's name, and the handle of its folder, to which that is relative."""
        if not RELATIVE:
            yield str(self._path / path), None
            return
        try:
            folder = _step(self._handle, path.parts[:-1])
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                raise LeadsElsewhereError(error.errno, "a link", str(path)) from None
            raise
        try:
            yield path.name, folder
        finally:
            os.close(folder)


def _step(start: Path | int, parts: tuple[str, ...]) -> int:
    """A handle of the folder ``parts`` below ``start``, of which none is a link."""
    # What is above is the instructor's, who may have put a link there.
    handle = os.dup(start) if isinstance(start, int) else os.open(start, _FOLDER & ~_NO_LINK)
    for part in parts:
        try:
            below = os.open(part, _FOLDER, dir_fd=handle)
        finally:
            os.close(handle)
        handle = below
    return handle
