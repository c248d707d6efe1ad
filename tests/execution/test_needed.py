"""Which cells grading executes: lesson cells only where a graded cell reads what they make."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode

from alpaca_course.execution.needed import executed_cells, lesson_cells
from tests.execution.notebooks import check, lesson, notebook, own, solution


def made(answer: str, *cells: NotebookNode, own_cell: str = "") -> NotebookNode:
    return notebook(
        "import math",
        lesson("batch = 1"),
        lesson("history = batch + 1"),
        *cells,
        own(own_cell),
        solution("one", answer),
        check("test_one"),
        lesson("later = 5"),
    )


@pytest.mark.parametrize(
    ("answer", "needed"),
    [
        ("x = math.pi", []),
        ("print(batch)", [1]),
        ("print(history)", [1, 2]),
        ("def f():\n    return batch", [1]),
        ("def f(x=batch):\n    return x", [1]),
        ("f'{batch:.2f}'", [1]),
        ("def f(batch):\n    return batch", []),
        ("batch = 2\nprint(batch)", []),
        ("print(later)", []),
        ("print(len([1]))", []),
        ("print(batch", []),
        ("%matplotlib inline\nfiles = !ls\nprint(batch)", [1]),
    ],
)
def test_a_lesson_cell_runs_where_a_graded_cell_reads_its_names(
    answer: str, needed: list[int]
) -> None:
    assert lesson_cells(made(answer)) == needed


def test_own_cells_count_as_far_as_a_graded_cell_reads_them() -> None:
    assert lesson_cells(made("x = 1", own_cell="print(history)")) == []
    assert lesson_cells(made("print(best)", own_cell="best = history")) == [1, 2]


def test_what_another_cell_makes_needs_no_lesson() -> None:
    given = notebook("batch = 3").cells[0]
    assert lesson_cells(made("print(batch)", given)) == []


def test_cells_run_in_their_order_and_without_grading_all_of_them_do() -> None:
    nb = made("print(history)")
    assert list(executed_cells(nb)) == [0, 1, 2, 4, 5]
    assert list(executed_cells(nb, grading=False)) == [0, 1, 2, 4, 5, 6]
