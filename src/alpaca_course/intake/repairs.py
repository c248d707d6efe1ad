"""What is said of the repairs that starting from the released notebook makes. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from nbformat import NotebookNode

from alpaca_course.contract.cells import is_solution
from alpaca_course.contract.states import Note
from alpaca_course.intake.matching import Match
from alpaca_course.intake.reading import SubmittedCell
from alpaca_course.intake.released import ReleasedLab


def copied(name: str, count: int) -> Note:
    """Of a cell that is there several times."""
    return Note(
        "cell.copied",
        f"The cell '{name}' was there {count} times. Of an answer, the last copy before its test "
        "cell counts; other copies that differ count as cells of your own.",
    )


def repairs(cells: tuple[SubmittedCell, ...], lab: ReleasedLab, match: Match) -> Iterable[Note]:
    """What was repaired by starting from the released notebook."""
    for target, given in enumerate(lab.notebook.cells):
        nbgrader = given.metadata.get("nbgrader", {})
        name = nbgrader.get("grade_id")
        found = [cells[index] for index in match.of_released.get(target, [])]
        if name and not found:
            yield _missing(name, given)
        how = [
            match.recovered[i] for i in match.of_released.get(target, []) if i in match.recovered
        ]
        if how and len(how) < len(found):
            yield Note(
                "cell.recovered",
                f"There is no answer in the cell '{name}'; it was found in another cell by "
                f"{how[-1]}.",
            )
        elif how:
            yield Note(
                "cell.recovered",
                f"No cell with an answer has the name '{name}' (some editors drop the names); the "
                f"answer was found by {how[-1]}.",
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
