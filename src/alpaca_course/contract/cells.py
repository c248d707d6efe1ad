"""What the cells of a lab's notebook are known by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Half of the start of whoever renders pages would be nbformat's check of notebooks.
    from nbformat import NotebookNode

# A cell that grading does not execute.
LESSON_TAG = "lesson"
# A given cell that makes objects and does nothing else: grading executes it where they are used.
LAZY_TAG = "lazy"
# Before an exercise's name: the grade id of its test cell.
TEST_PREFIX = "test_"
# Origin, in the metadata of a cell that the student added.
STUDENT_CELL = "student"


def is_test(cell: NotebookNode) -> bool:
    """Whether it is a test cell."""
    nbgrader = cell.metadata.get("nbgrader", {})
    return bool(nbgrader.get("grade")) and not nbgrader.get("solution")


def is_solution(cell: NotebookNode) -> bool:
    """Whether it is a cell that students fill in."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))
