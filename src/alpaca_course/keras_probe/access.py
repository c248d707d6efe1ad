"""Graphs and layers of Keras 3.5 to 3.15; with :mod:`compiled` and :mod:`aside` all that knows its
versions.

Public API wherever there is one. The exceptions, all read in the sources of Keras 3.5 and 3.15:
``model._nodes_by_depth`` and its nodes (``operation``, ``arguments``, ``input_tensors``,
``outputs``, ``is_input``), and ``Sequential._functional``.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe.seen import MAX_SIDES, Recorded

_OMITTED = object()
# A model with more operations than this is no lab's model; the rest is not looked at.
MAX_STEPS = 600
# Of a Keras model: what computes, trains, and says what may be trained.
_WAYS = {
    *("__call__", "call", "stateless_call", "__getattribute__", "__getattr__"),
    *("fit", "train_step", "train_on_batch", "make_train_function", "test_step", "predict_step"),
    *("compile", "compute_loss", "compute_metrics"),
    *("trainable_variables", "trainable_weights", "non_trainable_variables"),
}
_PUBLIC = (
    keras.layers,
    keras.losses,
    keras.metrics,
    keras.optimizers,
    keras.optimizers.schedules,
    keras,
)


@dataclass(frozen=True)
class Step:
    """One operation of a flattened graph, called on values in numbered slots."""

    operation: Any
    node: Any
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass
class Flat:
    """A model as a list of operations in the order of the graph, nested models spelled out.

    Attributes:
        inputs: slots of the model's inputs.
        outputs: slots of the model's outputs.
        steps: the operations.
        wrappers: the nested models that were spelled out.
        truncated: the graph has more than MAX_STEPS operations.
    """

    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    steps: list[Step] = field(default_factory=list)
    wrappers: list[Any] = field(default_factory=list)
    truncated: bool = False
    slots: int = 0
    tensors: dict[int, Any] = field(default_factory=dict)

    def new_slot(self, tensor: Any) -> int:
        self.slots += 1
        self.tensors[self.slots] = tensor
        return self.slots


def versions() -> dict[str, str]:
    return {"keras": str(keras.__version__), "backend": str(keras.backend.backend())}


def kind_of(thing: Any) -> str:
    """Name of the nearest public Keras class of ``thing``, else of its own class.

    A student's subclass of RandomFlip is a "RandomFlip"; names that a student gives to layers or
    to classes play no part where a Keras class is among the ancestors.
    """
    if is_model(thing) and not is_sequential(thing):
        return "Functional" if graph_of(thing) is not None else "Model"
    for cls in type(thing).__mro__:
        if cls in (keras.layers.Layer, keras.Operation):
            break
        if any(getattr(module, cls.__name__, None) is cls for module in _PUBLIC):
            return cls.__name__
    return type(thing).__name__


def is_subclass_of_students(thing: Any) -> bool:
    """Whether the class of ``thing`` was made outside Keras."""
    return not _is_of_keras(type(thing))


def _is_of_keras(cls: type) -> bool:
    """Whether the class is what its module in Keras has under its name, whatever it says itself."""
    module = str(getattr(cls, "__module__", ""))
    if not module.startswith("keras."):
        return False
    return getattr(sys.modules.get(module), cls.__name__, None) is cls


def own_ways(model: Any) -> list[str]:
    """Names of what a model's class, or the model itself, does otherwise than Keras' models.

    Where one of them is ``call`` or ``train_step``, the graph does not say what the model does.
    """
    names = {
        name
        for cls in type(model).__mro__
        if not _is_of_keras(cls) and not str(cls.__module__).startswith(("tensorflow.", "builtins"))
        for name in vars(cls)
    }
    return sorted(_WAYS & (names | set(vars(model))))


def is_plain(operations: Iterable[Any]) -> bool:
    """Whether operations, and all layers in them, are Keras' own and do nothing otherwise."""
    return all(
        _is_of_keras(type(each)) and not _WAYS & set(vars(each))
        for operation in operations
        for each in (operation, *contained_layers(operation))
    )


def is_layer(thing: Any) -> bool:
    return isinstance(thing, keras.layers.Layer)


def is_model(thing: Any) -> bool:
    return isinstance(thing, keras.Model)


def is_sequential(thing: Any) -> bool:
    return isinstance(thing, keras.Sequential)


def graph_of(model: Any) -> Any:
    """The object that holds the graph of ``model``; None for a subclassed or unbuilt model."""
    inner = getattr(model, "_functional", None) if is_sequential(model) else model
    return inner if getattr(inner, "_nodes_by_depth", None) else None


