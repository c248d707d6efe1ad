"""What happens to features on their way to the head and in it, by numbers that go in and out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe import access
from alpaca_course.kernel.guard import finite
from notebooks.transfer_learning_mobilenet.evidence.seen import DropsSeen, Pooling


def drops_of(inferred: NDArray, first: NDArray, second: NDArray) -> DropsSeen:
    """What two calls in training make zero, beside what inference gives."""
    zeros, again = first == 0.0, second == 0.0
    left = ~zeros & (inferred != 0.0)
    factors = first[left] / inferred[left]
    kept = (finite(factors.min()), finite(factors.max())) if factors.size else (None, None)
    return DropsSeen(
        numbers=int(zeros.size),
        first=float(zeros.mean()),
        second=float(again.mean()),
        both=float((zeros & again).mean()),
        neighbours=float((zeros[1:] & zeros[:-1]).mean()),
        kept=None if None in kept else kept,  # type: ignore[arg-type]
    )


def pooling_of(features: NDArray, result: NDArray) -> Pooling:
    """The name of what turns ``features`` into ``result``."""

    # Positive and negative numbers cancel, so that what is left is as exact as the largest of them.
    largest = np.abs(features).reshape(len(features), -1).max(axis=1, keepdims=True)

    def equal(candidate: NDArray) -> bool:
        flat = result.reshape(len(result), -1)
        if flat.shape != candidate.shape:
            return False
        return bool(np.all(np.abs(flat - candidate) <= 1e-4 * np.abs(candidate) + 1e-4 * largest))

    everything = features.reshape(len(features), -1)
    if equal(everything):
        return "none" if result.ndim == features.ndim else "flatten"
    if features.ndim != 4:
        return "other"
    if equal(features.mean(axis=(1, 2))):
        return "average"
    if equal(features.max(axis=(1, 2))):
        return "maximum"
    return "sum" if equal(features.sum(axis=(1, 2))) else "other"


@contextmanager
def weights_that_tell(weighted: Sequence[access.Step]) -> Iterator[None]:
    """Ones for the weights of a head that begins at zero, while it is looked at.

    Training moves them from there as from any other numbers, but until then the head gives the
    same for all features, whatever it would make of them.
    """
    variables = [v for v in weighted[0].operation.weights if len(v.shape) > 1]
    if len(weighted) > 1 or any(np.any(values) for values in access.arrays(variables)):
        variables = []
    for variable in variables:
        variable.assign(np.ones(variable.shape, np.float32))
    try:
        yield
    finally:
        for variable in variables:
            variable.assign(np.zeros(variable.shape, np.float32))
