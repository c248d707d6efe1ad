"""Which cells grading executes: lesson cells only where a graded cell reads what they make."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode

from alpaca_course.execution.needed import executed_cells, lesson_cells
from tests.execution.notebooks import check, lazy, lesson, notebook, own, solution


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


@pytest.mark.parametrize(
    ("answer", "own_cell", "executed"),
    [
        ("x = side", "", []),
        ("print(train)", "", [1]),
        ("def f():\n    return train.take(1)", "", [1]),
        ("print(first)", "", [1, 2]),
        ("x = 1  # train", "", [1]),
        ("x = 1", "train = train.take(2)", [1]),
        ("x = 1", "print(first)", [1, 2]),
        ("print(seen)", "", [1]),
        ("trains = 1", "", []),
        ("x = globals()['tr' + 'ain']", "", [1, 2]),
        ("x = eval('1')", "", [1, 2]),
        ("x = 1", "%whos", [1, 2]),
        ("model.compile('adam')", "", []),
    ],
)
def test_a_lazy_cell_runs_where_anything_that_runs_may_use_it(
    answer: str, own_cell: str, executed: list[int]
) -> None:
    nb = notebook(
        "side = 160",
        lazy("train = load(side)\nprint(train)"),
        lazy("first = next(train)"),
        lesson("seen = len(train)"),
        own(own_cell),
        solution("one", answer),
        check("test_one"),
    )
    assert sorted({1, 2} & executed_cells(nb).keys()) == executed
    assert {1, 2} <= executed_cells(nb, grading=False).keys()


def test_what_runs_lazily_is_no_lesson() -> None:
    nb = notebook(lazy("train = 1"), solution("one", "print(train)"), check("test_one"))
    assert lesson_cells(nb) == []


@pytest.mark.parametrize("long", [" \n" * 300_000, "_" * 600_000 + "\n", "x " * 300_000 + "\n"])
def test_a_long_answer_is_looked_through_once(long: str) -> None:
    """A look that begins anew at each of these lines or signs would take hours."""
    answer = f'x = 1\n{long}"""{long}"""'
    nb = notebook(lazy("train = 1"), solution("one", answer), check("test_one"))
    assert {1, 2} <= executed_cells(nb).keys()
