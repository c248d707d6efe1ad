"""Watch a course again and again, killing the watcher at each moment at which it writes.

``python crash_driver.py MASTER FOLDER STEP`` copies the course MASTER to ``FOLDER/<n>`` for every
STEP-th moment n, has the copy watched by a process that dies by SIGKILL at that moment, and prints
how many moments there are; see :mod:`tests.batch.crash_driver`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.batch.crash_driver import each_moment
from tests.watching.running import watch_once

if __name__ == "__main__":
    print(each_moment(watch_once, Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
