"""The gate over a submission: what of its code would run, and what a person is told of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from nbformat import NotebookNode

from alpaca_course.contract.states import Note, safe, safe_code
from alpaca_course.execution.cuts import place_of
from alpaca_course.execution.needed import executed_cells, own_cells, solution_cells
from alpaca_course.gate.check import Code, Finding, findings
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.causes import where

# What the codes of all its notes begin with: such a submission always needs a person.
GATE = "gate."
_MOST_TOLD = 5
_ADVICE = "A person looks at code like that before its points count. You need not do anything."


def findings_in(notebook: NotebookNode, released: ReleasedLab) -> tuple[Finding, ...]:
    """What is not plain in the student's code that grading would execute.

    Args:
        notebook: as intake made it and the slice marked it.
        released: the lab.
    """
    run = executed_cells(notebook)
    graded = solution_cells(notebook)
    theirs = sorted(run.keys() & (own_cells(notebook) | graded.keys()))
    given = [run[index] for index in run.keys() - set(theirs)]
    # Where an exercise gives nothing, the lab's own answer runs in its place.
    given += released.reference.values()
    cells = [Code(where(place_of(notebook, index, graded)), run[index]) for index in theirs]
    return findings(given, cells, released.policy) if cells else ()


def notes(found: Iterable[Finding]) -> tuple[Note, ...]:
    """What student and instructor read of findings."""
    told = list(dict.fromkeys(found))
    said = [_note(each) for each in told[:_MOST_TOLD]]
    if len(told) > _MOST_TOLD:
        more = len(told) - _MOST_TOLD
        said.append(
            Note(f"{GATE}more", f"{more} more {'place' if more == 1 else 'places'} like it.")
        )
    return tuple(said)


def _note(found: Finding) -> Note:
    line = f"line {found.line} of the cell" if found.line else "the cell"
    shown = f": `{safe_code(found.source)}`" if found.source else ""
    text = f"{line} {found.place} {safe(found.reason)}{shown}. {_ADVICE}"
    return Note(f"{GATE}code", text[0].upper() + text[1:])
