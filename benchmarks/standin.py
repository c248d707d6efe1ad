"""Simulated workers: real ones of Dask, whose executions wait and return what was recorded.

    python -m benchmarks.standin ADDRESS COUNT SECONDS RECORDED LOG

All in one process, each with one slot. What is simulated is an execution and what a worker says of
itself; connection, items and replies are those of real ones. When each began and ended is noted in
LOG, a line each.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from pathlib import Path

from distributed import Worker

from alpaca_course.cluster import on_worker
from alpaca_course.cluster.bundle import Bundle
from alpaca_course.cluster.facts import facts_here
from alpaca_course.cluster.items import Item, Reply


class Simulated(on_worker.Machine):
    """Has every bundle, and returns the recorded answer after some seconds."""

    def __init__(self, seconds: float, recorded: bytes, log: Path) -> None:
        super().__init__()
        self._seconds, self._recorded = seconds, recorded
        self._digests: set[str] = set()
        self._log = log.open("a", buffering=1)
        self._noting = threading.Lock()

    def have(self, bundle: Bundle, folder: Path) -> None:
        self._digests.add(bundle.digest)

    def forget(self, digest: str) -> None:
        self._digests.discard(digest)

    def describe(self, libraries: list[str], threads: int, memory_mib: int) -> on_worker.Described:
        digests = list(self._digests)
        return on_worker.Described(self.process, facts_here(libraries), threads, digests)

    def run(self, item: Item) -> Reply:
        began = time.time()
        time.sleep(self._seconds)
        with self._noting:
            self._log.write(json.dumps([began, time.time()]) + "\n")
        return Reply("answer", body=self._recorded)


async def serve(address: str, count: int) -> None:
    """Until the scheduler is gone."""
    workers = [
        Worker(address, nthreads=1, memory_limit=0, dashboard=False, name=f"simulated-{number}")
        for number in range(count)
    ]
    await asyncio.gather(*workers)
    await asyncio.gather(*(each.finished() for each in workers))


def main() -> None:
    address, count, seconds, recorded, log = sys.argv[1:]
    on_worker.MACHINE = Simulated(float(seconds), Path(recorded).read_bytes(), Path(log))
    asyncio.run(serve(address, int(count)))


if __name__ == "__main__":
    main()