def is_network(thing: Any) -> bool:
    """Whether ``thing`` is a model with a convolutional network in it, as a backbone is."""
    return is_model(thing) and sum(isinstance(x, keras.layers.Conv2D) for x in thing.layers) > 8


def flatten(model: Any) -> Flat | None:
    """The graph of ``model`` with nested models spelled out, a backbone left as one step.

    Returns:
        None for what has no graph (a subclassed model, a Sequential that was never called).
    """
    graph = graph_of(model)
    if graph is None:
        return None
    flat = Flat()
    flat.inputs = tuple(flat.new_slot(tensor) for tensor in graph.inputs)
    flat.outputs = tuple(_spell_out(graph, flat.inputs, flat))
    return flat


def _spell_out(graph: Any, arguments: Sequence[int], flat: Flat) -> list[int]:
    known = {id(tensor): slot for tensor, slot in zip(graph.inputs, arguments, strict=True)}
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in graph._nodes_by_depth[depth]:
            if node.is_input or node.operation is None:
                continue
            inputs = tuple(known[id(tensor)] for tensor in node.input_tensors)
            inner = graph_of(node.operation) if _can_be_spelled_out(node.operation) else None
            if inner is not None and len(inner.inputs) == len(inputs):
                flat.wrappers.append(node.operation)
                outputs = tuple(_spell_out(inner, inputs, flat))
            elif len(flat.steps) < MAX_STEPS:
                outputs = tuple(flat.new_slot(tensor) for tensor in node.outputs)
                flat.steps.append(Step(node.operation, node, inputs, outputs))
            else:
                flat.truncated = True
                outputs = tuple(flat.new_slot(tensor) for tensor in node.outputs)
            known.update(zip((id(tensor) for tensor in node.outputs), outputs, strict=False))
    return [known[id(tensor)] for tensor in graph.outputs]


def _can_be_spelled_out(operation: Any) -> bool:
    return is_model(operation) and not is_network(operation)


def chain_of(model: Any) -> list[Any] | None:
    """Operations of ``model`` in order, nested models spelled out; None if it is not a chain.

    A Sequential that was never called has no graph yet, but its layers are in order.
    """
    flat = flatten(model)
    if flat is not None:
        straight = all(len(step.inputs) == 1 and len(step.outputs) == 1 for step in flat.steps)
        links = [*flat.inputs, *(step.outputs[0] for step in flat.steps)]
        linked = straight and all(
            step.inputs[0] == before
            for step, before in zip(flat.steps, links[: len(flat.steps)], strict=True)
        )
        return [step.operation for step in flat.steps] if linked else None
    if not is_sequential(model):
        return None
    chain: list[Any] = []
    for layer in model.layers:
        inner = chain_of(layer) if is_model(layer) and not is_network(layer) else None
        chain += inner if inner is not None else [layer]
    return [layer for layer in chain if not isinstance(layer, keras.layers.InputLayer)]


def recorded_training(step: Step) -> Recorded:
    """The ``training`` argument that a graph recorded."""
    value = step.node.arguments.kwargs.get("training", _OMITTED)
    if value is _OMITTED:
        return "omitted"
    if value is None:
        return "none"
    if isinstance(value, bool | int | float | np.bool_):
        return "true" if value else "false"
    return "other"


def evaluate(
    steps: Sequence[Step], values: Mapping[int, Any], *, training: bool, until: int | None = None
) -> dict[int, Any]:
    """Run ``steps`` eagerly on the given slots, as far as their inputs are known.

    Args:
        steps: operations in the order of the graph.
        values: slot -> array or tensor to start from.
        training: handed to every operation that takes it.
        until: stop once this slot is known.
    """
    known = dict(values)
    for step in steps:
        if until is not None and until in known:
            break
        if not all(slot in known for slot in step.inputs):
            continue
        tensors = {
            id(tensor): known[slot]
            for tensor, slot in zip(step.node.input_tensors, step.inputs, strict=True)
        }
        args, kwargs = step.node.arguments.fill_in(tensors)
        if takes_training(step.operation):
            kwargs = {**kwargs, "training": training}
        result = step.operation(*args, **kwargs)
        results = result if isinstance(result, list | tuple) else [result]
        known.update(zip(step.outputs, results, strict=False))
    return known


def takes_training(operation: Any) -> bool:
    try:
        return "training" in inspect.signature(operation.call).parameters
    except (AttributeError, TypeError, ValueError):
        return False


def call(thing: Any, images: NDArray, *, training: bool) -> NDArray:
    """Call a layer or model eagerly; the output as a NumPy array."""
    value = keras.ops.convert_to_tensor(images)
    result = thing(value, training=training) if takes_training(thing) else thing(value)
    return to_numpy(result)


