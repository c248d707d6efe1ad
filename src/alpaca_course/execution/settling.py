"""When the lab's settings are put back into a kernel. Pure.

A kernel is asked aside, and only where something of the student's ran before: an ordinary notebook
is asked once, at its start.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping

from nbformat import NotebookNode

from alpaca_course import code
from alpaca_course.execution.needed import evidence_cells, own_cells, solution_cells

_CALL = "__import__('alpaca_course.kernel.steady', fromlist=['steady']).{}"


def settling(notebook: NotebookNode, executed: Mapping[int, str], lab: str) -> dict[int, str]:
    """What is run aside before which cells of ``executed``."""
    own, tests = own_cells(notebook), evidence_cells(notebook)
    students = own | solution_cells(notebook).keys()
    hidden = any(
        code.names(executed[i])[0] & vars(builtins).keys() for i in students if i in executed
    )
    settle = _CALL.format(f"settle({lab!r}, hide={hidden})")
    asides: dict[int, str] = {}
    before = None
    for index in executed:
        given = index not in students and index not in tests
        if (
            before is None
            or (before in own and index not in own and index not in tests)
            or (hidden and given)
        ):
            asides[index] = settle
        elif hidden and before not in students:
            asides[index] = _CALL.format("show()")
        before = index
    return asides
