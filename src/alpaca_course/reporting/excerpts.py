"""What stands in a graded cell: an excerpt to read beside what was seen in it."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

from alpaca_course.contract.regions import STUDENT_CODE
from alpaca_course.files import ordinary_bytes

MOST_LINES = 30
MOST_CHARACTERS = 2_000


def excerpt(notebook: Path, exercise: str) -> str:
    """What the student wrote in the cell of ``exercise``; empty where that cannot be read.

    It is what stands in the marked region, or the whole cell where the region is gone.
    """
    try:
        cells = json.loads(ordinary_bytes(notebook))["cells"]
        source = next(
            cell["source"]
            for cell in cells
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == exercise
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return ""
    return shortened(source if isinstance(source, str) else "".join(source))


def shortened(source: str) -> str:
    """The student's part of a cell, without blank lines at its ends, at most so long."""
    try:
        regions = STUDENT_CODE.regions(source)
    except ValueError:
        regions = []
    text = dedent("\n".join(each.text for each in regions) if regions else source).strip("\n")
    lines = text[:MOST_CHARACTERS].splitlines()
    left = len(text.splitlines()) - min(len(lines), MOST_LINES)
    shown = "\n".join(lines[:MOST_LINES]).rstrip()
    return f"{shown}\n[{left} more lines]" if left > 0 else shown
