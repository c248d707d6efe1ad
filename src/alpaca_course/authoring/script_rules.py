"""What a lab must keep to before anything is built from it.

Each check names the cell, since nbgrader's own messages for the same mistakes name none.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from IPython.core.inputtransformer2 import TransformerManager
from nbformat.notebooknode import NotebookNode

from alpaca_course.authoring.problem import Problem
from alpaca_course.authoring.script import NBGRADER_DEFAULTS, cell_ids, grade_id
from alpaca_course.contract.cells import LAZY_TAG, LESSON_TAG, TEST_PREFIX
from alpaca_course.contract.regions import HIDDEN_TESTS, SOLUTION, STUDENT_CODE, Marker, Region
from alpaca_course.lab import Lab

_CELL_ID = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")
_NBGRADER_KEYS = {*NBGRADER_DEFAULTS, "grade_id", "points"}
# Cells with these tags are not executed everywhere, so no graded cell may carry one.
_SKIPPING_TAGS = {LAZY_TAG, LESSON_TAG, "skip-execution"}


def describe(cell: NotebookNode, position: int) -> str:
    """The cell's name for people: its id, where it stands, and how it begins."""
    begins = next((line.strip() for line in cell.source.split("\n") if line.strip()), "empty")
    begins = begins if len(begins) <= 48 else begins[:47] + "…"
    return f"cell {position} '{grade_id(cell) or cell.get('id', '?')}' ({begins})"


def problems(notebook: NotebookNode, lab: Lab) -> list[Problem]:
    """Everything that is wrong with the instructor's ``notebook``, in the order of its cells."""
    found: list[Problem] = []
    for position, cell in enumerate(notebook.cells, start=1):
        where = describe(cell, position)
        found += [Problem(where, what) for what in _of_cell(cell)]
    found += _of_order(notebook)
    found += _of_exercises(notebook, lab)
    found += _of_identity(notebook)
    return found


def unbalanced(notebook: NotebookNode) -> bool:
    """Whether a marked region of some cell is not closed, or not opened."""
    return any(
        isinstance(_regions(cell.source, marker), str)
        for cell in notebook.cells
        for marker in (SOLUTION, HIDDEN_TESTS)
    )


def exercises(notebook: NotebookNode) -> list[str]:
    """The grade ids of the solution cells, in order."""
    return [
        grade_id(cell) or ""
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", NBGRADER_DEFAULTS)["solution"]
    ]


def syntax_problems(notebook: NotebookNode) -> list[Problem]:
    """Code cells that are not Python (IPython's magics are), for example after clearing."""
    found = []
    for position, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and (what := _syntax(cell.source)):
            found.append(Problem(describe(cell, position), what))
    return found


def _of_cell(cell: NotebookNode) -> Iterator[str]:
    meta = cell.metadata.get("nbgrader")
    if meta is not None:
        yield from _of_metadata(cell, meta)
    if cell.cell_type == "code" and (what := _syntax(cell.source)):
        yield what
    graded = bool(meta) and (meta["grade"] or meta["solution"])
    tags = _SKIPPING_TAGS & set(cell.metadata.get("tags", []))
    if graded and tags:
        yield f"a graded cell may not be tagged {', '.join(sorted(tags))}"
    # The frame of students' code is marked in solution cells only: prose may speak of it.
    framed = (STUDENT_CODE,) if meta and meta["solution"] else ()
    marked = [_regions(cell.source, marker) for marker in (SOLUTION, HIDDEN_TESTS, *framed)]
    errors = [found for found in marked if isinstance(found, str)]
    yield from errors
    if not errors:
        yield from _of_regions(cell, meta or NBGRADER_DEFAULTS)


