"""Ids of students: which ones work everywhere. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

from alpaca_course.contract.ids import INVISIBLE, spelled

# Of a file's name: 255 bytes in most file systems, less the 20 that names of what is being written
# have more: a record on its way is `..<id>.json.new.` and eight letters.
MOST_BYTES = 235
# Characters that turn the direction of what follows: an id with one looks like another one.
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def why_not(name: str) -> str:
    """Why an id cannot be worked with, in words; empty where it can."""
    wrong = [
        (_is("Cs"), "its letters are not UTF-8"),
        (_is("Cc", "Zl", "Zp"), "it holds a line feed or another control character"),
        (INVISIBLE.__contains__, "it holds a character that nobody sees, and looks like another"),
        (_turns, "it holds a character that turns the direction of letters"),
    ]
    for is_wrong, why in wrong:
        if any(map(is_wrong, name)):
            return why
    if name != name.strip():
        return "it begins or ends with a space"
    if len(name.encode()) > MOST_BYTES:
        return f"it is longer than {MOST_BYTES} bytes"
    return ""


def _is(*categories: str) -> Callable[[str], bool]:
    return lambda letter: unicodedata.category(letter) in categories


def _turns(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in _TURNING


def sorted_out(folders: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Ids of the students who have a folder, sorted; and the folders that cannot be used, and why.

    The second may hold characters that cannot be printed.
    """
    by_id: dict[str, list[str]] = {}
    for folder in folders:
        by_id.setdefault(spelled(folder), []).append(folder)
    problems = {name: why for name in by_id if (why := why_not(name))}
    problems |= {
        name: "there are two folders of this name, whose letters are written in two ways: "
        "put into one what counts"
        for name, found in by_id.items()
        if len(found) > 1 and name not in problems
    }
    return sorted(set(by_id) - set(problems)), problems
