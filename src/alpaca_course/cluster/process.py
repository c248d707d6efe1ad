"""The command lines of a scheduler's and a worker's process."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from alpaca_course.cluster.link import Address
from alpaca_course.cluster.on_worker import FOLDER
from alpaca_course.execution.pool import default_workers

# What the smallest lab's execution takes; a lab that takes more gets fewer of a worker's threads.
SMALLEST_MIB = 256
TEMPORARY = "tmp"
# Dask's pages tell who is there, without TLS; what cannot be switched off of them stays here.
NO_PAGES = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")


def command(address: Address, slots: int, folder: Path) -> list[str]:
    """Dask's worker for ``address``, with a thread for each execution that may run.

    Without Dask's nanny, whose limit on memory and whose restarts are not for processes that only
    pass on what bounded ones and sandboxes below them do.
    """
    told = [sys.executable, "-P", "-m", "dask", "worker", address.url, "--no-nanny"]
    told += ["--nthreads", str(slots or default_workers(SMALLEST_MIB)), "--memory-limit", "0"]
    told += ["--local-directory", str(folder), *NO_PAGES]
    return told + tls_options(address)


def tls_options(address: Address) -> list[str]:
    """As Dask's programs take them."""
    files = {
        "--tls-ca-file": address.ca,
        "--tls-cert": address.certificate,
        "--tls-key": address.key,
    }
    return [part for name, path in files.items() if path for part in (name, str(path.resolve()))]


def environment(folder: Path, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Of a worker's process: whatever it writes, it writes below ``folder``."""
    return {**inherited, FOLDER: str(folder), "TMPDIR": str(folder / TEMPORARY)}
