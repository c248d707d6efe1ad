"""Evidence of UNQ_C1, ``data_augmenter()``. Beside the student."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.describe import MAX_STAGES, stage
from alpaca_course.kernel.guard import (
    MAX_NAME,
    Guard,
    describe,
    finite,
    function_seen,
    one_line,
)
from notebooks.transfer_learning_mobilenet.evidence import probes

_SIDE = 48
# float32 noise of an exact copy is zero; interpolation of a turn by 1e-3 of a turn is above one.
_SAME = 1e-3


def collect(
    namespace: Mapping[str, Any], challenge: str, guard: Guard, payload: dict[str, Any]
) -> None:
    """Fill ``payload`` as :class:`seen.DataAugmenterEvidence` says."""
    payload["versions"] |= access.versions()
    payload["function"] = {"status": "missing"}
    function = namespace.get("data_augmenter")
    unusable = function_seen(function, exists="data_augmenter" in namespace)
    if unusable is not None or function is None:
        payload["function"] = unusable or {"status": "not callable", "returned": "None"}
        return
    first = guard.run(function)
    if guard.error is not None:
        payload["function"] = {"status": "raised", "error": guard.error}
        return
    payload["function"] = {"status": "returned", "returned": describe(first)}
    payload["form"] = _form(first)
    if not access.is_layer(first):
        return
    second = guard.run(function)
    payload["fresh"] = _fresh(first, second)
    chain = guard.run(lambda: access.chain_of(first))
    if chain is not None:
        payload["layers"] = [stage(layer) for layer in chain[:MAX_STAGES]]
        payload["flips"] = guard.run(lambda: _flips(chain, challenge))
        payload["turns"] = guard.run(lambda: _turns(chain))
    # Keras ties an augmenter to the size of its first call. One that all calls share is called at
    # the notebook's own size, so that looking at it does not break the cells that follow.
    shared = _notebook_size(namespace) if payload["fresh"] is False else None
    payload["sizes"] = _sizes(function, first, second, challenge, guard, shared)


def _form(value: Any) -> str:
    if access.is_sequential(value):
        return "sequential"
    if access.is_model(value):
        return "chain" if access.chain_of(value) is not None else "model"
    return "layer" if access.is_layer(value) else "other"


def _fresh(first: Any, second: Any) -> bool | None:
    if not access.is_layer(second):
        return None
    mine = {id(layer) for layer in [first, *access.contained_layers(first)]}
    return not any(id(layer) in mine for layer in [second, *access.contained_layers(second)])


def _flips(chain: list[Any], challenge: str) -> dict[str, int] | None:
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
    return {**counts, "pictures": len(images), "other": len(images) - sum(counts.values())}


def _turns(chain: list[Any]) -> list[float] | None:
    """Run the rotation layer alone in training and measure how far it turned each picture."""
    layer = next((layer for layer in chain if access.kind_of(layer) == "RandomRotation"), None)
    if layer is None:
        return None
    images = probes.direction_pictures(probes.PICTURES, _SIDE)
    return probes.measured_turns(access.call(layer, images, training=True))


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
) -> list[dict[str, Any]]:
    """The whole augmenter at two sizes, a fresh one for each; at its own size if it fixes one."""
    fixed = access.declared_size(first) or shared
    sizes = [fixed] if fixed is not None else list(probes.augmenter_sizes(challenge))
    augmenters = [first, second if access.is_layer(second) else guard.run(function)]
    seen = []
    for size, augmenter in zip(sizes, augmenters, strict=False):
        if min(size) < 1 or max(size) > 512:
            seen.append({"height": size[0], "width": size[1]})
            continue
        result = guard.run(partial(_at_size, augmenter, challenge, size))
        if result is None:
            result = {"height": size[0], "width": size[1], "error": guard.error}
        seen.append(result)
    return seen


def _at_size(augmenter: Any, challenge: str, size: tuple[int, int]) -> dict[str, Any]:
    images = probes.pictures(challenge, f"augmenter {size}", probes.PICTURES, size)
    trained = access.call(augmenter, images, training=True)
    inferred = access.call(augmenter, images, training=False)
    kept = trained.shape == images.shape and inferred.shape == images.shape
    seen = {
        "height": size[0],
        "width": size[1],
        "pictures": len(images),
        "shape_kept": kept,
        "dtype": one_line(str(trained.dtype), MAX_NAME),
    }
    if inferred.shape == images.shape:
        seen["largest_change"] = finite(np.abs(inferred - images).max())
    if kept:
        changes = np.abs(trained.astype(np.float64) - images).max(axis=(1, 2, 3))
        seen["changed"] = int(np.sum(changes > _SAME))
    return seen
