"""What is shown of submissions, made in a process of its own: a notebook harms its page alone."""

from __future__ import annotations

import atexit
import functools
import json
from dataclasses import dataclass, replace
from typing import Any

import nbformat
from nbformat import NotebookNode
from pydantic import TypeAdapter

from alpaca_course.bounded import BoundedError, BoundedProcess, Bounds
from alpaca_course.rendering.html_cells import HtmlCell
from alpaca_course.rendering.service import Asked
from alpaca_course.units import MIB

# A page takes about 0.1 s; 24 million pixels of pictures about 5 s.
BOUNDS = Bounds(memory=1024 * MIB, seconds=60, cpu_seconds=20, answer=192 * MIB)


class NotShownError(Exception):
    """A notebook cannot be shown at all, not even as text."""


@dataclass(frozen=True)
class Shown:
    """A notebook's cells as HTML in their order, and notes beside it."""

    cells: tuple[HtmlCell, ...]
    notes: tuple[str, ...]


_SHOWN = TypeAdapter(Shown)


class Renderer:
    """Makes what is shown; what takes too long or too much is made once more as plain text.

    Args:
        bounds: of the process, for each notebook.
    """

    def __init__(self, bounds: Bounds = BOUNDS) -> None:
        self._process = BoundedProcess("alpaca_course.rendering.service:answer", bounds)

    def close(self) -> None:
        self._process.close()

    def notebook(self, notebook: NotebookNode, lab_version: str = "") -> NotebookNode:
        """``notebook`` built anew from what may be in an autograded notebook.

        Raises:
            NotShownError: nothing can be shown of it.
        """
        asked = Asked(notebook, as_html=False, lab_version=lab_version)
        found = nbformat.from_dict(self._answer(asked))
        if len(found.cells) != len(notebook.cells):
            raise NotShownError("cells were lost")
        return found

    def html(self, notebook: NotebookNode, notes: tuple[str, ...] = ()) -> Shown:
        """The cells of ``notebook`` and ``notes`` (Markdown) as HTML.

        Raises:
            NotShownError: nothing can be shown of it.
        """
        found = _SHOWN.validate_python(self._answer(Asked(notebook, as_html=True, notes=notes)))
        if (len(found.cells), len(found.notes)) != (len(notebook.cells), len(notes)):
            raise NotShownError("cells were lost")
        return found

    def _answer(self, asked: Asked) -> Any:
        try:
            return json.loads(self._process.call(asked.to_bytes()))
        except BoundedError:
            pass
        try:
            return json.loads(self._process.call(replace(asked, as_text=True).to_bytes()))
        except BoundedError as error:
            raise NotShownError(str(error)) from error


@functools.cache
def renderer() -> Renderer:
    """The one of this process, started when it is needed and ended with it."""
    made = Renderer()
    atexit.register(made.close)
    return made
