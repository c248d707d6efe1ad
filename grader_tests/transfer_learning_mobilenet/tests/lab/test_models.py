"""Helpers that touch the student's models: quicker, and without a trace in the result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader_tests.transfer_learning_mobilenet.tests.lab.conftest import run_with_helpers

pytestmark = pytest.mark.timeout(300)
RUNNER = Path(__file__).with_name("model_runner.py")


@pytest.fixture(scope="module")
def found(environment: dict[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = run_with_helpers(RUNNER, environment)
    return result


def test_a_model_made_ready_is_traced_once_and_learns_the_same(found: dict[str, Any]) -> None:
    assert found["ready"]["learned"] == found["plain"]["learned"]
    assert (found["plain"]["traces"], found["ready"]["traces"]) == (2, 1)


def test_what_cannot_be_made_ready_is_left_to_fit(found: dict[str, Any]) -> None:
    assert "compile" in found["not compiled"]


def test_no_model_stops_the_cell_with_a_sentence(found: dict[str, Any]) -> None:
    assert "UNQ_C2" in found["no model"]


@pytest.mark.parametrize(("trainable", "moved"), [(False, 0), (True, 1)])
def test_the_statistics_experiment_leaves_the_network_as_it_was(
    found: dict[str, Any], trainable: bool, moved: int
) -> None:
    assert found[f"trainable={trainable}"] == {"moved": [moved, 1], "as it was": True}


def test_a_head_trains_as_keras_would_train_it(found: dict[str, Any]) -> None:
    heads = found["heads"]
    assert heads["steps"] == 2
    assert heads["gone on"] < 1e-4
    assert heads["begun anew"] > 1e-3, "Adam's state is carried on, and that makes a difference"


def test_branches_begin_at_the_same_weights(found: dict[str, Any]) -> None:
    fork = found["fork"]
    assert fork["untouched"], "the control is trained beside the model, not in it"
    assert fork["losses"] == [1, 3, 3]
    assert fork["moved"] == [1, 1]
    assert fork["put back"]
    assert fork["other history"]
    assert "eight steps" in fork["odd model"]


def test_an_audit_of_labels(found: dict[str, Any]) -> None:
    said = found["audit"]
    assert "Put 4 letters" in said[""]
    assert "2 answers for 4 pictures" in said["an"]
    assert "Same label: 4 of 4" in said["a n,n a"]
    assert "cannot say: 1" in said["ANN?"]
    assert "picture 2: you say a, the data set says n" in said["aana"]


def test_pictures_that_are_alike(found: dict[str, Any]) -> None:
    shown = json.loads(found["alike"])
    assert shown["copy first"]
    assert shown["pairs"][0] == 1
    assert shown["pairs"][1] < 3, "a picture with another label is no candidate"


def test_the_blocks_of_the_network(found: dict[str, Any]) -> None:
    blocks = found["blocks"]
    assert len(blocks) == 17
    assert [name for name, _, _, shortcut in blocks if shortcut] == [
        *("2", "4", "5", "7", "8", "9", "11", "12", "14", "15")
    ]


def test_heads_on_features_of_four_kinds(found: dict[str, Any]) -> None:
    eyes = found["eyes"]
    assert eyes["features"] == [[8, 1280], [8, 1280]]
    assert list(eyes["augmented"]) == ["none", "flip", "flip, ±11°", "flip, ±72°"]
    # The same pictures are learned and asked: dark and bright ones are easily told apart.
    assert eyes["eyes"]["pretrained, fed -1 to 1"] == eyes["augmented"]["none"] == [8, 8]


def test_a_guess_answers_back(found: dict[str, Any]) -> None:
    guess = found["guess"]
    assert guess["none"] == guess["again"] == "Measured: 8.2.\n"
    assert "what would be left to save?" in guess["feedback"]
    assert guess["guess"] == "You guessed: 30. Measured: 8.2.\n"
    assert guess["plain"] == guess["no widgets"].strip() == "Choices: 2; 8; 30"


def test_widgets_are_shown_as_every_front_end_knows_them(found: dict[str, Any]) -> None:
    """By their number, not by a method that ipywidgets 7, as on Colab, does not have."""
    assert found["guess"]["view"] == 2 * [["application/vnd.jupyter.widget-view+json"]]
    assert found["mine"]["uploaded"] == [[["a.png", "a"]], [["a.png", "a"]], []]


def test_curves_join_what_is_counted_the_same_way(found: dict[str, Any]) -> None:
    (two, frozen), (one, both), tick = found["curves"]
    assert (two, one) == (2, 1)
    assert "validation accuracy goes from 0.40 to 0.70" in frozen
    assert "validation loss goes from 0.80 to 0.40" in both
    assert "just before it the losses were 0.60 and 0.50" in both
    assert "accuracy" not in both
    assert tick <= 1.001, "no share is larger than 1"


def test_own_pictures(found: dict[str, Any]) -> None:
    mine = found["mine"]
    ((shape, captions, heat),) = mine["shown"]
    assert (shape[0], heat[0]) == (3, 3)
    assert [caption.split("\n")[0] for caption in captions] == ["a.png", "b.webp", "c.gif"]
    assert "d.heic, it is HEIC" in mine["said"]
    assert "e.jpg, it cannot be opened" in mine["said"]
    assert mine["white is at the right"], "a telephone's turned pictures are turned back"
    assert "No pictures in the folder 'nowhere'" in mine["no folder"]
