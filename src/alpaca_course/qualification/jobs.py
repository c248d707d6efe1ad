"""What the warm process is asked to run, and what it answers. Plain JSON data both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

LESSON_TAG = "lesson"
TEST_PREFIX = "test_"


@dataclass(frozen=True)
class CellJob:
    """One code cell; ``exercise`` where it is a test cell whose evidence counts."""

    source: str
    exercise: str | None = None


@dataclass(frozen=True)
class Job:
    """One submission to run.

    Attributes:
        name: of the case or mutant.
        cells: code cells in order.
        challenge: 32 hexadecimal digits.
        cell_seconds: wall clock of one cell, which is interrupted then.
        total_seconds: wall clock of all, after which the process is killed.
    """

    name: str
    cells: tuple[CellJob, ...]
    challenge: str
    cell_seconds: float = 60.0
    total_seconds: float = 120.0


@dataclass(frozen=True)
class Messages:
    """What one test cell published.

    Attributes:
        messages: how many evidence messages; only exactly one counts.
        payload: the first one, or None where there is none or it was too large.
    """

    messages: int
    payload: Any


@dataclass(frozen=True)
class JobResult:
    """What came home from one job.

    Attributes:
        tests: by exercise, for the test cells that were reached.
        errors: ``<cell number>: <error>`` of each cell that raised.
        ending: "complete", "died" or "timeout".
        cpu_seconds: user and system time of the process.
    """

    name: str
    challenge: str
    tests: dict[str, Messages] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    ending: str = "complete"
    cpu_seconds: float = 0.0


def needed_cells(notebook: NotebookNode, exercises: Sequence[str]) -> tuple[CellJob, ...]:
    """The code cells that the tests of ``exercises`` need, in order.

    Lesson cells and the test cells of other exercises are left out, and so is everything after
    the last test cell asked for.
    """
    cells: list[CellJob] = []
    last = 0
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or LESSON_TAG in tags or not cell.source.strip():
            continue
        exercise = tested_exercise(cell)
        if exercise is not None and exercise not in exercises:
            continue
        cells.append(CellJob(cell.source, exercise))
        if exercise is not None:
            last = len(cells)
    return tuple(cells[:last])


def tested_exercise(cell: NotebookNode) -> str | None:
    """The exercise that a test cell tests; None for every other cell."""
    metadata = cell.metadata.get("nbgrader", {})
    if not metadata.get("grade") or metadata.get("solution"):
        return None
    return str(metadata.get("grade_id", "")).removeprefix(TEST_PREFIX)
