"""What Dask runs on a worker: the plugin that brings a bundle, and the question what there is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from distributed import WorkerPlugin

from alpaca_course.cluster import on_worker
from alpaca_course.cluster.bundle import Bundle

if TYPE_CHECKING:
    from distributed import Worker

PREFIX = "alpaca-bundle-"


class BundlePlugin(WorkerPlugin):
    """Brings a bundle to every worker that there is and that comes; each unpacks it once."""

    def __init__(self, bundle: Bundle) -> None:
        self.name = PREFIX + bundle.digest
        self._digest, self._data = bundle.digest, bundle.data

    async def setup(self, worker: Worker) -> None:
        """Unpack, beside the worker's loop: its heart goes on beating."""
        folder = on_worker.folder_of(worker.local_directory)
        bundle = Bundle(self._digest, self._data)
        self._data = b""
        await asyncio.to_thread(on_worker.MACHINE.have, bundle, folder)

    async def teardown(self, worker: Worker) -> None:
        """End what served it."""
        await asyncio.to_thread(on_worker.MACHINE.forget, self._digest)


async def described(libraries: list[str], memory_mib: int, dask_worker: Any = None) -> bytes:
    """See :func:`alpaca_course.cluster.on_worker.describe`; Dask fills in its worker."""
    threads = dask_worker.state.nthreads
    return await asyncio.to_thread(on_worker.describe, libraries, threads, memory_mib)
