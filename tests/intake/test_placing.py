"""An answer counts where it stands, or a person is asked."""

from __future__ import annotations

import copy

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from alpaca_course.contract.states import SubmissionRefused
from alpaca_course.course import Course
from alpaca_course.intake.reading import read_notebook
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.taking_in import Intake, take_in
from tests import light

DOUBLE = "def double(x):\n    return 2 * x\n"
TOTAL = "total = base + 7\nwords = 'sum'\n"
OWN = "print('mine')"


@pytest.fixture
def stubs(pristine: Course) -> NotebookNode:
    return light.released(pristine)


def taken(notebook: NotebookNode, released: ReleasedLab) -> Intake:
    return take_in(read_notebook(nbformat.writes(notebook).encode()), released)


def codes(intake: Intake) -> set[str]:
    return {note.code for note in (*intake.repairs, *intake.doubts)}


def source(intake: Intake, name: str) -> str:
    return str(light.cell(intake.notebook, name).source)


def insert(notebook: NotebookNode, before: str, *sources: str) -> None:
    at = light.position(notebook, before)
    notebook.cells[at:at] = [new_code_cell(each) for each in sources]


def assert_found(intake: Intake) -> None:
    assert codes(intake) == {"cell.recovered"}
    assert intake.answered == {"double", "total"}
    assert DOUBLE.strip() in source(intake, "double")
    assert TOTAL.strip() in source(intake, "total")


@pytest.mark.parametrize(
    "cells",
    [
        [light.DOUBLE + "\n\n" + light.TOTAL],
        [DOUBLE + "\n\n" + TOTAL],
        [f"import math\n\n{DOUBLE}\n\nprint(double(3))\n{TOTAL}"],
        [light.DOUBLE, light.TOTAL],
        [DOUBLE, TOTAL],
        [TOTAL, DOUBLE],
        [f"{light.TOTAL}\n\n{light.DOUBLE}"],
    ],
)
@pytest.mark.parametrize("place", ["double", "test_double", "test_total", "end"])
def test_stubs_left_and_answers_elsewhere(
    cells: list[str], place: str, stubs: NotebookNode, released: ReleasedLab
) -> None:
    if place == "end":
        stubs.cells += [new_code_cell(each) for each in cells]
    else:
        insert(stubs, place, *cells)
    assert_found(taken(stubs, released))


@pytest.mark.parametrize("empty", ["", "# UNQ_C1", "pass", "# done below\n"])
def test_an_emptied_cell(empty: str, stubs: NotebookNode, released: ReleasedLab) -> None:
    light.cell(stubs, "double").source = empty
    light.cell(stubs, "total").source = light.TOTAL
    insert(stubs, "test_total", DOUBLE)
    assert_found(taken(stubs, released))


def test_a_cell_that_says_where_the_answer_is(stubs: NotebookNode, released: ReleasedLab) -> None:
    light.cell(stubs, "double").source = "print('see below')"
    light.cell(stubs, "total").source = light.TOTAL
    insert(stubs, "test_total", DOUBLE)
    assert_found(taken(stubs, released))


@pytest.mark.parametrize("mark", [True, False])
def test_both_in_the_cell_of_the_first(
    mark: bool, stubs: NotebookNode, released: ReleasedLab
) -> None:
    both = (light.DOUBLE, light.TOTAL) if mark else (DOUBLE, TOTAL)
    light.cell(stubs, "double").source = "\n\n".join(both)
    intake = taken(stubs, released)
    assert_found(intake)
    assert "total" not in source(intake, "double")


def test_answers_that_changed_places(stubs: NotebookNode, released: ReleasedLab) -> None:
    light.cell(stubs, "double").source = light.TOTAL
    light.cell(stubs, "total").source = light.DOUBLE
    assert_found(taken(stubs, released))


@pytest.mark.parametrize("name", ["setup", "test_double", light.LESSON, light.OPEN_CELL])
def test_typed_into_a_cell_that_is_none_for_answers(
    name: str, stubs: NotebookNode, released: ReleasedLab
) -> None:
    light.cell(stubs, "total").source = light.TOTAL
    cell = light.cell(stubs, name)
    cell.source = DOUBLE
    intake = taken(stubs, released)
    assert codes(intake) - {"cell.missing"} == {"cell.recovered"}
    assert source(intake, "double") == DOUBLE


def test_what_is_at_home_is_not_moved(stubs: NotebookNode, released: ReleasedLab) -> None:
    """Neither by a second try in another cell nor by one that is wrong."""
    light.cell(stubs, "double").source = light.WRONG_DOUBLE
    light.cell(stubs, "total").source = light.TOTAL
    stubs.cells.append(new_code_cell(DOUBLE))
    intake = taken(stubs, released)
    assert codes(intake) == set()
    assert source(intake, "double") == light.WRONG_DOUBLE


