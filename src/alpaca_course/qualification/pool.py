"""The trusted side of the warm process: start it, send jobs, take results as they come."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.execution.sources import lab_modules
from alpaca_course.lab import Lab
from alpaca_course.qualification.jobs import Job, JobResult, Messages

CLASSES = ("alpaca", "not alpaca")
PICTURES_PER_CLASS = 10


def new_challenge() -> str:
    """A fresh challenge of 32 hexadecimal digits."""
    return secrets.token_hex(16)


class WarmPool:
    """A warm process; use it as a context.

    Args:
        course: gives the weights, which must be there.
        files: helper files by name, as released with the notebook.
        workers: jobs side by side.
    """

    def __init__(
        self, course: Course, lab: Lab, files: Mapping[str, bytes], workers: int = 2
    ) -> None:
        self.course = course
        self.lab = lab
        self.files = files
        self.workers = workers

    def __enter__(self) -> WarmPool:
        self._folder = tempfile.TemporaryDirectory(prefix="alpaca-qualify-")
        root = Path(self._folder.name)
        files = root / "files"
        files.mkdir()
        _prepare_files(self.files, files)
        code = root / "code" / "notebooks" / self.lab.name / "evidence"
        code.parent.mkdir(parents=True)
        code.symlink_to(self.lab.evidence)
        (root / "tmp").mkdir()
        self._log = (root / "log").open("w+")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "alpaca_course.qualification.warm",
                str(files),
                str(self.workers),
                *lab_modules(self.lab),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=root,
            env=_environment(self.course, root),
        )
        if "ready" not in _pipe(self._process.stdout).readline():
            self._process.wait()
            self._log.seek(0)
            reason = self._log.read()[-2000:]
            self.__exit__(None, None, None)
            raise CourseError(f"The process for the cases did not start:\n{reason}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
        self._log.close()
        self._folder.cleanup()

    def run(self, jobs: Iterable[Job]) -> Iterator[JobResult]:
        """Run jobs, each under a name of its own; results come in the order they finish.

        Raises:
            CourseError: the process ended before every job was answered.
        """
        waiting = {job.name: job for job in jobs}
        # A writer of its own: the pipe holds less than all jobs, and results come meanwhile.
        writer = threading.Thread(target=self._send, args=(list(waiting.values()),), daemon=True)
        writer.start()
        while waiting:
            line = _pipe(self._process.stdout).readline()
            if not line:
                raise CourseError("The process for the cases ended early.")
            answer = json.loads(line)
            yield _result(waiting.pop(answer["name"]), answer)
        writer.join()

    def _send(self, jobs: list[Job]) -> None:
        stream = _pipe(self._process.stdin)
        for job in jobs:
            stream.write(json.dumps(asdict(job)) + "\n")
        stream.flush()


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def _result(job: Job, answer: dict[str, Any]) -> JobResult:
    reached = [cell.exercise for cell in job.cells if cell.exercise]
    tests = {exercise: Messages(0, None) for exercise in reached}
    errors = []
    for message in answer["messages"]:
        exercise = message.get("exercise")
        if exercise in tests:
            seen = tests[exercise]
            first = seen.payload if seen.messages else message.get("payload")
            tests[exercise] = replace(seen, messages=seen.messages + 1, payload=first)
        elif "error" in message:
            errors.append(str(message["error"]))
    return JobResult(
        name=job.name,
        challenge=job.challenge,
        tests=tests,
        errors=tuple(errors),
        ending=answer["ending"],
        cpu_seconds=answer["cpu_seconds"],
    )


def _environment(course: Course, root: Path) -> dict[str, str]:
    dropped = ("PYTHONPATH", "PYTHONSTARTUP", "ALPACA_COURSE_ROOT")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {
        "KERAS_HOME": str(course.keras_home),
        "PYTHONPATH": str(root / "code"),
        "NBGRADER_EXECUTION": "autograde",
        # One thread a case: the cases themselves run side by side.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "-1",
        "MPLBACKEND": "Agg",
        "IPYTHONDIR": str(root / "ipython"),
        "TMPDIR": str(root / "tmp"),
    }


def _prepare_files(helpers: Mapping[str, bytes], folder: Path) -> None:
    """The helper files, and a few pictures: graded cells need some to load, and no more."""
    import numpy as np
    from PIL import Image

    for name, data in helpers.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    generator = np.random.default_rng(0)
    for label in CLASSES:
        pictures = folder / "dataset" / label
        pictures.mkdir(parents=True)
        for number in range(PICTURES_PER_CLASS):
            pixels = generator.integers(0, 256, (160, 160, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(pictures / f"{number:02d}.jpg")
