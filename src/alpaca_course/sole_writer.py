"""One writer at a time in a course: whoever grades, collects or makes pages holds one lock.

That are the commands of the course and nbgrader's own, formgrader's buttons among them, since they
use the course's converters and collector. The lock belongs to the process and ends with it, however
it ends. Beside it lies who holds it, for others to be told.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.files import PUBLIC, Say, json_text, read_json_object, write_atomically

PATIENCE = 60.0
"""Seconds that a writer who holds the course only briefly, again and again, is waited for."""
_QUIETLY = 2.0  # seconds of waiting that nobody has to be told of
_AGAIN = 0.05

# By lock file and thread, how often it is held there: nbgrader's converters run within commands.
_held: dict[tuple[str, int], int] = {}


class CourseBusyError(CourseError):
    """Another process writes in the course; nothing was changed."""


@dataclass(frozen=True)
class Writer:
    """Who holds a course for writing.

    Attributes:
        what: the command, for people.
        pid: of the process.
        since: when it took the lock; ISO 8601, in UTC.
        brief: it holds it for one submission at a time, so waiting for it is worth while.
    """

    what: str
    pid: int
    since: str
    brief: bool = False

    @property
    def text(self) -> str:
        return f"`{self.what}` (process {self.pid}, since {self.since})"


def on_stderr(text: str) -> None:
    """Say ``text`` where neither a report nor ``--json`` is."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def sole_writer(
    course: Course, *, brief: bool = False, patience: float = PATIENCE, say: Say = on_stderr
) -> Iterator[None]:
    """Hold the course for writing; within itself, and in the same thread, it is held already.

    Args:
        course: the course.
        brief: it is held for a submission only; others then wait for it.
        patience: seconds that such a holder is waited for.
        say: told who is waited for, once it takes a while.

    Raises:
        CourseBusyError: another process holds it; the text says who, and since when.
        CourseError: this one may not write here.
    """
    path = course.state / "grading.lock"
    key = (str(path), threading.get_ident())
    if not _held.get(key):
        lock = _acquired(course, path, patience, say)
        _tell(course, brief)
    else:
        lock = None
    _held[key] = _held.get(key, 0) + 1
    try:
        yield
    finally:
        _held[key] -= 1
        if lock is not None:
            del _held[key]
            _about(course).unlink(missing_ok=True)
            lock.release()


def writer_of(course: Course) -> Writer | None:
    """Who says that it holds the course; None where nobody does who is still there."""
    found = read_json_object(_about(course)) or {}
    try:
        writer = Writer(**found)
        return writer if psutil.pid_exists(writer.pid) else None
    except (TypeError, OverflowError, ValueError):
        return None


def _acquired(course: Course, path: Path, patience: float, say: Say) -> FileLock:
    try:
        course.state.mkdir(parents=True, exist_ok=True)
        # Of this thread alone: another one of the same process is another writer.
        lock = FileLock(path)
    except OSError as error:
        raise CourseError(f"Nothing can be written here: {error}") from error
    begun, told = time.monotonic(), False
    while True:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            pass
        except (OSError, NotImplementedError) as error:
            raise CourseError(f"Nothing can be written here: {error}") from error
        else:
            return lock
        waited, holder = time.monotonic() - begun, writer_of(course)
        if (holder is not None and not holder.brief) or waited >= patience:
            raise CourseBusyError(_busy(holder))
        if waited >= _QUIETLY and not told:
            told = True
            say(f"Waiting for {holder.text if holder else 'another process'}, which writes here.")
        time.sleep(_AGAIN)


def _busy(holder: Writer | None) -> str:
    who = holder.text if holder else "Another command of alpaca or nbgrader"
    return f"{who} is running in this course. Run this again when it has ended."


def _tell(course: Course, brief: bool) -> None:
    """Say who holds the lock; a full disk keeps nobody from writing where there is room."""
    since = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    with contextlib.suppress(OSError):
        said = json_text(asdict(Writer(_command(), os.getpid(), since, brief)))
        write_atomically(_about(course), said.encode(), mode=PUBLIC, lasting=False)


def _command() -> str:
    """This process as a person called it."""
    program, *rest = sys.argv or ["python"]
    name = Path(program).stem if program.endswith(".py") else Path(program).name
    if name == "__main__":
        name = Path(program).parent.name
    return " ".join([name, *(each for each in rest[:1] if each.isidentifier())]) or "python"


def _about(course: Course) -> Path:
    return course.state / "writer.json"
