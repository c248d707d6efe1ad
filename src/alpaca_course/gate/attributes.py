"""Attributes of values: which plain code may read, and which are known to lead elsewhere. Pure.

What a library's objects have is more than anybody can look through, so a name passes for what it
is known to be, not for what it is not: it belongs to objects that plain code holds anyway
(``plain``), or nothing has it, and reading it raises as it does for the student. Of all other names
only digests are kept: there are some ten thousand, and they are looked up, never listed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

# With 24 bits and n names, n / 2**24 of the names that nothing has are taken for known ones.
_BYTES = 3
_WIDTH = 96


@dataclass(frozen=True)
class Attributes:
    """Names of attributes in what can be loaded with a lab's libraries.

    Attributes:
        plain: of the objects that plain code can hold.
        others: digests of all that occur in the libraries' sources.
    """

    plain: frozenset[str] = frozenset()
    others: frozenset[int] = frozenset()

    def are_elsewhere(self, name: str) -> bool:
        """Whether something has ``name``, and nothing that plain code needs."""
        return name not in self.plain and digest(name) in self.others


NONE = Attributes()
"""Of a lab without a list: only what ``gate.names`` refuses is refused."""


def digest(name: str) -> int:
    """A short number for ``name``, the same everywhere."""
    made = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(made[:_BYTES], "big")


def packed(names: Iterable[str]) -> str:
    """Digests of ``names`` as text: sorted, each by its distance to the one before it.

    Distances are small, so most take one byte (LEB128); the bytes are in Base64 of equal lines.
    """
    data, before = bytearray(), 0
    for number in sorted({digest(name) for name in names}):
        distance, before = number - before, number
        while distance >= 128:
            data.append(distance % 128 + 128)
            distance //= 128
        data.append(distance)
    text = base64.b64encode(data).decode()
    return "".join(f"{text[at : at + _WIDTH]}\n" for at in range(0, len(text), _WIDTH))


def unpacked(text: str) -> frozenset[int]:
    """The digests that ``packed`` wrote.

    Raises:
        ValueError: ``text`` is none of its.
    """
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as error:
        raise ValueError(f"it is no Base64: {error}") from None
    if not data or data[-1] >= 128:
        raise ValueError("it is cut off")
    found, number, shift = [], 0, 0
    for byte in data:
        number += byte % 128 << shift
        shift += 7
        if byte < 128:
            found.append(number)
            shift = 0
    return frozenset(found)
