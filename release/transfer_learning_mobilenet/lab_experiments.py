"""Small experiments behind the lab's claims. None of them changes your model."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import lab_setup
from lab_features import anatomy, prepared
from lab_models import batch_norms, part, require


def step_times(
    files: Sequence[str], image_size: tuple[int, int], batch: int = 16, limit: int = 128
) -> dict[str, float]:
    """Milliseconds a step, with and without prefetching, for a step as long as reading a batch.

    The step is a pause: it stands for work that runs on an accelerator while this machine's
    processor is free to read the next pictures. Medians, so that a busy machine matters less.
    """
    files = list(files)[:limit]

    def read(path: Any) -> Any:
        picture = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
        return tf.image.resize(picture, image_size)

    options = tf.data.Options()
    # Left alone, TensorFlow reads ahead unasked, and there would be nothing to compare.
    options.experimental_optimization.apply_default_optimizations = False
    options.experimental_optimization.inject_prefetch = False
    plain = tf.data.Dataset.from_tensor_slices(files).map(read).batch(batch, drop_remainder=True)
    ahead = plain.prefetch(tf.data.AUTOTUNE).with_options(options)
    plain = plain.with_options(options)
    _step_time(plain, 0.0)  # the first pass over files is slower than the others
    reading = _step_time(plain, 0.0)
    return {
        "reading a batch": 1000 * reading,
        "without prefetch": 1000 * _step_time(plain, reading),
        "with prefetch": 1000 * _step_time(ahead, reading),
    }


def _step_time(dataset: Any, work: float, passes: int = 2) -> float:
    """Median seconds from one batch to the next, if ``work`` seconds are spent on each."""
    seconds = []
    for _ in range(passes):
        begin = time.perf_counter()
        for _ in dataset:
            time.sleep(work)
            now = time.perf_counter()
            seconds.append(now - begin)
            begin = now
    return float(np.median(seconds))


def moved_batch_norms(
    network: keras.Model, images: Any, *, trainable: bool, training: bool
) -> tuple[int, int]:
    """Train for one step; how many BatchNormalization layers changed their statistics, of how many.

    A small model around ``network``, called with ``training=training`` and with
    ``network.trainable = trainable``. Afterwards the network is again as it was.
    """
    norms = batch_norms(network)
    weights, was_trainable = network.get_weights(), network.trainable
    try:
        network.trainable = trainable
        pixels = keras.Input(network.input_shape[1:])
        features = network(pixels / 127.5 - 1.0, training=training)
        model = keras.Model(pixels, keras.layers.Dense(2, activation="softmax")(features))
        # Eager: one step is quicker than compiling a graph for it.
        model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)
        before = [np.array(norm.moving_mean.numpy()) for norm in norms]
        images = np.asarray(images)
        model.fit(images, np.arange(len(images)) % 2, batch_size=len(images), verbose=0)
        after = [np.array(norm.moving_mean.numpy()) for norm in norms]
    finally:
        network.set_weights(weights)
        network.trainable = was_trainable
    return sum(not np.array_equal(a, b) for a, b in zip(before, after, strict=True)), len(norms)


def feature_maps(
    network: keras.Model, picture: Any, layer_names: Sequence[str], count: int = 5
) -> list[np.ndarray]:
    """``count`` of the liveliest feature maps of each named layer, for one raw picture."""
    probe = part(network, [network.get_layer(name).output for name in layer_names])
    prepared = keras.applications.mobilenet_v2.preprocess_input(np.array(picture, "float32")[None])
    return [_liveliest(np.asarray(maps)[0], count) for maps in probe(prepared, training=False)]


def _liveliest(maps: np.ndarray, count: int) -> np.ndarray:
    """Maps with much contrast. Neighbours in that order look alike, so some are left out."""
    # Contrast of coarse structure: averaging keeps fine noise from winning.
    coarse = keras.ops.average_pool(maps[None], 4, 4)[0] if maps.shape[0] >= 20 else maps
    order = np.argsort(np.asarray(coarse).std(axis=(0, 1)))[::-1]
    return maps[..., order[:: max(2, maps.shape[-1] // 100)][:count]]


def learning_rate_runs(
    model: Any,
    network: keras.Model,
    first: int,
    train: Any,
    held_out: Any,
    rates: Sequence[float],
    *,
    steps: int = 3 if lab_setup.QUICK else 8,
    orders: int = 2 if lab_setup.QUICK else 3,
) -> dict[float, list[list[float]]]:
    """Loss on held-out pictures while fine-tuning a copy of the layers from ``first`` on.

    Each run starts from the same weights: those of ``network`` and of the model's head. The layers
    before ``first`` do not change, so their output is computed once. For each rate there is one
    run for each of ``orders`` orders of the training pictures: a single one may be luck.
    """
    require(model)
    cut = network.layers[first - 1].output
    front = part(network, cut)
    features, labels = _features(front, train, batches=3)
    test = _features(front, held_out, batches=2)
    copy = trainable_copy(keras.Model(cut, network.output), anatomy(model).head)
    start = copy.get_weights()
    optimizer = keras.optimizers.Adam()
    optimizer.build(copy.trainable_variables)
    fresh = [np.array(variable) for variable in optimizer.variables]
    step, evaluate = training_of(copy, optimizer)
    runs: dict[float, list[list[float]]] = {rate: [] for rate in rates}
    for order, rate in itertools.product(range(orders), rates):
        copy.set_weights(start)
        for variable, value in zip(optimizer.variables, fresh, strict=True):
            variable.assign(value)
        optimizer.learning_rate = rate
        turns = np.array_split(np.random.default_rng(order).permutation(len(labels)), 3)
        losses = [evaluate(*test)]
        for i in range(steps):
            chosen = turns[i % len(turns)]
            step(tf.gather(features, chosen), tf.gather(labels, chosen))
            losses.append(evaluate(*test))
        runs[rate].append(losses)
    return runs


def _features(front: keras.Model, dataset: Any, batches: int) -> tuple[Any, Any]:
    """What the frozen layers make of the first batches, with the labels."""
    found = [(front(prepared(x), training=False), y) for x, y in dataset.take(batches)]
    maps, truth = (tf.concat(values, 0) for values in zip(*found, strict=True))
    return maps, tf.cast(truth, tf.float32)[:, None]


def trainable_copy(tail: keras.Model, head: Any) -> keras.Model:
    """A copy of ``tail`` with ``head`` on its averaged feature maps, all of it trainable."""
    copy = keras.models.clone_model(tail)
    copy.set_weights(tail.get_weights())
    new_head = head.from_config(head.get_config())
    model = part(copy, new_head(keras.ops.mean(copy.output, axis=(1, 2))))
    new_head.set_weights(head.get_weights())
    model.trainable = False  # Keras ignores a value that is set already
    model.trainable = True
    return model


def training_of(model: keras.Model, optimizer: Any) -> tuple[Any, Any]:
    """A training step and an evaluation, both on a batch of features and labels."""
    loss = keras.losses.BinaryCrossentropy(from_logits=True)

    @tf.function(reduce_retracing=True)
    def step(features: Any, labels: Any) -> None:
        with tf.GradientTape() as tape:
            value = loss(labels, model(features, training=True))
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))

    @tf.function
    def value_of(features: Any, labels: Any) -> Any:
        return loss(labels, model(features, training=False))

    return step, lambda features, labels: float(value_of(features, labels))
