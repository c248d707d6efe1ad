"""What cases and mutants gave, kept: a changed rule is judged by it without executing again."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from alpaca_course.course import Course
from alpaca_course.execution.cache import environment_facts
from alpaca_course.files import write_atomically
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.qualification.jobs import Job, JobResult, Messages

KEPT_FILES = 4


class ResultStore:
    """The results of the last executions, by what was executed.

    There is one file below ``.alpaca/`` for each state of lab, collector and libraries, and the
    last few are kept; a file that is missing or damaged counts as empty.
    """

    def __init__(self, course: Course, lab: ReleasedLab) -> None:
        # The cases bring their own pictures.
        facts = {**environment_facts(course, lab.lab, lab.files), "inputs": None}
        self.path = course.state / "qualification" / f"{_digest(facts)[:16]}.json.gz"
        self._results = dict(self._read())

    def find(self, job: Job) -> JobResult | None:
        """The result of a job with these cells, whatever its challenge; else None."""
        kept = self._results.get(job.name)
        if kept is None or kept["cells"] != _cells(job):
            return None
        result = json.loads(kept["result"])
        tests = {name: Messages(**seen) for name, seen in result["tests"].items()}
        return JobResult(**{**result, "tests": tests, "errors": tuple(result["errors"])})

    def keep(self, jobs: Iterable[Job], results: Iterable[JobResult]) -> None:
        """Add results and write the file; a result nested too deeply for JSON is left out.

        Raises:
            OSError: it cannot be written.
        """
        cells = {job.name: _cells(job) for job in jobs}
        for result in results:
            tests = {name: vars(seen) for name, seen in result.tests.items()}
            with contextlib.suppress(RecursionError):
                text = json.dumps({**vars(result), "tests": tests})
                self._results[result.name] = {"cells": cells[result.name], "result": text}
        data = json.dumps(self._results).encode()
        write_atomically(self.path, gzip.compress(data, compresslevel=3, mtime=0))
        oldest_last = sorted(
            self.path.parent.glob("*.json.gz"), key=lambda path: path.stat().st_mtime, reverse=True
        )
        for path in oldest_last[KEPT_FILES:]:
            path.unlink(missing_ok=True)

    def _read(self) -> Iterator[tuple[str, dict[str, Any]]]:
        try:
            yield from json.loads(gzip.decompress(self.path.read_bytes())).items()
        except (OSError, EOFError, ValueError, AttributeError):
            return


def _cells(job: Job) -> str:
    return _digest([[cell.source, cell.exercise] for cell in job.cells])


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
