"""In what two models differ that should be built the same way."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from grader_tests.transfer_learning_mobilenet.rules.words import number
from notebooks.transfer_learning_mobilenet.evidence.seen_outline import ComputedSeen, OutlineSeen


def difference(one: OutlineSeen, other: OutlineSeen) -> str:
    """What ``one`` has that ``other`` has not, in a few words; empty where there is nothing.

    Their augmentations play no part, and what is not told of one is not compared.
    """
    if one.stages != other.stages:
        pairs = zip_longest(one.stages, other.stages)
        first = next(mine for mine, theirs in pairs if mine != theirs)
        return first or "fewer layers"
    if one.pixels and other.pixels and not _near(one.pixels, other.pixels):
        shown = ", ".join(map(number, one.pixels))
        return f"pixels of 0, 127.5 and 255 that reach the network as {shown}"
    if fault := _computed(one.computed, other.computed):
        return fault
    if one.fingerprint and other.fingerprint and one.fingerprint != other.fingerprint:
        return "other weights in its network"
    if _differ(one.trainable, other.trainable):
        return f"{one.trainable:,} trainable numbers in its network"
    if _differ(one.untrained, other.untrained):
        return "random weights" if one.untrained else "trained weights"
    return ""


def _computed(one: ComputedSeen, other: ComputedSeen) -> str:
    """In what two models differ that are asked the same; what one does not answer differs, too."""
    for mine, theirs, what in (
        (one.pixels, other.pixels, "other pixels that reach the network"),
        (one.features, other.features, "other features that reach the head"),
        (one.answers, other.answers, "another answer than the head's"),
    ):
        numbers = [*mine, *theirs]
        close = all(map(_close, mine, theirs)) and len(mine) == len(theirs)
        if numbers and not close:
            return what
    return "" if one.training == other.training else "its network called in another mode"


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 2e-3 * max(1.0, abs(one))


def _differ(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one != other


def _near(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(abs(a - b) <= 2e-3 * max(1.0, abs(a)) for a, b in zip(one, other, strict=True))


def words_text(words: Sequence[str] | None) -> str:
    """Layers, each with what was chosen of it."""
    return " → ".join((words or ())[:12]) or "no layers"
