"""A scheduler and workers on this machine, each a process with a folder of its own.

For the demonstration, the benchmarks and the tests; on other machines somebody else starts them.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from alpaca_course.cluster.link import Address
from alpaca_course.cluster.process import NO_PAGES, tls_options

END_SECONDS = 10.0


def free_port() -> int:
    """A port of loopback that nobody listens on at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class LocalMachines:
    """A scheduler and its workers; use it as a context that ends all of them.

    Attributes:
        folder: in which each process has its own, and a log.
        of_scheduler: its address, with the scheduler's certificate.
        of_worker: the same, with the workers'.
    """

    folder: Path
    of_scheduler: Address
    of_worker: Address
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    scheduler: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> LocalMachines:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start_scheduler(self) -> None:
        scheme, _, place = self.of_scheduler.url.partition("://")
        host, _, port = place.partition(":")
        command = [sys.executable, "-P", "-m", "dask", "scheduler", *NO_PAGES]
        command += ["--host", host, "--port", port, "--protocol", scheme]
        self.scheduler = self.start("scheduler", [*command, *tls_options(self.of_scheduler)])

    def start_worker(self, name: str, slots: int = 1, folder: Path | None = None) -> None:
        """``alpaca worker`` with a folder of its own, which is used again if it is there."""
        place = folder or self.folder_of(name)
        command = [str(Path(sys.executable).with_name("alpaca")), "worker", self.of_worker.url]
        command += ["--slots", str(slots), "--folder", str(place)]
        for option, path in (
            ("--tls-ca", self.of_worker.ca),
            ("--tls-cert", self.of_worker.certificate),
            ("--tls-key", self.of_worker.key),
        ):
            command += [option, str(path)] if path else []
        self.workers[name] = self.start(name, command)

    def folder_of(self, name: str) -> Path:
        return self.folder / f"of-{name}"

    def stop_worker(self, name: str) -> None:
        _end(self.workers.pop(name))

    def stop_scheduler(self) -> None:
        if self.scheduler is not None:
            self.scheduler.kill()
            self.scheduler.wait()

    def close(self) -> None:
        """End all of them; safe to call twice."""
        for name in list(self.workers):
            self.stop_worker(name)
        self.stop_scheduler()

    def start(
        self, name: str, command: list[str], environment: Mapping[str, str] = os.environ
    ) -> subprocess.Popen[bytes]:
        """A process whose output goes to the log ``name``, and which no Ctrl-C reaches."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(environment),
                cwd=self.folder,
                process_group=0,
            )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started, also what is stopped."""
    below: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        below = psutil.Process(process.pid).children(recursive=True)
    for each in below:
        with contextlib.suppress(psutil.Error):
            each.resume()
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for each in below:
        with contextlib.suppress(psutil.Error):
            each.kill()
