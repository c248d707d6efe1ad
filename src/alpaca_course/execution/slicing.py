"""Which of a student's own cells the graded ones need. Pure; ``docs/gate.md`` says it for people.

From the last cell upwards: what a graded cell reads, and what its test looks at, is wanted; an own
cell that binds a wanted name, or changes a wanted object, is needed, and what it reads is wanted
as well. Given cells pass on what they read where they make or change something wanted.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import replace

from nbformat import NotebookNode

from alpaca_course import code
from alpaca_course.execution.needed import (
    OWN_EXECUTED,
    evidence_cells,
    executed_cells,
    lesson_tagged,
    own_cells,
    solution_cells,
)
from alpaca_course.execution.touches import Touch, expand, held_by, touch

# After so many, cells that only each other may need are executed too.
_MOST_ROUNDS = 8


def sliced(notebook: NotebookNode) -> NotebookNode:
    """``notebook`` with own cells that say whether they are executed when grading.

    Those are copies; the other cells are the same as in ``notebook``.
    """
    own = needed = own_cells(notebook)
    cells = [
        copy.deepcopy(cell) if index in own else cell for index, cell in enumerate(notebook.cells)
    ]
    marked = NotebookNode({**notebook, "cells": cells})
    for _ in range(_MOST_ROUNDS):
        _mark(marked, own, needed)
        found = _needed_of(marked)
        if found >= needed:
            break
        # What a cell reads that is not needed itself may have been all that wanted another one.
        needed = needed & found
    return marked


def not_executed(notebook: NotebookNode) -> list[int]:
    """Indices of the own cells that grading keeps and does not execute."""
    return sorted(
        index
        for index in own_cells(notebook) - executed_cells(notebook).keys()
        if notebook.cells[index].source.strip()
    )


def _mark(notebook: NotebookNode, own: Iterable[int], needed: Iterable[int]) -> None:
    wanted = set(needed)
    for index in own:
        notebook.cells[index].metadata["alpaca"][OWN_EXECUTED] = index in wanted


def _needed_of(notebook: NotebookNode) -> set[int]:
    own, solutions, tests = own_cells(notebook), solution_cells(notebook), evidence_cells(notebook)
    run, lessons = executed_cells(notebook), lesson_tagged(notebook)
    touches = _touches(notebook, own, solutions)
    calls = _read_when_called(touches[i] for i in own | solutions.keys())
    live: set[str] = set()
    found: set[int] = set()
    for index in sorted({*run, *own}, reverse=True):
        what = touches[index]
        if index in tests:
            tested = max((each for each in solutions if each < index), default=None)
            if tested is not None:
                asked = touches[tested]
                live |= expand({*asked.binds, *asked.reads, *asked.changes}, calls)
        elif index in solutions:
            live |= expand(set(what.reads), calls)
        elif index in own:
            if index in run if index in lessons else _wants(what, live):
                found.add(index)
                live |= expand(set(what.before), calls)
        elif _wants(what, live):
            read = expand(set(what.before - code.GIVEN_NAMES), calls)
            live = (live - what.surely) | read
    return found


def _touches(
    notebook: NotebookNode, own: set[int], solutions: Mapping[int, str]
) -> Mapping[int, Touch]:
    sources = {i: cell.source for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    answers = {name for i in solutions for name in code.names(sources[i])[0]}
    helpers = {name for i in own for name in code.names(sources[i])[0]} - answers
    held = frozenset(pair for i in own for pair in held_by(sources[i]))
    found = {
        index: touch(source, frozenset(helpers), held if index in own else frozenset())
        for index, source in sources.items()
    }
    done = {name: found[i].changes for i in own for name in found[i].does}
    return {
        index: _with_calls(each, done) if index in own else each for index, each in found.items()
    }


def _with_calls(what: Touch, done: Mapping[str, frozenset[str]]) -> Touch:
    """With what the student's functions bind and change that the cell may call."""
    called = expand(set(what.reads), {name: set(names) for name, names in done.items()})
    effects = {name for each in called for name in done.get(each, ())}
    return replace(what, changes=what.changes | effects)


def _read_when_called(students: Iterable[Touch]) -> Mapping[str, set[str]]:
    """What a student's function may read, by its name; as much as its whole cell does."""
    found: dict[str, set[str]] = {}
    for each in students:
        for name in each.later:
            found.setdefault(name, set()).update(each.reads)
    return found


def _wants(what: Touch, live: set[str]) -> bool:
    return what.anything or bool((what.binds | what.changes) & live)
