"""What grading wrote of a student: where it is, and whether it is still there, whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from alpaca_course.contract.ids import spelled
from alpaca_course.course import Course
from alpaca_course.files import ordinary_bytes
from alpaca_course.intake.handed_in import exchange_files, open_hand_in
from alpaca_course.lab import Lab


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
        read = json.loads(ordinary_bytes(notebook))
        found = {cell["metadata"]["nbgrader"]["grade_id"] for cell in read["cells"]
                 if "nbgrader" in cell["metadata"]}  # fmt: skip
        kept = all(ordinary_bytes(notebook.parent / name) == data for name, data in beside.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    return kept and found >= set(tests)


def autograded_notebook(course: Course, lab: Lab, student: str) -> Path:
    """What grading wrote of a student's notebook."""
    return course.autograded / student / lab.name / lab.file_name


def page_of(course: Course, lab: Lab, student: str) -> Path:
    """A student's feedback page."""
    return course.feedback / student / lab.name / f"{lab.notebook}.html"


def graded_students(course: Course, lab: Lab) -> list[str]:
    """Ids of all of whom grading wrote a notebook, sorted."""
    found = course.autograded.glob(f"*/{lab.name}/{lab.file_name}")
    return sorted({spelled(path.parent.parent.name) for path in found})


def copy_exchange_files(source: Path, target: Path) -> None:
    """Copy the exchange's files; a link or a large file is none of its files."""
    with open_hand_in(source) as place:
        write_exchange_files(exchange_files(place), target)


def write_exchange_files(files: Mapping[str, bytes], target: Path) -> None:
    """Put the exchange's files beside what was made of the hand-in that they came with."""
    for name, data in files.items():
        target.mkdir(parents=True, exist_ok=True)
        (target / name).unlink(missing_ok=True)  # nbgrader leaves its files read-only
        (target / name).write_bytes(data)
