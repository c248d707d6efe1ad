"""A template without libraries: threads, numbers that are ready, and memory that forks share.

No lab should keep anything in shared memory. This one does, so that it can be seen what happens to
a template whose numbers another process has changed.
"""

from __future__ import annotations

import mmap
import threading
import time

READY = bytearray(b"ready" * 200_000)
SHARED = mmap.mmap(-1, mmap.PAGESIZE)
begun: list[bool] = []


def prepare() -> None:
    for _ in range(3):
        threading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()


def fingerprint() -> str:
    return f"{hash(bytes(READY))} {SHARED[:].count(0)}"


def begin() -> None:
    begun.append(True)
