"""Small file operations that leave either the old or the new content, never half of one."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

PUBLIC = 0o644
"""Mode of files that another user's kernel must be able to read."""

Say = Callable[[str], None]
"""Takes one sentence for the person at the terminal."""

Tick = Callable[[str, int, int], None]
"""Takes progress: what is being done, how many are done, how many there are."""


def say_nothing(_text: str) -> None:
    """For callers that want no sentences."""


def tick_nothing(_what: str, _done: int, _total: int) -> None:
    """For callers that want no progress."""


def ignore_progress(_done: int, _total: int) -> None:
    """For callers that want no progress of one thing."""


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stamps(paths: Iterable[Path]) -> tuple[tuple[int, int, int] | None, ...]:
    """What differs as soon as one of ``paths`` is written anew; None where there is no file."""
    found: list[tuple[int, int, int] | None] = []
    for path in paths:
        try:
            seen = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((seen.st_mtime_ns, seen.st_size, seen.st_ino))
    return tuple(found)


def write_atomically(path: Path, data: bytes, *, mode: int = 0o600, lasting: bool = True) -> None:
    """Write ``data`` to ``path``, creating its folder; killed at any moment, ``path`` is whole.

    Args:
        path: the file.
        data: its new content.
        mode: students' work is for its owner alone; ``PUBLIC`` lets everybody read the file.
        lasting: it is on the disk at the end, and outlives a power cut; what is made again anyway
            need not be waited for.

    Raises:
        OSError: the disk is full or the folder cannot be written; ``path`` is as it was before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def as_json(value: Any) -> Any:
    """What ``json`` is to write of a value that it does not know: a time, a span, or an object."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else vars(value)


def json_text(data: Any) -> str:
    """``data`` as indented JSON."""
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: Path, data: Any) -> None:
    """Write ``data`` as indented JSON that everybody may read, atomically."""
    write_atomically(path, json_text(data).encode("utf-8"), mode=PUBLIC)


def read_ordinary(path: Path, encoding: str = "utf-8") -> str:
    """The text of a file of the course, which may lie behind a link.

    A pipe in its place is not waited for: nobody would know why nothing goes on. What a person
    names on the command line may be one, and is not read by this.

    Raises:
        OSError: it cannot be read, or is no file.
        UnicodeDecodeError: it is no text in this encoding.
    """
    return io.TextIOWrapper(io.BytesIO(ordinary_bytes(path)), encoding).read()


def ordinary_bytes(path: Path) -> bytes:
    """The content of a file of the course, as :func:`read_ordinary` reads it.

    Raises:
        OSError: it cannot be read, or is no file.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is a pipe or a device, and no file", str(path))
        with open(handle, "rb", closefd=False) as stream:
            return stream.read()
    finally:
        os.close(handle)


def is_file(path: Path) -> bool:
    """Whether a file is there that may be read; behind a folder that may not, none is.

    ``Path.is_file`` raises there, in some versions of Python.
    """
    return os.access(path, os.R_OK) and path.is_file()


def pipe_in(*folders: Path) -> Path | None:
    """A pipe that lies in the place of a file somewhere in ``folders``; None where none does.

    Of what is read in many ways, such as code that is imported, this is known beforehand.
    """
    return next((path for each in folders for path in each.rglob("*") if path.is_fifo()), None)


def read_json_object(path: Path) -> dict[str, Any] | None:
    """The JSON object in ``path``; None where the file is missing or holds anything else.

    It may begin with a byte order mark: editors write one into what a person may edit.
    """
    try:
        data = json.loads(read_ordinary(path, "utf-8-sig"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def in_the_way(error: BaseException) -> str:
    """What to do where a file stands in a folder's place, or a folder in a file's; else empty."""
    if not isinstance(error, NotADirectoryError | IsADirectoryError | FileExistsError):
        return ""
    # Of a file that takes another one's place, the second is the one that cannot be replaced.
    names = [name for name in (error.filename2, error.filename) if isinstance(name, str | bytes)]
    paths = [Path(os.fsdecode(name)) for name in names]
    if isinstance(error, IsADirectoryError):
        wrong, is_one, other = [path for path in paths if path.is_dir()], "a folder", "a file"
    else:
        ways = [each for path in paths for each in (*reversed(path.parents), path)]
        wrong, is_one, other = [each for each in ways if each.is_file()], "a file", "a folder"
    if not wrong:
        return ""
    return f"{wrong[0]} is {is_one}, and {other} has to be there: move it away, and try again."


def said_of(error: BaseException) -> str:
    """An error of files for people: what to do where that is known, else its own words."""
    return in_the_way(error) or str(error) or type(error).__name__


@contextmanager
def scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A folder below ``parent``, so that renames out of it stay on one disk; removed at the end."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def moved_aside(path: Path) -> Iterator[None]:
    """Let the block make ``path`` anew; where it raises, what was there before comes back.

    A process that dies meanwhile leaves the former beside it, with a dot before its name.
    """
    old = path.with_name(f".{path.name}.old")
    _remove(old)
    if path.exists():
        shutil.move(path, old)
    try:
        yield
    except BaseException:
        _remove(path)
        if old.exists():
            shutil.move(old, path)
        raise
    _remove(old)


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """A file beside ``path`` that takes its place at the end of the block, unless that raises."""
    new = path.with_name(f".{path.name}.new")
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def write_whole(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write what a person asked for whole or not at all, with rights as for any file of theirs.

    A full disk leaves what was there before; a pipe or a device stays one.

    Raises:
        OSError: it cannot be written.
    """
    target = path.resolve()
    is_file = target.is_file() or not target.exists()
    try:
        with staged(target) if is_file else nullcontext(target) as place:
            place.write_text(text, encoding=encoding, newline="")
    except OSError as error:
        # Of the file that was asked for, and not of the one beside it.
        raise OSError(error.errno, error.strerror, str(path)) from error


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
