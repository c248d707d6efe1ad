"""Small notebooks and executions, as intake and runner make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from alpaca_course.execution.needed import evidence_cells, executed_cells
from alpaca_course.execution.runner import CellRun, EvidenceRun, Execution


def solution(grade_id: str, source: str) -> NotebookNode:
    nbgrader = {"grade": False, "solution": True, "grade_id": grade_id}
    return new_code_cell(source, metadata={"nbgrader": nbgrader})


def check(grade_id: str, source: str = "grade()") -> NotebookNode:
    nbgrader = {"grade": True, "solution": False, "grade_id": grade_id, "points": 1}
    return new_code_cell(source, metadata={"nbgrader": nbgrader})


def own(source: str) -> NotebookNode:
    return new_code_cell(source, metadata={"alpaca": {"origin": "student"}})


def lazy(source: str) -> NotebookNode:
    return new_code_cell(source, metadata={"tags": ["lazy"]})


def lesson(source: str) -> NotebookNode:
    return new_code_cell(source, metadata={"tags": ["lesson"]})


def notebook(*cells: NotebookNode | str) -> NotebookNode:
    return new_notebook(cells=[new_code_cell(c) if isinstance(c, str) else c for c in cells])


def error(name: str, text: str, line: int = 1) -> CellRun:
    """A cell that ended by an exception, as IPython tells it."""
    output = {
        "output_type": "error",
        "ename": name,
        "evalue": text,
        "traceback": [
            f"\x1b[31mCell\x1b[39m \x1b[32mIn[1], line {line}\x1b[39m",
            f"{name}: {text}",
        ],
    }
    return CellRun("error", [output])


def executed(
    nb: NotebookNode,
    runs: Mapping[int, CellRun] | None = None,
    payloads: Sequence[Any] = (),
    ending: Any = "complete",
) -> Execution:
    """An execution in which all cells went well but those of ``runs``."""
    cells = tuple((runs or {}).get(i, CellRun("ok")) for i in range(len(nb.cells)))
    tests = tuple(
        EvidenceRun(name, "ok", 1, payloads[n] if n < len(payloads) else {}, 2)
        for n, name in enumerate(evidence_cells(nb).values())
    )
    return Execution("0" * 32, ending, cells, tuple(executed_cells(nb)), tests, 1.0)
