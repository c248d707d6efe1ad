"""What a model of Keras 3.5 to 3.15 is compiled with, and what that does; see :mod:`access`.

No public API tells what a model is compiled with, or lets an optimizer step on variables that are
not its own. So these are used, all read in the sources of Keras 3.5 and 3.15:
``model._compile_config``, ``model._compiled_trainable_state`` (from 3.15 on), and of optimizers
``_learning_rate``, ``_iterations``, ``_variables``, ``_track_variable``, ``_trainable_variables``,
``_trainable_variables_indices``, and all that begins with ``_exclude_from_weight_decay``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe.access import arrays, tensor_of, to_numpy
from alpaca_course.keras_probe.seen import STEPS
from alpaca_course.keras_probe.traced import in_graph
from alpaca_course.kernel.keeping import keeps_nothing

# What an optimizer steps on: a decay takes a share of it, and float32 is as fine as 5e-10 there.
_START = 2.0**-8
_SPARED = "_exclude_from_weight_decay"


def learning_rate(optimizer: Any) -> tuple[float | None, bool]:
    """Learning rate at the next step, and whether it follows a schedule."""
    given: Any = getattr(optimizer, "_learning_rate", None)
    if isinstance(given, keras.optimizers.schedules.LearningRateSchedule):
        return float(to_numpy(given(_steps_made(optimizer)))), True
    if _is_function(given):
        return float(to_numpy(given())), True
    rate = getattr(optimizer, "learning_rate", None)
    return (None, False) if rate is None else (float(to_numpy(rate)), False)


def later_rates(optimizer: Any) -> list[float]:
    """Learning rates at the steps of ``STEPS`` from here, of a schedule or a function.

    The first of a function's is what it gives in a graph.

    Of a function that may keep something, such as how often it was called, nothing is known.
    """
    given: Any = getattr(optimizer, "_learning_rate", None)
    if isinstance(given, keras.optimizers.schedules.LearningRateSchedule):
        made = _steps_made(optimizer)
        return [float(to_numpy(given(made + step))) for step in STEPS]
    if not (_is_function(given) and keeps_nothing(given, 0)):
        return []
    # Training asks it in a graph, and it can tell the difference.
    first = float(in_graph(given, [])())
    return [first, *(float(to_numpy(given())) for _ in STEPS[1:])]


def _steps_made(optimizer: Any) -> int:
    """How many steps it has counted: whoever trains goes on from there."""
    return int(to_numpy(optimizer.iterations))


def _is_function(given: Any) -> bool:
    return callable(given) and not isinstance(given, keras.Variable)


def compiled_with(model: Any) -> tuple[Any, Any, Any]:
    """Loss, optimizer and metrics of the last ``compile`` that came to its end.

    The model's own attributes do not do: ``compile`` leaves an old loss and old metrics in place
    where it is given none, and sets a new optimizer before it may still fail. A loss that is given
    by the name of the model's one output is the loss.
    """
    config = getattr(getattr(model, "_compile_config", None), "config", None)
    settings = config if isinstance(config, dict) else {}
    loss, metrics = settings.get("loss"), settings.get("metrics")
    outputs = [*(getattr(model, "output_names", None) or ())]
    if isinstance(loss, dict) and len(outputs) == 1 and [*loss] == outputs:
        loss = loss[outputs[0]]
    # Where pictures have no weights, Keras reports these as it does the others.
    if weighted := settings.get("weighted_metrics"):
        metrics = [metrics, weighted]
    return loss, settings.get("optimizer"), metrics


def loss_weight(model: Any) -> float:
    """What ``compile`` multiplies the only loss by; not a number where that is not clear."""
    config = getattr(getattr(model, "_compile_config", None), "config", None)
    given = config.get("loss_weights") if isinstance(config, dict) else None
    if isinstance(given, dict):
        given = list(given.values())
    if isinstance(given, list | tuple) and len(given) == 1:
        given = given[0]
    if given is None:
        return 1.0
    return float(given) if isinstance(given, float | int) else math.nan


def flags_changed_since_compile(model: Any) -> bool | None:
    """Whether a layer's ``trainable`` is another than at the last compile; None if not known."""
    state = getattr(model, "_compiled_trainable_state", None)
    if not state:
        return None
    return any(bool(layer.trainable) != bool(was) for layer, was in state.items())


def is_tied_to_others(optimizer: Any, variables: Sequence[Any]) -> bool:
    """Whether an optimizer has its variables already, and ``variables`` are not all among them."""
    if not getattr(optimizer, "built", False):
        return False
    known = {id(variable) for variable in optimizer._trainable_variables}
    return any(id(variable) not in known for variable in variables)


def loss_function(loss: Any) -> Any:
    """A callable from whatever ``compile`` accepts as a loss."""
    return keras.losses.get(loss)


def metric_values(metric: Any, batches: Sequence[tuple[NDArray, NDArray]]) -> list[NDArray]:
    """What a metric, or a function that serves as one, gives for each batch by itself.

    Args:
        metric: whatever ``compile`` accepts but a name.
        batches: labels and outputs.
    """
    found = keras.metrics.get(metric)
    if not isinstance(found, keras.metrics.Metric):
        return [to_numpy(found(tensor_of(y), tensor_of(z))) for y, z in batches]
    variables = found.variables
    before = arrays(variables)
    values = []
    try:
        for labels, outputs in batches:
            found.reset_state()
            found.update_state(tensor_of(labels), tensor_of(outputs))
            values.append(to_numpy(found.result()))
    finally:
        for variable, old in zip(variables, before, strict=True):
            variable.assign(old)
    return values


def optimizer_steps(optimizer: Any, gradients: Sequence[NDArray]) -> list[NDArray]:
    """By how much ``optimizer`` changes a variable in each of its first steps.

    The optimizer itself is left as it is: Keras ties one to the first variables that it sees. What
    steps is an object of the same class with the same attributes, which has no variables yet; one
    made from its settings would be another where its class says so.
    """
    if isinstance(optimizer, type):
        raise TypeError("it is a class, and no object was made of it")
    twin = object.__new__(type(optimizer))
    own = {
        name: type(value)(value) if type(value) in (list, dict) else value
        for name, value in vars(optimizer).items()
        # Variables that do not decay are told by their names, and this one has none to go by.
        if not name.startswith(_SPARED)
    }
    created: list[Any] = []
    own |= {"built": False, "_trainable_variables": [], "_trainable_variables_indices": {}}
    own |= {"_variables": created, "_track_variable": created.append}
    vars(twin).update(own)
    variable = keras.Variable(np.full(len(gradients[0]), _START, np.float32))
    iterations = vars(optimizer)["_iterations"]
    before, last, steps = to_numpy(iterations), to_numpy(variable), []
    try:
        iterations.assign(0)
        for gradient in gradients:
            twin.apply_gradients([(tensor_of(gradient), variable)])
            now = to_numpy(variable)
            steps.append(now - last)
            last = now.copy()
    finally:
        iterations.assign(before)
    return steps
