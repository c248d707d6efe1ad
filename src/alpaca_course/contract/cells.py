"""What the cells of a lab's notebook are known by."""

from __future__ import annotations

# A cell that grading does not execute.
LESSON_TAG = "lesson"
# Before an exercise's name: the grade id of its test cell.
TEST_PREFIX = "test_"