def to_numpy(tensor: Any) -> NDArray:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def tensor_of(array: NDArray) -> Any:
    return keras.ops.convert_to_tensor(array)


def shape_of(tensor: Any) -> tuple[int | None, ...]:
    """Shape with None for unknown sides; of more than MAX_SIDES the first ones."""
    return tuple(None if side is None else int(side) for side in tensor.shape[:MAX_SIDES])


def input_shapes(model: Any) -> list[tuple[int | None, ...]]:
    """Of a model that has a graph; a Sequential that was never called has no inputs yet."""
    graph = graph_of(model)
    return [] if graph is None else [shape_of(tensor) for tensor in graph.inputs]


def output_shapes(model: Any) -> list[tuple[int | None, ...]]:
    """As :func:`input_shapes`."""
    graph = graph_of(model)
    return [] if graph is None else [shape_of(tensor) for tensor in graph.outputs]


def declared_size(model: Any) -> tuple[int, int] | None:
    """Height and width that an Input layer of ``model`` fixes; None where it fixes none."""
    shapes = input_shapes(model)
    if len(shapes) != 1 or len(shapes[0]) != 4:
        return None
    _, height, width, _ = shapes[0]
    return (height, width) if height and width else None


def config_of(thing: Any) -> dict[str, Any]:
    """Settings of a layer, loss or metric as Keras reports them; {} where it cannot."""
    try:
        config = thing.get_config()
    except Exception:  # students' classes may fail in any way, and then have no settings
        return {}
    return config if isinstance(config, dict) else {}


def contained_layers(operation: Any) -> Iterator[Any]:
    """Layers that a layer or subclassed model keeps as its own, itself not included."""
    if is_layer(operation):
        yield from operation._flatten_layers(include_self=False)


def parameters(variables: Sequence[Any]) -> int:
    return int(sum(int(np.prod(variable.shape)) for variable in variables))


def arrays(variables: Sequence[Any]) -> list[NDArray]:
    return [to_numpy(variable) for variable in variables]


def uncopied(variables: Sequence[Any]) -> Iterator[NDArray]:
    """The numbers of TensorFlow's variables where they lie, for a look in passing.

    Copying them through Keras takes longer than reading them; so does a variable's own method.
    """
    import tensorflow as tf

    for variable in variables:
        value = variable.value
        yield np.asarray(tf.raw_ops.ReadVariableOp(resource=value.handle, dtype=value.dtype))


def sources_of_chance(layer: Any) -> set[int]:
    """Ids of the random number generators of a layer and of the layers in it."""
    found = set()
    for each in [layer, *contained_layers(layer)]:
        for value in vars(each).values():
            if isinstance(value, keras.random.SeedGenerator):
                found |= {id(value), id(value.state)}
    return found


def network_counts(layers: Sequence[Any]) -> dict[str, Any]:
    """How many layers of the kinds by which a convolutional network is known."""
    kinds = keras.layers
    depthwise = sum(is_depthwise(layer) for layer in layers)
    return {
        "layers": len(layers),
        "depthwise": depthwise,
        "convolutions": sum(is_convolution(layer) for layer in layers) - depthwise,
        "batch_normalizations": sum(is_batch_normalization(layer) for layer in layers),
        "additions": sum(isinstance(layer, kinds.Add) for layer in layers),
        "dense": sum(isinstance(layer, kinds.Dense) for layer in layers),
    }


def is_depthwise(operation: Any) -> bool:
    return isinstance(operation, keras.layers.DepthwiseConv2D)


def is_convolution(operation: Any) -> bool:
    return isinstance(operation, keras.layers.Conv2D)


def is_activation(operation: Any) -> bool:
    return isinstance(operation, keras.layers.ReLU | keras.layers.Activation)


def is_batch_normalization(layer: Any) -> bool:
    return isinstance(layer, keras.layers.BatchNormalization)


def is_random_picture_layer(operation: Any) -> bool:
    """Whether this is one of Keras' layers that change pictures at random, or keeps one."""
    layers = [operation, *contained_layers(operation)]
    return any(
        kind_of(layer).startswith(("Random", "Aug", "MixUp", "CutMix", "Rand")) for layer in layers
    )


def global_pooling_of(layers: Sequence[Any]) -> Literal["average", "maximum"] | None:
    """Pooling that a network ends with: "average", "maximum" or None."""
    if layers and isinstance(layers[-1], keras.layers.GlobalAveragePooling2D):
        return "average"
    if layers and isinstance(layers[-1], keras.layers.GlobalMaxPooling2D):
        return "maximum"
    return None
