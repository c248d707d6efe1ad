"""Which cells of a notebook grading executes. Pure.

Grading executes what evidence needs and no more: no cell tagged ``lesson``, no cell of the
student's own that is marked as not needed (``execution.slicing``), and of test cells the hidden
part only, whose visible one is for students and costs as much again. A lesson cell runs where a
graded cell reads a name that no other cell makes: what runs for the student runs here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from alpaca_course import code
from alpaca_course.contract.cells import LESSON_TAG, STUDENT_CELL, is_solution, is_test
from alpaca_course.contract.regions import HIDDEN_TESTS

# In the metadata of an own cell: whether grading executes it. Without it, it does.
OWN_EXECUTED = "executed"


@dataclass(frozen=True)
class _Code:
    """The code cells of a notebook by kind, as indices; looked through once.

    Attributes:
        sources: text of each.
        tests: grade ids of those whose evidence counts.
        solutions: grade ids of those that students fill in.
        own: those that the student added.
        lesson: those of the lesson, and a student's own versions of them.
        left_out: own ones that grading does not execute.
    """

    sources: dict[int, str] = field(default_factory=dict)
    tests: dict[int, str] = field(default_factory=dict)
    solutions: dict[int, str] = field(default_factory=dict)
    own: set[int] = field(default_factory=set)
    lesson: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, notebook: NotebookNode) -> _Code:
        found = cls()
        for index, cell in enumerate(notebook["cells"]):
            if cell["cell_type"] != "code":
                continue
            found.sources[index] = cell["source"]
            metadata = cell["metadata"]
            if "nbgrader" in metadata:
                if is_test(cell):
                    found.tests[index] = metadata["nbgrader"]["grade_id"]
                if is_solution(cell):
                    found.solutions[index] = metadata["nbgrader"]["grade_id"]
            if LESSON_TAG in metadata.get("tags", ()):
                found.lesson.add(index)
            ours = metadata.get("alpaca", {})
            if ours.get("origin") == STUDENT_CELL:
                found.own.add(index)
                if not ours.get(OWN_EXECUTED, True):
                    found.left_out.add(index)
        return found


def evidence_cells(notebook: NotebookNode) -> dict[int, str]:
    """Index and grade id of the cells whose evidence counts."""
    return _Code.of(notebook).tests


def solution_cells(notebook: NotebookNode) -> dict[int, str]:
    """Index and grade id of the cells that students fill in."""
    return _Code.of(notebook).solutions


def own_cells(notebook: NotebookNode) -> set[int]:
    """Indices of the code cells that the student added."""
    return _Code.of(notebook).own


def lesson_tagged(notebook: NotebookNode) -> set[int]:
    """Indices of the code cells of the lesson, and of a student's own versions of them."""
    return _Code.of(notebook).lesson


def executed_cells(notebook: NotebookNode, *, grading: bool = True) -> dict[int, str]:
    """Index and code of the cells that are executed, in their order."""
    found = _Code.of(notebook)
    texts = {
        index: hidden_part(source) if grading and index in found.tests else source
        for index, source in found.sources.items()
        if source.strip()
    }
    if not grading:
        return texts
    wanted = texts.keys() - found.lesson - found.left_out
    wanted |= _needed(found, {index: texts[index] for index in sorted(wanted)}) - found.left_out
    students = found.own | found.solutions.keys()
    return {
        index: code.without_installs(texts[index]) if index in students else texts[index]
        for index in sorted(wanted)
    }


def lesson_cells(notebook: NotebookNode) -> list[int]:
    """Indices of the lesson cells that grading executes."""
    return sorted(executed_cells(notebook).keys() & lesson_tagged(notebook))


@code.remembered
def hidden_part(source: str) -> str:
    """The hidden part of a test cell's source; all of it where no part is marked as hidden."""
    regions = HIDDEN_TESTS.regions(source)
    return "\n".join(region.text for region in regions) if regions else source


def _needed(cells: _Code, executed: Mapping[int, str]) -> set[int]:
    """The lesson cells that make what graded cells read.

    An own cell of the student's counts as far as a graded cell reads what it makes.
    """
    found = set[int]()
    lesson = {index: cells.sources[index] for index in sorted(cells.lesson)}
    waiting = [index for index in cells.solutions if index in executed]
    seen = set(waiting)
    while waiting:
        at = waiting.pop()
        binds, reads = code.names(cells.sources[at])
        for name in reads - binds - code.GIVEN_NAMES:
            makers = _makers(name, executed, at)
            if not makers:
                makers = _makers(name, lesson, at)
                found.update(makers)
            for maker in makers:
                if maker not in seen and (maker in cells.own or maker in found):
                    seen.add(maker)
                    waiting.append(maker)
    return found


def _makers(name: str, sources: Mapping[int, str], before: int) -> list[int]:
    return [i for i, text in sources.items() if i < before and name in code.names(text)[0]]
