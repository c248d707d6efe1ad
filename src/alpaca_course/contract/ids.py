"""Ids of students: which spellings are one."""

from __future__ import annotations

import unicodedata


def spelled(name: str) -> str:
    """The one spelling of an id: macOS writes an umlaut as two characters, others as one."""
    return unicodedata.normalize("NFC", name)
