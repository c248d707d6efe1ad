"""What is shown is made in a process that may die: of one notebook, and it is text then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from alpaca_course.bounded import BoundedError
from alpaca_course.contract.states import State
from alpaca_course.course import Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.shown import BOUNDS, NotShownError, Renderer
from alpaca_course.judging.session import GradingSession
from alpaca_course.rendering.service import Asked
from tests import light
from tests.light import ASSIGNMENT, NOTEBOOK
from tests.rendering.test_sanitizing import MADE

NOTE = "*mine*"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def notebook(*sources: str) -> NotebookNode:
    own = {"alpaca": {"origin": "student"}}
    cells = [new_markdown_cell(source, metadata=own) for source in (NOTE, *sources)]
    return new_notebook(cells=[*cells, new_code_cell("x = 1")])


def test_it_is_the_same_as_without_a_process(renderer: Renderer) -> None:
    found = renderer.notebook(notebook("# A"), "2.0")
    nbformat.validate(found)
    assert found.cells[0].source == "<div><p><em>mine</em></p></div>"
    assert found.metadata.alpaca_course.lab_version == "2.0"
    shown = renderer.html(found, ("**n**",))
    assert [cell.kind for cell in shown.cells] == ["markdown", "markdown", "code"]
    assert "<strong>n</strong>" in shown.notes[0]


def test_what_kills_the_process_is_shown_as_text(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended by the clock for processor time, killed, out of memory: the next try shows text."""
    call, asked = renderer._process.call, []

    def dying(request: bytes) -> bytes:
        asked.append(request)
        if b'"as_text": false' in request:
            raise BoundedError("cpu", "it needed more processor time than is allowed")
        return call(request)

    monkeypatch.setattr(renderer._process, "call", dying)
    found = renderer.notebook(notebook("# A"))
    assert [cell.source for cell in found.cells] == [
        "<div><pre>*mine*</pre></div>", "<div><pre># A</pre></div>", "x = 1",
    ]  # fmt: skip
    assert len(asked) == 2
    assert "<pre>x = 1</pre>" in renderer.html(found).cells[2].source


def test_a_process_that_really_runs_out_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit below what this many small tables take."""
    tight = Renderer(replace(BOUNDS, cpu_seconds=1))
    tight._process.call(Asked(new_notebook(), as_html=True).to_bytes())
    noise = "".join(f"| {n} | **b** | [a](https://e.org/{n}) |\n" for n in range(2_000))
    found = tight.html(notebook(*["|a|b|c|\n|-|-|-|\n" + noise] * 60))
    tight.close()
    assert all(cell.source.startswith("<div><pre>") for cell in found.cells[:-1])


def test_nothing_at_all_can_be_shown() -> None:
    closed = Renderer()
    closed.close()
    with pytest.raises(NotShownError):
        closed.html(notebook("# A"))


@pytest.mark.parametrize("name", MADE)
def test_a_neighbour_of_made_input_is_rendered(name: str, renderer: Renderer) -> None:
    """One cell that takes too long is text, and those beside it are what they are."""
    made = new_output("display_data", {"text/html": MADE[name], "text/plain": "y"})
    given = notebook(MADE[name])
    given.cells.append(new_code_cell(MADE[name], outputs=[made]))
    found = renderer.html(renderer.notebook(given))
    assert found.cells[0].source == "<div><p><em>mine</em></p></div>"
    assert len(found.cells) == 4


def test_a_class_with_made_input_has_all_its_pages(course: Course) -> None:
    blanks = light.solved(course, double=f"{light.DOUBLE}\n" + " \n" * 40_000)
    blanks.cells += [new_markdown_cell(text[:60_000]) for text in MADE.values()][:15]
    light.hand_in(course, "made", blanks)
    light.hand_in(course, "honest", light.solved(course))
    lab = course.lab()
    nbgrader = NbGrader(course, lab)
    with GradingSession(course, lab) as session:
        for student in ("made", "honest"):
            _, result = nbgrader.write(session.grade(session.take_in(student)), session)
            assert result.total == 30
            assert result.state is State.GRADED
    for student in ("made", "honest"):
        nbgrader.generate_feedback(student)
        page = course.feedback / student / ASSIGNMENT / f"{NOTEBOOK}.html"
        assert "30 of 30 points" in page.read_text()
        assert len(page.read_bytes()) < 30 * 2**20
