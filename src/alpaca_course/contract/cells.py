"""What the cells of a lab's notebook are known by."""

from __future__ import annotations

# A cell that grading does not execute.
LESSON_TAG = "lesson"
# Before an exercise's name: the grade id of its test cell.
TEST_PREFIX = "test_"
# Origin, in the metadata of a cell that the student added.
STUDENT_CELL = "student"
