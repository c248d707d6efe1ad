"""formgrader's page of a submission, for the instructor.

It shows what :mod:`alpaca_course.gradebook.shown` made of the autograded notebook, whoever wrote
into that since, and never the file itself; above it stands what the student's page begins with.
"""

from __future__ import annotations

import html
import re
import secrets
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

from alpaca_course.course import Course
from alpaca_course.gradebook import content_policy
from alpaca_course.gradebook.feedback_page import TEMPLATES, result_box
from alpaca_course.gradebook.results import read_result
from alpaca_course.gradebook.shown import NotShownError, renderer
from alpaca_course.rendering.bounds import Budget
from alpaca_course.rendering.cells import read
from alpaca_course.rendering.html_cells import HtmlCell

FORMGRADER_TEMPLATE = "alpaca_formgrade"


class FormgraderExporter(HTMLExporter):
    """formgrader's page of a submission, by nbgrader's own template.

    What the template, nbconvert's filters and its parser get are marks; the HTML that was made of
    the notebook takes their place when the page is complete.
    """

    def __init__(self, config: Config | None = None, **traits: Any) -> None:
        ours = Config(config or {})
        own = ours.FormgraderExporter
        own.template_name = FORMGRADER_TEMPLATE
        bases = ours.HTMLExporter.get("extra_template_basedirs", [])
        own.extra_template_basedirs = [str(TEMPLATES), *bases]
        own.extra_template_paths = [str(base) for base in bases]
        own.filters = {"highlight_code": _as_it_is, "markdown2html": _as_it_is}
        super().__init__(config=ours, **traits)

    def from_notebook_node(  # type: ignore[override]  # as in nbconvert's own
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of ``nb``; names and ids in ``resources`` are escaped."""
        nonce = secrets.token_hex(16)
        given = {
            name: html.escape(value) if isinstance(value, str) else value
            for name, value in (resources or {}).items()
        }
        given["policy"] = content_policy.formgrader(nonce)
        marks = _Marks(nonce)
        given["result_box"] = marks.of(self._result_box(resources or {}))
        page, found = super().from_notebook_node(_marked(nb, marks), given, **kw)
        return marks.replaced(content_policy.with_nonce(page, nonce)), found

    def _result_box(self, resources: dict[str, Any]) -> str:
        """What the student's page begins with; empty where that cannot be had.

        Points can be entered without it, so nothing that goes wrong here keeps the page away.
        """
        try:
            course = Course.find(Path(resources["metadata"]["path"]))
            lab = course.lab(resources["assignment_id"])
            return result_box(read_result(course, lab, resources["student"]), lab, renderer())
        except Exception as error:
            self.log.warning("The result is not shown: %s", error)
            return ""


class _Marks:
    """Texts that nobody can guess, each for a part of a page."""

    def __init__(self, nonce: str) -> None:
        self._nonce = nonce
        self._parts: list[str] = []

    def of(self, part: str) -> str:
        self._parts.append(part)
        return f"mark-{self._nonce}-{len(self._parts) - 1}-"

    def replaced(self, page: str) -> str:
        """``page`` with the parts in it."""
        return re.sub(
            f"mark-{self._nonce}-([0-9]+)-", lambda found: self._parts[int(found.group(1))], page
        )


def _marked(nb: NotebookNode, marks: _Marks) -> NotebookNode:
    """A notebook of marks, with what nbgrader's template reads of the cells' metadata."""
    bare = [{**cell, "outputs": []} for cell in nb.cells]
    typed = read({"cells": bare}, Budget(), plain=True)
    try:
        shown = renderer().html(nb).cells
    except NotShownError as error:
        text = f"<p><em>This cannot be shown: {html.escape(str(error))}.</em></p>"
        shown = tuple(HtmlCell(cell.kind, text) for cell in typed)
    cells = []
    for cell, made in zip(typed, shown, strict=True):
        new = new_code_cell if cell.kind == "code" else new_markdown_cell
        metadata = {"nbgrader": dict(cell.nbgrader)} if cell.nbgrader else {}
        node = new(marks.of(made.source), id=cell.id, metadata=metadata)
        if cell.kind == "code":
            node.execution_count = cell.count
            node.outputs = [
                new_output("display_data", {"text/html": marks.of(part)}) for part in made.outputs
            ]
        cells.append(node)
    return new_notebook(cells=cells)


def _as_it_is(source: str, **_: Any) -> Markup:
    return Markup(source)
