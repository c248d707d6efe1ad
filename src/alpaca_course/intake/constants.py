"""Numbers that a locked cell sets, where a student set others and worked with them. Pure.

The original cell is what is executed. An answer that uses the number by its name is right with
either; one that was worked out by hand from the student's own number looks wrong, and need not be.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from nbformat import NotebookNode

from alpaca_course import code
from alpaca_course.contract.cells import is_solution
from alpaca_course.contract.states import Note, safe

Pair = tuple[str, NotebookNode]
"""What a student handed in for a released cell, and that cell."""


def other_numbers(pairs: Iterable[Pair]) -> Iterator[Note]:
    """A doubt for each number that a graded cell names, a student changed, and no answer uses."""
    known = list(pairs)
    graded = [(theirs, given.source) for theirs, given in known if is_solution(given)]
    for theirs, given in known:
        if is_solution(given) or given.cell_type != "code" or theirs == given.source:
            continue
        before, after = _numbers(given.source), _numbers(theirs)
        for name in before.keys() & after.keys():
            by_hand = any(_named(name, stub) and not _used(name, own) for own, stub in graded)
            if by_hand and after[name] != before[name]:
                yield Note(
                    "constant.changed",
                    f"In a cell of the lab {name} had been set to {safe(str(after[name]))}; it was "
                    f"graded with {before[name]}, as handed out. An answer that was worked out "
                    "from the other number looks wrong here, and may be right.",
                )


def _numbers(source: str) -> dict[str, int | float]:
    """Names to which a cell assigns a plain number."""
    tree = code.parsed(source)
    found: dict[str, int | float] = {}
    for node in tree.body if tree is not None else []:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        number = node.value.value
        if isinstance(number, int | float) and not isinstance(number, bool):
            found |= {each.id: number for each in node.targets if isinstance(each, ast.Name)}
    return found


def _named(name: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _used(name: str, source: str) -> bool:
    return name in code.names(source)[1]
