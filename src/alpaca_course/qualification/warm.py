"""The warm process: imports TensorFlow once, and forks a child for each job.

Forking is safe here because the process has run no TensorFlow operation and OpenBLAS has no
threads of its own (``OPENBLAS_NUM_THREADS=1``). It reads jobs from stdin and writes results to
stdout, one JSON object a line. The jobs are the course's own corpus: there is no sandbox.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import selectors
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from alpaca_course.qualification.child import run_job
from alpaca_course.qualification.jobs import CellJob, Job
from alpaca_course.sandbox.process_one import preload

_CHUNK = 1 << 16


@dataclass
class _Running:
    job: Job
    pid: int
    descriptor: int
    folder: Path
    deadline: float
    received: bytearray = field(default_factory=bytearray)
    messages: list[dict[str, Any]] = field(default_factory=list)

    def take(self, data: bytes) -> bool:
        """Take what the child wrote; True when it has said that it is done."""
        self.received += data
        *lines, rest = self.received.split(b"\n")
        self.received = bytearray(rest)
        for line in lines:
            # A case may write to the pipe itself; what is not a message is ignored.
            with contextlib.suppress(ValueError):
                message = json.loads(line)
                if isinstance(message, dict):
                    self.messages.append(message)
        return any(message.get("done") for message in self.messages)


class Warm:
    """Runs jobs as they come in, at most ``workers`` side by side."""

    def __init__(self, files: Path, workers: int, answers: TextIO) -> None:
        self.files = files
        self.answers = answers
        self.workers = workers
        self.waiting: deque[Job] = deque()
        self.running: dict[int, _Running] = {}
        self.selector = selectors.DefaultSelector()
        self.input = bytearray()
        self.closed = False

    def serve(self) -> None:
        """Until stdin is closed: the trusted side has all it wanted, or is gone."""
        self.selector.register(0, selectors.EVENT_READ)
        while not self.closed:
            while self.waiting and len(self.running) < self.workers:
                self._start(self.waiting.popleft())
            for key, _ in self.selector.select(timeout=self._patience()):
                if key.fd == 0:
                    self._read_jobs()
                elif key.fd in self.running:
                    self._read_child(self.running[key.fd])
            now = time.monotonic()
            for child in [c for c in self.running.values() if c.deadline < now]:
                self._finish(child, "timeout")
        for child in list(self.running.values()):
            self._end(child)

    def _patience(self) -> float | None:
        if not self.running:
            return None
        return max(0.0, min(c.deadline for c in self.running.values()) - time.monotonic())

    def _read_jobs(self) -> None:
        data = os.read(0, _CHUNK)
        if not data:
            self.closed = True
            return
        self.input += data
        *lines, rest = self.input.split(b"\n")
        self.input = bytearray(rest)
        for line in lines:
            plain = json.loads(line)
            cells = tuple(CellJob(**cell) for cell in plain.pop("cells"))
            self.waiting.append(Job(cells=cells, **plain))

    def _start(self, job: Job) -> None:
        folder = Path(tempfile.mkdtemp(prefix="case-"))
        for source in self.files.iterdir():
            (folder / source.name).symlink_to(source)
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            os.close(self.answers.fileno())
            run_job(job, folder, writer)
        os.close(writer)
        self.running[reader] = _Running(
            job, pid, reader, folder, time.monotonic() + job.total_seconds
        )
        self.selector.register(reader, selectors.EVENT_READ)

    def _read_child(self, child: _Running) -> None:
        data = os.read(child.descriptor, _CHUNK)
        if child.take(data):
            self._finish(child, "complete")
        elif not data:
            self._finish(child, "died")

    def _finish(self, child: _Running, ending: str) -> None:
        usage = self._end(child)
        answer = {
            "name": child.job.name,
            "ending": ending,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "messages": child.messages,
        }
        self.answers.write(json.dumps(answer) + "\n")
        self.answers.flush()

    def _end(self, child: _Running) -> resource.struct_rusage:
        """End a child and whatever it started; what it used."""
        self.selector.unregister(child.descriptor)
        del self.running[child.descriptor]
        os.close(child.descriptor)
        # The child leads a session of its own: what it started ends with it.
        for kill, target in ((os.killpg, child.pid), (os.kill, child.pid)):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(target, signal.SIGKILL)
        _, _, usage = os.wait4(child.pid, 0)
        shutil.rmtree(child.folder, ignore_errors=True)
        return usage


def main() -> None:
    """``python -m alpaca_course.qualification.warm FILES WORKERS MODULE…``."""
    files, workers = Path(sys.argv[1]), int(sys.argv[2])
    # The answers have a descriptor of their own: whatever prints to stdout goes to the log.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # What every notebook imports; no TensorFlow operation runs.
    preload([*sys.argv[3:], "IPython.core.interactiveshell"])
    answers.write(json.dumps({"ready": True}) + "\n")
    answers.flush()
    # Python warns of the two idle threads that TensorFlow's import leaves.
    warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*fork.*")
    Warm(files, workers, answers).serve()


if __name__ == "__main__":
    main()
