"""Names and ids of students in text, replaced by pseudonyms. Pure.

Words are compared without case and accents. A name that the lab itself uses as a word ("Adam",
"Max") is left where it stands as the lab writes it, since it says nothing of anybody there, and
code that has lost its ``Adam`` is no code any more.
"""

from __future__ import annotations

import builtins
import functools
import itertools
import keyword
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alpaca_course.lms.names import squashed

_BETWEEN = 3
"""So many signs may stand between the words of one name, as in "Lee, Ann" or "ann.lee@"."""

_LONG_NUMBER = 5
"""A shorter number is one of a thousand others in code and text."""

# Scripts that put no space between words; the names in them are looked for as they stand.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


@dataclass(frozen=True)
class Person:
    """What may tell who somebody is.

    Attributes:
        id: in ``submitted/``.
        first_name: for people.
        last_name: for people.
        others: addresses, logins and numbers.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    others: tuple[str, ...] = ()


class Pseudonyms:
    """Replaces what tells who somebody is.

    Args:
        names: the pseudonym of each person.
        vocabulary: words that the lab itself uses, as it writes them.
    """

    def __init__(self, names: Mapping[Person, str], vocabulary: Iterable[str]) -> None:
        self._of_ids = {person.id: name for person, name in names.items()}
        self._own = {*vocabulary, *keyword.kwlist, *keyword.softkwlist, *dir(builtins)}
        self._patterns: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._unspaced: dict[str, str] = {}
        for person, name in names.items():
            for text in _tellers(person):
                self._add(text, name)
        for found in self._patterns.values():
            found.sort(key=lambda pattern: -len(pattern[0]))
        self._substring = _any_of(self._unspaced)
        # A class hands in the lab's own cells a thousand times.
        self._seen = functools.lru_cache(maxsize=20_000)(self._replaced)

    def of(self, student: str) -> str:
        """The pseudonym of an id.

        Raises:
            KeyError: nobody has this id.
        """
        return self._of_ids[student]

    def text(self, text: str) -> str:
        """``text`` with pseudonyms in place of names and ids."""
        return self._seen(text)

    def _replaced(self, text: str) -> str:
        if self._substring is not None:
            text = self._substring.sub(self._in_place, text)
        words = [(found.start(), found.end()) for found in _word().finditer(text)]
        parts, at, index = [], 0, 0
        while index < len(words):
            length, name = self._at(text, words, index)
            if length:
                parts += [text[at : words[index][0]], name]
                at = words[index + length - 1][1]
            index += max(1, length)
        return "".join([*parts, text[at:]])

    def _in_place(self, found: re.Match[str]) -> str:
        return self._unspaced["".join(found.group().split())]

    def data(self, data: Any) -> Any:
        """JSON with pseudonyms in all its texts, names of members included."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, list):
            return [self.data(each) for each in data]
        if isinstance(data, dict):
            return {self.text(name): self._member(name, each) for name, each in data.items()}
        return data

    def _member(self, name: str, value: Any) -> Any:
        """A member of an object; one that is called "student" is an id, whatever word that is."""
        if name == "student" and isinstance(value, str) and value in self._of_ids:
            return self._of_ids[value]
        return self.data(value)

    def _add(self, text: str, name: str) -> None:
        if is_unspaced(text):
            whole = "".join(text.split())
            if len(whole) > 1:
                self._unspaced[whole] = name
            return
        words = tuple(_key(found) for found in _word().findall(text))
        if not words or (len(words) == 1 and not _is_telling(words[0])):
            return
        found = self._patterns.setdefault(words[0], [])
        # Of two with one name, who is meant cannot be known: it is somebody, and that is all.
        if not any(pattern == words for pattern, _ in found):
            found.append((words, name))

    def _at(self, text: str, words: list[tuple[int, int]], index: int) -> tuple[int, str]:
        """How many words from ``index`` on are somebody's, and whose; 0 where they are not."""
        start, end = words[index]
        patterns = self._patterns.get(_key(text[start:end]))
        for pattern, name in patterns or ():
            last = index + len(pattern) - 1
            if last >= len(words):
                continue
            span = words[index : last + 1]
            keys = tuple(_key(text[a:b]) for a, b in span)
            gaps = (after[0] - before[1] for before, after in itertools.pairwise(span))
            if keys != pattern or any(gap > _BETWEEN for gap in gaps):
                continue
            if len(pattern) > 1 or text[start:end] not in self._own:
                return len(pattern), name
        return 0, ""


def _tellers(person: Person) -> Iterable[str]:
    """Every text by which somebody may be known, the surest first."""
    first, last = person.first_name, person.last_name
    together = [first + last, last + first] if first and last else []
    return filter(
        None,
        [
            person.id,
            *person.others,
            *(other.partition("@")[0] for other in person.others if "@" in other),
            f"{first} {last}" if first and last else "",
            f"{last} {first}" if first and last else "",
            *map(squashed, together),
            last,
            first,
            *last.split(),
            *first.split(),
        ],
    )


def _is_telling(word: str) -> bool:
    return len(word) >= _LONG_NUMBER if word.isdecimal() else len(word) > 1


@functools.lru_cache(maxsize=100_000)
def _key(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")


def is_unspaced(text: str) -> bool:
    """Whether it is written in a script that puts no space between words."""
    letters = [sign for sign in text if not sign.isspace()]
    return bool(letters) and all(
        unicodedata.name(sign, "").startswith(_UNSPACED) for sign in letters
    )


def _any_of(texts: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(texts, key=len, reverse=True)
    spaced = (r"\s?".join(map(re.escape, text)) for text in longest_first)
    return re.compile("|".join(spaced)) if longest_first else None


@functools.cache
def _word() -> re.Pattern[str]:
    """Letters and digits with their marks, which Python's own words leave out."""
    marks = "".join(
        chr(code)
        for code in range(0x300, sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Mn", "Mc")
    )
    return re.compile(rf"[^\W_](?:[^\W_]|[{re.escape(marks)}])*")


def words_of(text: str) -> set[str]:
    """The words of ``text``, as it writes them."""
    return set(_word().findall(text))
