"""Evidence of UNQ_C2, ``alpaca_model(image_shape, data_augmentation)``. Beside the student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.describe import (
    MAX_STAGES,
    backbone,
    nested_backbone,
    stage_of,
)
from alpaca_course.kernel.guard import (
    MAX_NAME,
    Guard,
    describe,
    finite,
    function_seen,
    one_line,
)
from notebooks.transfer_learning_mobilenet.evidence import probes

# The lab's own size: a function that only works there is still described there.
LAB_SIZE = 160
# Noise pictures through the augmentation; a flip keeps all of them with probability 2**-16.
_PICTURES = 16
_OPEN_SIDE = 3  # of the features, where a model leaves the size of its pictures open
_SAME = 1e-3
_MAX_FEATURES = 4_000_000
_FAR = 1e4


def collect(
    namespace: Mapping[str, Any], challenge: str, guard: Guard, payload: dict[str, Any]
) -> None:
    """Fill ``payload`` as :class:`seen.AlpacaModelEvidence` says."""
    payload["versions"] |= access.versions()
    payload["function"] = {"status": "missing"}
    function = namespace.get("alpaca_model")
    unusable = function_seen(function, exists="alpaca_model" in namespace)
    if unusable is not None or function is None:
        payload["function"] = unusable or {"status": "not callable", "returned": "None"}
        return
    builds: list[dict[str, Any]] = []
    payload["builds"] = builds  # an interrupted cell keeps what it has
    model, augmenter, build = _attempt(function, probes.model_size(challenge), guard)
    builds.append(build)
    if model is None:
        model, augmenter, build = _attempt(function, LAB_SIZE, guard)
        builds.append(build)
    else:
        builds.append(_shapes_at(LAB_SIZE, function, guard))
    payload["function"] = _function(builds)
    if model is not None:
        payload["model"] = _describe(model, augmenter, challenge, guard)


def _attempt(function: Any, side: int, guard: Guard) -> tuple[Any, Any, dict[str, Any]]:
    """The model for one size (None if it is no model), its augmenter, and what became of it."""
    augmenter = probe_augmenter()
    model = guard.run(partial(_build, function, side, augmenter))
    build: dict[str, Any] = {"height": side, "width": side, "returned": describe(model)}
    if guard.error is not None:
        return None, augmenter, {**build, "error": guard.error, "returned": ""}
    if not access.is_model(model):
        return None, augmenter, build
    build["input_shapes"] = [shape[:8] for shape in access.input_shapes(model)[:8]]
    build["output_shapes"] = [shape[:8] for shape in access.output_shapes(model)[:8]]
    return model, augmenter, build


def _shapes_at(side: int, function: Any, guard: Guard) -> dict[str, Any]:
    """What becomes of the function at a second size, where only the shapes are asked for.

    Without values a model costs a third. Whatever is not as the lab asks may come from that, so it
    is looked at again with a model that has them.
    """
    with access.without_values():
        _, _, build = _attempt(function, side, guard)
    if build.get("input_shapes") == [[None, side, side, 3]]:
        return build
    return _attempt(function, side, guard)[2]


def probe_augmenter() -> Any:
    """An augmenter of the collector's own, so that this exercise does not hang on another's.

    Two layers, random in training, identity in inference, like the one the lab asks for but not
    the same: it is recognised in the graph by identity.
    """
    return keras.Sequential(
        [keras.layers.RandomFlip("vertical"), keras.layers.RandomTranslation(0.1, 0.1)]
    )


def _build(function: Any, side: int, augmenter: Any) -> Any:
    """Both ways of calling: by keyword at the lab's size, by position at the other."""
    if side == LAB_SIZE:
        return function((side, side), augmenter)
    try:
        return function(image_shape=(side, side), data_augmentation=augmenter)
    except TypeError as error:
        if "unexpected keyword argument" not in str(error):
            raise
        return function((side, side), augmenter)


