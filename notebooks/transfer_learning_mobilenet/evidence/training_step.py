"""What one step of training moves in ``model2``. Beside the student."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.seen import MAX_LAYERS
from alpaca_course.kernel.guard import finite
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen import StepSeen

_STEP = 2.0**-12  # no weight of a network is so large that it would be rounded away


def training_step(model: Any, network: Any, moves: bool, challenge: str) -> StepSeen:
    """One training step on one picture; everything is put back.

    Args:
        model: whose weights move.
        network: the backbone in it.
        moves: the optimizer changes variables that have a gradient at all.
        challenge: of the execution.

    It lowers a weighted sum of answers and features instead of the student's loss: a loss or head
    that does not fit has a gradient or none depending on chance, and is judged by itself.
    """
    shape = next(iter(access.input_shapes(model)), None) or (None, None, None, 3)
    size = (shape[1] or 160, shape[2] or 160)
    images = probes.pictures(challenge, "step", 1, size)
    variables = list(model.variables)
    before = access.arrays(variables)
    try:
        value = _gradient_step(model, network, moves, images)
    finally:
        moved = _changed(variables, before)
        for variable, old in zip(variables, before, strict=True):
            if id(variable) in moved:
                variable.assign(old)
    inside = {id(variable) for variable in network.variables}
    weights = {id(variable) for variable in model.weights}
    statistics = _with_moved_statistics(network.layers, moved)
    return StepSeen(
        moved="".join(_moved(layer, moved) for layer in network.layers)[:MAX_LAYERS],
        statistics_moved=len(statistics),
        frozen_statistics_moved=sum(not layer.trainable for layer in statistics),
        rest_moved=bool((moved & weights) - inside),
        rest_trainable=any(id(v) not in inside for v in model.trainable_variables),
        loss=finite(value),
    )


def _gradient_step(model: Any, network: Any, moves: bool, images: NDArray) -> float:
    """One eager step on the TensorFlow backend; the value that it lowers, before it.

    This is ``mean(answers) + mean(features)`` with the features of ``network`` inside ``model``:
    weights of the network get a gradient whatever the head makes of the features.

    The weights go down by ``_STEP`` where their gradient is positive and up where it is negative,
    the first step of Adam: what the optimizer makes of gradients is seen on a small variable, and
    its moments for a hundred large ones would cost as much as all gradients.
    """
    import tensorflow as tf

    variables = model.trainable_variables
    with _outputs_of(network) as features, tf.GradientTape() as tape:
        value = keras.ops.mean(model(access.tensor_of(images), training=True))
        for each in features:
            value += keras.ops.mean(each)
    gradients = tape.gradient(value, [variable.value for variable in variables])
    for gradient, variable in zip(gradients, variables, strict=True):
        if moves and gradient is not None:
            variable.assign_sub(_STEP * keras.ops.sign(gradient))
    return float(access.to_numpy(value))


def _changed(variables: Sequence[Any], before: Sequence[NDArray]) -> set[int]:
    """Ids of the variables whose values are others than ``before``."""
    return {
        id(variable)
        for variable, old, new in zip(variables, before, access.arrays(variables), strict=True)
        if not np.array_equal(old, new)
    }


@contextlib.contextmanager
def _outputs_of(layer: Any) -> Iterator[list[Any]]:
    """What the layer's calls return while the context lasts."""
    call, outputs = layer.call, []

    def keep(*args: Any, **kwargs: Any) -> Any:
        outputs.append(call(*args, **kwargs))
        return outputs[-1]

    layer.call = keep
    try:
        yield outputs
    finally:
        del layer.call


def _moved(layer: Any, moved: set[int]) -> str:
    """Statistics of a BatchNormalization are counted apart: no gradient moves them."""
    own = layer.weights
    if access.is_batch_normalization(layer):
        own = [v for v in own if v is not layer.moving_mean and v is not layer.moving_variance]
    if not own:
        return "-"
    return "m" if any(id(variable) in moved for variable in own) else "."


def _with_moved_statistics(layers: Sequence[Any], moved: set[int]) -> list[Any]:
    """The BatchNormalization layers that moved their statistics."""
    return [
        layer
        for layer in layers
        if access.is_batch_normalization(layer)
        and (id(layer.moving_mean) in moved or id(layer.moving_variance) in moved)
    ]
