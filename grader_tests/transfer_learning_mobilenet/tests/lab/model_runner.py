"""What the helpers do to small models; prints JSON. A process of its own: Keras takes over the
logging of the process that imports it."""

from __future__ import annotations

import json
import sys
from typing import Any


def main(helpers: str) -> None:
    sys.path.insert(0, helpers)
    import lab_setup

    with lab_setup.quiet():
        import lab_experiments
        import lab_messages
        import lab_models

    found: dict[str, Any] = {"plain": trained(), "ready": trained(lab_models.make_ready)}
    try:
        fit(without_compile(lab_models.make_ready))
    except ValueError as error:
        found["not compiled"] = str(error)
    try:
        lab_models.make_ready(None)
    except lab_messages.NotFilledIn as message:
        found["no model"] = str(message)
    for trainable in (False, True):
        found[f"trainable={trainable}"] = statistics(lab_experiments.moved_batch_norms, trainable)
    print(json.dumps(found))


def trained(prepare: Any = None) -> dict[str, Any]:
    """History and weights of a small classifier with chance in it, and how often it was traced."""
    import keras

    traces = []

    class Counted(keras.Model):
        def train_step(self, data: Any) -> Any:
            traces.append(1)
            return super().train_step(data)

    keras.utils.set_random_seed(3)
    inputs = keras.Input((4,))
    x = keras.layers.BatchNormalization()(keras.layers.Dense(8)(inputs))
    model = Counted(inputs, keras.layers.Dense(1)(keras.layers.Dropout(0.2)(x)))
    model.compile(
        keras.optimizers.Adam(0.01),
        keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    if prepare is not None:
        prepare(model)
    history = fit(model)
    weights = [weight.tolist() for weight in model.get_weights()]
    return {"learned": [history, weights], "traces": len(traces)}


def without_compile(prepare: Any) -> Any:
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    prepare(model)
    return model


def fit(model: Any) -> Any:
    import numpy as np

    features = np.random.default_rng(5).normal(size=(32, 4))
    labels = (features.sum(1) > 0).astype("int32")
    done = model.fit(features, labels, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return done.history


def statistics(moved_batch_norms: Any, trainable: bool) -> dict[str, Any]:
    """What the experiment counts, and whether the network is afterwards as it was."""
    import keras
    import numpy as np

    network = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Conv2D(4, 3),
            keras.layers.BatchNormalization(),
            keras.layers.GlobalAveragePooling2D(),
        ]
    )
    before = [weight.tolist() for weight in network.get_weights()]
    images = np.random.default_rng(7).uniform(0, 255, (2, 8, 8, 3))
    moved, total = moved_batch_norms(network, images, trainable=trainable, training=False)
    after = [weight.tolist() for weight in network.get_weights()]
    return {"moved": [moved, total], "as it was": after == before and network.trainable}


if __name__ == "__main__":
    main(sys.argv[1])
