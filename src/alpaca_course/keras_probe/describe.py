"""Descriptions that exercises share: layers, networks. Beside students' code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, groupby
from typing import Any
from zlib import crc32

import keras
import numpy as np

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.fingerprint import fingerprint_of_arrays
from alpaca_course.keras_probe.seen import MAX_LAYERS, BackboneSeen, StageSeen
from alpaca_course.kernel.guard import MAX_NAME, finite, one_line

_NUMBERS = count()


def stage(operation: Any) -> StageSeen:
    """One operation by itself."""
    # A model's settings are those of all its layers, slow to gather and not needed.
    layer = access.is_layer(operation)
    config = access.config_of(operation) if layer and not access.is_model(operation) else {}
    return StageSeen(
        kind=one_line(access.kind_of(operation), MAX_NAME),
        own_class=access.is_subclass_of_students(operation),
        augmentation=access.is_random_picture_layer(operation),
        trainable_parameters=access.parameters(operation.trainable_variables) if layer else 0,
        mode=_word(config.get("mode")),
        factor=pair(config.get("factor")),
        rate=finite(config.get("rate")),
        units=whole(config.get("units")),
        activation=_word(config.get("activation")),
    )


def stage_of(step: access.Step, flat: access.Flat) -> StageSeen:
    """One step of a flattened graph, with what the graph recorded about the call."""
    seen = stage(step.operation)
    seen.training = access.recorded_training(step)
    if step.outputs:
        seen.shape = access.shape_of(flat.tensors[step.outputs[0]])
    return seen


def backbone(
    layers: Sequence[Any],
    output: tuple[int | None, ...],
    reachable: Sequence[Any],
    *,
    trainable: bool,
    with_weights: bool,
) -> BackboneSeen:
    """A network inside a model.

    Args:
        layers: its layers, in order.
        output: its output shape.
        reachable: trainable variables of the outer model.
        trainable: the network's own flag.
        with_weights: read and fingerprint the weights (30 ms).
    """
    ids = {id(variable) for variable in reachable}
    weights = [weight for layer in layers for weight in layer.weights]
    return BackboneSeen(
        **access.network_counts(layers),
        parameters=access.parameters(weights),
        trainable=trainable,
        trainable_parameters=access.parameters([w for w in weights if id(w) in ids]),
        output_shape=output,
        pooled=access.global_pooling_of(layers),
        weighted="".join(_letter(layer) for layer in layers)[:MAX_LAYERS],
        trainable_layers=runs([_trains(layer, ids) for layer in layers][:MAX_LAYERS]),
        fingerprint=fingerprint_of_arrays(access.arrays(weights)) if with_weights else None,
        fresh_statistics=with_weights and untrained(layers),
    )


def nested_backbone(network: Any, reachable: Sequence[Any], *, with_weights: bool) -> BackboneSeen:
    """A network that is one layer of a model; arguments as for :func:`backbone`."""
    shapes = access.output_shapes(network)
    return backbone(
        network.layers,
        shapes[0] if shapes else (),
        reachable,
        trainable=bool(network.trainable),
        with_weights=with_weights,
    )


def in_a_word(operation: Any) -> str:
    """What an operation is and what was chosen of it, to compare two models by."""
    own = "own " if access.is_subclass_of_students(operation) else ""
    if access.is_network(operation):
        return network_in_a_word(own + access.kind_of(operation), operation.layers)
    seen = stage(operation)
    chosen = [seen.mode, *(seen.factor or ()), seen.rate, seen.units, seen.activation]
    if seen.rate is not None:
        chosen.append(access.config_of(operation).get("noise_shape"))
    words = [f"{each:g}" if isinstance(each, float) else str(each) for each in chosen if each]
    return one_line(" ".join([own + seen.kind, *words]), MAX_NAME)


def network_in_a_word(kind: str, layers: Sequence[Any]) -> str:
    """The same of a network, of which the numbers of its layers and weights are told.

    Its last word is of what may be set of its layers afterwards and is no weight.
    """
    counts = access.network_counts(layers)
    weights = access.parameters([weight for layer in layers for weight in layer.weights])
    numbers = (counts["layers"], counts["convolutions"], counts["additions"], weights)
    chosen = repr([(_epsilon(layer), _activation(layer)) for layer in layers])
    words = [kind, *(str(each) for each in numbers if each), f"{crc32(chosen.encode()):x}"]
    return one_line(" ".join(words), MAX_NAME)


def _epsilon(layer: Any) -> str:
    value = getattr(layer, "epsilon", None)
    return repr(value) if isinstance(value, float | int | None) else _like_no_other()


def _activation(layer: Any) -> str:
    """The name of Keras' function; any other may do what it likes in each model that has it."""
    function = getattr(layer, "activation", None)
    name = getattr(function, "__name__", None)
    if function is None or getattr(keras.activations, str(name), None) is function:
        return str(name)
    return access.kind_of(function) if access.is_plain([function]) else _like_no_other()


def _like_no_other() -> str:
    return f"own {next(_NUMBERS)}"


def runs(flags: Sequence[bool]) -> tuple[tuple[bool, int], ...]:
    """Run lengths: ``[False] * 120 + [True] * 34`` -> ``((False, 120), (True, 34))``."""
    return tuple((flag, len(list(equal))) for flag, equal in groupby(flags))


def _trains(layer: Any, reachable: set[int]) -> bool:
    weights = layer.weights
    if not weights:
        return bool(layer.trainable)
    return any(id(variable) in reachable for variable in weights)


def _letter(layer: Any) -> str:
    if access.is_batch_normalization(layer):
        return "b"
    return "w" if layer.weights else "-"


def untrained(network: Sequence[Any]) -> bool:
    """Whether every BatchNormalization has the statistics that it is created with."""
    layers = [layer for layer in network if access.is_batch_normalization(layer)]
    return bool(layers) and all(
        np.all(access.to_numpy(layer.moving_mean) == 0.0)
        and np.all(access.to_numpy(layer.moving_variance) == 1.0)
        for layer in layers
    )


def _word(value: Any) -> str | None:
    return one_line(value, MAX_NAME) if isinstance(value, str) else None


def pair(value: Any) -> tuple[float, float] | None:
    """A factor as Keras 3.5 ([lower, upper]) or 3.15 (tuple or one number) reports it."""
    if isinstance(value, list | tuple) and len(value) == 2:
        low, high = finite(value[0]), finite(value[1])
        return (low, high) if low is not None and high is not None else None
    number = finite(value) if isinstance(value, int | float) else None
    return (-abs(number), abs(number)) if number is not None else None


def whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        return None
    return int(value) if 0 <= value <= 10**9 else None
