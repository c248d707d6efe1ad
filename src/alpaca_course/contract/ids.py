"""Ids of students: which spellings are one."""

from __future__ import annotations

import unicodedata

INVISIBLE = "\u00ad\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
"""What nobody sees in a name, and no language's writing needs between its letters."""


def spelled(name: str) -> str:
    """The one spelling of an id: macOS writes an umlaut as two characters, others as one."""
    return unicodedata.normalize("NFC", name)
