"""The lab's graded cells in processes of their own, as forks of one that has imported TensorFlow.

The parent runs no TensorFlow operation, so its forks are sound; each case gets a fork and cannot
disturb the next. Weights are drawn from a seed and lie under the names Keras looks for, so the
literal ``weights="imagenet"`` works without network and without the course's real weights.

Run as a script it is the server: one JSON object a line in, one out.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
CHALLENGE = "0123456789abcdef0123456789abcdef"
WEIGHTS = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_{}_no_top.h5"
SIZES = (96, 128, 160, 192, 224)

IMPORTS = """
import numpy as np
import tensorflow as tf
import keras
import tensorflow.keras.layers as tfl
from tensorflow.keras.layers import RandomFlip, RandomRotation
IMG_SIZE = (160, 160)
preprocess_input = tf.keras.applications.mobilenet_v2.preprocess_input
base_learning_rate = 0.001
"""
C1 = """
def data_augmenter():
    data_augmentation = tf.keras.Sequential()
    data_augmentation.add(RandomFlip("horizontal"))
    data_augmentation.add(RandomRotation(0.2))
    return data_augmentation
"""
C2 = """
def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):
    input_shape = image_shape + (3,)
    base_model = tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet")
    base_model.trainable = False
    inputs = tf.keras.Input(shape=input_shape)
    x = data_augmentation(inputs)
    x = preprocess_input(x)
    x = base_model(x, training=False)
    x = tfl.GlobalAveragePooling2D()(x)
    x = tfl.Dropout(0.2)(x)
    outputs = tfl.Dense(1)(x)
    return tf.keras.Model(inputs, outputs)
"""
MODEL2 = """
data_augmentation = data_augmenter()
model2 = alpaca_model(IMG_SIZE, data_augmentation)
model2.compile(optimizer=tf.keras.optimizers.Adam(base_learning_rate),
               loss=tf.keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
"""
LOCKED = """
base_model = next(layer for layer in model2.layers
                  if isinstance(layer, tf.keras.Model) and len(layer.layers) > 50)
base_model.trainable = True
fine_tune_at = 120
frozen_optimizer = model2.optimizer
"""
C3 = """
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)
metrics = ["accuracy"]
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
"""
REFERENCE = {
    "data_augmenter": [IMPORTS, C1],
    "alpaca_model": [IMPORTS, C1, C2],
    "fine_tuning": [IMPORTS, C1, C2, MODEL2, LOCKED, C3],
}


def changed(cell: str, *edits: tuple[str, str]) -> str:
    """``cell`` with each (old, new) replaced once; the old text must be there."""
    for old, new in edits:
        if old not in cell:
            raise ValueError(f"{old!r} is not in the cell")
        cell = cell.replace(old, new, 1)
    return cell


def make_weights(keras_home: Path) -> None:
    """Write weights that no other seed gives, in the legacy layout, under all five names."""
    code = f"""
import h5py, keras, numpy as np
keras.utils.set_random_seed(7)
model = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(96, 96, 3))
drawn = np.random.default_rng(7)
with h5py.File({str(keras_home / "models" / WEIGHTS.format(224))!r}, "w") as file:
    file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
    for layer in model.layers:
        group, names = file.create_group(layer.name), []
        for weight in layer.weights:
            values = keras.ops.convert_to_numpy(weight)
            if weight.name.startswith("moving_"):
                values = drawn.uniform(0.5, 1.5, values.shape).astype("float32")
            names.append(f"{{layer.name}}/{{weight.name}}".encode())
            group.create_dataset(names[-1].decode(), data=values)
        group.attrs["weight_names"] = names
