"""What one step of training moves in ``model2``. Beside the student."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.seen import MAX_LAYERS
from alpaca_course.kernel.guard import finite
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen import StepSeen


def training_step(
    model: Any, flat: access.Flat | None, network: Any, moves: bool, challenge: str
) -> StepSeen:
    """What a training step on one picture moves; nothing is left changed.

    Args:
        model: whose weights move.
        flat: its graph; None where it has none.
        network: the backbone in it.
        moves: the optimizer changes variables that have a gradient at all.
        challenge: of the execution.

    The step lowers a weighted sum of answers and features instead of the student's loss: a loss or
    head that does not fit has a gradient or none depending on chance, and is judged by itself.
    What the optimizer makes of gradients is seen on a small variable, so a weight with a gradient
    moves here.
    """
    part = None if flat is None else _late_part(model, flat, network)
    touched = list(model.variables) if part is None else part.untrained()
    before = access.arrays(touched)
    try:
        run = partial(_all, model, network) if part is None else partial(_part, part)
        value, moved = _with_gradient(model.trainable_variables, lambda: run(challenge))
    finally:
        changed = _changed(touched, before)
        for variable, old in zip(touched, before, strict=True):
            if id(variable) in changed:
                variable.assign(old)
    moved = changed | (moved if moves else set())
    inside = {id(variable) for variable in network.variables}
    weights = {id(variable) for variable in model.weights}
    statistics = _with_moved_statistics(network.layers, moved)
    return StepSeen(
        moved="".join(_moved(layer, moved) for layer in network.layers)[:MAX_LAYERS],
        statistics_moved=len(statistics),
        frozen_statistics_moved=sum(not layer.trainable for layer in statistics),
        rest_moved=bool((moved & weights) - inside),
        rest_trainable=any(id(v) not in inside for v in model.trainable_variables),
        rest_frozen=any(
            # A layer's variable is no instance of Keras 3.5's own keras.Variable.
            not getattr(getattr(layer, name, None), "trainable", True)
            for layer in model.layers
            if layer is not network
            for name in ("kernel", "bias")
        ),
        loss=finite(value),
    )


@dataclass(frozen=True)
class _Part:
    """What comes from the first layer on that training may change.

    Attributes:
        network: steps of the network's own graph from there on.
        given: of the network's graph, slot -> shape of what reaches these steps from before.
        features: slot of what the network gives.
        rest: steps of the model after the network.
        entrance, output: of the model, slots of what the network and the model give.
    """

    network: Sequence[access.Step]
    given: Mapping[int, tuple[int, ...]]
    features: int
    rest: Sequence[access.Step]
    entrance: int
    output: int

    def untrained(self) -> list[Any]:
        """Variables that calling these steps may change: statistics, and sources of chance."""
        operations = [step.operation for step in (*self.network, *self.rest)]
        return [v for each in operations for v in getattr(each, "non_trainable_variables", ())]


def _late_part(model: Any, flat: access.Flat, network: Any) -> _Part | None:
    """What a step of training can change in a model; None where that is not clear from its graph.

    Layers of Keras that are frozen change neither weights nor statistics, so the first of them need
    not be computed: what the layers after them are given may be anything.
    """
    at = [i for i, step in enumerate(flat.steps) if step.operation is network]
    inner = access.flatten(network)
    ends = [flat.inputs, flat.outputs, *([] if inner is None else [inner.inputs, inner.outputs])]
    if len(at) != 1 or inner is None or any(len(each) != 1 for each in ends):
        return None
    early, step, late = flat.steps[: at[0]], flat.steps[at[0]], flat.steps[at[0] + 1 :]
    first = next((i for i, each in enumerate(inner.steps) if _may_change(each)), len(inner.steps))
    links = {step.outputs[0], *(slot for each in late for slot in each.outputs)}
    if (
        not access.is_plain([model, *(each.operation for each in flat.steps)])
        or any(map(_may_change, early))
        or any(slot not in links for each in late for slot in each.inputs)
    ):
        return None
    steps = inner.steps[first:]
    made = {slot for each in steps for slot in each.outputs}
    needed = {slot for each in steps for slot in each.inputs} | {inner.outputs[0]}
    shapes = {slot: access.shape_of(inner.tensors[slot])[1:] for slot in sorted(needed - made)}
    given = {slot: (1, *(side for side in sides if side)) for slot, sides in shapes.items()}
    if any(None in sides for sides in shapes.values()):
        return None
    return _Part(steps, given, inner.outputs[0], late, step.outputs[0], flat.outputs[0])


def _may_change(step: access.Step) -> bool:
    """Whether training may change a layer, or it has statistics that follow what it sees."""
    operation = step.operation
    return bool(
        getattr(operation, "weights", None)
        and (operation.trainable or operation.trainable_variables)
    )


def _part(part: _Part, challenge: str) -> Any:
    """``mean(answers) + mean(features)``, from what the first steps of the part are given."""
    drawn = probes.generator(challenge, "step")
    given = {
        slot: access.tensor_of(drawn.random(shape, np.float32))
        for slot, shape in part.given.items()
    }
    features = access.evaluate(part.network, given, training=True)[part.features]
    known = access.evaluate(part.rest, {part.entrance: features}, training=True)
    return keras.ops.mean(known[part.output]) + keras.ops.mean(features)


def _all(model: Any, network: Any, challenge: str) -> Any:
    """The same, with the features of ``network`` inside ``model`` for one picture."""
    shape = next(iter(access.input_shapes(model)), None) or (None, None, None, 3)
    size = (shape[1] or probes.LAB_SIZE, shape[2] or probes.LAB_SIZE)
    image = access.tensor_of(probes.pictures(challenge, "step", 1, size))
    with _outputs_of(network) as features:
        value = keras.ops.mean(model(image, training=True))
    for each in features:
        value += keras.ops.mean(each)
    return value


def _with_gradient(variables: Sequence[Any], lowered: Callable[[], Any]) -> tuple[float, set[int]]:
    """A value, and the ids of the variables that it has a gradient for. TensorFlow backend."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = lowered()
    gradients = tape.gradient(value, [variable.value for variable in variables])
    found = {
        id(variable)
        for variable, gradient in zip(variables, gradients, strict=True)
        if gradient is not None and np.any(access.to_numpy(gradient))
    }
    return float(access.to_numpy(value)), found


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
