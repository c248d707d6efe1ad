"""What comes in is never executed as it comes. Pure.

The graded cells and the student's own further cells, in their order and without their metadata, are
taken over into a fresh copy of the released notebook. What differed from the release is repaired by
that, and said.
"""

from __future__ import annotations

import ast
import copy
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from alpaca_course import code
from alpaca_course.contract.cells import LESSON_TAG, STUDENT_CELL, is_solution, is_test
from alpaca_course.contract.receipt import Receipt
from alpaca_course.contract.states import Note, SubmissionRefused
from alpaca_course.intake.constants import other_numbers
from alpaca_course.intake.doubts import doubts_about, unclear
from alpaca_course.intake.matching import Match, match_cells
from alpaca_course.intake.placing import placed
from alpaca_course.intake.reading import SubmittedCell, SubmittedNotebook
from alpaca_course.intake.released import ReleasedLab, imports
from alpaca_course.intake.repairs import copied, repairs

_A_LONGER_TEXT = 60
_OTHER = (
    "This is not this lab's notebook: nothing of '{}' is in it. Look which file you handed in, and "
    "hand in {}."
)


@dataclass(frozen=True)
class Intake:
    """A submission ready to be executed.

    Attributes:
        notebook: fresh copy of the released notebook with the student's cells and full test cells.
        repairs: what had to be mended.
        doubts: why a person should look at the result.
        answered: ids of the exercises whose cell differs from the released one.
        receipt: of the file that all this was read from.
        beside: what the exchange put beside it, by name; read at the same time.
    """

    notebook: NotebookNode
    repairs: tuple[Note, ...] = ()
    doubts: tuple[Note, ...] = ()
    answered: frozenset[str] = frozenset()
    receipt: Receipt = Receipt()
    beside: Mapping[str, bytes] = field(default_factory=dict)


def untouched(lab: ReleasedLab) -> NotebookNode:
    """The released notebook with full test cells: what an empty submission is graded as."""
    notebook = copy.deepcopy(lab.notebook)
    for cell in notebook.cells:
        cell.update(_as_taken_in(cell, lab))
    return notebook


def is_untouched(notebook: NotebookNode, lab: ReleasedLab) -> bool:
    """Whether ``notebook`` has the cells of :func:`untouched`."""
    given = lab.notebook.cells
    return len(notebook.cells) == len(given) and all(
        cell == {**known, **_as_taken_in(known, lab)}
        for cell, known in zip(notebook.cells, given, strict=True)
    )


def _as_taken_in(given: NotebookNode, lab: ReleasedLab) -> dict[str, Any]:
    """What a given cell has other than in the release: a full test, and no outputs."""
    changed: dict[str, Any] = {}
    if is_test(given):
        changed["source"] = lab.tests[given.metadata.nbgrader.grade_id]
    if given.cell_type == "code":
        changed.update(outputs=[], execution_count=None)
    return changed


def take_in(submitted: SubmittedNotebook, lab: ReleasedLab) -> Intake:
    """Move a student's work into a fresh copy of the released notebook.

    Raises:
        SubmissionRefused: nothing of the lab is in the notebook.
    """
    released = lab.notebook.cells
    found = placed(submitted.cells, lab)
    cells = found.cells
    match = match_cells(cells, lab)
    if not _is_of_this_lab(cells, match, lab):
        raise SubmissionRefused("notebook.other", _OTHER.format(lab.lab.title, lab.lab.file_name))
    notes = [*submitted.notes, *found.notes]
    chosen, extras = _choose(cells, lab, match, notes)
    notes += repairs(cells, lab, match)

    notebook = untouched(lab)
    answered = set()
    for index, cell in enumerate(notebook.cells):
        if index in chosen:
            cell.source = cells[chosen[index]].source
            if code.says_more(cell.source, released[index].source):
                answered.add(cell.metadata.nbgrader.grade_id)
    notebook.cells = _with_extras(notebook.cells, cells, match, extras)
    return Intake(
        notebook=notebook,
        repairs=tuple(dict.fromkeys(notes)),
        doubts=(
            *found.doubts,
            *doubts_about(submitted, lab, match),
            *other_numbers(
                (cells[theirs[-1]].source, released[index])
                for index, theirs in match.of_released.items()
            ),
            *unclear(cells, lab, match, answered),
        ),
        answered=frozenset(answered),
    )


def _is_of_this_lab(cells: tuple[SubmittedCell, ...], match: Match, lab: ReleasedLab) -> bool:
    """Whether a graded cell, its test, or a longer text of the lab is in the notebook.

    Other labs may call their cells the same, or begin with the same imports.
    """
    graded = {name for each in lab.exercises for name in (each.id, each.test_id)}
    return any(
        lab.notebook.cells[target].metadata.get("nbgrader", {}).get("grade_id") in graded
        or (
            len(cells[index].source) >= _A_LONGER_TEXT
            and cells[index].source.strip() == lab.notebook.cells[target].source.strip()
        )
        for index, target in match.of_submitted.items()
    )


