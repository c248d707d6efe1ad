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


def main(master: Path, folder: Path, step: int) -> None:
    moments, deadly = 1, 0
    while deadly < moments:
        root = folder / str(deadly)
        shutil.copytree(master, root)
        if deadly == 0:
            moments = _count(root)
        else:
            _die(root, deadly)
        deadly += step
    print(moments)


def _count(root: Path) -> int:
    receiver, sender = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(sender, str(_grade(root, 0)).encode())
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if status:
        sys.exit(f"the undisturbed run ended with {status}")
    return int(os.read(receiver, 64))


def _die(root: Path, deadly: int) -> None:
    pid = os.fork()
    if pid == 0:
        _grade(root, deadly)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        sys.exit(f"moment {deadly} did not come")


def _grade(root: Path, deadly: int) -> int:
    course = Course.load(root)
    lab = course.lab()
    moments = Moments(root, deadly)
    with GradingSession(course, lab) as session, sole_writer(course):
        for _ in Batch(session, NbGrader(course, lab)).run(students(course, lab)):
            pass
    return moments.count


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
