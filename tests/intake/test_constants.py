"""Numbers of locked cells that a student changed: a doubt only where an answer may rest on them."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from alpaca_course.intake.constants import other_numbers

LOCKED = "rate = 0.001\ncompile_with(rate)"
STUB = "# Take a tenth of `rate`.\nown = None"


def cell(source: str, *, solution: bool) -> NotebookNode:
    nbgrader = {"grade_id": "x", "solution": solution, "grade": False, "locked": not solution}
    return new_code_cell(source, metadata={"nbgrader": nbgrader})


@pytest.mark.parametrize(
    ("locked", "answer", "doubted"),
    [
        (LOCKED, "own = 0.0001", False),
        (LOCKED.replace("0.001", "0.0005"), "own = 0.00005", True),
        (LOCKED.replace("0.001", "1e-3"), "own = 0.00005", False),
        (LOCKED.replace("0.001", "0.0005"), "own = 0.1 * rate", False),
        (LOCKED.replace("rate = 0.001", "rate = slow"), "own = 0.00005", False),
        ("rate = (", "own = 0.00005", False),
        (LOCKED.replace("0.001", "0.0005"), "own = (", True),
    ],
)
def test_a_doubt_where_an_answer_was_worked_out_by_hand(
    locked: str, answer: str, doubted: bool
) -> None:
    given = cell(LOCKED, solution=False), cell(STUB, solution=True)
    found = list(other_numbers(zip((locked, answer), given, strict=True)))
    assert bool(found) == doubted
    if found:
        assert found[0].code == "constant.changed"
        assert "rate had been set to 0.0005; it was graded with 0.001" in found[0].text


def test_a_number_that_no_graded_cell_speaks_of() -> None:
    given = cell("size = 32", solution=False), cell(STUB, solution=True)
    assert not list(other_numbers(zip(("size = 16", "own = 0.1"), given, strict=True)))
