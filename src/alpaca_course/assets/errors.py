"""What goes wrong with pictures and weights, in words for the person who can mend it."""

from __future__ import annotations

from alpaca_course.errors import CourseError


class AssetError(CourseError):
    """Pictures or weights cannot be had as asked; the text says why and what to do."""
