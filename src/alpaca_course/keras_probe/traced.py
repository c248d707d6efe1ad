"""What functions of a student's own give in a graph, as training calls them. Beside the student.

Keras traces a step of training once, for batches whose number of pictures is open, and goes on
without Python. A function that is asked by itself can tell the difference, so it is asked both
ways. TensorFlow backend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe.access import contained_layers, tensor_of, to_numpy
from alpaca_course.keras_probe.steady import need_graphs


def is_own_function(thing: Any) -> bool:
    """Whether ``thing`` is a function, or anything that is called as one, that is not Keras'."""
    keeps_state = isinstance(thing, keras.losses.Loss | keras.metrics.Metric | str)
    module = str(getattr(thing, "__module__", ""))
    return callable(thing) and not keeps_state and not module.startswith("keras.")


def runs_own_function(operation: Any) -> bool:
    """Whether an operation is a Lambda layer or has an own activation, or holds one that does."""
    return any(
        isinstance(each, keras.layers.Lambda) or own_activation(each) is not None
        for each in (operation, *contained_layers(operation))
    )


def own_activation(layer: Any) -> Callable[[Any], Any] | None:
    """The layer's activation where it is a function that is not Keras'."""
    found = getattr(layer, "activation", None)
    return found if is_own_function(found) else None


def in_graph(function: Callable[..., Any], like: Sequence[NDArray]) -> Callable[..., NDArray]:
    """``function`` of arrays, traced for any number of rows of arrays such as ``like``.

    Raises:
        NoGraphsError: nothing is traced in this process.
    """
    import tensorflow as tf

    need_graphs()

    signature = [tf.TensorSpec((None, *each.shape[1:]), each.dtype) for each in like]
    # As Keras has it: Python's own conditions are no part of the graph.
    traced = tf.function(function, input_signature=signature, autograph=False)
    return lambda *arrays: to_numpy(traced(*map(tensor_of, arrays)))


def has_gradient(function: Callable[[Any], Any], given: Any) -> bool:
    """Whether what ``function`` gives has a gradient by the tensor that it is given."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(given)
        value = function(given)
    gradient = tape.gradient(value, given)
    return gradient is not None and bool(np.any(to_numpy(gradient)))
