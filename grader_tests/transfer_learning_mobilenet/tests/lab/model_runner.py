"""What the helpers do to small models; prints JSON. A process of its own: Keras takes over the
logging of the process that imports it."""

from __future__ import annotations

import json
import sys
from typing import Any

from runner_tools import small_model, words_of


def main(helpers: str) -> None:
    sys.path.insert(0, helpers)
    import lab_setup

    with lab_setup.quiet():
        import lab_branches
        import lab_data
        import lab_diagrams
        import lab_experiments
        import lab_eyes
        import lab_features
        import lab_figures
        import lab_guess
        import lab_messages
        import lab_mine
        import lab_models
        import lab_widgets

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
    found["heads"] = heads(lab_features)
    found["fork"] = forked(lab_branches)
    found["audit"] = audited(lab_data)
    found["alike"] = alike(lab_data)
    found["blocks"] = lab_diagrams.blocks(network := _mobilenet())
    found["guess"] = guessed(lab_guess, lab_widgets)
    found["mine"] = judged(lab_mine)
    found["eyes"] = seen(lab_eyes, network)
    found["curves"] = curves_of_two_metrics(lab_figures)
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


def heads(lab_features: Any) -> dict[str, Any]:
    """The head's own training, next to that of Keras with the same start, order and rate."""
    import keras
    import numpy as np

    chance = np.random.default_rng(11)
    features = chance.normal(size=(32, 6))  # one batch: their order makes no difference
    truth = (features[:, 0] > 0).astype(int)
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(1)])
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss, run_eagerly=True)
    model.fit(features, truth, epochs=2, verbose=0)
    head = lab_features.Head.of(model.layers[-1], model.optimizer)
    model.fit(features, truth, epochs=3, verbose=0)
    trained = [
        lab_features.train_head(start, [features], truth, epochs=3, rate=0.01, dropout=0.0)
        for start in (head, head._replace(steps=0, momentum=0 * head.momentum))
    ]
    keras_own = np.asarray(model(features)).ravel()
    return {
        "steps": head.steps,
        "gone on": float(np.abs(trained[0].logits(features) - keras_own).max()),
        "begun anew": float(np.abs(trained[1].logits(features) - keras_own).max()),
    }


def forked(lab_branches: Any) -> dict[str, Any]:
    """Both branches begin at the same weights, also when the cell runs a second time."""
    from types import SimpleNamespace

    import keras
    import numpy as np
    import tensorflow as tf

    network = keras.Model(
        (pixels := keras.Input((8, 8, 3))),
        keras.layers.BatchNormalization()(keras.layers.Conv2D(4, 3)(pixels)),
    )
    inputs = keras.Input((8, 8, 3))
    x = network(keras.layers.RandomFlip()(inputs), training=False)
    x = keras.layers.Dropout(0.3)(keras.layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, keras.layers.Dense(1)(x))
    network.trainable = False
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss, run_eagerly=True)
    images = np.random.default_rng(3).uniform(0, 255, (40, 8, 8, 3)).astype("float32")
    data = tf.data.Dataset.from_tensor_slices((images, np.arange(40) % 2)).batch(16)
    history = model.fit(data, validation_data=data, shuffle=False, verbose=0)
    start = lab_branches.fork(model, history, data)
    before = model.get_weights()
    stayed = lab_branches.stay_frozen(start, model, model.optimizer, data, 3)
    untouched = all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    network.trainable = True
    model.compile(keras.optimizers.Adam(0.01), loss, run_eagerly=True)
    later = model.fit(data, validation_data=data, epochs=3, shuffle=False, verbose=0)
    tuned = lab_branches.fine_tuned(start, model, later)
    moved = lab_branches.moved_statistics(start, model, network)
    again = lab_branches.fork(model, history, data)
    return {
        "untouched": untouched,
        "losses": [len(start.before.losses), len(stayed.losses), len(tuned.losses)],
        "moved": moved,
        "put back": again is start
        and all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)),
        "other history": lab_branches.fork(model, SimpleNamespace(history=history.history), data)
        is not start,
        "odd model": _message_of(lab_branches, start, data),
    }


def guessed(lab_guess: Any, lab_widgets: Any) -> dict[str, Any]:
    """A question without a guess, with one, asked again, and where there are no widgets."""
    shown: list[Any] = []
    lab_widgets.display = lambda data, raw: shown.append(data)

    def measure() -> None:
        lab_guess.measured("separable", "8.2")

    lab_guess.ask("separable")
    found = {"none": words_of(measure)}
    box = lab_guess._widget("separable", lab_guess.QUESTIONS["separable"])
    radio, answer = box.children
    radio.value = "30"
    found |= {"feedback": answer.value, "guess": words_of(measure)}
    lab_guess.ask("separable")
    found |= {"again": words_of(measure), "plain": shown[0]["text/plain"]}
    views = [set(each) - {"text/plain"} for each in shown]
    found["view"] = [list(view) for view in views]
    sys.modules["ipywidgets"] = None  # type: ignore[assignment]
    found["no widgets"] = words_of(lambda: lab_guess.ask("separable"))
    del sys.modules["ipywidgets"]
    return found


