"""The optional part after the lab: what it says, what it trains, and what it leaves alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from grader_tests.transfer_learning_mobilenet.tests.lab.conftest import run_with_helpers

pytestmark = pytest.mark.timeout(600)
RUNNER = Path(__file__).with_name("further_runner.py")


@pytest.fixture(scope="module")
def found(environment: dict[str, str], pictures: Path) -> dict[str, Any]:
    result: dict[str, Any] = run_with_helpers(RUNNER, environment, pictures)
    return result


def test_onto_a_phone(found: dict[str, Any]) -> None:
    in_keras, whole, small = found["phone"].splitlines()
    assert in_keras.startswith("in Keras: ")
    assert whole.startswith("32 bits: ")
    assert small.startswith("8 bits: ")
    assert "logits off by 0.00" in whole


def test_further_training_moves_what_it_says_and_leaves_the_model_alone(
    found: dict[str, Any],
) -> None:
    trained = found["trained on"]
    names = ("free from layer 1 on", "free from layer 0 on, normalization frozen", "from scratch")
    for name, said in zip(names, trained["said"], strict=True):
        yours, other, *_ = said.strip().splitlines()
        assert yours.startswith("yours: loss ")
        assert other.startswith(f"{name}: loss ")
    assert trained["moved"] == [
        [True, True, True, True, True, True],
        [True, True, False, False, False, False],
        [True, True, True, True, True, True],
    ]
    assert "has to be from 0 to 2" in trained["beyond"]
    assert trained["untouched"]


def test_own_classes_are_learned_from_pretrained_features(found: dict[str, Any]) -> None:
    result, common, verdict = found["own classes"]["learned"].splitlines()
    assert re.search(r"day or .*night, with MobileNetV2: [78] of 8 right, ", result)
    assert common == "always the more common one: 4 of 8, 0.50"
    assert verdict == "✓ The features tell them apart."


def test_classes_that_are_the_same_are_not_told_apart(found: dict[str, Any]) -> None:
    said = found["own classes"]["the same"]
    assert "4 of 8 right" in said
    assert said.endswith("So few pictures cannot tell yet.\n")


def test_damaged_pictures_are_named_and_left_out(found: dict[str, Any]) -> None:
    own = found["own classes"]
    assert own["damaged"].startswith("Left out: cut.jpg, it cannot be opened as a picture")
    assert "notes.txt" not in own["damaged"]
    assert own["damaged"].splitlines()[1:] == own["learned"].splitlines()


def test_what_own_classes_need_is_said(found: dict[str, Any]) -> None:
    own = found["own classes"]
    assert "found: 0 in 'cups', 0 in 'glasses'" in own["no folder"]
    assert "Two folders with at least ten" in own["three"]
    assert re.search(r"found: 20 in '.*day', 9 in '.*night'", own["few"])
    assert "no `Mobilenet`. Mind capital letters" in own["no network"]
    assert "no `mobilenet_v2`. Mind capital letters" in own["a module"]


def test_every_network_gets_its_own_preprocessing(found: dict[str, Any]) -> None:
    """White: unchanged for those that rescale inside, less ImageNet's mean colour for ResNet."""
    prepared = found["own classes"]["prepared"]
    assert prepared["MobileNetV3Small"] == prepared["EfficientNetB0"] == [255.0] * 3
    assert prepared["ResNet50"] == pytest.approx([151.061, 138.221, 131.32], abs=0.1)
    assert "`Xception` is not to be had here: OSError" in found["own classes"]["unreachable"]
