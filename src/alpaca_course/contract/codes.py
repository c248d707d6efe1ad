"""Short codes by which students ask about a rule: stable, easy to say, and no word."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

# Without vowels, which would make words, and without what looks alike on paper.
_LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"
LENGTH = 4


def code_of(name: str) -> str:
    """The code of a rule, a remark, an exercise or a reason, by its id.

    It depends on the id alone, so that it stays when rules are added, moved or worth other points.
    """
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    code = ""
    for _ in range(LENGTH):
        number, digit = divmod(number, len(_LETTERS))
        code += _LETTERS[digit]
    return code


def shared_codes(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of ids that have the same code, by which nobody could tell them apart."""
    first: dict[str, str] = {}
    return [(found, name) for name in dict.fromkeys(names)
            if (found := first.setdefault(code_of(name), name)) != name]  # fmt: skip
