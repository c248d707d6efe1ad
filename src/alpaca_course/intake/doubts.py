"""Why a person should look at a submission that was taken in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from alpaca_course.contract.cells import is_test
from alpaca_course.contract.states import Note, safe
from alpaca_course.intake.matching import Match
from alpaca_course.intake.placing import looks_like
from alpaca_course.intake.reading import SubmittedCell, SubmittedNotebook
from alpaca_course.intake.released import ReleasedLab

_FENCE = re.compile(r"^```.*$", re.MULTILINE)


def unclear(
    cells: tuple[SubmittedCell, ...], lab: ReleasedLab, match: Match, answered: set[str]
) -> Iterable[Note]:
    """Exercises without an answer, where a cell of the student's own looks like one."""
    own = [
        _FENCE.sub("", cell.source)
        for index, cell in enumerate(cells)
        if index not in match.of_submitted
    ]
    for exercise in lab.exercises:
        if exercise.id not in answered and any(looks_like(each, exercise) for each in own):
            yield Note(
                "answer.elsewhere",
                f"There is no answer in the cell '{exercise.id}', but another cell looks like one. "
                "What it is worth was not decided here.",
            )


def doubts_about(submitted: SubmittedNotebook, lab: ReleasedLab, match: Match) -> Iterable[Note]:
    """Doubts about the version of the lab that it was made with."""
    now = lab.version
    if submitted.lab_version and now and submitted.lab_version != now:
        theirs = safe(submitted.lab_version)
        yield Note(
            "lab.version",
            f"This notebook was made with version {theirs} of the lab, graded with version {now}.",
        )
    tests = {index for index, cell in enumerate(lab.notebook.cells) if is_test(cell)}
    if now and not submitted.lab_version and not tests & set(match.of_released):
        yield Note(
            "lab.version",
            "This notebook names no version of the lab and has none of its test cells: it may be "
            f"an older lab or one of your own. It was graded with version {now}.",
        )
