"""What an answer to an exercise is, and the right ones that others are made of."""

from __future__ import annotations

from dataclasses import dataclass

# What the notebook's given cells have defined by then, with exercise 1 solved.
NOTEBOOK = """
import numpy as np
import tensorflow as tf
import tensorflow.keras.layers as tfl
from tensorflow.keras.layers import RandomFlip, RandomRotation
IMG_SIZE = (160, 160)
IMG_SHAPE = IMG_SIZE + (3,)
preprocess_input = tf.keras.applications.mobilenet_v2.preprocess_input
def data_augmenter():
    return tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])
"""

MODEL = """
def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):
    input_shape = image_shape + (3,)
    base = tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet")
    base.trainable = False
    inputs = tf.keras.Input(shape=input_shape)
    x = data_augmentation(inputs)
    x = preprocess_input(x)
    x = base(x, training=False)
    x = tfl.GlobalAveragePooling2D()(x)
    x = tfl.Dropout(0.2)(x)
    outputs = tfl.Dense(1)(x)
    return tf.keras.Model(inputs, outputs)
"""

# Built once for all answers to exercise 3; what they change is set back by COMPILED.
BUILT = (
    MODEL
    + """
import lab_models
base_learning_rate = 0.001
fine_tune_at = 120
model2 = alpaca_model(IMG_SIZE, data_augmenter())
"""
)

COMPILED = """
model2.trainable = False
model2.trainable = True
model2.compile(
    optimizer=tf.keras.optimizers.Adam(learning_rate=base_learning_rate),
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=["accuracy"])
base_model = lab_models.find_backbone(model2)
base_model.trainable = False  # Keras ignores a value that is set already
base_model.trainable = True
frozen_optimizer = model2.optimizer
"""

TUNING = """
loss_function = optimizer = metrics = None
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)
metrics = ["accuracy"]
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
"""


@dataclass(frozen=True)
class Answer:
    """One answer: its code, and what the check must say (no words: it must pass)."""

    exercise: str
    name: str
    code: str
    words: tuple[str, ...] = ()
    kind: str = "CheckFailed"


def augmenter(name: str, body: str, *words: str, kind: str = "CheckFailed") -> Answer:
    code = f"def data_augmenter():\n    {body}"
    return Answer("data_augmenter", name, code, words, kind)


def layers(name: str, listed: str, *words: str) -> Answer:
    return augmenter(name, f"return tf.keras.Sequential([{listed}])", *words)


def model(name: str, old: str, new: str, *words: str, kind: str = "CheckFailed") -> Answer:
    assert old in MODEL, old
    return Answer("alpaca_model", name, MODEL.replace(old, new), words, kind)


def tuning(name: str, old: str, new: str, *words: str, kind: str = "CheckFailed") -> Answer:
    assert old in TUNING, old
    return Answer("fine_tuning", name, TUNING.replace(old, new), words, kind)


FLIP, TURN = 'RandomFlip("horizontal")', "RandomRotation(0.2)"
POOL = "x = tfl.GlobalAveragePooling2D()(x)\n    "
DROP = "x = tfl.Dropout(0.2)(x)\n    "
LOOP = "for layer in base_model.layers[:fine_tune_at]:\n    layer.trainable = False\n"
