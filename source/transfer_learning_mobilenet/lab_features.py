"""Features of a frozen network, computed once, and heads trained on them in no time.

While a network is frozen, the same picture gives the same features, so a head can be trained on
features that were computed once. That is how the lab can afford its comparisons: each is the
training that Keras would do, without running the network again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from lab_messages import LabMessage
from lab_models import backbone_of, calls, part

BATCH = 32
layers = keras.layers


class Pictures(NamedTuple):
    """A data set in memory: pixels from 0 to 255, and the class of each picture."""

    images: np.ndarray
    truth: np.ndarray


def in_memory(dataset: Any) -> Pictures:
    """All pictures of a batched data set, in the order of one pass."""
    images, labels = zip(*((np.asarray(x), np.asarray(y)) for x, y in dataset), strict=True)
    return Pictures(np.concatenate(images), np.concatenate(labels).astype(int).ravel())


def prepared(images: Any) -> Any:
    """Pixels as MobileNetV2 wants them; unlike Keras' own function never in place."""
    return keras.applications.mobilenet_v2.preprocess_input(tf.identity(images))


def extractor(network: keras.Model, *, pooled: bool = True) -> Callable[[np.ndarray], np.ndarray]:
    """A function from prepared pictures to feature maps, averaged if ``pooled``."""
    shape = [None, *network.input_shape[1:]]

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32)])
    def features(images: Any) -> Any:
        maps = network(images, training=False)
        return tf.reduce_mean(maps, [1, 2]) if pooled and len(maps.shape) == 4 else maps

    def all_of(images: np.ndarray) -> np.ndarray:
        return np.concatenate([np.asarray(features(x)) for x in batches(images)])

    return all_of


def batches(values: np.ndarray, size: int = BATCH) -> list[np.ndarray]:
    return [values[i : i + size] for i in range(0, len(values), size)]


class Anatomy(NamedTuple):
    """The parts of a model made as in exercise 2."""

    before: keras.Model  # augmentation and preprocessing
    network: keras.Model
    head: Any
    dropout: float


def anatomy(model: Any) -> Anatomy:
    """Take a model apart: what is before the pretrained network, the network, the head.

    Raises:
        LabMessage: the model is not made of these parts.
    """
    network, recorded = backbone_of(model), list(calls(model))
    at = [i for i, call in enumerate(recorded) if call.operation is network]
    dense = [call.operation for call in recorded if isinstance(call.operation, layers.Dense)]
    if network is None or not at or not dense:
        raise LabMessage(
            "This comparison takes the model apart, and did not find the parts that the eight "
            "steps of exercise 2 make: a pretrained network with a Dense layer after it."
        )
    after = [call.operation for call in recorded[at[0] :]]
    rates = [float(each.rate) for each in after if isinstance(each, layers.Dropout)]
    before = part(model, recorded[at[0]].inputs[0])
    return Anatomy(before, network, dense[-1], rates[0] if rates else 0.0)


class Head(NamedTuple):
    """A linear head with one output, and how far Adam has come with it."""

    kernel: np.ndarray
    bias: float
    momentum: np.ndarray
    velocity: np.ndarray
    steps: int

    @classmethod
    def new(cls, size: int, seed: int = 0) -> Head:
        """As Keras makes a Dense(1): Glorot's uniform distribution, bias 0."""
        limit = np.sqrt(6 / (size + 1))
        kernel = np.random.default_rng(seed).uniform(-limit, limit, size)
        return cls(kernel, 0.0, np.zeros(size + 1), np.zeros(size + 1), 0)

    @classmethod
    def of(cls, dense: Any, optimizer: Any = None) -> Head:
        """A Dense(1) as it stands, with the state of the Adam that has trained it, if given."""
        kernel, bias = (np.asarray(each, float).ravel() for each in dense.get_weights())
        size = len(kernel) + 1
        kept = [np.asarray(v, float).ravel() for v in getattr(optimizer, "variables", [])]
        by_size = {n: [v for v in kept if len(v) == n] for n in (len(kernel), 1)}
        # Iterations and rate come first, then momentum and velocity of kernel and bias.
        if type(optimizer).__name__ == "Adam" and len(kept) == 6 and len(by_size[size - 1]) == 2:
            momentum, velocity = (
                np.concatenate([k, b])
                for k, b in zip(by_size[size - 1], by_size[1][2:], strict=True)
            )
            return cls(kernel, float(bias[0]), momentum, velocity, int(kept[0][0]))
        return cls(kernel, float(bias[0]), np.zeros(size), np.zeros(size), 0)

    def logits(self, features: np.ndarray) -> np.ndarray:
        return features @ self.kernel + self.bias

    def stepped(self, gradient: np.ndarray, rate: float) -> Head:
        """One step of Adam (Kingma and Ba 2015) with Keras' own constants."""
        steps = self.steps + 1
        momentum = 0.9 * self.momentum + 0.1 * gradient
        velocity = 0.999 * self.velocity + 0.001 * gradient**2
        size = rate * np.sqrt(1 - 0.999**steps) / (1 - 0.9**steps)
        change = size * momentum / (np.sqrt(velocity) + 1e-7)
        return Head(self.kernel - change[:-1], self.bias - change[-1], momentum, velocity, steps)


def train_head(
    head: Head,
    draws: Sequence[np.ndarray],
    truth: np.ndarray,
    *,
    epochs: int,
    rate: float = 0.001,
    dropout: float = 0.2,
    seed: int = 0,
    after: Callable[[Head], None] = lambda head: None,
) -> Head:
    """Train a head on features with binary cross-entropy; ``draws`` take turns, one an epoch.

    Arguments:
        draws: features of the training pictures; several where the pictures were augmented.
        after: called with the head after each epoch.
    """
    chance = np.random.default_rng(seed)
    for epoch in range(epochs):
        features, order = draws[epoch % len(draws)], chance.permutation(len(truth))
        for chosen in batches(order):
            kept = chance.random((len(chosen), features.shape[1])) >= dropout
            inputs = features[chosen] * kept / (1 - dropout)
            error = 1 / (1 + np.exp(-head.logits(inputs))) - truth[chosen]
            gradient = np.append(error @ inputs, error.sum()) / len(chosen)
            head = head.stepped(gradient, rate)
        after(head)
    return head
