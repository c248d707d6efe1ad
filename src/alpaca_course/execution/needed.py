"""Which cells of a notebook grading executes. Pure.

Grading executes what evidence needs and no more: no cell tagged ``lesson``, no cell of the
student's own that is marked as not needed (``execution.slicing``), and of test cells the hidden
part only, whose visible one is for students and costs as much again. A lesson cell runs where a
graded cell reads a name that no other cell makes: what runs for the student runs here. A given cell
tagged ``lazy`` runs where anything that runs may use what it makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from alpaca_course import code
from alpaca_course.contract.cells import (
    LAZY_TAG,
    LESSON_TAG,
    STUDENT_CELL,
    is_solution,
    is_test,
)
from alpaca_course.contract.regions import HIDDEN_TESTS

# In the metadata of an own cell: whether grading executes it. Without it, it does.
OWN_EXECUTED = "executed"
# By which code may get at any name of the notebook without its standing there.
_ANY_NAME = re.compile(
    r"\b(?:globals|locals|vars|dir|eval|exec|get_ipython|inspect|__\w+__|modules)\b"
    r"|^[ \t]*[%!?]",
    re.MULTILINE,
)


@dataclass(frozen=True)
class _Code:
    """The code cells of a notebook by kind, as indices; looked through once.

    Attributes:
        sources: text of each.
        tests: grade ids of those whose evidence counts.
        solutions: grade ids of those that students fill in.
        own: those that the student added.
        lesson: those of the lesson, and a student's own versions of them.
        lazy: given ones that run where what they make is used.
        left_out: own ones that grading does not execute.
    """

    sources: dict[int, str] = field(default_factory=dict)
    tests: dict[int, str] = field(default_factory=dict)
    solutions: dict[int, str] = field(default_factory=dict)
    own: set[int] = field(default_factory=set)
    lesson: set[int] = field(default_factory=set)
    lazy: set[int] = field(default_factory=set)
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
            tags = metadata.get("tags", ())
            if LESSON_TAG in tags:
                found.lesson.add(index)
            elif LAZY_TAG in tags:
                found.lazy.add(index)
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
    wanted -= _unused(found, {index: texts[index] for index in wanted})
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


def _unused(cells: _Code, executed: Mapping[int, str]) -> set[int]:
    """The lazy ones of these whose names stand nowhere in what else is executed.

    Comments and texts count as well: what is executed for nothing costs little.
    """
    lazy = cells.lazy & executed.keys()
    students = (cells.own | cells.solutions.keys()) & executed.keys()
    if not lazy or any(_ANY_NAME.search(executed[index]) for index in students):
        return set()
    texts = [text for index, text in executed.items() if index not in lazy]
    while used := {index for index in lazy if _is_used(executed[index], texts)}:
        lazy -= used
        texts += [executed[index] for index in used]
    return lazy


def _is_used(maker: str, texts: Iterable[str]) -> bool:
    made = "|".join(map(re.escape, code.names(maker)[0]))
    word = re.compile(rf"\b(?:{made})\b")
    return not made or any(word.search(text) for text in texts)


def _makers(name: str, sources: Mapping[int, str], before: int) -> list[int]:
    return [i for i, text in sources.items() if i < before and name in code.names(text)[0]]
