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
    missing = [each for each in lab.exercises if not _is_answered(each, joined, lab)]
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


def _given(cell: SubmittedCell, lab: ReleasedLab) -> str:
    """What was handed out in the place of ``cell``; empty for a cell of the student's own."""
    return lab.sources.get(_name(cell), "")


def _is_answered(exercise: GradedCell, cells: list[SubmittedCell], lab: ReleasedLab) -> bool:
    """Whether the cell meant for ``exercise`` holds its answer.

    One that is worked on and defines something else does as long as nothing better is in sight:
    neither another exercise's answer in it, nor this one's in another cell.
    """
    home = [c for c in cells if _name(c) == exercise.id and says_more(c.source, _given(c, lab))]
    if any(answers(cell.source, exercise) for cell in home):
        return True
    others = [each for each in lab.exercises if each.functions and each is not exercise]
    confused = any(answers(cell.source, each) for cell in home for each in others)
    return (
        bool(home)
        and not confused
        and not any(
            cell.kind == "code"
            and _name(cell) != exercise.id
            and says_more(cell.source, _given(cell, lab))
            and answers(cell.source, exercise)
            for cell in cells
        )
    )


def _freed(cell: SubmittedCell, lab: ReleasedLab, missing: list[GradedCell]) -> SubmittedCell:
    """A cell without its ids, where it stands for an answer that is in another one.

    Or the other way round: where it holds the answer to an exercise that has none at home.
    """
    name = _name(cell)
    if cell.kind != "code" or not name or not says_more(cell.source, _given(cell, lab)):
        return cell
    home = next((each for each in lab.exercises if each.id == name), None)
    if home is not None and (home not in missing or answers(cell.source, home)):
        return cell
    if home is not None or any(answers(cell.source, each) for each in missing):
        return replace(cell, id="", grade_id="", nbgrader=(), tags=())
    return cell


def _joined(
    cells: tuple[SubmittedCell, ...], notes: list[Note], doubts: list[Note]
) -> list[SubmittedCell]:
    """Parts of a cell that was split are Python only together; notes may stand between them."""
    found: list[SubmittedCell] = []
    for cell in cells:
        at = next((i for i in reversed(range(len(found))) if found[i].kind == "code"), None)
        if at is not None and _is_second_half(found[at], cell):
            whole = f"{found[at].source.rstrip()}\n{cell.source}"
            if parsed(whole) is not None:
                name = f" '{found[at].grade_id}'" if found[at].grade_id else ""
                text = f"The cell{name} had been split; its parts were put together again."
                notes.append(Note("cell.joined", text))
                found[at] = replace(found[at], source=whole)
                continue
        known = cell.grade_id and cell.grade_id in {each.grade_id for each in found}
        if known and parsed(cell.source) is None:
            text = (
                f"Your cell '{cell.grade_id}' is there in several parts or copies, and one of them "
                "is not Python by itself: it may have been split."
            )
            doubts.append(Note("cell.split", text))
        found.append(cell)
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
