"""Run one job's cells in an IPython shell, in a fork of the warm process.

Everything a cell publishes as evidence is written to a pipe at once, so that nothing is lost when
the process dies later. The same shell class as a kernel's runs the cells, with its hooks and
transformers, so that attacks on them do here what they do in a kernel.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from alpaca_course.course import MIB
from alpaca_course.qualification.jobs import Job

EVIDENCE_MIME = "application/vnd.alpaca.evidence+json"
EVIDENCE_LIMIT = MIB // 4


class Pipe:
    """Line-wise JSON to the warm process; knows which cell runs."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.exercise: str | None = None

    def send(self, **message: Any) -> None:
        data = (json.dumps(message) + "\n").encode()
        while data:
            data = data[os.write(self._descriptor, data) :]

    def publish(self, data: Any) -> None:
        """Hand on evidence that belongs to the test cell which runs; all else is dropped."""
        if not isinstance(data, dict) or EVIDENCE_MIME not in data or self.exercise is None:
            return
        payload = data[EVIDENCE_MIME]
        if len(json.dumps(payload).encode()) > EVIDENCE_LIMIT:
            payload = None
        self.send(exercise=self.exercise, payload=payload)


def run_job(job: Job, folder: Path, descriptor: int) -> NoReturn:
    """Run the job's cells in ``folder``, report through ``descriptor``, and end the process."""
    os.setsid()
    quiet = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(quiet, standard)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    os.environ["ALPACA_CHALLENGE"] = job.challenge
    _reseed()
    pipe = Pipe(descriptor)
    shell = _shell(pipe)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    for number, cell in enumerate(job.cells):
        pipe.exercise = cell.exercise
        signal.setitimer(signal.ITIMER_REAL, job.cell_seconds)
        try:
            result = shell.run_cell(cell.source, store_history=True)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as raised:  # hooks that a cell installed run outside its own frame
            error = raised
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.exercise = None
        if error is not None:
            pipe.send(error=f"{number}: {type(error).__name__}: {str(error)[:300]}")
    pipe.send(done=True)
    os._exit(0)


def _shell(pipe: Pipe) -> Any:
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type

    class EvidencePublisher(DisplayPublisher):
        def publish(self, data: Any, *_: Any, **__: Any) -> None:
            pipe.publish(data)

    class Shell(InteractiveShell):
        display_pub_class = Type(EvidencePublisher)

        def enable_gui(self, gui: Any = None) -> None:
            """There is no event loop to integrate with."""

    return Shell.instance()


def _reseed() -> None:
    """Children of one process start with the same random state: give each its own."""
    import random

    import numpy as np

    random.seed()
    np.random.seed(int.from_bytes(os.urandom(4), "little"))
