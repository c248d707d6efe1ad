"""Watch a course again and again, killing the watcher at each moment at which it writes.

``python crash_driver.py MASTER FOLDER STEP`` copies the course MASTER to ``FOLDER/<n>`` for every
STEP-th moment n, has the copy watched by a process that dies by SIGKILL at that moment, and prints
how many moments there are; see :mod:`tests.batch.crash_driver`.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from alpaca_course.course import Course
from tests.batch.crash_driver import Moments
from tests.watching.running import watch_once


def main(master: Path, folder: Path, step: int) -> None:
    moments, deadly = 1, 0
    while deadly < moments:
        root = folder / str(deadly)
        shutil.copytree(master, root, symlinks=True)
        counted = _watched(root, deadly)
        moments = counted or moments
        deadly += step
    print(moments)


def _watched(root: Path, deadly: int) -> int:
    """Moments of a run that nothing disturbed; 0 of one that died where it should."""
    receiver, sender = os.pipe()
    pid = os.fork()
    if pid == 0:
        moments = Moments(root, deadly)
        watch_once(Course.load(root))
        os.write(sender, str(moments.count).encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver) as told:
        count = int(told.read() or 0)
    _, status = os.waitpid(pid, 0)
    if bool(deadly) != os.WIFSIGNALED(status):
        sys.exit(f"at moment {deadly} it ended with {status}")
    return count


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
