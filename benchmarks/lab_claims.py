"""Which of the lab's claims hold, over several seeds: for the split and for all chance in training.

    python -m benchmarks.lab_claims [--pictures FOLDER] [--seeds 10] [--json]

The lab's own helpers train; what does not change with the seed is computed once for all pictures,
so that ten seeds take minutes: features, :data:`DRAWS` augmented draws of every picture, and for
each draw what the layers before ``fine_tune_at`` make of it. A seed then decides which fifth of the
pictures is held out, how heads begin, and the order of the pictures. Against ``fit`` in the lab
that is one difference: both branches see the same draws, where ``fit`` would make new ones.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from alpaca_course.assets.weights import ensure_weights
from alpaca_course.course import Course
from benchmarks import course as bench
from benchmarks import machine
from benchmarks.claims import FED_RIGHT, HEADINGS, ORDERS, RATES, rows
from benchmarks.timing import note, table

# As in the lab.
IMAGE_SIZE, FINE_TUNE_AT, RATE, EPOCHS = (160, 160), 120, 0.001, 5
DRAWS = EPOCHS
STEPS = 8


class Cached(NamedTuple):
    """What is computed once, for all pictures, in one order.

    Attributes:
        eyes: features of the four kinds of section 6.4.
        augmented: draws of features by augmentation, as in section 6.5.
        maps: of each draw, what the layers before ``fine_tune_at`` give; the last is of the
            pictures as they are.
        features: the same, of the whole network.
        tails: the layers from ``fine_tune_at`` on with a head, without and with normalization
            frozen; each with its optimizer, its training step and its evaluation.
    """

    truth: np.ndarray
    eyes: dict[str, np.ndarray]
    augmented: dict[str, list[np.ndarray]]
    maps: list[np.ndarray]
    features: list[np.ndarray]
    tails: tuple[Any, Any]


class Tail(NamedTuple):
    model: Any
    start: list[np.ndarray]
    optimizer: Any
    fresh: list[np.ndarray]
    step: Any
    evaluate: Any


def cached(pictures: Path) -> Cached:
    """Run the networks over all pictures."""
    import keras
    import lab_experiments
    import lab_eyes
    import lab_features
    import lab_models

    data = keras.utils.image_dataset_from_directory(
        pictures, image_size=IMAGE_SIZE, shuffle=False, verbose=False
    )
    whole = lab_models.pretrained_network((*IMAGE_SIZE, 3)).model
    eyes = lab_eyes.whose_eyes(whole, data, data)
    note("features of four kinds")
    images, truth = eyes.pictures[0]
    drawn = lab_eyes.draws_of(eyes, draws=2)
    note("features of augmented pictures")
    network = keras.applications.MobileNetV2(
        input_shape=(*IMAGE_SIZE, 3), include_top=False, weights="imagenet"
    )
    cut = network.layers[FINE_TUNE_AT - 1].output
    front = lab_features.extractor(lab_models.part(network, cut), pooled=False)
    back = lab_features.extractor(keras.Model(cut, network.output))
    chain = [
        keras.layers.RandomFlip("horizontal", seed=5),
        keras.layers.RandomRotation(0.2, seed=6),
    ]
    maps = [front(lab_eyes.drawn(chain, images)) for _ in range(DRAWS)]
    maps.append(front(lab_eyes.drawn([], images)))
    note("feature maps for fine-tuning")

    def tail(frozen: bool) -> Tail:
        head = keras.layers.Dense(1)
        head.build((None, 1280))
        model = lab_experiments.trainable_copy(keras.Model(cut, network.output), head)
        for norm in lab_models.batch_norms(model):
            norm.trainable = not frozen
        optimizer = keras.optimizers.Adam()
        optimizer.build(model.trainable_variables)
        fresh = [variable.numpy() for variable in optimizer.variables]
        step, evaluate = lab_experiments.training_of(model, optimizer)
        return Tail(model, model.get_weights(), optimizer, fresh, step, evaluate)

    return Cached(
        truth, eyes.both, drawn, maps, [back(each) for each in maps], (tail(False), tail(True))
    )


def measure(known: Cached, seed: int) -> dict[str, Any]:
    """All numbers that the claims are about, for one seed."""
    import lab_eyes
    import lab_features
    import lab_reading

    order = np.random.default_rng(seed).permutation(len(known.truth))
    out, held = np.split(order, [len(order) - len(order) // 5])
    truth = known.truth[held]

    def numbers(logits: np.ndarray) -> dict[str, float]:
        share = lab_reading.right_answers(logits, truth)
        low, high = share.interval
        loss = lab_reading.loss_of(logits, truth)
        return {"right": share.right, "loss": loss, "low": low, "high": high}

    def tried(draws: list[np.ndarray], plain: np.ndarray) -> dict[str, float]:
        part = [each[out] for each in draws]
        return numbers(lab_eyes.logits_of_new_head(part, known.truth[out], plain[held], seed=seed))

    losses: list[float] = []
    seen = known.features[-1][held]
    training = {
        "draws": [each[out] for each in known.features[:-1]],
        "truth": known.truth[out],
        "epochs": EPOCHS,
        "rate": RATE,
        "after": lambda head: losses.append(lab_reading.loss_of(head.logits(seen), truth)),
    }
    head = lab_features.train_head(lab_features.Head.new(1280, seed), seed=seed, **training)
    frozen = list(losses)
    stayed = lab_features.train_head(head, seed=seed + 1000, **training)
    tuned, moved = _fine_tuned(known, known.tails[0], head, out, held, seed)
    norms_frozen, _ = _fine_tuned(known, known.tails[1], head, out, held, seed)
    right = known.eyes[FED_RIGHT]
    return {
        "pictures": len(truth),
        "eyes": {name: tried([each], each) for name, each in known.eyes.items()},
        "augmented": {name: tried(draws, right) for name, draws in known.augmented.items()},
        "frozen": frozen,
        "rates": {
            rate: [_rate_run(known, head, out, held, float(rate), i) for i in range(ORDERS)]
            for rate in RATES
        },
        "stayed": numbers(stayed.logits(seen)),
        "tuned": numbers(tuned),
        "moved": moved,
        "norms_frozen": numbers(norms_frozen),
    }


def _reset(tail: Tail, head: Any, rate: float) -> None:
    kernel, bias = head.kernel[:, None], np.array([head.bias])
    tail.model.set_weights([*tail.start[:-2], kernel, bias])
    for variable, value in zip(tail.optimizer.variables, tail.fresh, strict=True):
        variable.assign(value)
    tail.optimizer.learning_rate = rate


def _logits(tail: Tail, maps: np.ndarray) -> np.ndarray:
    parts = [np.asarray(tail.model(x, training=False)) for x in np.array_split(maps, 3)]
    return np.concatenate(parts).ravel()


def _fine_tuned(
    known: Cached, tail: Tail, head: Any, out: np.ndarray, held: np.ndarray, seed: int
) -> tuple[np.ndarray, list[int]]:
    """Logits after fine-tuning for as many epochs, and how many statistics moved."""
    import lab_models

    _reset(tail, head, 0.1 * RATE)
    norms = lab_models.batch_norms(tail.model)
    before = [norm.moving_mean.numpy() for norm in norms]
    chance = np.random.default_rng(seed)
    for draw in known.maps[:-1]:
        order = chance.permutation(out)
        for chosen in np.array_split(order, -(-len(order) // 32)):
            tail.step(draw[chosen], known.truth[chosen].astype("float32")[:, None])
    after = [norm.moving_mean.numpy() for norm in norms]
    moved = sum(not np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    return _logits(tail, known.maps[-1][held]), [moved, len(norms)]


def _rate_run(
    known: Cached, head: Any, out: np.ndarray, held: np.ndarray, rate: float, order: int
) -> list[float]:
    """As section 8.1: a few steps on 96 training pictures, the loss on 64 held-out ones."""
    tail = known.tails[0]
    _reset(tail, head, rate)
    turns = np.array_split(np.random.default_rng(order).permutation(out[:96]), 3)
    plain, truth = known.maps[-1], known.truth.astype("float32")[:, None]
    losses = [tail.evaluate(plain[held[:64]], truth[held[:64]])]
    for i in range(STEPS):
        chosen = turns[i % 3]
        tail.step(plain[chosen], truth[chosen])
        losses.append(tail.evaluate(plain[held[:64]], truth[held[:64]]))
    return losses


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=Path, help="folder with `alpaca` and `not alpaca`")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    parser.add_argument("--read", type=Path, help="the table of what --json has printed before")
    options = parser.parse_args()
    if options.read:
        kept = json.loads(options.read.read_text(encoding="utf-8"))
        print(f"{machine.text(kept['machine'])}\n")
        print(table(HEADINGS, rows(kept["seeds"])))
        return
    course = Course.find()
    pictures = (options.pictures or bench.pictures(course)).resolve()
    if not any(pictures.glob("alpaca/*.jpg")):
        sys.exit(f"No pictures in {pictures}: name a folder with --pictures, or run `alpaca data`.")
    ensure_weights(course, say=note)
    os.environ["KERAS_HOME"] = str(course.keras_home)
    sys.path.insert(0, str(bench.lab_of(course).source))
    import lab_setup

    with lab_setup.quiet():
        import tensorflow  # noqa: F401
    with contextlib.redirect_stdout(sys.stderr):
        known = cached(pictures)
    measured: list[Mapping[str, Any]] = []
    for seed in range(1, options.seeds + 1):
        measured.append(measure(known, seed))
        note(f"seed {seed} of {options.seeds}")
    facts = machine.describe()
    if options.json:
        print(json.dumps({"machine": facts, "seeds": measured}, indent=2))
        return
    print(f"{machine.text(facts)}\n{len(known.truth)} pictures\n")
    print(table(HEADINGS, rows(measured)))


if __name__ == "__main__":
    main()
