"""Pairs of texts that share what few others have. Pure.

The fingerprints are copydetect's: winnowed hashes of the code with names, texts and comments taken
out, as in Schleimer, Wilkerson and Aiken, "Winnowing" (SIGMOD 2003). Beside it the text as it
stands is looked at in the same way, since in short cells whose right answers are alike it is names,
comments and slips that two people rarely have in common by chance.
"""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Look = Literal["structure", "wording"]

NOISE: Mapping[Look, int] = {"structure": 15, "wording": 20}
"""Characters below which a shared passage is chance: about four tokens, or four words."""

FEW = 5
"""So many may share a passage in a small class before it counts as what the class wrote."""

MANY = 30
"""So many at most, however large the class is."""

_SPACE = re.compile(r"[ \t]+")


@dataclass(frozen=True)
class Options:
    """What is unusual.

    Attributes:
        common: share of the class, from 0 to 1, above which a passage is what the class wrote;
            not less than :data:`FEW` people, and not more than :data:`MANY`.
        least: characters that a pair has to share of what few have.
    """

    common: float = 0.2
    least: int = 40


@dataclass(frozen=True)
class Pair:
    """Two students whose cell of one exercise is alike.

    Attributes:
        first: id.
        second: id.
        exercise: id.
        look: what is alike: the code's structure, or its wording.
        shared: characters of what few have, and both.
        share: of what the one that has less of it has, from 0 to 1.
        passages: where in each text, as start and end.
    """

    first: str
    second: str
    exercise: str
    look: Look
    shared: int
    share: float
    passages: tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]


def alike(
    exercise: str, texts: Mapping[str, str], known: Iterable[str], options: Options
) -> list[Pair]:
    """Pairs of ``texts`` (by student) that share what few have, the most first.

    Args:
        exercise: whose cells these are.
        texts: the cell of each student.
        known: texts that everybody was given: the release, the lab's own answer.
        options: what is unusual.
    """
    found = []
    for look in NOISE:
        prints = {name: _prints(text, look) for name, text in texts.items()}
        given = {mark for text in known for mark in _prints(text, look).hashes}
        _leave_rare(prints, given, options)
        for one, other in _candidates(prints):
            pair = _compared(exercise, look, (one, prints[one]), (other, prints[other]))
            if pair.shared >= options.least:
                found.append(pair)
    return sorted(found, key=lambda pair: (-pair.shared * pair.share, pair.first, pair.second))


def marked(text: str, passages: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """``text`` in parts, and whether each is in a passage; overlapping ones are joined."""
    at = 0
    for first, last in sorted(passages):
        start, end = max(first, at), min(last, len(text))
        if start >= end:
            continue
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def _prints(text: str, look: Look) -> Any:
    from copydetect import CodeFingerprint

    # With a window of 1 every passage of that length is kept: cells are short.
    return CodeFingerprint(
        "cell.py",
        NOISE[look],
        1,
        filter=look == "structure",
        language="python",
        fp=io.StringIO(even(text)),
    )


def even(text: str) -> str:
    """Without what an editor changes: ends of lines, and widths of space."""
    lines = (_SPACE.sub(" ", line).rstrip() for line in text.splitlines())
    return "\n".join(line for line in lines if line.strip()) + "\n"


def _leave_rare(prints: Mapping[str, Any], given: set[int], options: Options) -> None:
    """Take out of each fingerprint what was given and what the class wrote."""
    from copydetect.utils import get_token_coverage

    counts = Counter(mark for each in prints.values() for mark in each.hashes)
    most = max(FEW, min(MANY, options.common * len(prints)))
    common = {mark for mark, count in counts.items() if count > most} | given
    for each in prints.values():
        each.hashes = each.hashes - common
        each.hash_idx = {mark: at for mark, at in each.hash_idx.items() if mark in each.hashes}
        each.token_coverage = get_token_coverage(each.hash_idx, each.k, len(each.filtered_code))


def _candidates(prints: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs that have anything rare in common."""
    whose: dict[int, list[str]] = {}
    for name, each in prints.items():
        for mark in each.hashes:
            whose.setdefault(mark, []).append(name)
    return sorted(
        {pair for names in whose.values() for pair in itertools.combinations(sorted(names), 2)}
    )


def _compared(exercise: str, look: Look, one: tuple[str, Any], other: tuple[str, Any]) -> Pair:
    from copydetect import compare_files

    _, shares, slices = compare_files(one[1], other[1])
    covered = [int(sum(ends - starts)) for starts, ends in _of_filtered(one[1], other[1])]
    passages = tuple(
        tuple((int(start), int(end)) for start, end in zip(*each, strict=True)) if len(each) else ()
        for each in slices
    )
    return Pair(
        one[0], other[0], exercise, look, min(covered), min(1.0, float(max(shares))),
        (passages[0], passages[1]),
    )  # fmt: skip


def _of_filtered(one: Any, other: Any) -> Iterator[tuple[Any, Any]]:
    from copydetect.utils import find_fingerprint_overlap, get_copied_slices

    places = find_fingerprint_overlap(one.hashes, other.hashes, one.hash_idx, other.hash_idx)
    for each, prints in zip(places, (one, other), strict=True):
        starts, ends = get_copied_slices(each, prints.k)
        yield starts, ends
