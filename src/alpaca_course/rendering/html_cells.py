"""Cells as HTML for a page: each part is complete by itself, with nothing that runs or loads."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from alpaca_course.rendering import bounds
from alpaca_course.rendering.cells import Cell, Output
from alpaca_course.rendering.sanitizing import as_it_stands, harmless_markdown
from alpaca_course.rendering.text import highlighted, plain, printed

_SHORT = 10_000


@dataclass(frozen=True)
class HtmlCell:
    """One cell as HTML; ``kind`` is "code" or "markdown"."""

    kind: str
    source: str
    outputs: tuple[str, ...] = ()


def html_of(cells: Sequence[Cell], budget: bounds.Budget, *, as_text: bool) -> tuple[HtmlCell, ...]:
    """Each cell as HTML; ``as_text`` shows them as they stand."""
    return tuple(_cell(cell, budget, as_text) for cell in cells)


def _cell(cell: Cell, budget: bounds.Budget, as_text: bool) -> HtmlCell:
    if cell.kind == "markdown":
        source = as_it_stands(cell.source) if as_text else markdown_of(cell.source, budget)
        return HtmlCell("markdown", source)
    code = plain(cell.source) if as_text else _code(cell.source)
    outputs = tuple(_output(output, as_text) for output in cell.outputs)
    return HtmlCell("code", f'<div class="highlight"><pre>{code}</pre></div>', outputs)


def markdown_of(source: str, budget: bounds.Budget) -> str:
    """Anybody's Markdown, with line ends where Markdown as HTML had them."""
    if len(source) <= _SHORT and "data:" not in source:
        return _markdown(source)
    return harmless_markdown(source, budget)


# The lab's own cells are in each notebook of a class.
@lru_cache(512)
def _markdown(source: str) -> str:
    return harmless_markdown(source, bounds.Budget())


def _code(source: str) -> str:
    return _short_code(source) if len(source) <= _SHORT else highlighted(source)


@lru_cache(512)
def _short_code(source: str) -> str:
    return highlighted(source)


def _output(output: Output, as_text: bool) -> str:
    if output.picture:
        said = html.escape(output.text[:500]) or "A figure"
        return f'<img alt="{said}" src="{output.picture.address}">'
    if output.html:
        return f'<div class="rendered_html">{output.html}</div>'
    kind = output.stream if output.kind == "stream" else output.kind
    text = plain(output.text) if as_text else printed(output.text)
    return f'<pre class="output_{kind}">{text}</pre>'
