"""Grade a course again and again, killing the grader at each moment at which it writes.

``python crash_driver.py MASTER FOLDER STEP`` copies the course MASTER to ``FOLDER/<n>`` for every
STEP-th moment n, grades the copy in a process that dies by SIGKILL at that moment, and prints how
many moments there are. A moment is right before a file is opened for writing, renamed or removed,
or the gradebook's changes are committed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from alpaca_course.batch.grade import Batch
from alpaca_course.course import Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.intake.submissions import students
from alpaca_course.judging.session import GradingSession
from alpaca_course.sole_writer import sole_writer

_WRITING = os.O_WRONLY | os.O_RDWR
_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir"})


class Moments:
    """Counts moments, and kills this process at one of them.

    Args:
        root: only changes below it count.
        deadly: number of the moment to die at; 0 for none.
    """

    def __init__(self, root: Path, deadly: int) -> None:
        self.count = 0
        self._root = str(root)
        self._deadly = deadly
        sys.addaudithook(self._audit)
        event.listen(Engine, "commit", lambda _: self._pass())

    def _audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        writing = name == "open" and bool((arguments[2] or 0) & _WRITING)
        if (writing or name in _CHANGES) and str(arguments[0]).startswith(self._root):
            self._pass()

    def _pass(self) -> None:
        self.count += 1
        if self.count == self._deadly:
            os.kill(os.getpid(), signal.SIGKILL)


def each_moment(write: Callable[[Course], object], master: Path, folder: Path, step: int) -> int:
    """Have copies of ``master`` written to until every ``step``-th moment; returns how many are."""
    moments, deadly = 1, 0
    while deadly < moments:
        root = folder / str(deadly)
        shutil.copytree(master, root, symlinks=True)
        moments = _moments(write, root, deadly) or moments
        deadly += step
    return moments


def _moments(write: Callable[[Course], object], root: Path, deadly: int) -> int:
    """Moments of a run that nothing disturbed; 0 of one that died where it should.

    A run on a busy machine, which says how it is getting on, may have a few more than the next one:
    where that ends before its moment has come, there are no more.
    """
    receiver, sender = os.pipe()
    pid = os.fork()
    if pid == 0:
        moments = Moments(root, deadly)
        write(Course.load(root))
        os.write(sender, str(moments.count).encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver) as told:
        count = int(told.read() or 0)
    _, status = os.waitpid(pid, 0)
    as_told = os.WIFSIGNALED(status) if deadly else status == 0
    if not as_told and not 0 < count < deadly:
        sys.exit(f"at moment {deadly} it ended with {status}")
    return count


def _grade(course: Course) -> None:
    lab = course.lab()
    with GradingSession(course, lab) as session, sole_writer(course):
        for _ in Batch(session, NbGrader(course, lab)).run(students(course, lab)):
            pass


if __name__ == "__main__":
    print(each_moment(_grade, Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
