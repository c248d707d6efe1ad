"""Evidence of UNQ_C2, ``alpaca_model(image_shape, data_augmentation)``. Beside the student."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.aside import ValuesAside, without_values
from alpaca_course.keras_probe.describe import backbone, nested_backbone, stage_of
from alpaca_course.keras_probe.seen import MAX_STAGES, BackboneSeen, StageSeen, Triple
from alpaca_course.keras_probe.unfetched import unfetched
from alpaca_course.kernel.guard import MAX_NAME, Guard, describe, finite, function_in, one_line
from alpaca_course.kernel.keeping import keeps_nothing
from alpaca_course.kernel.seen import FunctionSeen
from notebooks.transfer_learning_mobilenet.evidence import marks, probes
from notebooks.transfer_learning_mobilenet.evidence.outline import (
    flat_network,
    outline_of,
    outside,
    remember,
)
from notebooks.transfer_learning_mobilenet.evidence.passage import look_after
from notebooks.transfer_learning_mobilenet.evidence.seen import (
    AlpacaModelEvidence,
    AnswerSeen,
    BuildSeen,
    EntranceSeen,
    ModelSeen,
)

EVIDENCE = AlpacaModelEvidence
_GIVEN = 2  # arguments
# Marked pictures through the augmentation; a flip keeps all of them with probability 2**-16.
_PICTURES = 16
_SAME = 1e-3
_Ask = Callable[..., tuple[Any, access.Flat | None, BuildSeen]]


@unfetched()
def collect(namespace: Mapping[str, Any], guard: Guard, seen: AlpacaModelEvidence) -> None:
    """Describe what ``alpaca_model`` gives for two sizes, and one of its models closely."""
    seen.versions |= access.versions()
    function = function_in(namespace, "alpaca_model", seen)
    if function is None:
        return
    make = namespace.get("data_augmenter")
    ask = partial(_attempt, function, challenge=seen.challenge, guard=guard)
    looked = _with_any(ask, function, probes.model_size(seen.challenge), make, guard)
    seen.builds = (looked.build,)  # an interrupted cell keeps what it has
    if looked.model is None:  # a function that only works at the notebook's size is described there
        looked = _with_any(ask, function, probes.LAB_SIZE, make, guard)
        build = looked.build
    else:
        build = _as_the_notebook(ask, function, make, guard)
    seen.builds += (build,)
    if build.outline is not None:
        outlines = [each.outline for each in seen.builds if each.outline is not None]
        remember("alpaca_model", replace(build.outline, untrained=outlines[0].untrained))
        remember("own augmenter", build.own_augmenter)
    seen.function = _function(seen.builds)
    if looked.model is not None:
        with looked.scope:
            seen.model = _describe(
                looked.model, looked.flat, looked.augmenter, seen.challenge, guard
            )


@dataclass(frozen=True)
class _Looked:
    """The model for one size, as :func:`_attempt` gives it, and what it was handed.

    Attributes:
        scope: the context in which it has its values.
        augmenter: that it was handed.
    """

    scope: AbstractContextManager[Any]
    augmenter: Any
    model: Any
    flat: access.Flat | None
    build: BuildSeen


def _with_any(ask: _Ask, function: Any, side: int, make: Any, guard: Guard) -> _Looked:
    """The model for one size with the collector's augmenter, or else with the notebook's own.

    A function may look into what it is handed, and stop where that has not the layers that the lab
    asks for. One that stops with both is described by how it stopped first.
    """
    looked = _closely(ask, function, side, probe_augmenter())
    if looked.build.error is None or not callable(make):
        return looked
    augmenter = guard.run(make)
    if not access.is_layer(augmenter):
        return looked
    again = _closely(partial(ask, own=True), function, side, augmenter)
    return looked if again.model is None else again


def _closely(ask: _Ask, function: Any, side: int, augmenter: Any) -> _Looked:
    """The model for one size.

    Values that are kept aside cost a third. A layer that the function keeps for its next call would
    have none there, and of what is not Keras' own nobody knows where it looks for its variables:
    then the model is built as the notebook builds it.
    """
    if keeps_nothing(function, _GIVEN):
        aside = ValuesAside()
        with aside:
            model, flat, build = ask(side, augmenter)
        if flat is not None and access.is_plain([model, *(s.operation for s in flat.steps)]):
            return _Looked(aside, augmenter, model, flat, build)
    return _Looked(nullcontext(), augmenter, *ask(side, augmenter))


def _attempt(
    function: Any,
    side: int,
    augmenter: Any,
    *,
    challenge: str,
    guard: Guard,
    own: bool = False,
    values: bool = True,
) -> tuple[Any, access.Flat | None, BuildSeen]:
    """The model for one size (None if it is no model), its graph, and what became of it."""
    model = guard.run(partial(_build, function, side, augmenter))
    build = BuildSeen(height=side, width=side, own_augmenter=own, returned=describe(model))
    if guard.error is not None:
        return None, None, replace(build, error=guard.error, returned="")
    if not access.is_model(model):
        return None, None, build
    inputs, outputs = access.input_shapes(model), access.output_shapes(model)
    build = replace(build, input_shapes=tuple(inputs[:8]), output_shapes=tuple(outputs[:8]))
    flat = guard.run(lambda: access.flatten(model))
    if flat is not None:
        found = guard.run(
            lambda: outline_of(
                model, flat, augmenter, challenge, values=values, own=own, trainable=True
            )
        )
        build = replace(build, outline=found)
    return model, flat, build


def _as_the_notebook(ask: _Ask, function: Any, make: Any, guard: Guard) -> BuildSeen:
    """What the function gives for the notebook's own size and augmenter: its shapes and outline.

    What is not as the lab asks may come from a model's having no values, or from an augmenter that
    is not right itself, so it is looked at again without either. Where the function goes on to
    change weights, it is looked at with them.
    """
    alone = keeps_nothing(function, _GIVEN) and keeps_nothing(make, 0)
    for scope in (without_values, nullcontext)[not alone :]:
        augmenter = guard.run(make) if callable(make) else None
        if not access.is_layer(augmenter):
            break
        with scope() as aside:
            model, _, build = ask(probes.LAB_SIZE, augmenter, own=True, values=aside is None)
        if aside is not None and access.is_model(model) and aside.has_changed(model.variables):
            continue
        if build.input_shapes == ((None, probes.LAB_SIZE, probes.LAB_SIZE, 3),):
            return build
    return ask(probes.LAB_SIZE, probe_augmenter())[2]


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
    if side == probes.LAB_SIZE:
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


def _describe(
    model: Any, flat: access.Flat | None, augmenter: Any, challenge: str, guard: Guard
) -> ModelSeen:
    seen = ModelSeen(kind=one_line(access.kind_of(model), MAX_NAME))
    seen.own_ways = tuple(access.own_ways(model))
    trainable = guard.run(lambda: access.parameters(model.trainable_variables))
    parameters = guard.run(lambda: access.parameters(model.variables))
    seen.trainable_parameters, seen.parameters = trainable or 0, parameters or 0
    if flat is None:
        return seen
    nested = next((i for i, s in enumerate(flat.steps) if access.is_network(s.operation)), None)
    first, last = (nested, nested) if nested is not None else flat_network(flat)
    seen.flat_backbone = nested is None and first is not None
    seen.truncated = flat.truncated or len(flat.steps) > MAX_STAGES
    seen.uses_argument = _uses(flat, augmenter)
    shown = outside(flat.steps, first, last)[:MAX_STAGES]
    seen.stages = tuple(stage_of(step, flat) for step in shown)
    if first is None or last is None or first >= MAX_STAGES:
        return seen
    seen.backbone_at = first
    if len(flat.inputs) == 1 and len(flat.steps[first].inputs) == 1:
        entrance = guard.run(lambda: _entrance(flat, first, challenge, seen.stages))
        seen.entrance = entrance or EntranceSeen(error=guard.error)
    seen.backbone = guard.run(lambda: _network(flat, first, last, model.trainable_variables))
    if nested is not None:
        seen.answer = guard.run(lambda: _answer(flat.steps[first].operation, challenge))
    look_after(flat, last, challenge, guard, seen)
    return seen


def _network(flat: access.Flat, first: int, last: int, reachable: Sequence[Any]) -> BackboneSeen:
    step = flat.steps[first]
    if first == last:
        seen = nested_backbone(step.operation, reachable, with_weights=True)
        seen.training = access.recorded_training(step)
        return seen
    layers = [step.operation for step in flat.steps[first : last + 1]]
    output = access.shape_of(flat.tensors[flat.steps[last].outputs[0]])
    return backbone(layers, output, reachable, trainable=True, with_weights=True)


def _answer(network: Any, challenge: str) -> AnswerSeen | None:
    """What the network gives in inference for a picture of which its answer is known elsewhere."""
    side = (access.input_shapes(network) or [(None, None)])[0][1] or probes.LAB_SIZE
    if side not in (probes.LAB_SIZE, *probes.MODEL_SIZES):
        return None
    image = probes.network_picture(probes.known_picture(challenge, side))
    maps = access.call(network, image[None], training=False)[0]
    features = maps.reshape(-1, maps.shape[-1]).mean(axis=0)
    return AnswerSeen(side=side, values=tuple(map(finite, probes.mixtures(challenge, features))))


def _uses(flat: access.Flat, augmenter: Any) -> bool:
    mine = {id(each) for each in (augmenter, *access.contained_layers(augmenter))}
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
    size = (shape[1] or probes.LAB_SIZE, shape[2] or probes.LAB_SIZE)
    slot = flat.steps[at].inputs[0]
    before = flat.steps[:at]

    def through(images: NDArray, *, training: bool) -> dict[int, Any]:
        return access.evaluate(
            before, {flat.inputs[0]: access.tensor_of(images)}, training=training
        )

    noise = probes.pictures(challenge, "model", 1, size)
    pixels = probes.pixels(challenge, min(size))
    for pixel in pixels:
        noise[0, pixel.row, pixel.column, pixel.channel] = pixel.value
    marked = marks.marked_pictures(challenge, "model", _PICTURES, size)
    images = np.concatenate([probes.constant_pictures(size), noise, marked])
    inferred = through(images, training=False)
    for step, seen in zip(before, stages, strict=False):
        if step.outputs and step.outputs[0] in inferred:
            seen.constants = _means(access.to_numpy(inferred[step.outputs[0]])[:3])
    reached = access.to_numpy(inferred[slot])
    trained = access.to_numpy(through(marked, training=True)[slot])
    changes = np.abs(trained - reached[4:]).max(axis=tuple(range(1, reached.ndim)))
    # Of what turns bright into dark, the spots are the darkest.
    sign = 1.0 if reached[2].mean() >= reached[0].mean() else -1.0
    return EntranceSeen(
        constants=_means(reached[:3]),
        spread=finite(np.ptp(reached[:3], axis=tuple(range(1, reached.ndim))).max()),
        pixels=tuple(finite(reached[3, p.row, p.column, p.channel]) for p in pixels)
        if reached.shape == images.shape
        else (),
        pictures=_PICTURES,
        changed=int(np.sum(changes > _SAME)),
        marks=marks.marks_of(sign * reached[4:], sign * trained),
    )


def _means(values: NDArray) -> Triple | None:
    if values.shape[:1] != (3,):
        return None
    black, grey, white = (finite(row.mean()) for row in values.astype(np.float64))
    return None if black is None or grey is None or white is None else (black, grey, white)
