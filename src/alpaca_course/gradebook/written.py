"""Whether what grading wrote of a student is still there, whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path


def is_whole(notebook: Path, tests: Iterable[str], beside: Mapping[str, bytes]) -> bool:
    """Whether an autograded notebook can be read and a page be made of it.

    What a person wrote into it is that person's; that it lost a test cell, its end, or the files
    without which its page cannot be released, is a fault of the disk or of somebody's hand.

    Args:
        notebook: its path.
        tests: ids of the test cells that it has to have.
        beside: files of the exchange that were handed in with it, by name.
    """
    try:
        read = json.loads(notebook.read_bytes())
        found = {cell["metadata"]["nbgrader"]["grade_id"] for cell in read["cells"]
                 if "nbgrader" in cell["metadata"]}  # fmt: skip
        kept = all((notebook.parent / name).read_bytes() == data for name, data in beside.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    return kept and found >= set(tests)
