"""Evidence of UNQ_C1, ``data_augmenter()``. Beside the student."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.describe import stage
from alpaca_course.keras_probe.seen import MAX_STAGES
from alpaca_course.kernel.guard import MAX_NAME, Guard, describe, finite, function_in, one_line
from alpaca_course.kernel.seen import FunctionSeen
from notebooks.transfer_learning_mobilenet.evidence import marks, outline, probes
from notebooks.transfer_learning_mobilenet.evidence.seen import (
    DataAugmenterEvidence,
    FlipsSeen,
    MarksSeen,
    SizeSeen,
)

EVIDENCE = DataAugmenterEvidence
_SIDE = 48
# float32 noise of an exact copy is zero; interpolation of a turn by 1e-3 of a turn is above one.
_SAME = 1e-3
_FAR = 1e9


def collect(namespace: Mapping[str, Any], guard: Guard, seen: DataAugmenterEvidence) -> None:
    """Describe what ``data_augmenter()`` gives."""
    seen.versions |= access.versions()
    function = function_in(namespace, "data_augmenter", seen)
    if function is None:
        return
    if access.is_layer(function):  # it can be called, with pictures: the model itself
        seen.function = FunctionSeen(status="not callable", returned=describe(function))
        return
    first = guard.run(function)
    seen.function = guard.outcome(first)
    if guard.error is not None:
        return
    seen.form = _form(first)
    if not access.is_layer(first):
        return
    second = guard.run(function)
    seen.fresh = _fresh(first, second)
    chain = guard.run(lambda: access.chain_of(first))
    if chain is not None:
        seen.layers = tuple(stage(layer) for layer in chain[:MAX_STAGES])
        outline.remember("augmenter", outline.in_words(chain))
        seen.flips = guard.run(lambda: _flips(chain, seen.challenge))
        seen.turned = guard.run(lambda: _turned(chain, seen.challenge))
    # Keras ties an augmenter to the size of its first call. One that all calls share is called at
    # the notebook's own size, so that looking at it does not break the cells that follow.
    shared = _notebook_size(namespace) if seen.fresh is False else None
    seen.sizes = _sizes(function, first, second, seen.challenge, guard, shared)


def _form(value: Any) -> Literal["sequential", "chain", "model", "layer", "other"]:
    if access.is_sequential(value):
        return "sequential"
    if access.is_model(value):
        return "chain" if access.chain_of(value) is not None else "model"
    return "layer" if access.is_layer(value) else "other"


def _fresh(first: Any, second: Any) -> bool | None:
    if not access.is_layer(second):
        return None
    mine, others = (
        {id(layer) for layer in [each, *access.contained_layers(each)]}
        | access.sources_of_chance(each)
        for each in (first, second)
    )
    return not mine & others


def _flips(chain: list[Any], challenge: str) -> FlipsSeen | None:
    """Run the flip layer alone in training and count what became of each picture."""
    layer = next((layer for layer in chain if access.kind_of(layer) == "RandomFlip"), None)
    if layer is None:
        return None
    images = probes.pictures(challenge, "flips", probes.PICTURES, (_SIDE, _SIDE))
    result = access.call(layer, images, training=True)
    faces = {
        "same": images,
        "horizontal": images[:, :, ::-1],
        "vertical": images[:, ::-1],
        "both": images[:, ::-1, ::-1],
    }
    counts = {
        name: int(np.sum(np.abs(result - face).max(axis=(1, 2, 3)) < _SAME))
        for name, face in faces.items()
    }
    return FlipsSeen(**counts, pictures=len(images), other=len(images) - sum(counts.values()))


def _turned(chain: list[Any], challenge: str) -> MarksSeen | None:
    """Run the rotation layer alone in training on marked pictures."""
    layer = next((layer for layer in chain if access.kind_of(layer) == "RandomRotation"), None)
    if layer is None:
        return None
    images = marks.marked_pictures(challenge, "turns", probes.PICTURES, (_SIDE, _SIDE))
    return marks.marks_of(images, access.call(layer, images, training=True))


def _notebook_size(namespace: Mapping[str, Any]) -> tuple[int, int] | None:
    size = namespace.get("IMG_SIZE")
    if isinstance(size, tuple) and len(size) == 2 and all(type(side) is int for side in size):
        return size
    return None


def _sizes(
    function: Any,
    first: Any,
    second: Any,
    challenge: str,
    guard: Guard,
    shared: tuple[int, int] | None,
) -> tuple[SizeSeen, ...]:
    """The whole augmenter at two sizes, a fresh one for each; at its own size if it fixes one."""
    fixed = access.declared_size(first) or shared
    sizes = [fixed] if fixed is not None else list(probes.augmenter_sizes(challenge))
    augmenters = [first, second if access.is_layer(second) else guard.run(function)]

    def at_size(size: tuple[int, int], augmenter: Any) -> SizeSeen:
        unseen = SizeSeen(height=size[0], width=size[1])
        if min(size) < 1 or max(size) > 512:
            return unseen
        found = guard.run(partial(_at_size, augmenter, challenge, size))
        return found or replace(unseen, error=guard.error)

    return tuple(at_size(*each) for each in zip(sizes, augmenters, strict=False))


def _at_size(augmenter: Any, challenge: str, size: tuple[int, int]) -> SizeSeen:
    images = marks.marked_pictures(challenge, f"augmenter {size}", probes.PICTURES, size)
    # As a model is built with it: a declared input that does not fit shows only here.
    augmenter(keras.Input(images.shape[1:]))
    trained = access.call(augmenter, images, training=True)
    inferred = access.call(augmenter, images, training=False)
    same_shape = inferred.shape == images.shape
    kept = same_shape and trained.shape == images.shape
    changed = repeated = 0
    if kept:
        again = access.call(augmenter, images, training=True)
        changed = int(np.sum(np.abs(trained - images).max(axis=(1, 2, 3)) > _SAME))
        repeated = int(np.sum(np.abs(trained - again).max(axis=(1, 2, 3)) <= _SAME))
    return SizeSeen(
        height=size[0],
        width=size[1],
        pictures=len(images),
        changed=changed,
        repeated=repeated,
        shape_kept=kept,
        dtype=one_line(str(trained.dtype), MAX_NAME),
        largest_change=finite(np.abs(inferred - images).max()) if same_shape else None,
        outside=_outside(trained),
        marks=marks.marks_of(images, trained) if kept else None,
    )


def _outside(pictures: NDArray) -> float | None:
    """How far the values lie beyond those of pixels; what is no number lies very far."""
    values = np.nan_to_num(pictures, nan=_FAR, posinf=_FAR, neginf=-_FAR).astype(np.float64)
    return finite(max(values.max(initial=0.0) - 255.0, -values.min(initial=0.0), 0.0))