"""
    (keras_home / "models").mkdir(parents=True)
    subprocess.run([sys.executable, "-c", code], env=_environment(keras_home), check=True)
    for size in SIZES[:-1]:
        link = keras_home / "models" / WEIGHTS.format(size)
        link.hardlink_to(keras_home / "models" / WEIGHTS.format(224))


def _environment(keras_home: Path) -> dict[str, str]:
    quiet = {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "-1",
        # As the lab's template has them: sums are rounded by how they are divided among threads.
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
    }
    given = {k: v for k, v in os.environ.items() if not k.startswith(("NBGRADER", "ALPACA"))}
    return {**given, **quiet, "KERAS_HOME": str(keras_home), "OPENBLAS_NUM_THREADS": "1"}


class Lab:
    """Runs cells and collects evidence, each time in a fresh fork.

    Args:
        keras_home: with weights.
        template: the forks are those of the lab's template.
    """

    def __init__(self, keras_home: Path, *, template: bool = False) -> None:
        self._server = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), *["template"] * template],
            env=_environment(keras_home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def collect(
        self,
        exercise: str,
        cells: list[str] | None = None,
        challenge: str = CHALLENGE,
        before: Sequence[str] = (),
        seed: int | None = None,
    ) -> dict[str, Any]:
        """Evidence of ``exercise`` after ``cells`` ran (default: the reference's cells).

        Exercises in ``before`` were looked at already, as in a notebook. Random numbers are seeded
        where ``seed`` is given.
        """
        request = {
            "exercise": exercise,
            "before": list(before),
            "cells": REFERENCE[exercise] if cells is None else cells,
            "challenge": challenge,
            "seed": seed,
        }
        answer: dict[str, Any] = self._ask(request)
        return answer

    def look(self, cells: Sequence[str], seed: int = 7) -> Any:
        """What ``cells`` leave in the name ``found``, after random numbers are seeded."""
        return self._ask({"cells": list(cells), "seed": seed, "look": True})

    def _ask(self, request: dict[str, Any]) -> Any:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        return json.loads(self._server.stdout.readline())

    def close(self) -> None:
        self._server.communicate(timeout=60)


class AsGraded:
    """Collects evidence in forks of the template, and plainly where these do not count.

    Args:
        inheriting: runs cells in forks of the template.
        plain: runs them without.
    """

    def __init__(self, inheriting: Lab, plain: Lab) -> None:
        self._inheriting = inheriting
        self._plain = plain

    def collect(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As :meth:`Lab.collect` has it."""
        payload = self._inheriting.collect(*args, **kwargs)
        return self._plain.collect(*args, **kwargs) if payload.get("uncertain") else payload


def _serve() -> None:
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    from alpaca_course.sandbox.process_one.kernel import preload

    preload(["keras", "tensorflow"])
    answers = os.dup(1)
    os.dup2(2, 1)
    template = "template" in sys.argv
    if template:
        from notebooks.transfer_learning_mobilenet.evidence import prepared

        prepared.prepare()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            # As in a kernel, whatever started the suite ignores.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if template:
                prepared.begin()
            _answer(json.loads(line), answers)
        os.waitpid(child, 0)


def _answer(request: dict[str, Any], answers: int) -> None:
    import random

    import numpy as np

    from alpaca_course.kernel.collect import collect

    if request["seed"] is not None:
        random.seed(request["seed"])
        np.random.seed(request["seed"])
    namespace: dict[str, Any] = {"__name__": "__main__", "_ih": [""]}
    for cell in request["cells"]:
        namespace["_ih"].append(cell)
        try:
            exec(compile(cell, "<cell>", "exec"), namespace)
        except Exception as error:
            sys.stderr.write(f"cell: {error!r}\n")
    if "look" in request:
        os.write(answers, (json.dumps(namespace.get("found")) + "\n").encode())
        os._exit(0)
    for exercise in (*request["before"], request["exercise"]):
        payload = collect(exercise, "transfer_learning_mobilenet", namespace, request["challenge"])
    os.write(answers, (json.dumps(payload, allow_nan=False) + "\n").encode())
    os._exit(0)


if __name__ == "__main__":
    _serve()
