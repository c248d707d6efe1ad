"""The network's answers from NumPy, against Keras' own."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from alpaca_course.assets.answers import KnownNetwork, feature_maps
from alpaca_course.assets.backbone import LayerWeights, fingerprint

# Random weights with the statistics of some pictures, without which hardly anything of a picture
# would reach the end, and what Keras gives with them for another one.
KERAS = """
import sys, keras, numpy as np
drawn = np.random.default_rng(3)
arrays = {}
for side in (96, 160):
    model = keras.applications.MobileNetV2(
        include_top=False, weights=None, input_shape=(side, side, 3))
    for layer in model.layers:
        for weight in layer.weights:
            if weight.name in ("gamma", "beta"):
                weight.assign(drawn.uniform(0.5, 1.5, weight.shape))
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    model(drawn.uniform(-1, 1, (4, side, side, 3)).astype("float32"), training=True)
    picture = drawn.uniform(-1, 1, (side, side, 3)).astype("float32")
    arrays[f"{side}/picture"] = picture
    arrays[f"{side}/answer"] = np.asarray(model(picture[None], training=False))[0]
    for i, layer in enumerate(each for each in model.layers if each.weights):
        for weight in layer.weights:
            name = weight.name.replace("depthwise_kernel", "kernel")
            arrays[f"{side}/layer {i:03} {layer.name}/{name}"] = np.asarray(weight)
np.savez(sys.argv[1], **arrays)
"""


@pytest.fixture(scope="module")
def of_keras(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    path = tmp_path_factory.mktemp("keras") / "answers.npz"
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    subprocess.run([sys.executable, "-c", KERAS, os.fspath(path)], check=True, env=quiet)
    with np.load(path) as found:
        return dict(found)


def layers(of_keras: dict[str, np.ndarray], side: int) -> list[LayerWeights]:
    found: dict[str, dict[str, np.ndarray]] = {}
    for name, array in of_keras.items():
        size, _, rest = name.partition("/")
        if size == str(side) and rest.startswith("layer"):
            layer, _, weight = rest.partition("/")
            found.setdefault(layer, {})[weight] = array
    return [LayerWeights(name, arrays) for name, arrays in found.items()]


@pytest.mark.parametrize("side", [96, 160])
def test_it_answers_as_keras_does(of_keras: dict[str, np.ndarray], side: int) -> None:
    wanted = of_keras[f"{side}/answer"]
    answer = feature_maps(layers(of_keras, side), of_keras[f"{side}/picture"])
    assert answer.shape == wanted.shape
    assert wanted.std() > 0.01
    np.testing.assert_allclose(answer, wanted, atol=1e-4 * float(np.abs(wanted).max()))


def test_other_weights_and_other_pictures_have_other_answers(
    of_keras: dict[str, np.ndarray],
) -> None:
    picture, known = of_keras["96/picture"], layers(of_keras, 96)
    last = known[-1]
    shifted = {**last.arrays, "beta": last.arrays["beta"] + np.float32(0.1)}
    changed = [*known[:-1], LayerWeights(last.name, shifted)]
    answer = feature_maps(known, picture)
    assert not np.allclose(answer, feature_maps(changed, picture), atol=0.05)
    assert not np.allclose(answer, feature_maps(known, picture[:, ::-1]), atol=0.05)


def test_a_size_that_is_padded_otherwise_is_refused(of_keras: dict[str, np.ndarray]) -> None:
    with pytest.raises(ValueError, match="multiple"):
        feature_maps(layers(of_keras, 96), np.zeros((100, 96, 3), np.float32))


def test_an_answer_is_computed_once(of_keras: dict[str, np.ndarray]) -> None:
    known, asked = layers(of_keras, 96), []

    def picture() -> np.ndarray:
        asked.append(1)
        return of_keras["96/picture"]

    mark = fingerprint(known)
    network = KnownNetwork({"96": mark}, {mark: known}.__getitem__)
    one, other = (network.answer(mark, "96/0", picture) for _ in range(2))
    assert one is other
    assert len(asked) == 1
