"""Whether the gradebook has the assignment as ``source/`` has it."""

from __future__ import annotations

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from alpaca_course.gradebook.errors import GradingError, gradebook_in_words
from alpaca_course.intake.released import is_test
from alpaca_course.lab import Lab


def is_current(gradebook: Gradebook, lab: Lab) -> bool:
    """Whether test cells and their points are those of the instructor's notebook.

    Raises:
        MissingEntry: the gradebook does not know the notebook.
    """
    wanted = {
        cell.metadata.nbgrader.grade_id: (cell.source, float(cell.metadata.nbgrader.points))
        for cell in nbformat.read(lab.instructor_notebook, as_version=4).cells
        if is_test(cell)
    }
    booked = gradebook.find_notebook(lab.notebook, lab.name)
    sources = {cell.name: cell.source for cell in booked.source_cells}
    have = {cell.name: (sources.get(cell.name), cell.max_score) for cell in booked.grade_cells}
    return all(have.get(name) == each for name, each in wanted.items())


def check_assignment(db_url: str, lab: Lab) -> None:
    """Before nbgrader's own commands write points: they leave the gradebook's assignment as it is.

    Raises:
        GradingError: the gradebook cannot be read, or has the assignment otherwise or not at all.
    """
    with gradebook_in_words(db_url), Gradebook(db_url) as gradebook:
        try:
            if is_current(gradebook, lab):
                return
        except MissingEntry:
            pass
    raise GradingError(
        f"The gradebook does not have {lab.name!r} as source/ has it: run "
        f"`nbgrader generate_assignment {lab.name}`, or grade with `alpaca grade`, which does that."
    )
