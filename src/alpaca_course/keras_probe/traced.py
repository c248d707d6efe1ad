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

_ROUNDING = 3e-4  # of the sum of all that is added up


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


def goes_by_its_gradient(function: Callable[[Any], Any], given: NDArray, *, graph: bool) -> bool:
    """Whether a linear ``function`` grows along ``given`` as its gradient there says.

    A step that gives what it is given may still hand on another gradient.

    Args:
        function: of a tensor.
        given: numbers for it.
        graph: ask in a graph, as :func:`in_graph` does.
    """
    import tensorflow as tf

    def asked(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = tf.reduce_sum(tf.cast(function(x), x.dtype))
        gradient = tape.gradient(value, x)
        parts = tf.zeros_like(x) if gradient is None else gradient * x
        twice = tf.reduce_sum(tf.cast(function(2.0 * x), x.dtype))
        return tf.stack([twice - value, tf.reduce_sum(parts), tf.reduce_sum(tf.abs(parts))])

    ask = in_graph(asked, [given]) if graph else lambda x: to_numpy(asked(tensor_of(x)))
    grown, told, size = (float(number) for number in ask(given))
    return abs(grown - told) <= _ROUNDING * size


def slopes(loss: Callable[[Any, Any], Any], labels: Any, outputs: Any) -> Any:
    """The gradient of a loss' mean by each of the outputs, times their number."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(outputs)
        mean = tf.reduce_mean(loss(labels, outputs))
    gradient = tape.gradient(mean, outputs)
    number = tf.cast(tf.size(outputs), outputs.dtype)
    return tf.zeros_like(outputs) if gradient is None else number * gradient


def has_gradient(function: Callable[[Any], Any], given: Any) -> bool:
    """Whether what ``function`` gives has a gradient by the tensor that it is given."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(given)
        value = function(given)
    gradient = tape.gradient(value, given)
    return gradient is not None and bool(np.any(to_numpy(gradient)))
