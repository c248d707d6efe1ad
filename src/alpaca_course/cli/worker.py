"""``alpaca worker``: let a scheduler have executions run on this machine."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.scheduler import TlsCaOption, TlsCertOption, TlsKeyOption, address_of, say
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.cluster.link import Address

# Between the end of a worker's process and the start of the next, longer each time it ends soon.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
SOON = 60.0
END_SECONDS = 10.0  # for what it has open; then it is killed


def register(app: typer.Typer) -> None:
    app.command("worker")(worker)


def worker(
    scheduler: Annotated[str, typer.Argument(help="tls://HOST:PORT, or tcp://HOST:PORT.")],
    *,
    slots: Annotated[
        int, typer.Option(min=0, help="At most so many executions side by side; 0 chooses.")
    ] = 0,
    folder: Annotated[
        Path | None, typer.Option(help="Where the labs' files and all temporary ones lie.")
    ] = None,
    tls_ca: TlsCaOption = None,
    tls_cert: TlsCertOption = None,
    tls_key: TlsKeyOption = None,
) -> None:
    """Execute for a scheduler until this is ended; needs no course, only the package.

    Dask's worker ends where its connection does. Here the next one starts by itself, so a network
    that was away, a scheduler that was started again and a worker that was killed need nobody.
    """
    address = address_of(scheduler, tls_ca, tls_cert, tls_key)
    assert address is not None
    from alpaca_course.sandbox.probe import require

    require()
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="alpaca-worker-") as made:
            _serve(address, slots, Path(made))
    else:
        _serve(address, slots, folder.resolve())


def _serve(address: Address, slots: int, folder: Path) -> None:
    from alpaca_course.cluster.process import TEMPORARY, command, environment

    try:
        (folder / TEMPORARY).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CourseError(f"Nothing can be written to {folder}: {error}") from error
    ended = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def end(*_: object) -> None:
        ended.set()
        for each in running:
            each.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    pause = FIRST_PAUSE
    while not ended.is_set():
        began = time.monotonic()
        process = subprocess.Popen(command(address, slots, folder), env=environment(folder))
        running[:] = [process]
        if ended.is_set():  # in the very moment
            process.terminate()
        code = _wait(process, ended)
        if not ended.is_set():
            pause = (
                FIRST_PAUSE if time.monotonic() - began > SOON else min(2 * pause, LONGEST_PAUSE)
            )
            say(f"The worker's process ended (code {code}); the next starts in {pause:.0f} s.")
            ended.wait(pause)


def _wait(process: subprocess.Popen[bytes], ended: threading.Event) -> int:
    """Until the process ends; once it should, not for ever."""
    while True:
        seconds = END_SECONDS if ended.is_set() else 1.0
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            if seconds == END_SECONDS:
                process.kill()
