"""What a process does once, before it forks kernels of this lab: its forks inherit it.

Networks that the notebook and the collectors ask for are built, and operations that grading needs
ran once. Beside the student.
"""

from __future__ import annotations

import keras
import tensorflow as tf

from alpaca_course.keras_probe import access, steady
from alpaca_course.keras_probe.ready import Shelf, untouched
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.alpaca_model import probe_augmenter

_CHALLENGE = "0" * 32
_shelf = Shelf(keras.applications.MobileNetV2)


def prepare() -> None:
    """Build the networks, and run what is slow at its first time.

    Raises:
        NotReadyError: the networks cannot be kept for later.
    """
    # With one thread each, operations run on the calling thread: the only one that a fork has.
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    # Of the lab's own size one for the notebook and one for the collector.
    for side in (probes.LAB_SIZE, probes.LAB_SIZE, *probes.MODEL_SIZES):
        _shelf.stock(input_shape=(side, side, 3), include_top=False, weights="imagenet")
    with untouched():
        _warm_up()
    _shelf.open()


def fingerprint() -> str:
    """Of what is ready, to be compared with itself."""
    return _shelf.fingerprint()


def begin() -> None:
    """In a fork, before it becomes a kernel."""
    steady.run_functions_eagerly()
    steady.keep_operations()


def _warm_up() -> None:
    """Run the operations of a network and of training once, and leave no number changed.

    Layer by layer: a network that was called as a whole could be told from one that was not.
    """
    network = min(_shelf.networks(), key=lambda each: each.input_shape[1])
    flat = access.flatten(network)
    assert flat is not None
    variables = list(network.variables)
    before = access.arrays(variables)
    side = network.input_shape[1]
    images = access.tensor_of(probes.pictures(_CHALLENGE, "step", 1, (side, side)))
    images = probe_augmenter()(images, training=True)
    for training in (False, True):
        with tf.GradientTape() as tape:
            features = access.evaluate(flat.steps, {flat.inputs[0]: images}, training=training)
            value = keras.ops.mean(features[flat.outputs[0]])
        tape.gradient(value, [variable.value for variable in network.trainable_variables])
    for variable, old in zip(variables, before, strict=True):
        variable.assign(old)
