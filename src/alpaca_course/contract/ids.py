"""Ids of students: which spellings are one, and whom nbgrader's settings mean."""

from __future__ import annotations

import unicodedata
from fnmatch import fnmatchcase

INVISIBLE = "\u00ad\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
"""What nobody sees in a name, and no language's writing needs between its letters."""


def spelled(name: str) -> str:
    """The one spelling of an id: macOS writes an umlaut as two characters, others as one."""
    return unicodedata.normalize("NFC", name)


def is_left_out(student: str, pattern: str, excluded: str) -> bool:
    """Whether ``student`` is left out of what is done for all.

    Args:
        student: id.
        pattern: nbgrader's ``student_id``, which has to match.
        excluded: nbgrader's ``student_id_exclude``, ids with commas in between. Spaces beside them
            are no part of an id, though nbgrader takes them for one.
    """
    names = {each.strip() for each in spelled(excluded).split(",")}
    return student in names or not fnmatchcase(student, spelled(pattern))
