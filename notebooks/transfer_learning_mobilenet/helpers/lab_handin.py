"""A last look before handing in: what is filled in, what passes, is the notebook complete.

Reads the saved notebook and this session's history. It changes nothing, needs no network, and
whatever goes wrong in here becomes a line of the table.
"""

from __future__ import annotations

import html
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from IPython import get_ipython
from IPython.display import display

import lab_checks
import lab_session
from lab_checking import LOOKS
from lab_messages import LabMessage, NotFilledIn

LOCKED_CELLS = (
    "packages",
    "constants",
    "datasets",
    "prefetch",
    "preprocess_input",
    "model2",
    "compile",
    "base_model",
)


class Row(NamedTuple):
    """One line of the table; ``good`` is None where nothing can be said."""

    question: str
    good: bool | None
    answer: str


def report(names: dict[str, Any]) -> None:
    """Show the table for the notebook's ``globals()``."""
    rows = [*exercise_rows(names), *_guarded(notebook_rows)]
    _show(rows)


def _guarded(rows: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    try:
        yield from rows()
    except Exception as error:
        yield Row("Notebook", None, f"could not be looked at ({type(error).__name__}: {error})")


def exercise_rows(names: dict[str, Any]) -> Iterator[Row]:
    """Whether each graded cell is filled, and what its visible check says."""
    for exercise, cell in lab_checks.EXERCISES.items():
        yield _exercise_row(f"{cell} {exercise}", LOOKS[exercise], names)


def _exercise_row(question: str, look: lab_checks.Check, names: dict[str, Any]) -> Row:
    try:
        look(names)
    except NotFilledIn as message:
        return Row(question, False, f"not filled in. {message}")
    except LabMessage as message:
        return Row(question, False, str(message))
    except Exception as error:
        return Row(question, False, f"could not be checked ({type(error).__name__}: {error})")
    return Row(question, True, "filled in, visible checks pass")


def notebook_rows() -> Iterator[Row]:
    path = lab_session.notebook_file()
    if path is None:
        called = lab_session.NOTEBOOK
        yield Row("Notebook", None, f"its file was not found here; is it still called {called}?")
        return
    saved = lab_session.read_notebook(path)
    notebook = saved.notebook
    yield _saved(saved)
    yield _complete(notebook)
    yield _current(notebook)
    yield _in_order(notebook)


def _saved(saved: lab_session.Saved) -> Row:
    """Whether the file holds what ran last: the file is what is handed in."""
    question = "Saved"
    behind = []
    for cell, text in saved.sources.items():
        ran = lab_session.last_run(cell, lab_checks.EXERCISES.get(cell))
        if ran is not None and ran.source != text and ran.at > saved.at:
            behind.append(lab_checks.EXERCISES.get(cell) or f"`{text.partition(chr(10))[0]}`")
    if behind:
        return Row(
            question,
            False,
            f"what you ran is not what the file holds: {', '.join(behind)}. Only the file is "
            "handed in. Save (Ctrl+S), then run this cell again.",
        )
    return Row(question, True, f"at {time.strftime('%H:%M', time.localtime(saved.at))}")


def _grade_id(cell: dict[str, Any]) -> str | None:
    found = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    return found if isinstance(found, str) else None


def _complete(notebook: dict[str, Any]) -> Row:
    question = "Complete"
    expected = [*lab_checks.EXERCISES, *(f"test_{e}" for e in lab_checks.EXERCISES), *LOCKED_CELLS]
    present = Counter(filter(None, map(_grade_id, notebook["cells"])))
    gone = [name for name in expected if not present[name]]
    twice = [name for name in expected if present[name] > 1]
    if gone or twice:
        parts = [f"deleted: {', '.join(gone)}"] if gone else []
        parts += [f"copied: {', '.join(twice)}"] if twice else []
        return Row(
            question,
            False,
            "; ".join(parts) + ". Undo that, or take these cells from a fresh copy of the lab.",
        )
    return Row(question, True, "no cell of the lab was deleted or copied")


def _current(notebook: dict[str, Any]) -> Row:
    version = notebook.get("metadata", {}).get("alpaca_course", {}).get("lab_version")
    if version is None:
        return Row("Version", None, "this copy does not say which version of the lab it is")
    if version != lab_checks.LAB_VERSION:
        return Row(
            "Version",
            False,
            f"the notebook is version {version}, its helper files are {lab_checks.LAB_VERSION}: "
            "take both from the same copy of the lab",
        )
    return Row("Version", True, f"version {version}, helper files agree")


def _in_order(notebook: dict[str, Any]) -> Row:
    """Compare the saved code cells with what this session ran, last run of each cell."""
    question = "Run from top to bottom"
    shell = get_ipython()
    if shell is None:
        return Row(question, None, "cannot be seen outside a notebook")
    history = [source.strip() for source in shell.history_manager.input_hist_raw]
    last_run = {source: number for number, source in enumerate(history) if source}
    cells = [
        source
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and (source := lab_session.source_of(cell))
    ]
    # The last code cells may be this one and what stands below it.
    here = next((i for i, source in enumerate(cells) if "lab_handin.report" in source), len(cells))
    not_run = [i for i, source in enumerate(cells[:here]) if source not in last_run]
    if not_run:
        first = cells[not_run[0]].splitlines()[0]
        return Row(
            question,
            False,
            f"{len(not_run)} code cells of the saved notebook have not run as they stand there, "
            f"the first begins with `{first}`. Save, restart, and run all.",
        )
    numbers = [last_run[source] for source in cells[:here]]
    if numbers != sorted(numbers):
        return Row(question, False, "cells ran in another order. Restart, and run all.")
    return Row(question, True, f"all {len(numbers)} code cells above, in order")


def _show(rows: list[Row]) -> None:
    words = {True: "✓ yes", False: "✗ no", None: "? unknown"}
    body = "".join(
        f'<tr><th scope="row" style="text-align:left">{html.escape(row.question)}</th>'
        f'<td style="text-align:left; white-space:nowrap">{words[row.good]}</td>'
        f'<td style="text-align:left">{html.escape(row.answer)}</td></tr>'
        for row in rows
    )
    head = "".join(
        f'<th scope="col" style="text-align:left">{name}</th>'
        for name in ("What", "Fine?", "Details")
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    plain = "\n".join(f"{row.question}: {words[row.good]}, {row.answer}" for row in rows)
    if all(row.good for row in rows):
        verdict = "Everything is in place. You can hand in."
    else:
        verdict = "You can hand in at any time; the lines without a ✓ are worth a look first."
    display(
        {"text/html": f"{table}<p>{verdict}</p>", "text/plain": f"{plain}\n{verdict}"}, raw=True
    )
