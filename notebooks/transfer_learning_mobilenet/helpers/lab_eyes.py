"""Whose eyes? The same small head on different features, and on differently augmented pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

import lab_setup
from lab_features import (
    Head,
    Pictures,
    batches,
    extractor,
    in_memory,
    prepared,
    train_head,
)
from lab_figures import BLUE, INK, new_figure, show, within_one
from lab_models import part
from lab_reading import Share, loss_of, right_answers


class Result(NamedTuple):
    """What a head got right of the validation pictures, and its loss on them."""

    share: Share
    loss: float


class Eyes(NamedTuple):
    """Pictures and features for the experiments that follow; training first, then validation."""

    pictures: tuple[Pictures, Pictures]
    features: tuple[np.ndarray, np.ndarray]
    see: Callable[[np.ndarray], np.ndarray]
    results: dict[str, Result]
    both: dict[str, np.ndarray]  # the training pictures' features of all four kinds


def whose_eyes(network: keras.Model, train: Any, held_out: Any) -> Eyes:
    """Train one and the same head on four kinds of features.

    Arguments:
        network: MobileNetV2 with its own top, which is left out here.
        train, held_out: data sets of raw pictures.
    """
    pictures = in_memory(train), in_memory(held_out)
    see = extractor(part(network, network.get_layer("out_relu").output))
    blank = keras.applications.MobileNetV2(
        input_shape=network.input_shape[1:], include_top=False, weights=None
    )
    ways: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
        "16×16 pixels, no network": _coarse,
        "random weights": lambda images: extractor(blank)(drawn([], images)),
        "pretrained, fed 0 to 255": see,
        "pretrained, fed -1 to 1": lambda images: see(drawn([], images)),
    }
    results: dict[str, Result] = {}
    both: dict[str, np.ndarray] = {}
    for name, way in ways.items():
        features = way(pictures[0].images), way(pictures[1].images)
        both[name] = features[0]
        results[name] = _try(features[:1], pictures[0].truth, features[1], pictures[1].truth)
    return Eyes(pictures, features, see, results, both)


def _coarse(images: np.ndarray) -> np.ndarray:
    small = keras.ops.image.resize(images, (16, 16), antialias=True)
    return np.asarray(small).reshape(len(images), -1)


def _try(
    draws: Sequence[np.ndarray],
    truth: np.ndarray,
    held_out: np.ndarray,
    held_out_truth: np.ndarray,
) -> Result:
    logits = logits_of_new_head(draws, truth, held_out)
    return Result(right_answers(logits, held_out_truth), loss_of(logits, held_out_truth))


def logits_of_new_head(
    draws: Sequence[np.ndarray],
    truth: np.ndarray,
    held_out: np.ndarray,
    *,
    epochs: int = 20,
    seed: int = 0,
) -> np.ndarray:
    """Train a new head on features that were brought to one scale; its answers to others."""
    everything = np.concatenate(draws)
    middle, spread = everything.mean(0), everything.std(0) + 1e-3 * everything.std()
    scaled = [(each - middle) / spread for each in draws]
    head = Head.new(held_out.shape[1], seed)
    head = train_head(head, scaled, truth, epochs=epochs, seed=seed)
    return head.logits((held_out - middle) / spread)


def better_than_guessing(eyes: Eyes) -> list[str]:
    """Which features give a share right whose interval lies above that of the commoner class."""
    truth = eyes.pictures[1].truth
    common = max(np.bincount(truth)) / len(truth)
    return [name for name, each in eyes.results.items() if each.share.interval[0] > common]


# Ranges of the rotation, as a share of a full turn; None is a picture as it is.
AUGMENTATIONS: dict[str, tuple[bool, float]] = {
    "none": (False, 0.0),
    "flip": (True, 0.0),
    "flip, ±11°": (True, 0.03),
    "flip, ±72°": (True, 0.2),
}


def augmentations(eyes: Eyes, draws: int = 1 if lab_setup.QUICK else 2) -> dict[str, Result]:
    """Train the same head on the same pictures, augmented in four ways.

    ``draws`` draws of each training picture take turns; validation pictures stay as they are.
    """
    train, held_out = eyes.pictures
    return {
        name: _try(drawn_features, train.truth, eyes.features[1], held_out.truth)
        for name, drawn_features in draws_of(eyes, draws).items()
    }


def draws_of(eyes: Eyes, draws: int) -> dict[str, list[np.ndarray]]:
    """Features of the training pictures after each augmentation, ``draws`` times."""
    found = {}
    for name, (flip, turn) in AUGMENTATIONS.items():
        if not flip:
            found[name] = [eyes.features[0]]
            continue
        chain = [keras.layers.RandomFlip("horizontal", seed=1)]
        chain += [keras.layers.RandomRotation(turn, seed=2)] if turn else []
        images = eyes.pictures[0].images
        found[name] = [eyes.see(drawn(chain, images)) for _ in range(draws)]
    return found


def drawn(chain: Sequence[Any], images: np.ndarray) -> np.ndarray:
    """Pictures after the random layers of ``chain``, prepared for the network."""
    found = []
    for batch in batches(images):
        changed = batch
        for layer in chain:
            changed = layer(changed, training=True)
        found.append(np.asarray(prepared(changed)))
    return np.concatenate(found)


def bars(results: Mapping[str, Result], what: str) -> None:
    """The share right of each, with its interval, and the numbers below."""
    figure, axes = new_figure(1, 1, (8, 0.55 * len(results) + 1.0))
    axis = axes[0, 0]
    for place, result in enumerate(results.values()):
        low, high = result.share.interval
        axis.plot([low, high], [place, place], color=BLUE, lw=3, solid_capstyle="butt")
        axis.plot(result.share.value, place, "o", color=INK)
    axis.set_yticks(range(len(results)), list(results))
    axis.set_ylim(len(results) - 0.5, -0.5)
    within_one(axis)
    axis.set_xlabel("share right of the validation pictures, with 95 % interval")
    listed = "; ".join(f"{name}: {each.share}" for name, each in results.items())
    show(figure, f"{what}: {listed}.")
    width = max(map(len, results))
    for name, each in results.items():
        print(f"{name:{width}}  loss {each.loss:.2f}, {each.share}")
