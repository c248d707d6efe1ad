"""Which cells of a notebook grading executes. Pure.

Grading executes what evidence needs and no more: no cell tagged ``lesson``, no cell of the
student's own that is marked as not needed (``execution.slicing``), and of test cells the hidden
part only, whose visible one is for students and costs as much again. A lesson cell runs where a
graded cell reads a name that no other cell makes: what runs for the student runs here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from nbformat import NotebookNode

from alpaca_course import code
from alpaca_course.contract.cells import LESSON_TAG, STUDENT_CELL, is_solution, is_test
from alpaca_course.contract.regions import HIDDEN_TESTS

_names = lru_cache(maxsize=512)(code.names)
# In the metadata of an own cell: whether grading executes it. Without it, it does.
OWN_EXECUTED = "executed"


def evidence_cells(notebook: NotebookNode) -> dict[int, str]:
    """Index and grade id of the cells whose evidence counts."""
    return {
        index: cell.metadata.nbgrader.grade_id
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and is_test(cell)
    }


def solution_cells(notebook: NotebookNode) -> dict[int, str]:
    """Index and grade id of the cells that students fill in."""
    return {
        index: cell.metadata.nbgrader.grade_id
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and is_solution(cell)
    }


def own_cells(notebook: NotebookNode) -> set[int]:
    """Indices of the code cells that the student added."""
    return {
        index
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        and cell.metadata.get("alpaca", {}).get("origin") == STUDENT_CELL
    }


def executed_cells(notebook: NotebookNode, *, grading: bool = True) -> dict[int, str]:
    """Index and code of the cells that are executed, in their order."""
    tests = evidence_cells(notebook)
    all_code = {
        index: hidden_part(cell.source) if grading and index in tests else cell.source
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.source.strip()
    }
    if not grading:
        return all_code
    left_out = _left_out(notebook)
    wanted = all_code.keys() - lesson_tagged(notebook) - left_out
    wanted |= _needed(notebook, {index: all_code[index] for index in sorted(wanted)}) - left_out
    students = own_cells(notebook) | solution_cells(notebook).keys()
    return {
        index: code.without_installs(all_code[index]) if index in students else all_code[index]
        for index in sorted(wanted)
    }


def _left_out(notebook: NotebookNode) -> set[int]:
    return {
        index
        for index in own_cells(notebook)
        if not notebook.cells[index].metadata["alpaca"].get(OWN_EXECUTED, True)
    }


def lesson_cells(notebook: NotebookNode) -> list[int]:
    """Indices of the lesson cells that grading executes."""
    return sorted(executed_cells(notebook).keys() & lesson_tagged(notebook))


def hidden_part(source: str) -> str:
    """The hidden part of a test cell's source; all of it where no part is marked as hidden."""
    regions = HIDDEN_TESTS.regions(source)
    return "\n".join(region.text for region in regions) if regions else source


def lesson_tagged(notebook: NotebookNode) -> set[int]:
    """Indices of the code cells of the lesson, and of a student's own versions of them."""
    return {
        index
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and LESSON_TAG in cell.metadata.get("tags", [])
    }


def _needed(notebook: NotebookNode, executed: Mapping[int, str]) -> set[int]:
    """The lesson cells that make what graded cells read.

    An own cell of the student's counts as far as a graded cell reads what it makes.
    """
    own, found = own_cells(notebook), set[int]()
    lesson = {index: notebook.cells[index].source for index in lesson_tagged(notebook)}
    waiting = [index for index in solution_cells(notebook) if index in executed]
    seen = set(waiting)
    while waiting:
        at = waiting.pop()
        binds, reads = _names(notebook.cells[at].source)
        for name in reads - binds - code.GIVEN_NAMES:
            makers = [i for i, source in executed.items() if i < at and name in _names(source)[0]]
            if not makers:
                makers = [i for i, source in lesson.items() if i < at and name in _names(source)[0]]
                found.update(makers)
            for maker in makers:
                if maker not in seen and (maker in own or maker in found):
                    seen.add(maker)
                    waiting.append(maker)
    return found
