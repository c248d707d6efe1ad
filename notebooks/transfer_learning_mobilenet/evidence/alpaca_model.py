"""Evidence of UNQ_C2, ``alpaca_model(image_shape, data_augmentation)``. Beside the student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.describe import backbone, nested_backbone, stage_of
from alpaca_course.keras_probe.seen import MAX_STAGES, BackboneSeen, StageSeen, Triple
from alpaca_course.kernel.guard import MAX_NAME, Guard, describe, finite, function_in, one_line
from alpaca_course.kernel.seen import FunctionSeen
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen import (
    AlpacaModelEvidence,
    BuildSeen,
    EntranceSeen,
    HeadSeen,
    ModelSeen,
    PassageSeen,
    Pooling,
)

EVIDENCE = AlpacaModelEvidence
# The lab's own size: a function that only works there is still described there.
LAB_SIZE = 160
# Noise pictures through the augmentation; a flip keeps all of them with probability 2**-16.
_PICTURES = 16
_OPEN_SIDE = 3  # of the features, where a model leaves the size of its pictures open
_SAME = 1e-3
_MAX_FEATURES = 4_000_000
_FAR = 1e4


def collect(namespace: Mapping[str, Any], guard: Guard, seen: AlpacaModelEvidence) -> None:
    """Describe what ``alpaca_model`` gives for two sizes, and one of its models closely."""
    seen.versions |= access.versions()
    function = function_in(namespace, "alpaca_model", seen)
    if function is None:
        return
    model, augmenter, build = _attempt(function, probes.model_size(seen.challenge), guard)
    seen.builds = (build,)  # an interrupted cell keeps what it has
    if model is None:
        model, augmenter, build = _attempt(function, LAB_SIZE, guard)
    else:
        build = _shapes_at(LAB_SIZE, function, guard)
    seen.builds += (build,)
    seen.function = _function(seen.builds)
    if model is not None:
        seen.model = _describe(model, augmenter, seen.challenge, guard)


def _attempt(function: Any, side: int, guard: Guard) -> tuple[Any, Any, BuildSeen]:
    """The model for one size (None if it is no model), its augmenter, and what became of it."""
    augmenter = probe_augmenter()
    model = guard.run(partial(_build, function, side, augmenter))
    build = BuildSeen(height=side, width=side, returned=describe(model))
    if guard.error is not None:
        return None, augmenter, replace(build, error=guard.error, returned="")
    if not access.is_model(model):
        return None, augmenter, build
    inputs, outputs = access.input_shapes(model), access.output_shapes(model)
    build = replace(build, input_shapes=tuple(inputs[:8]), output_shapes=tuple(outputs[:8]))
    return model, augmenter, build


def _shapes_at(side: int, function: Any, guard: Guard) -> BuildSeen:
    """What becomes of the function at a second size, where only the shapes are asked for.

    Without values a model costs a third. Whatever is not as the lab asks may come from that, so it
    is looked at again with a model that has them.
    """
    with access.without_values():
        _, _, build = _attempt(function, side, guard)
    if build.input_shapes == ((None, side, side, 3),):
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


def _function(builds: Sequence[BuildSeen]) -> FunctionSeen:
    """What became of the function: raised only if it raised every time."""
    built = [build for build in builds if build.error is None]
    if not built:
        return FunctionSeen(status="raised", error=builds[0].error)
    return FunctionSeen(status="returned", returned=built[0].returned)


def _describe(model: Any, augmenter: Any, challenge: str, guard: Guard) -> ModelSeen:
    seen = ModelSeen(kind=one_line(access.kind_of(model), MAX_NAME))
    trainable = guard.run(lambda: access.parameters(model.trainable_variables))
    parameters = guard.run(lambda: access.parameters(model.variables))
    seen.trainable_parameters, seen.parameters = trainable or 0, parameters or 0
    flat = guard.run(lambda: access.flatten(model))
    if flat is None:
        seen.error = guard.error
        return seen
    nested = next((i for i, s in enumerate(flat.steps) if access.is_network(s.operation)), None)
    first, last = (nested, nested) if nested is not None else _flat_network(flat)
    seen.flat_backbone = nested is None and first is not None
    seen.truncated = flat.truncated or len(flat.steps) > MAX_STAGES
    seen.uses_argument = _uses(flat, augmenter)
    outside = _outside(flat.steps, first, last)[:MAX_STAGES]
    seen.stages = tuple(stage_of(step, flat) for step in outside)
    if first is None or last is None or first >= MAX_STAGES:
        return seen
    seen.backbone_at = first
    if len(flat.inputs) == 1 and len(flat.steps[first].inputs) == 1:
        entrance = guard.run(lambda: _entrance(flat, first, challenge, seen.stages))
        seen.entrance = entrance or EntranceSeen(error=guard.error)
    seen.backbone = guard.run(lambda: _network(flat, first, last, model.trainable_variables))
    _after(flat, last, challenge, guard, seen)
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


def _network(flat: access.Flat, first: int, last: int, reachable: Sequence[Any]) -> BackboneSeen:
    step = flat.steps[first]
    if first == last:
        seen = nested_backbone(step.operation, reachable, with_weights=True)
        seen.training = access.recorded_training(step)
        return seen
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
    flat: access.Flat, at: int, challenge: str, stages: Sequence[StageSeen]
) -> EntranceSeen:
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
            seen.constants = _means(access.to_numpy(constant[step.outputs[0]]))
    reached = access.to_numpy(constant[slot])
    noise = probes.pictures(challenge, "model", _PICTURES, size)
    inferred = access.to_numpy(through(noise, training=False)[slot])
    trained = access.to_numpy(through(noise, training=True)[slot])
    axes = tuple(range(1, inferred.ndim))
    return EntranceSeen(
        constants=_means(reached),
        spread=finite(np.ptp(reached, axis=tuple(range(1, reached.ndim))).max()),
        pictures=_PICTURES,
        changed=int(np.sum(np.abs(trained - inferred).max(axis=axes) > _SAME)),
    )


def _means(values: NDArray) -> Triple | None:
    if values.shape[:1] != (3,):
        return None
    black, grey, white = (finite(row.mean()) for row in values.astype(np.float64))
    return None if black is None or grey is None or white is None else (black, grey, white)


def _after(flat: access.Flat, at: int, challenge: str, guard: Guard, seen: ModelSeen) -> None:
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
    found = guard.run(lambda: _head(head, flat, after, entrance, challenge))
    seen.head = found or replace(head, error=guard.error)


def _passage(
    flat: access.Flat, at: int, after: Sequence[access.Step], entrance: int, challenge: str
) -> PassageSeen:
    exit_slot = flat.steps[at].outputs[0]
    shape = access.shape_of(flat.tensors[exit_slot])
    # With one position only, an average could not be told from a maximum.
    sides = tuple(side or _OPEN_SIDE for side in shape[1:])
    if _PICTURES * int(np.prod(sides)) > _MAX_FEATURES:
        return PassageSeen(feature_shape=shape)
    features = probes.features(challenge, (_PICTURES, *sides))
    start = {exit_slot: access.tensor_of(features)}
    inferred, trained = (
        access.to_numpy(access.evaluate(after, start, training=mode, until=entrance)[entrance])
        for mode in (False, True)
    )
    return PassageSeen(
        feature_shape=shape,
        pooling=_pooling(features, inferred),
        dropped=finite(np.mean(trained == 0.0)),
        dropped_in_inference=finite(np.mean(inferred == 0.0)),
    )


def _pooling(features: NDArray, result: NDArray) -> Pooling:
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
    head: HeadSeen, flat: access.Flat, after: Sequence[access.Step], entrance: int, challenge: str
) -> HeadSeen:
    """Whether the output is an affine function of the head's input, by evaluating it.

    What stays between 0 and 1 for huge features is squashed; for small ones a ReLU may, too.
    """
    shape = access.shape_of(flat.tensors[entrance])
    sides = tuple(side or 1 for side in shape[1:])
    output = flat.outputs[0]
    head = replace(head, input_rank=len(shape))
    if _PICTURES * int(np.prod(sides)) > _MAX_FEATURES:
        return head
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
    varies = bool(np.ptp(one) > 1e-6)
    if affine and varies:
        return replace(head, linear=True)
    far = np.stack([one, minus, f(_FAR), f(-_FAR)])
    squashed = None
    if far.min() >= 0 and far.max() <= 1 + _SAME:
        squashed = "sigmoid" if one.shape[-1] == 1 and varies else "softmax"
    return replace(head, linear=False, squashed=squashed)