def _function(builds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What became of the function: raised only if it raised every time."""
    if all("error" in build for build in builds):
        return {"status": "raised", "error": builds[0]["error"]}
    returned = next(build["returned"] for build in builds if "error" not in build)
    return {"status": "returned", "returned": returned}


def _describe(model: Any, augmenter: Any, challenge: str, guard: Guard) -> dict[str, Any]:
    seen: dict[str, Any] = {"kind": one_line(access.kind_of(model), MAX_NAME)}
    sizes = guard.run(
        lambda: {
            "trainable_parameters": access.parameters(model.trainable_variables),
            "parameters": access.parameters(model.variables),
        }
    )
    seen.update(sizes or {})
    flat = guard.run(lambda: access.flatten(model))
    if flat is None:
        seen["error"] = guard.error
        return seen
    nested = next((i for i, s in enumerate(flat.steps) if access.is_network(s.operation)), None)
    first, last = (nested, nested) if nested is not None else _flat_network(flat)
    seen["flat_backbone"] = nested is None and first is not None
    seen["truncated"] = flat.truncated or len(flat.steps) > MAX_STAGES
    seen["uses_argument"] = _uses(flat, augmenter)
    stages = [stage_of(step, flat) for step in _outside(flat.steps, first, last)[:MAX_STAGES]]
    seen["stages"] = stages
    if first is None or last is None or first >= MAX_STAGES:
        return seen
    seen["backbone_at"] = first
    if len(flat.inputs) == 1 and len(flat.steps[first].inputs) == 1:
        entrance = guard.run(lambda: _entrance(flat, first, challenge, stages))
        seen["entrance"] = entrance or {"error": guard.error}
    described = guard.run(lambda: _network(flat, first, last, model.trainable_variables))
    if described is not None:
        seen["backbone"] = described
    seen.update(_after(flat, last, challenge, guard))
    return seen


def _flat_network(flat: access.Flat) -> tuple[int | None, int | None]:
    """First and last step of a network whose layers lie among the model's own.

    It begins with the first convolution and ends with the activation after the last weights that
    belong to a convolution or a normalization.
    """
    operations = [step.operation for step in flat.steps]
    if sum(access.is_depthwise(operation) for operation in operations) < 10:
        return None, None
    first = next(i for i, x in enumerate(operations) if access.is_convolution(x))
    last = max(
        i
        for i, x in enumerate(operations)
        if access.is_convolution(x) or access.is_batch_normalization(x)
    )
    if last + 1 < len(operations) and access.is_activation(operations[last + 1]):
        last += 1
    return first, last


def _outside(steps: list[access.Step], first: int | None, last: int | None) -> list[access.Step]:
    """The steps, with the inside of a flat network left out but for its first."""
    if first is None or last is None:
        return steps
    return [*steps[: first + 1], *steps[last + 1 :]]


def _network(flat: access.Flat, first: int, last: int, reachable: Sequence[Any]) -> dict[str, Any]:
    step = flat.steps[first]
    if first == last:
        seen = nested_backbone(step.operation, reachable, with_weights=True)
        return {**seen, "training": access.recorded_training(step)}
    layers = [step.operation for step in flat.steps[first : last + 1]]
    output = access.shape_of(flat.tensors[flat.steps[last].outputs[0]])
    return backbone(layers, output, reachable, trainable=True, with_weights=True)


def _uses(flat: access.Flat, augmenter: Any) -> bool:
    mine = {id(augmenter), *(id(layer) for layer in augmenter.layers)}
    found = [*flat.wrappers, *(step.operation for step in flat.steps)]
    found += [inner for step in flat.steps for inner in _kept_by(step.operation)]
    return any(id(thing) in mine for thing in found)


def _kept_by(operation: Any) -> list[Any]:
    return [] if access.is_network(operation) else list(access.contained_layers(operation))


def _entrance(
    flat: access.Flat, at: int, challenge: str, stages: list[dict[str, Any]]
) -> dict[str, Any]:
    """What reaches step ``at``, by value; also writes each stage's values for constants."""
    shape = access.shape_of(flat.tensors[flat.inputs[0]])
    size = (shape[1] or LAB_SIZE, shape[2] or LAB_SIZE)
    slot = flat.steps[at].inputs[0]
    before = flat.steps[:at]

    def through(images: NDArray, *, training: bool) -> dict[int, Any]:
        return access.evaluate(
            before, {flat.inputs[0]: access.tensor_of(images)}, training=training
        )

    constant = through(probes.constant_pictures(size), training=False)
    for step, seen in zip(before, stages, strict=False):
        if step.outputs and step.outputs[0] in constant:
            means = _means(access.to_numpy(constant[step.outputs[0]]))
            if means is not None:
                seen["constants"] = means
    reached = access.to_numpy(constant[slot])
    noise = probes.pictures(challenge, "model", _PICTURES, size)
    inferred = access.to_numpy(through(noise, training=False)[slot])
    trained = access.to_numpy(through(noise, training=True)[slot])
    axes = tuple(range(1, inferred.ndim))
    return {
        "constants": _means(reached),
        "spread": finite(np.ptp(reached, axis=tuple(range(1, reached.ndim))).max()),
        "pictures": _PICTURES,
        "changed": int(np.sum(np.abs(trained - inferred).max(axis=axes) > _SAME)),
    }


def _means(values: NDArray) -> list[float] | None:
    if values.shape[:1] != (3,):
        return None
    means = [finite(row.mean()) for row in values.astype(np.float64)]
    return None if any(mean is None for mean in means) else means  # type: ignore[return-value]


def _after(flat: access.Flat, at: int, challenge: str, guard: Guard) -> dict[str, Any]:
    """From the backbone's output to the model's: passage and head."""
    after = flat.steps[at + 1 :]
    weighted = [step for step in after if getattr(step.operation, "weights", None)]
    output = access.shape_of(flat.tensors[flat.outputs[0]])
    head: dict[str, Any] = {"weighted_layers": len(weighted), "units": output[-1]}
    if not weighted:
        return {"head": head}
    entrance = weighted[0].inputs[0]
    result: dict[str, Any] = {"head": head}
    passage = guard.run(lambda: _passage(flat, at, after, entrance, challenge))
    result["passage"] = passage or {"error": guard.error}
    found = guard.run(lambda: _head(flat, after, entrance, challenge))
    head.update(found or {"error": guard.error})
    return result


def _passage(
    flat: access.Flat, at: int, after: Sequence[access.Step], entrance: int, challenge: str
) -> dict[str, Any]:
    exit_slot = flat.steps[at].outputs[0]
    shape = access.shape_of(flat.tensors[exit_slot])
    # With one position only, an average could not be told from a maximum.
    sides = tuple(side or _OPEN_SIDE for side in shape[1:])
    if _PICTURES * int(np.prod(sides)) > _MAX_FEATURES:
        return {"feature_shape": shape[:8]}
    features = probes.features(challenge, (_PICTURES, *sides))
    start = {exit_slot: access.tensor_of(features)}
    inferred, trained = (
        access.to_numpy(access.evaluate(after, start, training=mode, until=entrance)[entrance])
        for mode in (False, True)
    )
    return {
        "feature_shape": shape[:8],
        "pooling": _pooling(features, inferred),
        "dropped": finite(np.mean(trained == 0.0)),
        "dropped_in_inference": finite(np.mean(inferred == 0.0)),
    }


def _pooling(features: NDArray, result: NDArray) -> str:
    """The name of what turns ``features`` into ``result``."""

    def equal(candidate: NDArray) -> bool:
        flat = result.reshape(len(result), -1)
        return flat.shape == candidate.shape and bool(np.allclose(flat, candidate, rtol=1e-4))

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


def _head(
    flat: access.Flat, after: Sequence[access.Step], entrance: int, challenge: str
) -> dict[str, Any]:
    """Whether the output is an affine function of the head's input, by evaluating it.

    What stays between 0 and 1 for huge features is squashed; for small ones a ReLU may, too.
    """
    shape = access.shape_of(flat.tensors[entrance])
    sides = tuple(side or 1 for side in shape[1:])
    output = flat.outputs[0]
    seen: dict[str, Any] = {"input_rank": len(shape)}
    if _PICTURES * int(np.prod(sides)) > _MAX_FEATURES:
        return seen
    x = probes.features(challenge, (_PICTURES, *sides)) - 1.5

    def f(scale: float) -> NDArray:
        start = {entrance: access.tensor_of((scale * x).astype(np.float32))}
        values = access.evaluate(after, start, training=False, until=output)[output]
        return access.to_numpy(values).astype(np.float64)

    zero, one, minus, two = f(0.0), f(1.0), f(-1.0), f(2.0)
    scale = np.abs(one - zero).max() + 1e-12
    affine = np.allclose(one + minus, 2 * zero, atol=1e-3 * scale) and np.allclose(
        two - zero, 2 * (one - zero), atol=1e-3 * scale
    )
    seen["linear"] = bool(affine and np.ptp(one) > 1e-6)
    if not seen["linear"]:
        far = np.stack([one, minus, f(_FAR), f(-_FAR)])
        if far.min() >= 0 and far.max() <= 1 + _SAME:
            seen["squashed"] = "sigmoid" if one.shape[-1] == 1 and np.ptp(one) > 1e-6 else "softmax"
    return seen
