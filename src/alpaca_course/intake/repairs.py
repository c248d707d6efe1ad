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
    """What was repaired by starting from the released notebook; each kind of loss once."""
    gone: list[str] = []
    without_metadata: list[str] = []
    for target, given in enumerate(lab.notebook.cells):
        nbgrader = given.metadata.get("nbgrader", {})
        name = nbgrader.get("grade_id")
        found = [cells[index] for index in match.of_released.get(target, [])]
        if name and not found and is_solution(given):
            yield _not_answered(name)
        elif name and not found:
            gone.append(name)
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
            without_metadata.append(name)
        for each in found:
            yield from _of_cell(each, given, name)
    if gone:
        yield Note("cell.missing", f"Put back, since it was missing: {_listed(gone)}.")
    if without_metadata:
        yield Note(
            "cell.metadata",
            "Some editors drop what the lab keeps beside the text of its cells. It was put back "
            f"in {_listed(without_metadata)}.",
        )


def _listed(names: list[str]) -> str:
    cells = "the cell" if len(names) == 1 else "the cells"
    return f"{cells} {', '.join(repr(name) for name in names)}"


def _not_answered(name: str) -> Note:
    return Note(
        "answer.missing",
        f"No cell for '{name}' was found, so it counts as not answered. If you wrote it in a "
        "cell of its own, keep the comment at its top that marks it.",
    )


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
            f"The cell '{name}' belongs to the lab and had been changed; the original was used, "
            "with the imports that were added. Code of your own goes into a cell of its own.",
        )
