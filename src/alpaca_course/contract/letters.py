"""Letters that would pass for others or lie over others, shown as what they are. Pure."""

from __future__ import annotations

import re
import unicodedata

MOST_MARKS = 6
"""Marks on one letter. Languages need five; each is drawn above or below the one before, and a
hundred of them cover the lines around."""

# By these a line reads otherwise than it runs ("Trojan source", CVE-2021-42574).
_DIRECTIONS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_CONTROLS = [c for c in range(0xA0) if unicodedata.category(chr(c)) == "Cc" and c not in (9, 10)]
_VISIBLE = {c: f"[U+{c:04X}]" for c in _DIRECTIONS} | dict.fromkeys(_CONTROLS, "\ufffd")
# Marks are neither words' letters nor ASCII, and this is linear.
_MAYBE_MARKS = re.compile(rf"[^\w\x00-\x7f]{{{MOST_MARKS + 1},}}")


def visible(text: str) -> str:
    """Text in which nothing hides: no control characters, no turns of direction, no stacks."""
    return calm(text.replace("\r\n", "\n").replace("\r", "\n").translate(_VISIBLE))


def calm(text: str) -> str:
    """Text in which no letter has so many marks that they lie over other lines."""
    return text if text.isascii() else _MAYBE_MARKS.sub(_fewer, text)


def _fewer(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for letter in found.group():
        kind = unicodedata.category(letter)
        if kind in ("Mn", "Me"):
            marks += 1
        elif kind != "Cf":  # what nobody sees begins no new letter
            marks = 0
        if marks <= MOST_MARKS:
            kept.append(letter)
        elif kept[-1] != "\ufffd":
            kept.append("\ufffd")
    return "".join(kept)


def in_templates(value: object) -> object:
    """What a template writes of ``value``; markup, which is no plain text, is as it should be."""
    return visible(value) if type(value) is str else value
