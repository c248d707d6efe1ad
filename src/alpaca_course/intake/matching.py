"""What comes in is never executed as it comes. Pure.

The graded cells and the student's own further cells, in their order and without their metadata, are
taken over into a fresh copy of the released notebook. What differed from the release is repaired by
that, and said.
"""

from __future__ import annotations

import ast
import copy
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from alpaca_course.contract.cells import LESSON_TAG
from alpaca_course.contract.receipt import Receipt
from alpaca_course.contract.states import Note, safe
from alpaca_course.intake.reading import SubmittedCell, SubmittedNotebook
from alpaca_course.intake.released import (
    ReleasedLab,
    defined_names,
    imports,
    is_solution,
    is_test,
)

STUDENT_CELL = "student"
# Of the variables that a graded cell assigns, a cell that lost its metadata must assign this part.
_ENOUGH_VARIABLES = 0.6


@dataclass(frozen=True)
class Intake:
    """A submission ready to be executed.

    Attributes:
        notebook: fresh copy of the released notebook with the student's cells and full test cells.
        repairs: what had to be mended.
        doubts: why a person should look at the result.
        answered: ids of the exercises whose cell differs from the released one.
        receipt: of the file that all this was read from.
    """

    notebook: NotebookNode
    repairs: tuple[Note, ...] = ()
    doubts: tuple[Note, ...] = ()
    answered: frozenset[str] = frozenset()
    receipt: Receipt = Receipt()


@dataclass
class _Match:
    """Which submitted cells stand for which released cell."""

    of_released: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    of_submitted: dict[int, int] = field(default_factory=dict)
    recovered: set[int] = field(default_factory=set)

    def add(self, submitted: int, released: int) -> None:
        self.of_submitted[submitted] = released
        self.of_released[released].append(submitted)
        self.of_released[released].sort()


def untouched(lab: ReleasedLab) -> NotebookNode:
    """The released notebook with full test cells: what an empty submission is graded as."""
    notebook = copy.deepcopy(lab.notebook)
    for cell in notebook.cells:
        if is_test(cell):
            cell.source = lab.tests[cell.metadata.nbgrader.grade_id]
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def take_in(submitted: SubmittedNotebook, lab: ReleasedLab) -> Intake:
    """Move a student's work into a fresh copy of the released notebook."""
    released = lab.notebook.cells
    match = _match(submitted.cells, lab)
    notes: list[Note] = list(submitted.notes)
    chosen, extras = _choose(submitted.cells, lab, match, notes)
    notes += _differences(submitted.cells, lab, match)

    notebook = untouched(lab)
    answered = set()
    for index, cell in enumerate(notebook.cells):
        if index in chosen:
            cell.source = submitted.cells[chosen[index]].source
            if cell.source.strip() != released[index].source.strip():
                answered.add(cell.metadata.nbgrader.grade_id)
    notebook.cells = _with_extras(notebook.cells, submitted.cells, match, extras)
    return Intake(
        notebook=notebook,
        repairs=tuple(dict.fromkeys(notes)),
        doubts=tuple(_doubts(submitted, lab)),
        answered=frozenset(answered),
    )


def _match(cells: tuple[SubmittedCell, ...], lab: ReleasedLab) -> _Match:
    released = lab.notebook.cells
    match = _Match()
    by_grade_id = {
        cell.metadata.nbgrader.grade_id: index
        for index, cell in enumerate(released)
        if cell.metadata.get("nbgrader", {}).get("grade_id")
    }
    by_id = {cell.id: index for index, cell in enumerate(released) if cell.get("id")}
    for index, cell in enumerate(cells):
        if cell.grade_id in by_grade_id:
            match.add(index, by_grade_id[cell.grade_id])
        elif cell.id in by_id and not cell.grade_id:
            match.add(index, by_id[cell.id])
    _match_sources(cells, released, match)
    _recover(cells, lab, by_grade_id, match)
    return match


def _match_sources(
    cells: tuple[SubmittedCell, ...], released: list[NotebookNode], match: _Match
) -> None:
    """Cells without any id stand for the released cell with the same text."""
    by_source: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, given in enumerate(released):
        if given.source.strip():
            by_source[given.cell_type, given.source.strip()].append(index)
    for index, cell in enumerate(cells):
        if index in match.of_submitted:
            continue
        candidates = by_source.get((cell.kind, cell.source.strip()), [])
        free = [each for each in candidates if not match.of_released.get(each)]
        if free or candidates:
            match.add(index, (free or candidates)[0])


def _recover(
    cells: tuple[SubmittedCell, ...], lab: ReleasedLab, by_grade_id: dict[str, int], match: _Match
) -> None:
    """Find graded cells that lost their metadata by their marker, then by what they define."""
    for exercise in lab.exercises:
        target = by_grade_id[exercise.id]
        if match.of_released.get(target):
            continue
        free = [index for index in range(len(cells)) if index not in match.of_submitted]
        found = [
            index
            for index in free
            if exercise.marker and _has_marker(cells[index].source, exercise.marker)
        ] or [
            index
            for index in free
            if cells[index].kind == "code"
            and _defines(cells[index].source, exercise.functions, exercise.variables)
        ]
        for index in found:
            match.add(index, target)
            match.recovered.add(index)


def _has_marker(source: str, marker: str) -> bool:
    return any(
        line.lstrip().startswith("#") and marker in line.split() for line in source.splitlines()
    )


def _defines(source: str, functions: frozenset[str], variables: frozenset[str]) -> bool:
    own_functions, own_variables = defined_names(source)
    if functions:
        return functions <= own_functions
    return bool(variables) and len(variables & own_variables) >= _ENOUGH_VARIABLES * len(variables)