def judged(lab_mine: Any) -> dict[str, Any]:
    """Pictures of several kinds, upright and turned, and files that are none."""
    import io

    import numpy as np
    from PIL import Image

    def encoded(form: str, picture: Any = None, **more: Any) -> bytes:
        data = io.BytesIO()
        (picture or Image.new("RGB", (40, 20), (10, 200, 30))).save(data, form, **more)
        return data.getvalue()

    half = Image.new("RGB", (16, 16))
    half.paste((255, 255, 255), (0, 0, 8, 16))  # white at the left
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    turned = lab_mine.as_pixels(encoded("PNG", half, exif=exif), (16, 16))
    files = [
        ("a.png", encoded("PNG")),
        ("b.webp", encoded("WEBP")),
        ("c.gif", encoded("GIF", Image.new("P", (9, 9)))),
        ("d.heic", b"\0\0\0\x18ftypheic" + b"\0" * 20),
        ("e.jpg", b""),
    ]
    shown: list[Any] = []
    lab_mine.evidence_figure = lambda batch, captions, heat: shown.append(
        [batch.shape, captions, heat.shape]
    )
    said = words_of(lambda: lab_mine.judge(small_model(), files, ("alpaca", "not alpaca")))
    return {
        "said": said,
        "shown": shown,
        "uploaded": [
            [(name, data.decode()) for name, data in lab_mine.uploaded(value)]
            for value in (
                {"a.png": {"metadata": {"name": "a.png"}, "content": b"a"}},  # ipywidgets 7
                ({"name": "a.png", "content": memoryview(b"a")},),  # ipywidgets 8
                (),
            )
        ],
        "white is at the right": bool(np.all(turned[:, 8:] == 255) and np.all(turned[:, :8] == 0)),
        "no folder": words_of(lambda: lab_mine.folder(small_model(), ("a", "b"), "nowhere")),
    }


def audited(lab_data: Any) -> dict[str, str]:
    """What an audit of four pictures says to answers of several kinds."""
    import contextlib
    import io

    import numpy as np

    chosen = lab_data.Audit(
        np.zeros((4, 2, 2, 3)), np.array([0, 1, 1, 0]), ("alpaca", "not alpaca")
    )
    said = {}
    for answers in ("", "an", "a n,n a", "ANN?", "aana"):
        with contextlib.redirect_stdout(io.StringIO()) as text:
            lab_data.compare_audit(chosen, answers)
        said[answers] = text.getvalue()
    return said


def alike(lab_data: Any) -> str:
    """Pairs that are shown: a mirrored copy has to be found, and not one with another label."""
    from types import SimpleNamespace

    import numpy as np

    chance = np.random.default_rng(5)
    train = SimpleNamespace(
        images=chance.uniform(0, 255, (6, 20, 20, 3)), truth=np.array([0, 0, 0, 1, 1, 1])
    )
    copies = train.images[[1, 4]][:, :, ::-1]
    held_out = SimpleNamespace(images=copies, truth=np.array([0, 0]))
    features = chance.normal(size=(6, 8)), chance.normal(size=(2, 8))
    shown: list[Any] = []
    lab_data.grid = lambda pictures, names, **_: shown.extend(pictures)
    lab_data.show = lambda figure, alt: None
    lab_data.most_alike((train, held_out), features, count=2)
    pairs = [
        next(i for i, each in enumerate(train.images) if np.array_equal(each, picture))
        for picture in shown[2:]
    ]
    first = int(np.array_equal(shown[0], copies[0]))
    return json.dumps({"copy first": first, "pairs": pairs})


def curves_of_two_metrics(lab_figures: Any) -> list[Any]:
    """Curves before and after an exercise 3 whose metric has another name; a share of 1."""
    shown: list[Any] = []
    lab_figures.show = lambda figure, alt: shown.append([len(figure.axes), alt])
    before = {"loss": [0.9, 0.6], "val_loss": [0.8, 0.5], "accuracy": [0, 0.5]}
    before["val_accuracy"] = [0.4, 0.7]
    after = {"loss": [0.3], "val_loss": [0.4], "right": [1.0], "val_right": [0.9]}
    lab_figures.curves(before)
    lab_figures.curves(before, after)
    _, axes = lab_figures.new_figure()
    axes[0, 0].plot([0.9, 1.0], [0, 0])
    lab_figures.within_one(axes[0, 0])
    return [*shown, max(axes[0, 0].get_xticks())]


def _mobilenet() -> Any:
    import keras

    return keras.applications.MobileNetV2(
        input_shape=(96, 96, 3), include_top=False, weights="imagenet"
    )


def seen(lab_eyes: Any, network: Any) -> dict[str, Any]:
    """The four heads and the four augmentations on eight pictures of noise."""
    import numpy as np
    import tensorflow as tf

    chance = np.random.default_rng(8)
    images = chance.uniform(0, 255, (8, 96, 96, 3)).astype("float32")
    images[::2] /= 4
    data = tf.data.Dataset.from_tensor_slices((images, np.arange(8) % 2)).batch(4)
    eyes = lab_eyes.whose_eyes(network, data, data)
    augmented = lab_eyes.augmentations(eyes, draws=1)
    return {
        "eyes": {name: each.share for name, each in eyes.results.items()},
        "augmented": {name: each.share for name, each in augmented.items()},
        "features": [each.shape for each in eyes.features],
    }


def _message_of(lab_branches: Any, start: Any, data: Any) -> str:
    import keras
    import lab_messages

    flat = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
    try:
        lab_branches.stay_frozen(start, flat, keras.optimizers.Adam(), data, 1)
    except lab_messages.LabMessage as message:
        return str(message)
    return ""


if __name__ == "__main__":
    main(sys.argv[1])
