"""Every rule on typed evidence: one thing is changed in the reference's, one rule must say so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.evidence.verdict import RuleResult
from grader_tests.judge import _EXERCISES, EXERCISES
from tests.evidence import samples

ROOT = Path(__file__).resolve().parents[2]
POINTS = {
    "data_augmenter": "sequential 2, layers 4, horizontal_flip 4, rotation_range 4, "
    "random_in_training 2, identity_in_inference 1, keeps_shape 1, fresh_object 2",
    "alpaca_model": "input_shape 4, augmentation_first 5, preprocessing 6, backbone 5, "
    "pretrained_weights 5, frozen_base 6, inference_mode 3, pooling 4, dropout 4, head 4, "
    "output_shape 2, layer_order 1, trainable_parameters 1",
    "fine_tuning": "backbone_inside_model 3, frozen_below 6, trainable_above 5, "
    "compiled_again 3, loss 4, optimizer 2, learning_rate 3, accuracy_metric 2, "
    "moves_the_right_weights 2",
}
ALL_TRAINABLE, LATE_FROZEN = [[True, 154]], [[True, 120], [False, 34]]
FLIPS = {"pictures": 24, "same": 12, "horizontal": 0, "vertical": 0, "both": 0, "other": 0}
FLIP = {"kind": "RandomFlip", "augmentation": True, "mode": "vertical"}
ROTATION = {"kind": "RandomRotation", "augmentation": True, "factor": [-0.2, 0.2]}
NAMED = {"kind": "", "by_name": False, "values": [1.0] * 6}

# exercise.rule: what is changed in the reference's evidence -> words of the message
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("data_augmenter.sequential", {"form": "other"}, "returned Sequential"),
    ("data_augmenter.layers", {"layers": [ROTATION, FLIP]}, "swapped order"),
    ("data_augmenter.layers", {"layers": [FLIP]}, "RandomRotation is missing"),
    ("data_augmenter.layers", {"layers": [FLIP, ROTATION, FLIP]}, "more layers"),
    ("data_augmenter.horizontal_flip", {"flips": {**FLIPS, "vertical": 12}}, "upside down"),
    (
        "data_augmenter.horizontal_flip",
        {"flips": {**FLIPS, "horizontal": 5, "vertical": 4, "both": 3}},
        "both ways",
    ),
    ("data_augmenter.horizontal_flip", {"flips": {**FLIPS, "same": 24}}, "none of 24"),
    (
        "data_augmenter.horizontal_flip",
        {"flips": {**FLIPS, "same": 0, "horizontal": 24}},
        "not random",
    ),
    ("data_augmenter.horizontal_flip", {"flips": {**FLIPS, "other": 12}}, "another way"),
    ("data_augmenter.rotation_range", {"layers.1.factor": [-20.0, 20.0]}, "degrees"),
    ("data_augmenter.rotation_range", {"layers.1.factor": [-0.02, 0.02]}, "-0.02 to 0.02"),
    ("data_augmenter.rotation_range", {"layers.1.factor": [0.0, 0.2]}, "counter-clockwise"),
    ("data_augmenter.rotation_range", {"layers.1.factor": None}, "does not say how far"),
    ("data_augmenter.rotation_range", {"turns": [0.0] * 24}, "hardly turned"),
    ("data_augmenter.rotation_range", {"turns": [0.15] * 24}, "one direction"),
    ("data_augmenter.rotation_range", {"turns": [-0.4, 0.4] * 12}, "further"),
    ("data_augmenter.random_in_training", {"sizes.1.changed": 0}, "none of 24"),
    ("data_augmenter.identity_in_inference", {"sizes.0.largest_change": 9.0}, "come out changed"),
    ("data_augmenter.keeps_shape", {"sizes.1.shape_kept": False}, "another shape"),
    ("data_augmenter.keeps_shape", {"sizes.1.dtype": "float16"}, "float16"),
    (
        "data_augmenter.keeps_shape",
        {"sizes.1.error": {"type": "ValueError", "text": ""}},
        "refused",
    ),
    ("data_augmenter.fresh_object", {"fresh": False}, "shared a layer"),
    ("alpaca_model.input_shape", {"builds.0.input_shapes": [[None, 160, 160, 3]]}, "160"),
    (
        "alpaca_model.input_shape",
        {"builds.0.error": {"type": "ValueError", "text": "no"}},
        "ValueError: no",
    ),
    ("alpaca_model.input_shape", {"builds.1.input_shapes": [[None, 4]] * 3}, "3 inputs"),
    (
        "alpaca_model.augmentation_first",
        {"model.stages.0.augmentation": False, "model.stages.1.augmentation": False}
        | {"model.entrance.changed": 0},
        "No augmentation",
    ),
    (
        "alpaca_model.augmentation_first",
        {"model.stages.0.constants": [-1.0, 0.0, 1.0]}
        | {"model.stages.1.constants": [-1.0, 0.0, 1.0]},
        "preprocessed before",
    ),
    (
        "alpaca_model.augmentation_first",
        {"model.stages.1.kind": "RandomFlip"},
        "applied twice",
    ),
    ("alpaca_model.augmentation_first", {"model.stages.6.augmentation": True}, "after"),
    ("alpaca_model.augmentation_first", {"model.entrance.changed": 0}, "unchanged"),
    ("alpaca_model.preprocessing", {"model.entrance.constants": [0.0, 127.5, 255.0]}, "no prepr"),
    ("alpaca_model.preprocessing", {"model.entrance.constants": [0.0, 0.5, 1.0]}, "by 255"),
    (
        "alpaca_model.preprocessing",
        {"model.entrance.constants": [-1.007843, -1.0, -0.992157]},
        "twice",
    ),
    ("alpaca_model.preprocessing", {"model.entrance.spread": 0.4}, "another network"),
    ("alpaca_model.preprocessing", {"model.entrance.constants": [-1.0, 0.0, 0.9]}, "0.9"),
    ("alpaca_model.preprocessing", {"model.entrance.constants": None}, "could not be computed"),
    ("alpaca_model.backbone", {"model.backbone.dense": 1}, "classification top"),
    ("alpaca_model.backbone", {"model.flat_backbone": True}, "input_tensor"),
    ("alpaca_model.backbone", {"model.backbone.depthwise": 13}, "not MobileNetV2"),
    ("alpaca_model.backbone", {"model.backbone.parameters": 706_224}, "another width"),
    ("alpaca_model.pretrained_weights", {"model.backbone.fresh_statistics": True}, "random"),
    ("alpaca_model.pretrained_weights", {"model.backbone.fingerprint": "a" * 64}, "other numbers"),
    ("alpaca_model.pretrained_weights", {"model.backbone.fingerprint": None}, "be read"),
    ("alpaca_model.frozen_base", {"model.backbone.trainable_parameters": 9}, "not frozen"),
    (
        "alpaca_model.frozen_base",
        {"model.backbone.trainable_parameters": 9}
        | {"model.backbone.trainable_layers": [[False, 100], [True, 54]]},
        "in part",
    ),
    ("alpaca_model.inference_mode", {"model.backbone.training": "true"}, "in training mode"),
    ("alpaca_model.inference_mode", {"model.backbone.training": "omitted"}, "does not say"),
    ("alpaca_model.pooling", {"model.passage.pooling": "maximum"}, "maximum"),
    ("alpaca_model.pooling", {"model.passage.pooling": "flatten"}, "flattened"),
    ("alpaca_model.pooling", {"model.passage.pooling": "none"}, "nothing pools"),
    ("alpaca_model.pooling", {"model.passage.pooling": "sum"}, "not the average"),
    ("alpaca_model.dropout", {"model.passage.dropped": 0.5}, "50%"),
    ("alpaca_model.dropout", {"model.passage.dropped": 0.0}, "pooled features"),
    ("alpaca_model.dropout", {"model.passage.dropped_in_inference": 0.2}, "predicting"),
    ("alpaca_model.head", {"model.head.units": 2}, "2 units"),
    (
        "alpaca_model.head",
        {"model.head.linear": False, "model.head.squashed": "sigmoid"},
        "sigmoid",
    ),
    ("alpaca_model.head", {"model.head.linear": False}, "not a linear"),
    ("alpaca_model.head", {"model.head.weighted_layers": 2}, "2 layers with weights"),
    ("alpaca_model.head", {"model.head.weighted_layers": 0}, "No layer with weights"),
    ("alpaca_model.output_shape", {"builds.1.output_shapes": [[None, 3, 3, 1]]}, "3, 3, 1"),
    ("alpaca_model.layer_order", {"model.stages.5.kind": "Dropout"}, "more than one dropout"),
    ("alpaca_model.layer_order", {"model.stages.5.kind": "ReLU"}, "ReLU"),
    ("alpaca_model.trainable_parameters", {"model.trainable_parameters": 1280}, "1,280"),
    (
        "fine_tuning.backbone_inside_model",
        {"base_model_is_inside": False, "inside.trainable_layers": ALL_TRAINABLE},
        "another object",
    ),
    ("fine_tuning.backbone_inside_model", {"inside": None}, "no pretrained network"),
    ("fine_tuning.backbone_inside_model", {"inside": None, "flat_backbone": True}, "lie among"),
    ("fine_tuning.backbone_inside_model", {"names": {}}, "no model2"),
    (
        "fine_tuning.frozen_below",
        {"inside.trainable_layers": ALL_TRAINABLE, "hints.sets_trainable_true": True},
        "makes layers trainable instead of freezing",
    ),
    ("fine_tuning.frozen_below", {"inside.trainable_layers": ALL_TRAINABLE}, "No layer is frozen"),
    ("fine_tuning.frozen_below", {"inside.trainable_layers": LATE_FROZEN}, "instead of those"),
    (
        "fine_tuning.frozen_below",
        {"inside.trainable_layers": [[False, 118], [True, 36]]},
        "0 to 117 frozen",
    ),
    ("fine_tuning.trainable_above", {"inside.trainable_layers": LATE_FROZEN}, "instead of those"),
    ("fine_tuning.trainable_above", {"inside.trainable_layers": [[False, 154]]}, "whole backbone"),
    (
        "fine_tuning.trainable_above",
        {"inside.trainable_layers": [[False, 125], [True, 29]]},
        "125 to 153 trainable",
    ),
    ("fine_tuning.compiled_again", {"own_optimizer": False}, "not compiled again"),
    ("fine_tuning.compiled_again", {"compiled": False}, "not compiled"),
    ("fine_tuning.loss", {"in_model.loss": {**NAMED, "kind": "BinaryCrossentropy"}}, "logits"),
    ("fine_tuning.loss", {"in_model.loss": {**NAMED, "kind": "mse"}}, "distances"),
    (
        "fine_tuning.loss",
        {"in_model.loss": {**NAMED, "kind": "CategoricalCrossentropy"}},
        "several classes",
    ),
    (
        "fine_tuning.loss",
        {"in_model.loss": {**NAMED, "kind": "BinaryCrossentropy", "label_smoothing": 0.1}},
        "smooths",
    ),
    ("fine_tuning.loss", {"in_model.loss": None}, "no loss"),
    ("fine_tuning.loss", {"in_model.loss.values": [None] * 6}, "logits"),
    ("fine_tuning.optimizer", {"in_model.optimizer.kind": "SGD"}, "SGD"),
    ("fine_tuning.optimizer", {"in_model.optimizer.kind": "AdamW"}, "AdamW"),
    ("fine_tuning.learning_rate", {"in_model.optimizer.learning_rate": 1e-3}, "not reduced"),
    ("fine_tuning.learning_rate", {"in_model.optimizer.learning_rate": 1e-2}, "raised"),
    ("fine_tuning.learning_rate", {"in_model.optimizer.learning_rate": 1e-5}, "too far"),
    ("fine_tuning.learning_rate", {"in_model.optimizer.learning_rate": 5e-4}, "0.0005"),
    (
        "fine_tuning.learning_rate",
        {"in_model.optimizer.learning_rate": 1e-3}
        | {"in_names.optimizer": {"kind": "adam", "by_name": True}},
        "default rate",
    ),
    (
        "fine_tuning.learning_rate",
        {"in_model.optimizer": {"kind": "adam", "by_name": True}},
        "default rate",
    ),
    ("fine_tuning.accuracy_metric", {"in_model.metrics": []}, "no metrics"),
    (
        "fine_tuning.accuracy_metric",
        {"in_model.metrics": [{"kind": "Accuracy"}]},
        "exactly",
    ),
    ("fine_tuning.accuracy_metric", {"in_model.metrics": [{"kind": "mse"}]}, "mse"),
    ("fine_tuning.moves_the_right_weights", {"step.moved": "m" * 154}, "should be frozen"),
    ("fine_tuning.moves_the_right_weights", {"step.moved": "." * 154}, "none of"),
    (
        "fine_tuning.moves_the_right_weights",
        {"step.rest_moved": False, "step.rest_trainable": False},
        "head",
    ),
    ("fine_tuning.moves_the_right_weights", {"step.frozen_statistics_moved": 1}, "frozen"),
    (
        "fine_tuning.moves_the_right_weights",
        {"step.error": {"type": "ValueError", "text": "shapes"}},
        "ValueError: shapes",
    ),
]
FINGERPRINTS = {"160": samples.payload("alpaca_model")["model"]["backbone"]["fingerprint"]}


def result_of(rule: str, edits: dict[str, Any]) -> RuleResult:
    verdict = samples.verdict_on(samples.edited(rule.partition(".")[0], edits), FINGERPRINTS)
    return next(result for result in verdict.results if result.id == rule)


@pytest.mark.parametrize("exercise", POINTS)
def test_points_are_those_of_the_design(exercise: str) -> None:
    rules = _EXERCISES[exercise].rules
    assert ", ".join(f"{rule.name} {rule.points}" for rule in rules) == POINTS[exercise]


def test_exercises_add_up_to_a_hundred_points() -> None:
    assert {name: info.points for name, info in EXERCISES.items()} == {
        "data_augmenter": 20,
        "alpaca_model": 50,
        "fine_tuning": 30,
    }


@pytest.mark.parametrize("exercise", POINTS)
def test_the_reference_has_full_points_and_no_remark(exercise: str) -> None:
    verdict = samples.verdict_on(samples.payload(exercise), FINGERPRINTS)
    assert verdict.points == verdict.max_points
    assert not verdict.advisories


@pytest.mark.parametrize(("rule", "edits", "words"), CASES, ids=lambda value: str(value)[:60])
def test_a_rule_fails_and_names_the_misconception(
    rule: str, edits: dict[str, Any], words: str
) -> None:
    result = result_of(rule, edits)
    assert (result.status, result.points) == ("failed", 0)
    assert result.message is not None
    assert words in f"{result.message.seen} {result.message.hint}"
    assert result.message.expected
    assert result.message.why


def test_every_rule_has_a_case() -> None:
    declared = {
        f"{exercise.id}.{rule.name}" for exercise in _EXERCISES.values() for rule in exercise.rules
    }
    assert {rule for rule, _, _ in CASES} == declared


# Lines of the solution, and what they can be guessed from; spaces and quotes play no part.
ANSWERS = [
    r"trainable=(False|True|None)",
    r"training=False",
    r"RandomFlip\(",
    r"RandomRotation\(",
    r"Dropout\(",
    r"Dense\(",
    r"GlobalAveragePooling2D",
    r"include_top",
    r"weights=",
    r"from_logits",
    r"Adam\(",
    r"layers\[",
    r"\.compile\(",
]


@pytest.mark.parametrize(("rule", "edits", "words"), CASES, ids=lambda value: str(value)[:60])
def test_messages_give_no_line_of_the_answer(rule: str, edits: dict[str, Any], words: str) -> None:
    message = result_of(rule, edits).message
    assert message is not None
    text = f"{message.seen}{message.expected}{message.why}{message.hint}"
    text = re.sub(r"[\s'\"]", "", text)
    assert [answer for answer in ANSWERS if re.search(answer, text)] == []


def test_what_depends_on_a_missing_thing_is_undecided_and_says_so() -> None:
    function = {"status": "returned", "returned": "None"}
    data = samples.edited("alpaca_model", {"model": None, "function": function, "builds": []})
    verdict = samples.verdict_on(data)
    assert [result.id for result in verdict.failed] == ["alpaca_model.input_shape"]
    assert verdict.points == 0
    assert all(result.because for result in verdict.undecided)


def test_wrong_freezing_does_not_fail_again_in_the_training_step() -> None:
    result = result_of(
        "fine_tuning.moves_the_right_weights",
        {"inside.trainable_layers": ALL_TRAINABLE, "step.moved": "m" * 154},
    )
    assert result.status == "undecided"
    assert "Early layers frozen" in result.because


def test_a_head_that_gives_no_gradient_does_not_fail_again_in_the_training_step() -> None:
    edits = {"step.rest_moved": False, "step.rest_trainable": True}
    result = result_of("fine_tuning.moves_the_right_weights", edits)
    assert (result.status, result.points) == ("passed", 2)


@pytest.mark.parametrize(
    ("exercise", "edits", "advisory"),
    [
        ("alpaca_model", {"model.uses_argument": False}, "uses_argument"),
        ("alpaca_model", {"model.head.squashed": "sigmoid"}, "logits"),
        ("fine_tuning", {"flags_changed_since_compile": True}, "compiled_before_freezing"),
        ("fine_tuning", {"hints.falsy_trainable": True}, "falsy_trainable"),
        (
            "fine_tuning",
            {"in_model.metrics": [{"kind": "BinaryAccuracy", "threshold": 0.0}]},
            "metric_threshold",
        ),
    ],
)
def test_advisories_cost_nothing(exercise: str, edits: dict[str, Any], advisory: str) -> None:
    verdict = samples.verdict_on(samples.edited(exercise, edits))
    assert verdict.points == verdict.max_points
    assert [item.id for item in verdict.advisories] == [f"{exercise}.{advisory}"]


def test_frozen_batch_normalization_is_noted_and_costs_nothing() -> None:
    data = samples.payload("fine_tuning")
    letters = data["inside"]["weighted"]
    data["inside"]["trainable_layers"] = [
        [i >= 120 and letter != "b", 1] for i, letter in enumerate(letters)
    ]
    data["step"]["moved"] = "".join(
        "-" if letter == "-" else "m" if i >= 120 and letter == "w" else "."
        for i, letter in enumerate(letters)
    )
    verdict = samples.verdict_on(data)
    assert verdict.points == verdict.max_points
    assert [item.id for item in verdict.advisories] == ["fine_tuning.batch_normalization"]


def test_without_known_fingerprints_untrained_weights_still_fail() -> None:
    data = samples.edited("alpaca_model", {"model.backbone.fresh_statistics": True})
    assert samples.verdict_on(data, None).points == 45
    assert samples.verdict_on(samples.payload("alpaca_model"), None).points == 50


def test_the_judge_needs_neither_keras_nor_tensorflow() -> None:
    code = (
        "import sys\n"
        "from tests.evidence import samples\n"
        "for name in samples.EXERCISES:\n"
        "    samples.verdict_on(samples.payload(name))\n"
        "loaded = [n for n in sys.modules if n.split('.')[0] in ('keras', 'tensorflow')]\n"
        "sys.exit(f'imported {loaded}' if loaded else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
