"""Which cells of a submission stand for which cells of the release. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from nbformat import NotebookNode

from alpaca_course.code import says_more
from alpaca_course.intake.placing import answers, has_marker
from alpaca_course.intake.reading import SubmittedCell
from alpaca_course.intake.released import ReleasedLab


@dataclass
class Match:
    """Which submitted cells stand for which released cell.

    Attributes:
        of_released: submitted cells, in their order, by released cell.
        of_submitted: the released cell by submitted cell.
        recovered: how a graded cell was found that no id names, by submitted cell.
    """

    of_released: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    of_submitted: dict[int, int] = field(default_factory=dict)
    recovered: dict[int, str] = field(default_factory=dict)

    def add(self, submitted: int, released: int) -> None:
        self.of_submitted[submitted] = released
        self.of_released[released].append(submitted)
        self.of_released[released].sort()


def match_cells(cells: tuple[SubmittedCell, ...], lab: ReleasedLab) -> Match:
    """By nbgrader's id, by cell id, by text, and answers by their marker or what they define."""
    released = lab.notebook.cells
    match = Match()
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
    cells: tuple[SubmittedCell, ...], released: list[NotebookNode], match: Match
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
    cells: tuple[SubmittedCell, ...], lab: ReleasedLab, by_grade_id: dict[str, int], match: Match
) -> None:
    """Find answers that no id names by their marker, then by what they define.

    A marker alone is no proof in a notebook that has nothing else of the lab: others use the same.
    """
    known = bool(match.of_submitted) or any(
        answers(cell.source, each) for cell in cells for each in lab.exercises
    )
    for exercise in lab.exercises:
        target = by_grade_id[exercise.id]
        stub = lab.notebook.cells[target].source
        there = match.of_released.get(target, [])
        if any(says_more(cells[index].source, stub) for index in there):
            continue
        free = [
            index
            for index in range(len(cells))
            if index not in match.of_submitted
            and (not there or says_more(cells[index].source, stub))
        ]
        marked = [i for i in free if known and has_marker(cells[i].source, exercise.marker)]
        defining = [
            i for i in free if cells[i].kind == "code" and answers(cells[i].source, exercise)
        ]
        how = f"its mark '{exercise.marker}'" if marked else "what it defines"
        for index in marked or defining:
            match.add(index, target)
            match.recovered[index] = how