def _of_metadata(cell: NotebookNode, meta: Mapping[str, object]) -> Iterator[str]:
    unknown = sorted(set(meta) - _NBGRADER_KEYS)
    if unknown:
        yield f"unknown nbgrader metadata: {', '.join(unknown)}"
    identity = grade_id(cell)
    if identity is None:
        yield "nbgrader metadata without a grade_id"
    elif not _CELL_ID.match(identity):
        yield "a grade_id is made of letters, digits, '-' and '_' (at most 64)"
    if meta["solution"] and meta["grade"]:
        yield "a cell is either a solution or a test, not both"
    if "points" in meta:
        yield "points stand in the rules alone: the build writes them into the notebook"
    if meta["grade"] and not meta["locked"]:
        yield 'a test cell must be locked ("locked": true)'


def _of_regions(cell: NotebookNode, meta: Mapping[str, object]) -> Iterator[str]:
    solutions = SOLUTION.regions(cell.source)
    if meta["solution"]:
        frames = STUDENT_CODE.regions(cell.source)
        if not solutions:
            yield f"a solution cell without '{SOLUTION.begin}' loses all its code in the release"
        if not frames:
            yield f"a solution cell without '{STUDENT_CODE.begin}' and '{STUDENT_CODE.end}'"
        for region in solutions:
            if not any(f.first < region.first and region.last < f.last for f in frames):
                yield (
                    f"the solution in lines {region.first}-{region.last} is not between "
                    f"'{STUDENT_CODE.begin}' and '{STUDENT_CODE.end}'"
                )
    elif solutions:
        yield "a solution region outside a solution cell"
    if HIDDEN_TESTS.regions(cell.source):
        yield "the build writes the hidden part of test cells: leave it out"


def _of_order(notebook: NotebookNode) -> Iterator[Problem]:
    cells = list(notebook.cells)
    solved = set()
    for position, cell in enumerate(cells, start=1):
        if not cell.metadata.get("nbgrader", NBGRADER_DEFAULTS)["solution"]:
            continue
        solved.add(grade_id(cell))
        wanted = f"{TEST_PREFIX}{grade_id(cell)}"
        follower = cells[position] if position < len(cells) else None
        if follower is None or grade_id(follower) != wanted:
            yield Problem(
                describe(cell, position), f"the next cell must be its test cell '{wanted}'"
            )
    for position, cell in enumerate(cells, start=1):
        if not cell.metadata.get("nbgrader", NBGRADER_DEFAULTS)["grade"]:
            continue
        exercise = (grade_id(cell) or "").removeprefix(TEST_PREFIX)
        if exercise not in solved:
            yield Problem(describe(cell, position), "a test cell without its solution cell")


def _of_exercises(notebook: NotebookNode, lab: Lab) -> Iterator[Problem]:
    """The notebook's solution cells against the exercises of ``lab.toml``, and their order."""
    there, declared = exercises(notebook), [each.cell for each in lab.exercises]
    if there != declared:
        yield Problem(
            "exercises",
            f"the notebook has {', '.join(there) or 'none'}; "
            f"notebooks/{lab.name}/lab.toml names {', '.join(declared)}",
        )
    sources = {grade_id(cell): cell.source for cell in notebook.cells}
    for each in lab.exercises:
        if each.cell in sources and each.marker not in sources[each.cell]:
            yield Problem(each.cell, f"its cell does not hold its marker '{each.marker}'")


def _of_identity(notebook: NotebookNode) -> Iterator[Problem]:
    ids = cell_ids(list(notebook.cells))
    count = Counter(ids)
    for position, (cell, identity) in enumerate(zip(notebook.cells, ids, strict=True), start=1):
        if count[identity] > 1:
            kind = "grade_id" if grade_id(cell) else "cell id"
            yield Problem(
                describe(cell, position), f"the {kind} '{identity}' is used {count[identity]} times"
            )


def _regions(source: str, marker: Marker) -> list[Region] | str:
    """The regions, or in words why there are none to be had."""
    try:
        return marker.regions(source)
    except ValueError as error:
        return str(error)


def _syntax(source: str) -> str | None:
    try:
        ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError as error:
        return f"not valid Python: {error.msg} (line {error.lineno})"
    return None
