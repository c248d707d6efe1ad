"""What happens to features on their way to the head and in it, by numbers that go in and out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.traced import (
    goes_by_its_gradient,
    has_gradient,
    runs_own_function,
)
from alpaca_course.kernel.guard import Guard, finite
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen import (
    DropsSeen,
    HeadSeen,
    ModelSeen,
    PassageSeen,
    Pooling,
)

_OPEN_SIDE = 3  # of the features, where a model leaves the size of its pictures open
_SAME = 1e-3
_MAX_FEATURES = 4_000_000
_FAR, _FARTHEST = 1e4, 1e12
# Feature maps of so many pictures pass between the backbone and the head; 8 of them are positive.
_MAPS = probes.MAPS + 8


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


def look_after(flat: access.Flat, at: int, challenge: str, guard: Guard, seen: ModelSeen) -> None:
    """From the backbone's output to the model's: passage and head."""
    after = flat.steps[at + 1 :]
    weighted = [step for step in after if getattr(step.operation, "weights", None)]
    units = access.shape_of(flat.tensors[flat.outputs[0]])[-1]
    head = seen.head = HeadSeen(weighted_layers=len(weighted), units=units)
    if not weighted:
        return
    entrance = weighted[0].inputs[0]
    passage = guard.run(lambda: _passage(flat, at, after, entrance, challenge))
    seen.passage = passage or PassageSeen(error=guard.error)

    def look() -> HeadSeen:
        with weights_that_tell(weighted):
            found = _head(head, flat, after, entrance, challenge)
            if not found.linear:
                # Of a squashed answer the gradient is zero wherever chance has it saturate.
                return found
            learns = guard.run(lambda: _passes_gradients(flat, at, after, challenge))
            return replace(found, learns=learns)

    seen.head = guard.run(look) or replace(head, error=guard.error)


def _sides(shape: Sequence[int | None], open_side: int, number: int) -> tuple[int, ...] | None:
    """Sides of each of ``number`` examples of a tensor; None where all would be too large."""
    sides = tuple(side or open_side for side in shape[1:])
    return sides if number * int(np.prod(sides)) <= _MAX_FEATURES else None


def _passage(
    flat: access.Flat, at: int, after: Sequence[access.Step], entrance: int, challenge: str
) -> PassageSeen:
    exit_slot = flat.steps[at].outputs[0]
    shape = access.shape_of(flat.tensors[exit_slot])
    # With one position only, an average could not be told from a maximum.
    sides = _sides(shape, _OPEN_SIDE, _MAPS)
    if sides is None:
        return PassageSeen(feature_shape=shape)
    features = probes.features(challenge, (_MAPS, *sides))
    start = {exit_slot: access.tensor_of(features)}
    inferred, *trained = (
        access.to_numpy(access.evaluate(after, start, training=mode, until=entrance)[entrance])
        for mode in (False, True, True)
    )
    flat_result = inferred.reshape(len(inferred), -1)
    told = probes.told_maps(challenge, sides) if len(sides) == 3 else ()
    return PassageSeen(
        feature_shape=shape,
        pooling=pooling_of(features, inferred),
        pooling_of_positive=pooling_of(features[probes.MAPS :], inferred[probes.MAPS :]),
        maps=tuple(finite(flat_result[i, channel]) for i, (channel, _) in enumerate(told)),
        drops=drops_of(*(each[probes.MAPS :] for each in (inferred, *trained))),
        dropped_in_inference=finite(np.mean(inferred[probes.MAPS :] == 0.0)),
    )


def _passes_gradients(
    flat: access.Flat, at: int, after: Sequence[access.Step], challenge: str
) -> bool | None:
    """Whether training learns from the answer: features have a gradient of it, the one it has."""
    slot = flat.steps[at].outputs[0]
    sides = _sides(access.shape_of(flat.tensors[slot]), _OPEN_SIDE, probes.MAPS)
    if sides is None:
        return None
    features = np.abs(probes.features(challenge, (probes.MAPS, *sides)))
    output = flat.outputs[0]

    def answer(given: Any, *, training: bool) -> Any:
        return access.evaluate(after, {slot: given}, training=training, until=output)[output]

    own = any(runs_own_function(step.operation) for step in after)
    return has_gradient(
        partial(answer, training=True), access.tensor_of(features)
    ) and goes_by_its_gradient(partial(answer, training=False), features, graph=own)


def _head(
    head: HeadSeen, flat: access.Flat, after: Sequence[access.Step], entrance: int, challenge: str
) -> HeadSeen:
    """Whether the output is an affine function of the head's input, by evaluating it.

    It is evaluated near zero, and so far away that an affine function of the same slope gives
    ``_FAR``: whatever bends is bent there, however small its weights are. What stays between 0 and
    1 there is squashed; for small features a ReLU may, too.
    """
    shape = access.shape_of(flat.tensors[entrance])
    sides = _sides(shape, 1, _MAPS)
    output = flat.outputs[0]
    head = replace(head, input_rank=len(shape))
    if sides is None:
        return head
    x = np.sign(probes.features(challenge, (_MAPS, *sides)))
    x *= probes.pictures(challenge, "head", 1, (1, 1))[0, 0, 0, 0] / 255.0 + 0.5

    def f(scale: float) -> NDArray:
        start = {entrance: access.tensor_of((scale * x).astype(np.float32))}
        values = access.evaluate(after, start, training=False, until=output)[output]
        return access.to_numpy(values).astype(np.float64)

    zero, one, minus = f(0.0), f(1.0), f(-1.0)
    slope = one - zero
    size = float(np.abs(slope).max())
    varies = bool(np.ptp(one) > 1e-6 * max(1.0, float(np.abs(one).max())))
    times = min(max(_FAR / (size + 1e-12), _FAR), _FARTHEST)
    far = {scale: f(scale) for scale in (0.1, 2.0, times, -times)}
    affine = np.allclose(one + minus, 2 * zero, atol=1e-3 * size + 1e-12) and all(
        np.allclose(value - zero, scale * slope, rtol=1e-3, atol=1e-3 * abs(scale) * size)
        for scale, value in far.items()
    )
    if affine and varies:
        return replace(head, linear=True)
    ends = np.stack([one, minus, far[times], far[-times]])
    squashed = None
    if ends.min() >= 0 and ends.max() <= 1 + _SAME:
        shares = np.allclose(ends.sum(axis=-1), 1.0, atol=_SAME)
        squashed = "softmax" if shares else "sigmoid"
    return replace(head, linear=False, squashed=squashed)
