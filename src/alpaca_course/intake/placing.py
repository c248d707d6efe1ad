"""Answers that stand somewhere else than in the cell that is meant for them. Pure.

Before cells are matched with the released ones: the parts of a cell that was split are put
together again, a cell with several answers is cut into one for each, and a cell that holds another
exercise's answer is no longer taken for its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from alpaca_course.code import parsed, says_more
from alpaca_course.contract.states import Note
from alpaca_course.intake.reading import SubmittedCell
from alpaca_course.intake.released import GradedCell, ReleasedLab, defined_names, words

# Of the variables that a graded cell assigns, a cell that lost its metadata must assign this part.
_ENOUGH_VARIABLES = 0.6
_ENOUGH_WORDS = 0.6


@dataclass(frozen=True)
class Placed:
    """Cells to be matched; ``notes`` says what was put together, ``doubts`` what could not."""

    cells: tuple[SubmittedCell, ...]
    notes: tuple[Note, ...] = ()
    doubts: tuple[Note, ...] = ()


def placed(cells: tuple[SubmittedCell, ...], lab: ReleasedLab) -> Placed:
    """``cells`` with every answer in a cell of its own."""
    notes: list[Note] = []
    doubts: list[Note] = []
    joined = _joined(cells, notes, doubts)
    missing = [each for each in lab.exercises if not any(_is_at_home(c, each, lab) for c in joined)]
    if not missing:
        return Placed(tuple(joined), tuple(notes), tuple(doubts))
    parts = [part for cell in joined for part in _cut(cell, lab, missing)]
    return Placed(tuple(_freed(part, lab, missing) for part in parts), tuple(notes), tuple(doubts))


def answers(source: str, exercise: GradedCell) -> bool:
    """Whether ``source`` defines what the exercise asks for."""
    functions, variables = defined_names(source)
    if exercise.functions:
        return exercise.functions <= functions | variables
    wanted = exercise.variables
    return bool(wanted) and len(wanted & variables) >= _ENOUGH_VARIABLES * len(wanted)


def looks_like(source: str, exercise: GradedCell) -> bool:
    """Whether ``source`` uses most of the names that a solution uses, whatever it defines."""
    used = exercise.words & words(source)
    return bool(exercise.words) and len(used) >= _ENOUGH_WORDS * len(exercise.words)


def has_marker(source: str, marker: str) -> bool:
    """Whether a comment of ``source`` has the word that marks an exercise's cell."""
    return bool(marker) and any(_marks(line, marker) for line in source.splitlines())


def _marks(line: str, marker: str) -> bool:
    return line.lstrip().startswith("#") and marker in line.split()


def _name(cell: SubmittedCell) -> str:
    return cell.grade_id or cell.id


def _is_at_home(cell: SubmittedCell, exercise: GradedCell, lab: ReleasedLab) -> bool:
    """Whether the cell meant for ``exercise`` holds an answer, and not only another one's."""
    return (
        _name(cell) == exercise.id
        and says_more(cell.source, lab.sources[exercise.id])
        and (
            answers(cell.source, exercise)
            or not any(each.functions and answers(cell.source, each) for each in lab.exercises)
        )
    )


def _freed(cell: SubmittedCell, lab: ReleasedLab, missing: list[GradedCell]) -> SubmittedCell:
    """A cell without its ids where it holds the answer to an exercise that has none at home."""
    given = lab.sources.get(_name(cell))
    if cell.kind != "code" or given is None or not says_more(cell.source, given):
        return cell
    if any(_is_at_home(cell, each, lab) for each in lab.exercises):
        return cell
    elsewhere = any(_name(cell) != each.id and answers(cell.source, each) for each in missing)
    return replace(cell, id="", grade_id="", nbgrader=(), tags=()) if elsewhere else cell


def _joined(
    cells: tuple[SubmittedCell, ...], notes: list[Note], doubts: list[Note]
) -> list[SubmittedCell]:
    """Parts of a cell that was split are Python only together."""
    found: list[SubmittedCell] = []
    for cell in cells:
        before = found[-1] if found else None
        if before is None or not _is_second_half(before, cell):
            found.append(cell)
            continue
        name = f" '{before.grade_id}'" if before.grade_id else ""
        whole = f"{before.source.rstrip()}\n{cell.source}"
        if parsed(whole) is not None:
            found[-1] = replace(before, source=whole)
            text = f"The cell{name} had been split in two; its parts were put together again."
            notes.append(Note("cell.joined", text))
            continue
        found.append(cell)
        if cell.grade_id and cell.grade_id == before.grade_id:
            text = f"Your cell{name} was split, and its parts do not fit together again."
            doubts.append(Note("cell.split", text))
    return found


def _is_second_half(first: SubmittedCell, second: SubmittedCell) -> bool:
    same = second.grade_id in ("", first.grade_id)
    code = first.kind == second.kind == "code" and first.source.strip() and second.source.strip()
    return bool(same and code) and parsed(second.source) is None


def _cut(
    cell: SubmittedCell, lab: ReleasedLab, missing: list[GradedCell]
) -> Iterator[SubmittedCell]:
    """A cell with several answers, one of them missing elsewhere, as one cell for each."""
    pieces = list(_pieces(cell.source, lab.exercises)) if cell.kind == "code" else []
    owners = [_owner(piece, lab.exercises) for piece in pieces]
    held = {owner.id for owner in owners if owner is not None}
    if len(held) < 2 or not any(each.id in held for each in missing):
        yield cell
        return
    for piece, owner in zip(pieces, owners, strict=True):
        if owner is not None and owner.id == _name(cell):
            yield replace(cell, source=piece)
        else:
            yield SubmittedCell(kind="code", source=piece)


def _owner(piece: str, exercises: tuple[GradedCell, ...]) -> GradedCell | None:
    marked = (each for each in exercises if has_marker(piece, each.marker))
    return next(marked, None) or next((e for e in exercises if answers(piece, e)), None)


def _pieces(source: str, exercises: tuple[GradedCell, ...]) -> Iterator[str]:
    """``source`` cut before each line that marks an exercise, or else after each one's function."""
    lines = source.splitlines(keepends=True)
    marked = [
        index
        for index, line in enumerate(lines)
        if any(each.marker and _marks(line, each.marker) for each in exercises)
    ]
    cuts = marked[1:] if len(marked) > 1 else _ends_of_functions(source, exercises)
    for start, end in pairwise([0, *cuts, len(lines)]):
        if piece := "".join(lines[start:end]).strip("\n"):
            yield piece


def _ends_of_functions(source: str, exercises: tuple[GradedCell, ...]) -> list[int]:
    tree = parsed(source)
    wanted = {name for each in exercises for name in each.functions}
    return [
        node.end_lineno
        for node in (tree.body if tree else ())
        if getattr(node, "name", None) in wanted and node.end_lineno is not None
    ]
