"""What an execution did without, so that the rest could run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from nbformat import NotebookNode

from alpaca_course.execution.needed import solution_cells

STAYS = "stays"  # why a statement was not left out after all: what follows is nothing without it


@dataclass(frozen=True)
class Cut:
    """Something of a student's that an execution did without, or could not do.

    Attributes:
        kind: what was lacking ("module", "file", "network", "keyboard"), or "cell" for a cell of
            the student's own.
        what: the module or file; of a cell its first line.
        place: grade id of the graded cell, or where the own cell lies.
        line: of the statement that was left out.
        why: of a cell: how the execution ended in it, or "timeout"; of a statement ``STAYS`` where
            it was not left out.
    """

    kind: Literal["module", "file", "network", "keyboard", "cell"]
    what: str
    place: str
    line: int | None = None
    why: str = ""


def own_cut(notebook: NotebookNode, index: int, why: str) -> Cut:
    """That the own cell ``index`` was left out or stopped."""
    lines = notebook.cells[index].source.strip().splitlines() or [""]
    return Cut("cell", lines[0][:60], place_of(notebook, index), None, why)


def place_of(notebook: NotebookNode, index: int, graded: Mapping[int, str] | None = None) -> str:
    """The grade id of a graded cell; for an own cell that of the nearest one before, and empty.

    ``graded`` are the notebook's graded cells, where they are known already.
    """
    graded = solution_cells(notebook) if graded is None else graded
    if index in graded:
        return graded[index]
    before = [name for at, name in graded.items() if at < index]
    return f"after {before[-1]}" if before else "at the top"
