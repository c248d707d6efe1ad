"""What this session ran: the text of each cell at its last run, and how that run ended.

A check sees what a cell left behind, not the cell. When its last run stopped, or its text was
changed afterwards, that is something of an earlier run.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from pathlib import Path
from typing import Any, NamedTuple

from IPython import get_ipython

NOTEBOOK = "transfer_learning_with_mobilenet.ipynb"


class Run(NamedTuple):
    """The last run of a cell; ``error`` is what stopped it, ``parsed`` whether it was Python."""

    source: str
    at: float
    error: BaseException | None
    parsed: bool


# By the cell's id where Jupyter tells it, and by the marker in a graded cell's text.
_by_id: dict[str, Run] = {}
_by_marker: dict[str, Run] = {}


def _note(result: Any) -> None:
    # Whatever goes wrong in here must not show up below a student's cell.
    with contextlib.suppress(Exception):
        source = result.info.raw_cell.strip()
        error = result.error_before_exec or result.error_in_exec
        run = Run(source, time.time(), error, result.error_before_exec is None)
        if cell := getattr(result.info, "cell_id", None):
            _by_id[cell] = run
        if marker := re.search(r"^\s*#\s*(UNQ_\w+)", source, re.MULTILINE):
            _by_marker[marker[1]] = run


def start() -> None:
    """Take note of each cell that runs from now on; nothing while nbgrader grades."""
    shell = get_ipython()
    if shell is not None and os.environ.get("NBGRADER_EXECUTION") != "autograde":
        shell.events.register("post_run_cell", _note)


def last_run(cell: str, marker: str | None = None) -> Run | None:
    """The last run of the cell with this id; by its ``marker`` where ids are not told."""
    return _by_id.get(cell) or (_by_marker.get(marker) if marker else None)


class Saved(NamedTuple):
    """The notebook's file: its JSON, the code of its cells by id, and when it was saved."""

    notebook: dict[str, Any]
    sources: dict[str, str]
    at: float


def named_file() -> Path | None:
    """This notebook's file, where Jupyter or VS Code names it."""
    shell = get_ipython()
    code = shell.user_ns.get("__vsc_ipynb_file__") if shell is not None else None
    for name in (code, os.environ.get("JPY_SESSION_NAME")):
        if name and Path(name).suffix == ".ipynb" and Path(name).is_file():
            return Path(name)
    return None


def notebook_file() -> Path | None:
    """The same, else the file of the usual name, else the only notebook that is here."""
    usual = Path(NOTEBOOK)
    found = list(Path.cwd().glob("*.ipynb"))
    return named_file() or (usual if usual.is_file() else found[0] if len(found) == 1 else None)


def read_notebook(path: Path) -> Saved:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    sources = {
        cell["id"]: source_of(cell)
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and "id" in cell
    }
    return Saved(notebook, sources, path.stat().st_mtime)


def saved_notebook() -> Saved | None:
    """The notebook as it was saved; None where nobody names its file, or it cannot be read."""
    with contextlib.suppress(Exception):
        path = named_file()
        return read_notebook(path) if path is not None else None
    return None


def source_of(cell: dict[str, Any]) -> str:
    """The text of a cell of a notebook's JSON."""
    return "".join(cell["source"]).strip()


start()
