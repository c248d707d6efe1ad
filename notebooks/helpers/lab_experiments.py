"""Small experiments behind the lab's claims. None of them changes your model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from lab_messages import need
from lab_models import batch_norms, part


def step_times(
    files: Sequence[str], image_size: tuple[int, int], batch: int = 8, limit: int = 96
) -> dict[str, float]:
    """Milliseconds a step, with and without prefetching, for a step as long as reading a batch.

    The step is a pause: it stands for work that runs on an accelerator while this machine's
    processor is free to read the next pictures.
    """
    files = list(files)[:limit]
    batch = min(batch, max(1, len(files) // 4))

    def read(path: Any) -> Any:
        picture = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
        return tf.image.resize(picture, image_size)

    options = tf.data.Options()
    options.experimental_optimization.inject_prefetch = False  # TensorFlow would do it unasked
    plain = tf.data.Dataset.from_tensor_slices(files).map(read).batch(batch).with_options(options)
    _seconds_per_step(plain, 0.0)  # the first pass over files is slower than the others
    reading = _seconds_per_step(plain, 0.0)
    return {
        "reading a batch": 1000 * reading,
        "without prefetch": 1000 * _seconds_per_step(plain, reading),
        "with prefetch": 1000 * _seconds_per_step(plain.prefetch(tf.data.AUTOTUNE), reading),
    }


def _seconds_per_step(dataset: Any, work: float) -> float:
    begin, steps = time.perf_counter(), 0
    for _ in dataset:
        time.sleep(work)
        steps += 1
    return (time.perf_counter() - begin) / steps


def moved_batch_norms(
    images: Any, image_shape: tuple[int, int, int], *, trainable: bool, training: bool
) -> tuple[int, int]:
    """Train for one step; how many BatchNormalization layers changed their statistics, of how many.

    A small model around a fresh pretrained network, called with ``training=training`` and with
    ``network.trainable = trainable``.
    """
    network = keras.applications.MobileNetV2(
        include_top=False, weights="imagenet", input_shape=image_shape, pooling="avg"
    )
    network.trainable = trainable
    pixels = keras.Input(image_shape)
    features = network(pixels / 127.5 - 1.0, training=training)
    model = keras.Model(pixels, keras.layers.Dense(2, activation="softmax")(features))
    # Eager: one step is quicker than compiling a graph for it.
    model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)
    norms = batch_norms(network)
    before = [np.array(norm.moving_mean) for norm in norms]
    images = np.asarray(images)
    model.fit(images, np.arange(len(images)) % 2, batch_size=len(images), verbose=0)
    after = [np.array(norm.moving_mean) for norm in norms]
    return sum(not np.array_equal(a, b) for a, b in zip(before, after, strict=True)), len(norms)


def feature_maps(
    network: keras.Model, picture: Any, layer_names: Sequence[str], count: int = 5
) -> list[np.ndarray]:
    """The ``count`` strongest feature maps of each named layer, for one raw picture."""
    probe = part(network, [network.get_layer(name).output for name in layer_names])
    prepared = keras.applications.mobilenet_v2.preprocess_input(np.array(picture, "float32")[None])
    strongest = []
    for maps in probe(prepared, training=False):
        values = np.asarray(maps)[0]
        # Where a map varies most there is most to see.
        order = np.argsort(values.std(axis=(0, 1)))[::-1][:count]
        strongest.append(values[..., order])
    return strongest


def learning_rate_runs(
    model: Any,
    network: keras.Model,
    first: int,
    train: Any,
    held_out: Any,
    rates: Sequence[float],
    steps: int = 10,
) -> dict[float, list[float]]:
    """Loss on held-out pictures while fine-tuning a copy of the layers from ``first`` on.

    Each run starts from the same weights: those of ``network`` and of the model's last layer. The
    layers before ``first`` do not change, so their output is computed once.
    """
    need(model, "There is no model yet: fill in UNQ_C2")
    cut = network.layers[first - 1].output
    front = part(network, cut)
    tail = keras.Model(cut, network.output)
    train_x, train_y = _features(front, train, batches=3)
    test_x, test_y = _features(front, held_out, batches=2)
    runs = {}
    for rate in rates:
        runs[rate] = _one_run(
            tail, model.layers[-1], rate, steps, (train_x, train_y), (test_x, test_y)
        )
        print(f"learning rate {rate:g}: loss {runs[rate][0]:.3f} -> {runs[rate][-1]:.3f}")
    return runs


def _features(front: keras.Model, dataset: Any, batches: int) -> tuple[Any, Any]:
    features, labels = [], []
    for images, truth in dataset.take(batches):
        prepared = keras.applications.mobilenet_v2.preprocess_input(tf.identity(images))
        features.append(front(prepared, training=False))
        labels.append(tf.cast(truth, tf.float32)[:, None])
    return tf.concat(features, 0), tf.concat(labels, 0)


def _one_run(
    tail: keras.Model, head: Any, rate: float, steps: int, train: Any, held_out: Any
) -> list[float]:
    copy = keras.models.clone_model(tail)
    copy.set_weights(tail.get_weights())
    copy.trainable = True
    for layer in copy.layers:
        layer.trainable = True
    new_head = head.from_config(head.get_config())
    model = part(copy, new_head(keras.ops.mean(copy.output, axis=(1, 2))))
    new_head.set_weights(head.get_weights())
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam(rate)

    @tf.function
    def step(features: Any, labels: Any) -> None:
        with tf.GradientTape() as tape:
            value = loss(labels, model(features, training=True))
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))

    optimizer.build(model.trainable_variables)
    losses = [float(loss(held_out[1], model(held_out[0], training=False)))]
    size = 32
    starts = range(0, max(1, len(train[1]) - size + 1), size)
    for i in range(steps):
        begin = starts[i % len(starts)]
        step(train[0][begin : begin + size], train[1][begin : begin + size])
        losses.append(float(loss(held_out[1], model(held_out[0], training=False))))
    return losses
