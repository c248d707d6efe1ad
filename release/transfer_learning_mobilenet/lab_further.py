"""Optional experiments after the lab. Each leaves the notebook's model as it was."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FunctionType
from typing import Any

import keras
import numpy as np
import tensorflow

import lab_setup
from lab_branches import Branch, Fork, fine_tuned, logits_of
from lab_features import Head, batches, train_head
from lab_messages import LabMessage, say
from lab_mine import ENDINGS, Unreadable, as_pixels
from lab_models import batch_norms, find_backbone
from lab_reading import Share, loss_of, paired, right_answers

EPOCHS = lab_setup.epochs(5)


def tune(
    model: Any,
    start: Fork,
    yours: Branch,
    train: Any,
    *,
    first_free: int = 120,
    norms_frozen: bool = False,
) -> None:
    """Fine-tune a copy of ``model`` from the fork on, otherwise than exercise 3 did."""
    copy = keras.models.clone_model(model)
    network = find_backbone(copy)
    count = len(network.layers)
    if not 0 <= first_free < count:
        raise LabMessage(f"`first_free` has to be from 0 to {count - 1}: the network has so many.")
    copy.set_weights(start.weights)
    _free(network)
    still = [*network.layers[:first_free], *(batch_norms(network) if norms_frozen else [])]
    for each in still:
        each.trainable = False
    name = f"free from layer {first_free} on" + (", normalization frozen" if norms_frozen else "")
    _train_and_compare(name, copy, start, yours, train, 0.0001, EPOCHS)


def from_scratch(model: Any, start: Fork, yours: Branch, train: Any, *, epochs: int = 5) -> None:
    """Train the same network from random weights, all of it."""
    copy = keras.models.clone_model(model)  # a clone's weights are new
    _free(find_backbone(copy))
    count = lab_setup.epochs(epochs)
    _train_and_compare("from scratch", copy, start, yours, train, 0.001, count)


def _free(network: keras.Model) -> None:
    for value in (False, True):  # Keras ignores a value that is set already
        network.trainable = value


def _train_and_compare(
    name: str, copy: Any, start: Fork, yours: Branch, train: Any, rate: float, epochs: int
) -> None:
    # Several models trained one after the other make TensorFlow warn of tracing too often.
    tensorflow.get_logger().setLevel("ERROR")
    copy.compile(
        optimizer=keras.optimizers.Adam(learning_rate=rate),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
    )
    images, truth = start.held_out
    history = copy.fit(
        train, validation_data=(images, truth), epochs=epochs, shuffle=False, verbose=0
    )
    found = fine_tuned(start, copy, history)
    for label, branch in (("yours", yours), (name, found)):
        share = right_answers(branch.logits, truth)
        print(f"{label}: loss {loss_of(branch.logits, truth):.2f}, {share}")
    right = [(branch.logits > 0) == (truth > 0) for branch in (yours, found)]
    say(f"{paired(right[0], right[1], ('with yours', 'with this one'))}\n")


def own_classes(folders: Sequence[str], backbone: str = "MobileNetV2") -> None:
    """Train a head on two folders of pictures, every fifth held out."""
    make = getattr(keras.applications, backbone, None)
    if not isinstance(make, FunctionType):
        raise LabMessage(f"`tf.keras.applications` has no `{backbone}`. Mind capital letters.")
    size = (160, 160)
    found = [list(_pictures(Path(folder), size)) for folder in folders]
    if len(found) != 2 or min(map(len, found)) < 10:
        counted = ", ".join(f"{len(f)} in '{n}'" for n, f in zip(folders, found, strict=True))
        raise LabMessage(
            f"Two folders with at least ten pictures each are needed; found: {counted}."
        )
    features = _features(make, size, np.stack([*found[0], *found[1]]))
    truth = np.repeat([0, 1], [len(found[0]), len(found[1])])
    held = np.arange(len(truth)) % 5 == 4
    middle, spread = features[~held].mean(0), features[~held].std(0) + 1e-3 * features.std()
    scaled = (features - middle) / spread
    head = train_head(Head.new(scaled.shape[1]), [scaled[~held]], truth[~held], epochs=40)
    share = right_answers(head.logits(scaled[held]), truth[held])
    common = Share(int(max(np.bincount(truth[held]))), int(held.sum()))
    print(f"{folders[0]} or {folders[1]}, with {backbone}: {share}")
    print(f"always the more common one: {common.right} of {common.total}, {common.value:.2f}")
    better = share.interval[0] > common.value
    print("✓ The features tell them apart." if better else "So few pictures cannot tell yet.")


def _pictures(folder: Path, size: tuple[int, int]) -> Iterator[np.ndarray]:
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.suffix.lower() in ENDINGS:
            try:
                yield as_pixels(path.read_bytes(), size)
            except Unreadable as why:
                print(f"Left out: {path.name}, {why}.")


def _features(make: FunctionType, size: tuple[int, int], images: np.ndarray) -> np.ndarray:
    """What the pretrained network that ``make`` gives sees in ``images``, raw pixels.

    Raises:
        LabMessage: its weights are not here and could not be fetched.
    """
    try:
        network = make(include_top=False, weights="imagenet", input_shape=(*size, 3), pooling="avg")
    except Exception as error:
        raise LabMessage(
            f"`{make.__name__}` is not to be had here: {type(error).__name__}. Its weights come "
            "over the network; MobileNetV2's lie beside the notebook."
        ) from None
    # Each network has a preprocessing of its own, in the module that it was written in.
    # `keras.applications` does not list every network beside its preprocessing.
    prepare = sys.modules[make.__module__].preprocess_input
    parts = [network(prepare(np.array(x)), training=False) for x in batches(images)]
    return np.concatenate([np.asarray(each) for each in parts])


def onto_a_phone(model: Any, start: Fork) -> None:
    """Convert the model for LiteRT, with weights of 32 and of 8 bits, and compare the answers."""
    images, truth = start.held_out
    own = logits_of(model, images)
    print(f"in Keras: {right_answers(own, truth)}")
    for name, quantised in (("32 bits", False), ("8 bits", True)):
        content = _converted(model, quantised)
        logits = _asked(content, images)
        print(
            f"{name}: {len(content) / 1e6:.1f} MB, logits off by {np.abs(logits - own).max():.3f} "
            f"at most, {right_answers(logits, truth)}"
        )


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Nothing of what the converter says, in Python or in native code, on either stream.

    Warnings speak of the interpreter's coming move to another package.
    """
    with (
        lab_setup.quiet(1),
        lab_setup.quiet(),
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def _converted(model: Any, quantised: bool) -> bytes:
    with _silence():
        import tensorflow as tf

        converter = tf.lite.TFLiteConverter.from_keras_model(model)
        if quantised:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        return bytes(converter.convert())


def _asked(content: bytes, images: np.ndarray) -> np.ndarray:
    with _silence():
        import tensorflow as tf

        interpreter = tf.lite.Interpreter(model_content=content)
        interpreter.allocate_tensors()
        into, out = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
        found = []
        for image in images:
            interpreter.set_tensor(into["index"], image[None].astype("float32"))
            interpreter.invoke()
            found.append(float(interpreter.get_tensor(out["index"])[0, 0]))
    return np.array(found)
