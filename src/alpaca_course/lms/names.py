"""Names of people, compared as systems write them. Pure."""

from __future__ import annotations

import re
import unicodedata

from alpaca_course.contract.ids import spelled

_KEPT = ("L", "M", "N")


def squashed(name: str) -> str:
    """Letters, marks and digits of a name, small and in one spelling.

    Canvas writes a name into the name of a file like that: without spaces, commas and apostrophes.
    """
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).lower())
    return "".join(c for c in text if unicodedata.category(c)[0] in _KEPT)


def in_both_orders(first: str, last: str) -> set[str]:
    """What a name may come to, by which part of it stands first."""
    return {squashed(first + last), squashed(last + first)} - {""}


def split_sortable(name: str) -> tuple[str, str]:
    """First and last name of "Last, First"."""
    last, comma, first = name.partition(",")
    return (first.strip(), last.strip()) if comma else ("", name.strip())


def split_full(name: str) -> tuple[str, str]:
    """First and last name of "First Last": the last word is taken for the last name."""
    first, _, last = " ".join(name.split()).rpartition(" ")
    return first, last


def sections(cells: list[str]) -> list[tuple[str, ...]]:
    """The sections in each cell of a column that may hold several: "A, B, and C", or "A; B".

    A name may hold "and" or a comma itself, so a cell is taken apart only where each part stands
    alone in another one.
    """
    found = [spelled(cell.strip()) for cell in cells]
    alone = {*found}
    return [_apart(cell, alone) for cell in found]


def _apart(cell: str, alone: set[str]) -> tuple[str, ...]:
    if not cell:
        return ()
    parts = [part.strip() for part in re.split(r"; |, and |, | and ", cell)]
    if len(parts) > 1 and all(part in alone for part in parts):
        return tuple(dict.fromkeys(parts))
    return (cell,)