def test_own_cells_after_an_answer_from_the_end_stay_at_the_end(
    stubs: NotebookNode, released: ReleasedLab
) -> None:
    stubs.cells += [new_code_cell(each) for each in (DOUBLE, TOTAL, OWN)]
    found = [cell.source for cell in taken(stubs, released).notebook.cells]
    assert found.index(OWN) == len(found) - 1


@pytest.mark.parametrize(
    "cell",
    [
        new_code_cell("print([total, words], base + 7)"),
        new_markdown_cell("```python\nprint([total, words], base + 7)\n```"),
    ],
    ids=["code", "in a note"],
)
def test_what_only_looks_like_an_answer_is_a_doubt(
    cell: NotebookNode, stubs: NotebookNode, released: ReleasedLab
) -> None:
    light.cell(stubs, "double").source = light.DOUBLE
    stubs.cells.append(copy.deepcopy(cell))
    intake = taken(stubs, released)
    assert [note.code for note in intake.doubts] == ["answer.elsewhere"]
    assert intake.answered == {"double"}


def split(notebook: NotebookNode, name: str, *lines: int, ids: bool = True) -> None:
    at = light.position(notebook, name)
    cell = notebook.cells[at]
    text = cell.source.splitlines(keepends=True)
    parts = []
    for start, end in zip((0, *lines), (*lines, len(text)), strict=True):
        part = copy.deepcopy(cell)
        part.id = f"part-{start}"
        part.source = "".join(text[start:end])
        if start and not ids:
            part.metadata = NotebookNode()
        parts.append(part)
    notebook.cells[at : at + 1] = parts


LONG = "# UNQ_C1\ndef double(x):\n    y = 2\n    z = y * x\n    return z\n"


@pytest.mark.parametrize("lines", [(3,), (4,), (3, 4), (2,)])
@pytest.mark.parametrize("ids", [True, False])
@pytest.mark.parametrize("note", [True, False])
def test_halves_are_joined(
    lines: tuple[int, ...], ids: bool, note: bool, pristine: Course, released: ReleasedLab
) -> None:
    notebook = light.solved(pristine, double=LONG)
    split(notebook, "double", *lines, ids=ids)
    if note:
        at = light.position(notebook, f"part-{lines[-1]}")
        notebook.cells.insert(at, new_markdown_cell("Now the rest:"))
    intake = taken(notebook, released)
    assert codes(intake) == {"cell.joined"}
    assert source(intake, "double").split() == LONG.split()


def test_halves_that_do_not_fit_are_a_doubt(pristine: Course, released: ReleasedLab) -> None:
    notebook = light.solved(pristine, double=LONG)
    split(notebook, "double", 3)
    at = light.position(notebook, "part-3")
    notebook.cells[at].source = "        z = y * (\n  return z"
    intake = taken(notebook, released)
    assert {"cell.split", "cell.copied"} == codes(intake)


def test_parts_with_other_code_between_are_a_doubt(pristine: Course, released: ReleasedLab) -> None:
    notebook = light.solved(pristine, double=LONG)
    split(notebook, "double", 3)
    insert(notebook, "part-3", OWN)
    assert "cell.split" in codes(taken(notebook, released))


def test_a_cell_cut_after_its_function_is_no_split(pristine: Course, released: ReleasedLab) -> None:
    notebook = light.solved(pristine, double=LONG + "\nprint(double(2))\n")
    split(notebook, "double", 6)
    intake = taken(notebook, released)
    assert "cell.joined" not in codes(intake)


@pytest.mark.parametrize(
    "cells",
    [
        [],
        ["print('hello world')"],
        ["# UNQ_C1\ndef identity_block(x):\n    return x", "# UNQ_C2\nlayers = 3"],
        ["import math\nimport helper"],
    ],
)
def test_another_notebook_is_refused(cells: list[str], released: ReleasedLab) -> None:
    notebook = new_notebook(cells=[new_code_cell(each) for each in cells])
    with pytest.raises(SubmissionRefused, match="not this lab's notebook") as refused:
        taken(notebook, released)
    assert refused.value.note.code == "notebook.other"


def test_answers_alone_are_of_this_lab(released: ReleasedLab) -> None:
    notebook = new_notebook(cells=[new_code_cell(DOUBLE), new_code_cell("# UNQ_C2\nsum_ = 3")])
    intake = taken(notebook, released)
    assert intake.answered == {"double", "total"}
    assert [note.code for note in intake.doubts] == ["lab.version"]
    said = [note.text for note in intake.repairs if note.code == "cell.recovered"]
    assert "by what it defines" in said[0]
    assert "by its mark 'UNQ_C2'" in said[1]
