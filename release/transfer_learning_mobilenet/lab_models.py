"""Looks inside Keras models: the backbone, what it is called with, the pretrained network as is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

from lab_messages import LabMessage, NotFilledIn
from lab_weights import AGAIN, trouble, weights_folder

STANDIN_HEAD = "standin_dog_head.npz"


class Call(NamedTuple):
    """One call of a layer or operation, as a functional model recorded it."""

    operation: Any
    inputs: list[Any]
    outputs: list[Any]
    arguments: dict[str, Any]


def calls(model: keras.Model) -> Iterator[Call]:
    """All calls in ``model``, inputs first. Empty for a model that is not functional."""
    by_depth = getattr(model, "_nodes_by_depth", None) or {}
    for depth in sorted(by_depth, reverse=True):
        for node in by_depth[depth]:
            yield Call(
                node.operation,
                list(node.input_tensors),
                list(node.output_tensors),
                dict(getattr(node.arguments, "kwargs", {})),
            )


def backbone_of(model: Any) -> keras.Model | None:
    """The largest model nested in ``model``, however deep, that is no chain of layers, or None.

    It is found by what it is. A position in ``model.layers`` changes from one Keras version to
    the next: ``model.layers[4]`` was the backbone in Keras 2 and is the Dropout layer in Keras 3.
    """
    nested = [each for each in _models_in(model) if not isinstance(each, keras.Sequential)]
    return max(nested, key=lambda m: len(m.layers), default=None)


def _models_in(model: Any) -> Iterator[keras.Model]:
    """Models among the layers of ``model``, and among theirs."""
    for layer in getattr(model, "layers", None) or []:
        if isinstance(layer, keras.Model):
            yield layer
            yield from _models_in(layer)


def require(model: Any) -> None:
    """Stop the cell with a sentence if there is no model to go on with."""
    if model is None:
        raise NotFilledIn("There is no model yet: fill in `alpaca_model` (UNQ_C2) first.")


def find_backbone(model: Any) -> keras.Model:
    """The pretrained network inside ``model``; a message for the student if there is none."""
    require(model)
    found = backbone_of(model)
    if found is None:
        raise NotFilledIn(
            "No pretrained network found inside this model. `alpaca_model` has to call "
            "MobileNetV2 as one layer: look at steps 1 and 5 of UNQ_C2."
        )
    return found


def make_ready(model: Any) -> None:
    """Make the variables that ``fit`` would make in its first step: optimizer and metrics.

    Keras builds the graph of a training step by running the model's Python code, and has to run
    it a second time when that made variables. Made beforehand, they save about half of the wait
    before the first epoch. No result changes.
    """
    require(model)
    # What cannot be made now is left to `fit`, which says what is wrong in its own words.
    with contextlib.suppress(Exception):
        model.optimizer.build(model.trainable_variables)
        model.compute_metrics(None, np.zeros(1), np.zeros((1, *model.output_shape[1:])))
        model.reset_metrics()


def part(model: keras.Model, outputs: Any) -> keras.Model:
    """The part of ``model`` from its inputs to ``outputs``, tensors inside it."""
    inputs = model.inputs[0] if len(model.inputs) == 1 else model.inputs
    return keras.Model(inputs, outputs)


def batch_norms(model: keras.Model) -> list[keras.layers.BatchNormalization]:
    return [x for x in model.layers if isinstance(x, keras.layers.BatchNormalization)]


class Pretrained(NamedTuple):
    """A pretrained classifier, what its classes are, and which weights it has."""

    model: keras.Model
    decode: Callable[..., list[list[tuple[str, str, float]]]]
    note: str


def pretrained_network(image_shape: tuple[int, int, int]) -> Pretrained:
    """MobileNetV2 as it comes, with a head that names what it sees.

    With Keras' own files (or a network to fetch them) that is
    ``MobileNetV2(input_shape=image_shape, include_top=True, weights="imagenet")`` and its 1000
    ImageNet classes. The stand-in weights have no such head; there it is a head for 19 breeds of
    dogs on the same backbone.
    """
    folder = weights_folder()
    standin = folder / STANDIN_HEAD
    size = image_shape[0] if image_shape[0] in (96, 128, 160, 192, 224) else 224
    official = folder / f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_{size}.h5"
    if standin.is_file() and not official.is_file():
        return _dog_network(standin, image_shape)
    try:
        model = keras.applications.MobileNetV2(
            input_shape=image_shape, include_top=True, weights="imagenet"
        )
    except Exception:
        missing = f"Its file with the head is not in {folder}, and could not be fetched. {AGAIN}"
        raise LabMessage(
            "MobileNetV2 with its own head is not to be had here. Sections 5.2 to 6.3 show it; the "
            f"exercises do not need it.\n{trouble() or missing}"
        ) from None
    note = "MobileNetV2 with its own head: 1000 ImageNet classes."
    return Pretrained(model, keras.applications.mobilenet_v2.decode_predictions, note)


def _dog_network(head_file: Path, image_shape: tuple[int, int, int]) -> Pretrained:
    backbone = keras.applications.MobileNetV2(
        include_top=False, weights="imagenet", input_shape=image_shape, pooling="avg"
    )
    with np.load(head_file) as head:
        kernel, bias, names = head["kernel"], head["bias"], [str(n) for n in head["class_names"]]
    dense = keras.layers.Dense(len(names), activation="softmax", name="dog_breeds")
    model = keras.Model(backbone.input, dense(backbone.output), name="mobilenetv2_dog_breeds")
    dense.set_weights([kernel, bias])

    def decode(predictions: Any, top: int = 5) -> list[list[tuple[str, str, float]]]:
        return [
            [(*_split(names[i]), float(row[i])) for i in np.argsort(row)[::-1][:top]]
            for row in np.asarray(predictions)
        ]

    note = (
        "STAND-IN WEIGHTS: this machine has no official ImageNet files, so the head knows "
        f"{len(names)} breeds of dogs instead of 1000 ImageNet classes."
    )
    return Pretrained(model, decode, note)


def _split(name: str) -> tuple[str, str]:
    """``n02085620-Chihuahua`` -> its WordNet id and its name; other names have no id."""
    identity, dash, plain = name.partition("-")
    if dash and identity[:1] == "n" and identity[1:].isdigit():
        return identity, plain
    return "", name
