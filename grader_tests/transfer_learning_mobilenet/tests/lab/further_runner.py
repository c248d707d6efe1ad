"""What the optional part after the lab says and does; prints JSON.

A process of its own: Keras takes over the logging of the process that imports it.

Arguments: the folder of the helpers, and one with a folder of pictures for each of two classes.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from runner_tools import small_model, words_of


def main(helpers: str, pictures: str) -> None:
    sys.path.insert(0, helpers)
    import lab_setup

    with lab_setup.quiet():
        import lab_branches
        import lab_further

    found = {
        "phone": on_a_phone(lab_further, lab_branches),
        "trained on": trained_otherwise(lab_further, lab_branches),
        "own classes": own_classes(lab_further, Path(pictures)),
    }
    print(json.dumps(found))


def on_a_phone(lab_further: Any, lab_branches: Any) -> str:
    """What the conversion of a small model says; nothing but that may be written."""
    import numpy as np

    images = np.random.default_rng(4).uniform(0, 1, (3, 16, 16, 3)).astype("float32")
    pictures = lab_branches.Pictures(images, np.array([0, 1, 1]))
    fork = lab_branches.Fork([], pictures, lab_branches.Branch([], np.zeros(3)))
    return words_of(lambda: lab_further.onto_a_phone(small_model(), fork))


def trained_otherwise(lab_further: Any, lab_branches: Any) -> dict[str, Any]:
    """Fine-tuning elsewhere, with normalization frozen, and from scratch, of a small network."""
    import keras
    import numpy as np
    import tensorflow as tf

    network = keras.Model(
        (pixels := keras.Input((8, 8, 3))),
        keras.layers.BatchNormalization()(keras.layers.Conv2D(4, 3)(pixels)),
    )
    inputs = keras.Input((8, 8, 3))
    x = keras.layers.GlobalAveragePooling2D()(network(inputs, training=False))
    model = keras.Model(inputs, keras.layers.Dense(1)(x))
    images = np.random.default_rng(6).uniform(0, 1, (24, 8, 8, 3)).astype("float32")
    pictures = lab_branches.Pictures(images, np.arange(24) % 2)
    data = tf.data.Dataset.from_tensor_slices((images, np.arange(24) % 2)).batch(8)
    yours = lab_branches.Branch([1.0], lab_branches.logits_of(model, images))
    start = lab_branches.Fork(model.get_weights(), pictures, yours)
    before = model.get_weights()
    kept: list[Any] = []
    seen = lab_further.fine_tuned

    def fine_tuned(start: Any, copy: Any, history: Any) -> Any:
        kept.append(copy)
        return seen(start, copy, history)

    lab_further.fine_tuned = fine_tuned
    given = start, yours, data
    said = [
        words_of(lambda: lab_further.tune(model, *given, first_free=1)),
        words_of(lambda: lab_further.tune(model, *given, first_free=0, norms_frozen=True)),
        words_of(lambda: lab_further.from_scratch(model, *given, epochs=1)),
    ]
    # Kernel and bias of the convolution; scale, shift, mean and variance of the normalization.
    moved = [
        [not np.array_equal(a, b) for a, b in zip(before, copy.get_weights(), strict=True)][:6]
        for copy in kept
    ]
    return {
        "said": said,
        "moved": moved,
        "beyond": words_of(lambda: lab_further.tune(model, *given, first_free=3)),
        "untouched": all(
            np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)
        ),
    }


def own_classes(lab_further: Any, pictures: Path) -> dict[str, Any]:
    """Two folders of pictures that can be learned, and what cannot be."""
    with tempfile.TemporaryDirectory() as place:
        day, night = Path(place) / "day", Path(place) / "night"
        shutil.copytree(pictures / "alpaca", day)
        _darkened(pictures / "not alpaca", night)

        def asked(*folders: Path | str, backbone: str = "MobileNetV2") -> str:
            return words_of(lambda: lab_further.own_classes([*map(str, folders)], backbone))

        found = {
            "no folder": asked("cups", "glasses"),
            "three": asked(day, night, "glasses"),
            "no network": asked(day, night, backbone="Mobilenet"),
            "a module": asked(day, night, backbone="mobilenet_v2"),
            "learned": asked(day, night),
            "the same": asked(day, day),
        }
        (day / "cut.jpg").write_bytes(b"no picture")
        (day / "notes.txt").write_text("no picture either", encoding="utf-8")
        found["damaged"] = asked(day, night)
        for path in sorted(night.iterdir())[9:]:
            path.unlink()
        found["few"] = asked(day, night)
    return found | networks(lab_further)


def _darkened(pictures: Path, target: Path) -> None:
    from PIL import Image

    target.mkdir()
    for path in pictures.iterdir():
        with Image.open(path) as picture:
            picture.point(lambda value: value // 4).save(target / path.name)


def networks(lab_further: Any) -> dict[str, Any]:
    """Other networks than the lab's, without weights: none of them lies on this disk."""
    import keras
    import numpy as np

    raw = np.full((1, 96, 96, 3), 255.0, "float32")
    outputs = {}
    for name in ("MobileNetV3Small", "EfficientNetB0", "ResNet50"):
        module = getattr(keras.applications, name).__module__

        def make(pooling: str, **_: Any) -> Any:
            pixels = keras.Input((96, 96, 3))
            return keras.Model(pixels, keras.layers.GlobalAveragePooling2D()(pixels))

        make.__module__ = module
        outputs[name] = lab_further._features(make, (96, 96), raw)[0].tolist()

    def unreachable(**_: Any) -> Any:
        raise OSError("no network")

    unreachable.__name__ = "Xception"
    missing = words_of(lambda: lab_further._features(unreachable, (96, 96), raw))
    return {"prepared": outputs, "unreachable": missing}


if __name__ == "__main__":
    main(*sys.argv[1:])