def _choose(
    cells: tuple[SubmittedCell, ...], lab: ReleasedLab, match: Match, notes: list[Note]
) -> tuple[dict[int, int], list[int]]:
    """Which submitted cell answers each graded cell, and which cells are the student's own.

    Of several copies the one counts that the test cell sees when all cells run in order; the
    others stay as the student's own cells.
    """
    released = lab.notebook.cells
    tests = _first_test(lab, match)
    chosen: dict[int, int] = {}
    extras = [index for index in range(len(cells)) if index not in match.of_submitted]
    for target, found in match.of_released.items():
        given = released[target]
        if is_solution(given):
            worked_on = [i for i in found if code.says_more(cells[i].source, given.source)]
            seen = [index for index in worked_on if index < tests.get(target, len(cells))]
            best = chosen[target] = (seen or worked_on or found)[-1]
            extras += [i for i in worked_on if cells[i].source != cells[best].source]
            copies = worked_on if any(index in match.recovered for index in found) else found
            if len(copies) > 1:
                notes.append(copied(given.metadata.nbgrader.grade_id, len(copies)))
        else:
            extras += [index for index in found if _is_own_version(cells[index], given)]
            if len(found) > 1 and given.metadata.get("nbgrader", {}).get("grade_id"):
                notes.append(copied(given.metadata.nbgrader.grade_id, len(found)))
    return chosen, sorted(extras)


def _first_test(lab: ReleasedLab, match: Match) -> dict[int, int]:
    """Where the submission has the test cell of each solution cell, by released index."""
    index_of = {
        cell.metadata.nbgrader.grade_id: index
        for index, cell in enumerate(lab.notebook.cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id")
    }
    found = {}
    for exercise in lab.exercises:
        submitted = match.of_released.get(index_of[exercise.test_id])
        if submitted:
            found[index_of[exercise.id]] = submitted[0]
    return found


def _is_own_version(cell: SubmittedCell, given: NotebookNode) -> bool:
    """Whether a student's change to a given cell is kept, to run after the given one.

    Changed test cells and locked cells are dropped. One of the lesson's is executed where the
    given one is: where a graded cell needs what it makes.
    """
    nbgrader = given.metadata.get("nbgrader", {})
    return (
        cell.kind == "code"
        and given.cell_type == "code"
        and not nbgrader.get("grade")
        and not nbgrader.get("locked")
        and cell.source.strip() != given.source.strip()
    )


def _with_extras(
    notebook_cells: list[NotebookNode],
    cells: tuple[SubmittedCell, ...],
    match: Match,
    extras: list[int],
) -> list[NotebookNode]:
    """Insert the student's own cells after the given cell that they followed."""
    following: dict[int, list[NotebookNode]] = defaultdict(list)
    anchor, wanted, number = -1, set(extras), 0
    for index, cell in enumerate(cells):
        kind, source = cell.kind, cell.source if index in wanted else ""
        target = match.of_submitted.get(index)
        if target is not None and not (index in wanted and is_solution(notebook_cells[target])):
            # An answer from elsewhere does not take what follows it there along.
            if index not in match.recovered or len(match.of_released[target]) == 1:
                anchor = target
            lesson = LESSON_TAG in notebook_cells[target].metadata.get("tags", [])
            if index in wanted and lesson:
                number += 1
                following[anchor].append(_own_cell(kind, source, number, lesson=True))
            if index not in wanted or lesson:
                kind, source = "code", _added_imports(cell, notebook_cells[target])
        if source.strip():
            number += 1
            following[anchor].append(_own_cell(kind, source, number))
    result = following[-1]
    for index, given in enumerate(notebook_cells):
        result.append(given)
        result += following[index]
    return result


def _added_imports(cell: SubmittedCell, given: NotebookNode) -> str:
    """Imports that a student added to a given cell: the answers may need them."""
    if is_solution(given) or cell.kind != "code" or given.cell_type != "code":
        return ""
    if cell.source == given.source:
        return ""
    known = {ast.dump(node) for node in imports(given.source)}
    added = [node for node in imports(cell.source) if ast.dump(node) not in known]
    return "\n".join(map(ast.unparse, added))


def _own_cell(kind: str, source: str, number: int, *, lesson: bool = False) -> NotebookNode:
    new = new_code_cell if kind == "code" else new_markdown_cell
    # The one thing in a student's cell that is not the student's: that it is one.
    metadata = {"alpaca": {"origin": STUDENT_CELL}, **({"tags": [LESSON_TAG]} if lesson else {})}
    return new(source, id=f"own-{number}", metadata=metadata)