def _choose(
    cells: tuple[SubmittedCell, ...], lab: ReleasedLab, match: _Match, notes: list[Note]
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
            stub = given.source.strip()
            worked_on = [index for index in found if cells[index].source.strip() != stub]
            seen = [index for index in worked_on if index < tests.get(target, len(cells))]
            best = chosen[target] = (seen or worked_on or found)[-1]
            extras += [i for i in worked_on if cells[i].source != cells[best].source]
            if len(found) > 1:
                notes.append(_copied(given.metadata.nbgrader.grade_id, len(found)))
        else:
            extras += [index for index in found if _is_own_version(cells[index], given)]
            if len(found) > 1 and given.metadata.get("nbgrader", {}).get("grade_id"):
                notes.append(_copied(given.metadata.nbgrader.grade_id, len(found)))
    return chosen, sorted(extras)


def _first_test(lab: ReleasedLab, match: _Match) -> dict[int, int]:
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


def _copied(name: str, count: int) -> Note:
    return Note(
        "cell.copied",
        f"The cell '{name}' was there {count} times. Of an answer, the last copy before its test "
        "cell counts; other copies that differ count as cells of your own.",
    )


def _is_own_version(cell: SubmittedCell, given: NotebookNode) -> bool:
    """Whether a student's change to a given cell is kept, to run after the given one.

    Changed test cells and locked cells are dropped, and cells of the lesson are not executed.
    """
    nbgrader = given.metadata.get("nbgrader", {})
    return (
        cell.kind == "code"
        and given.cell_type == "code"
        and not nbgrader.get("grade")
        and not nbgrader.get("locked")
        and LESSON_TAG not in given.metadata.get("tags", [])
        and cell.source.strip() != given.source.strip()
    )


def _differences(
    cells: tuple[SubmittedCell, ...], lab: ReleasedLab, match: _Match
) -> Iterable[Note]:
    """What was repaired by starting from the released notebook."""
    for target, given in enumerate(lab.notebook.cells):
        nbgrader = given.metadata.get("nbgrader", {})
        name = nbgrader.get("grade_id")
        found = [cells[index] for index in match.of_released.get(target, [])]
        if name and not found:
            yield _missing(name, given)
        if any(index in match.recovered for index in match.of_released.get(target, [])):
            yield Note(
                "cell.recovered",
                f"The cell '{name}' had lost its metadata (some editors drop them); it was found "
                "again by what it defines.",
            )
        elif name and any(not each.grade_id for each in found):
            yield Note("cell.metadata", f"The cell '{name}' had lost its metadata.")
        for each in found:
            yield from _of_cell(each, given, name)


def _missing(name: str, given: NotebookNode) -> Note:
    if is_solution(given):
        return Note(
            "answer.missing",
            f"No cell for '{name}' was found, so it counts as not answered. If you wrote it in a "
            "cell of its own, keep the comment at its top that marks it.",
        )
    return Note("cell.missing", f"The cell '{name}' was missing and was put back.")


def _of_cell(cell: SubmittedCell, given: NotebookNode, name: str | None) -> Iterable[Note]:
    if name is None:
        return
    nbgrader = given.metadata.nbgrader
    if cell.kind != given.cell_type:
        yield Note("cell.retyped", f"The cell '{name}' had been turned into a {cell.kind} cell.")
    edited = [key for key, value in cell.nbgrader if key in nbgrader and nbgrader[key] != value]
    # An author may have changed the points since the cell was handed out.
    if edited and not (edited == ["points"] and cell.as_handed_out):
        yield Note(
            "cell.settings",
            f"Settings of the cell '{name}' had been changed ({', '.join(edited)}); the original "
            "ones were used.",
        )
    if set(cell.tags) - set(given.metadata.get("tags", [])):
        yield Note("cell.tags", f"Tags of the cell '{name}' were removed.")
    locked = nbgrader.get("locked") or nbgrader.get("grade")
    if locked and not is_solution(given) and cell.source.strip() != given.source.strip():
        yield Note(
            "cell.changed",
            f"The cell '{name}' is not yours to change; the original was used, with the imports "
            "you added. Put code of your own into a cell of its own.",
        )


def _with_extras(
    notebook_cells: list[NotebookNode],
    cells: tuple[SubmittedCell, ...],
    match: _Match,
    extras: list[int],
) -> list[NotebookNode]:
    """Insert the student's own cells after the given cell that they followed."""
    following: dict[int, list[NotebookNode]] = defaultdict(list)
    anchor, wanted, number = -1, set(extras), 0
    for index, cell in enumerate(cells):
        kind, source = cell.kind, cell.source if index in wanted else ""
        target = match.of_submitted.get(index)
        if target is not None and not (index in wanted and is_solution(notebook_cells[target])):
            anchor = target
            if index not in wanted:
                kind, source = "code", _added_imports(cell, notebook_cells[anchor])
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
    known = {ast.dump(node) for node in imports(given.source)}
    added = [node for node in imports(cell.source) if ast.dump(node) not in known]
    return "\n".join(map(ast.unparse, added))


def _own_cell(kind: str, source: str, number: int) -> NotebookNode:
    new = new_code_cell if kind == "code" else new_markdown_cell
    # The one thing in a student's cell that is not the student's: that it is one.
    metadata = {"alpaca": {"origin": STUDENT_CELL}}
    return new(source, id=f"own-{number}", metadata=metadata)


def _doubts(submitted: SubmittedNotebook, lab: ReleasedLab) -> Iterable[Note]:
    now = lab.version
    if submitted.lab_version and now and submitted.lab_version != now:
        theirs = safe(submitted.lab_version)
        yield Note(
            "lab.version",
            f"This notebook was made with version {theirs} of the lab, graded with version {now}.",
        )
