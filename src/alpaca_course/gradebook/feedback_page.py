"""The student's page as HTML: the answer first, then the notebook as it was run.

It shows what :mod:`alpaca_course.gradebook.shown` made of the autograded notebook, whoever wrote
into that since, and never the file itself.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbformat import NotebookNode

from alpaca_course.contract.cells import STUDENT_CELL, TEST_PREFIX, is_solution, is_test
from alpaca_course.contract.letters import in_templates
from alpaca_course.contract.regions import HIDDEN_TESTS
from alpaca_course.gradebook import content_policy
from alpaca_course.gradebook.shown import Renderer
from alpaca_course.gradebook.student_page import StudentPage, student_page
from alpaca_course.judging.result import Result
from alpaca_course.lab import Lab
from alpaca_course.policy import View, Visibility
from alpaca_course.rendering.html_cells import HtmlCell

TEMPLATES = Path(__file__).parent / "templates"
_PAGE = "alpaca_feedback/index.html.j2"
_RESULT = "alpaca_feedback/_result.html.j2"
_FOLDER = TEMPLATES / "alpaca_feedback"
# Characters of a heading in the line that unfolds a part of the notebook.
_HEADING = 80


@dataclass(frozen=True)
class PageCell:
    """A cell as the page has it; what is :class:`Markup` was made by the course.

    Attributes:
        result: the id of the part of the page that says what came of the cell.
    """

    kind: str
    source: Markup
    outputs: tuple[Markup, ...]
    count: int | None
    own: bool
    is_test: bool
    grade_id: str
    result: str


@dataclass(frozen=True)
class Part:
    """Cells one after the other that are folded together, or the graded ones between them."""

    folded: bool
    summary: str
    cells: tuple[PageCell, ...]


def feedback_page(
    nb: NotebookNode, result: Result, lab: Lab, renderer: Renderer, view: View = View()
) -> str:
    """The page of an autograded notebook, as far as ``view`` lets it be shown.

    Raises:
        NotShownError: nothing can be shown of it.
    """
    _without_hidden_tests(nb)
    page = student_page(result, lab, view)
    if view.visible is not Visibility.ALL:
        _without_verdicts(nb)
    shown = renderer.html(nb, page.markdown)
    cells = [
        (cell, _page_cell(cell, made, result))
        for cell, made in zip(nb.cells, shown.cells, strict=True)
    ]
    style = _style("page.css", "result.css")
    return _environment().get_template(_PAGE).render(
        page=page,
        comments=_comments(page, shown.notes),
        cells={each.grade_id for _, each in cells},
        parts=list(_parts(cells)),
        policy=content_policy.without_scripts(style),
        style=Markup(style),
    )  # fmt: skip


def result_box(result: Result, lab: Lab, renderer: Renderer) -> str:
    """The answer alone with its style, for formgrader's page of the same notebook.

    Raises:
        NotShownError: a comment cannot be shown.
    """
    page = student_page(result, lab)
    notes = renderer.html(NotebookNode(cells=[]), page.markdown).notes
    box = _environment().get_template(_RESULT).render(
        page=page, comments=_comments(page, notes), cells=()
    )  # fmt: skip
    return f"<style>\n{_style('result.css')}</style>\n{box}"


def template_bytes() -> bytes:
    """All that pages are made by besides code."""
    return b"".join(path.read_bytes() for path in sorted(_FOLDER.iterdir()))


def _comments(page: StudentPage, notes: Iterable[str]) -> Mapping[str, Markup]:
    return {text: Markup(note) for text, note in zip(page.markdown, notes, strict=True)}


def _without_hidden_tests(nb: NotebookNode) -> None:
    """None are in what grading writes; a notebook that somebody put there may be another one."""
    for cell in nb.cells:
        if is_test(cell) and HIDDEN_TESTS.begin in cell.source:
            cell.source = HIDDEN_TESTS.outside(cell.source)


def _without_verdicts(nb: NotebookNode) -> None:
    """Of a check nothing that it printed: grading writes the verdict there, with every rule."""
    for cell in nb.cells:
        if is_test(cell) and "outputs" in cell:
            cell.outputs = []


def _page_cell(cell: NotebookNode, made: HtmlCell, result: Result) -> PageCell:
    grade_id = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
    exercise = grade_id.removeprefix(TEST_PREFIX) if is_test(cell) else grade_id
    verdict = result.verdicts.get(exercise)
    # What the check printed is the verdict, which the page says first.
    said = is_test(cell) and verdict is not None
    return PageCell(
        kind=made.kind,
        source=Markup(made.source),
        outputs=() if said else tuple(map(Markup, made.outputs)),
        count=cell.get("execution_count"),
        own=_is_own(cell),
        is_test=is_test(cell),
        grade_id=grade_id,
        result=f"result-{exercise}",
    )


def _is_own(cell: NotebookNode) -> bool:
    return cell.metadata.get("alpaca", {}).get("origin") == STUDENT_CELL


def _is_graded(cell: NotebookNode) -> bool:
    has_id = bool(cell.metadata.get("nbgrader", {}).get("grade_id"))
    return has_id and (is_test(cell) or is_solution(cell))


def _parts(cells: Iterable[tuple[NotebookNode, PageCell]]) -> Iterable[Part]:
    for graded, run in itertools.groupby(cells, lambda pair: _is_graded(pair[0])):
        pairs = list(run)
        shown = tuple(page for _, page in pairs)
        yield Part(not graded, "" if graded else _summary([cell for cell, _ in pairs]), shown)


def _summary(cells: list[NotebookNode]) -> str:
    """What is folded: how many cells, how many of the student's own, and from which heading on."""
    own = sum(map(_is_own, cells))
    text = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
    text += f", {own} of your own" if own else ""
    heading = next(filter(None, map(_heading, cells)), "")
    return f"{text}: {heading}" if heading else text


def _heading(cell: NotebookNode) -> str:
    """The first heading of a cell of the lab; what students wrote is no heading of the page."""
    if cell.cell_type != "markdown" or _is_own(cell):
        return ""
    lines = (line for line in cell.source.splitlines() if line.startswith("#"))
    return next(lines, "").lstrip("# ")[:_HEADING]


@functools.cache
def _style(*names: str) -> str:
    return "".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=in_templates,
    )
