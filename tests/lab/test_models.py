"""Helpers that touch the student's models: quicker, and without a trace in the result."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest

from tests.lab.conftest import HELPERS

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def helper(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(HELPERS))
    # Importing `lab_setup` may set it.
    monkeypatch.setenv("KERAS_HOME", "/nonexistent")

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    return load


def _classifier() -> tuple[Any, list[int]]:
    """A compiled model with dropout and BatchNormalization, and a list that grows at each trace."""
    traced: list[int] = []

    class Counted(keras.Model):
        def train_step(self, data: Any) -> Any:
            traced.append(1)
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
    return model, traced


def _fit(model: Any) -> dict[str, list[float]]:
    features = np.random.default_rng(5).normal(size=(32, 4))
    labels = (features.sum(1) > 0).astype("int32")
    history = model.fit(features, labels, batch_size=8, epochs=2, shuffle=False, verbose=0)
    return history.history


def test_a_model_made_ready_is_traced_once_and_learns_the_same(helper: Any) -> None:
    plain, traced_plain = _classifier()
    expected = _fit(plain)
    ready, traced_ready = _classifier()
    helper("lab_models").make_ready(ready)
    assert _fit(ready) == expected
    for mine, other in zip(ready.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)
    assert (len(traced_plain), len(traced_ready)) == (2, 1)


def test_what_cannot_be_made_ready_is_left_to_fit(helper: Any) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    helper("lab_models").make_ready(model)
    with pytest.raises(ValueError, match="compile"):
        _fit(model)


def test_no_model_stops_the_cell_with_a_sentence(helper: Any) -> None:
    models, messages = helper("lab_models"), helper("lab_messages")
    with pytest.raises(messages.NotFilledIn, match="UNQ_C2"):
        models.make_ready(None)


@pytest.mark.parametrize(("trainable", "moved"), [(False, 0), (True, 1)])
def test_the_statistics_experiment_leaves_the_network_as_it_was(
    helper: Any, trainable: bool, moved: int
) -> None:
    network = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Conv2D(4, 3),
            keras.layers.BatchNormalization(),
            keras.layers.GlobalAveragePooling2D(),
        ]
    )
    before = network.get_weights()
    images = np.random.default_rng(7).uniform(0, 255, (2, 8, 8, 3))
    found = helper("lab_experiments").moved_batch_norms(
        network, images, trainable=trainable, training=False
    )
    assert found == (moved, 1)
    assert network.trainable
    for mine, other in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, other)
