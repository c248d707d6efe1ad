"""The pages of a submission: the student's feedback page, and formgrader's for the instructor.

Both show what :mod:`alpaca_course.gradebook.shown` made of the autograded notebook, whoever wrote
into that since, and never the file itself.
"""

from __future__ import annotations

import functools
import html
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters import Exporter, HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets import List, default
from traitlets.config import Config

from alpaca_course.contract.cells import TEST_PREFIX, is_solution, is_test
from alpaca_course.gradebook import content_policy
from alpaca_course.gradebook.shown import NotShownError, renderer
from alpaca_course.rendering.bounds import Budget
from alpaca_course.rendering.cells import read
from alpaca_course.rendering.html_cells import HtmlCell

TEMPLATES = Path(__file__).parent / "templates"
FORMGRADER_TEMPLATE = "alpaca_formgrade"
_FEEDBACK = "alpaca_feedback/index.html.j2"
_STYLE = TEMPLATES / "alpaca_feedback" / "page.css"


@dataclass(frozen=True)
class PageCell:
    """A cell as the feedback page has it; what is :class:`Markup` was made by the course."""

    kind: str
    source: Markup
    outputs: tuple[Markup, ...]
    count: int | None
    own: bool
    is_test: bool
    is_answer: bool
    grade_id: str
    exercise: str
    score: float
    points: float
    comment: Markup | None


class FeedbackExporter(Exporter):
    """From an autograded notebook to the student's page."""

    # nbgrader's converter registers its own steps; nbconvert's have nothing to do here.
    default_preprocessors: Any = List([]).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]  # as in nbconvert's own
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of ``nb``, with the grades that nbgrader's steps put into it."""
        nb, found = super().from_notebook_node(nb, resources, **kw)
        return feedback_page(nb, found["nbgrader"]), found


def feedback_page(nb: NotebookNode, names: dict[str, Any]) -> str:
    """The page of an autograded notebook.

    Args:
        nb: with score, points and comment in nbgrader's metadata of its cells.
        names: what nbgrader's steps know of it, and the :class:`Result`, where there is one.

    Raises:
        NotShownError: nothing can be shown of it.
    """
    comments = tuple(str(_of(cell).get("comment") or "") for cell in nb.cells)
    shown = renderer().html(nb, comments)
    cells = [
        _page_cell(cell, made, comment)
        for cell, made, comment in zip(nb.cells, shown.cells, shown.notes, strict=True)
    ]
    style = _style()
    return (
        _environment()
        .get_template(_FEEDBACK)
        .render(
            title=names["notebook"],
            policy=content_policy.without_scripts(style),
            style=Markup(style),
            score=_rounded(names["score"]),
            max_score=_rounded(names["max_score"]),
            penalty=_rounded(names["late_penalty"]),
            result=names.get("result"),
            cells=cells,
        )
    )


def _page_cell(cell: NotebookNode, made: HtmlCell, comment: str) -> PageCell:
    nbgrader = _of(cell)
    grade_id = str(nbgrader.get("grade_id", ""))
    return PageCell(
        kind=made.kind,
        source=Markup(made.source),
        outputs=tuple(map(Markup, made.outputs)),
        count=cell.get("execution_count"),
        own=bool(cell.metadata.get("alpaca", {}).get("origin")),
        is_test=is_test(cell),
        is_answer=is_solution(cell),
        grade_id=grade_id,
        exercise=grade_id.removeprefix(TEST_PREFIX),
        score=_rounded(nbgrader.get("score") or 0),
        points=_rounded(nbgrader.get("points") or 0),
        comment=Markup(comment) if nbgrader.get("comment") else None,
    )


def _of(cell: NotebookNode) -> dict[str, Any]:
    found: dict[str, Any] = cell.metadata.get("nbgrader", {})
    return found


def _rounded(points: float) -> float:
    return round(float(points), 2)


@functools.cache
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )


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
        page, found = super().from_notebook_node(_marked(nb, marks), given, **kw)
        return marks.replaced(content_policy.with_nonce(page, nonce)), found


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
