"""Things that are changed in the reference's evidence, and which rule or remark must say so.

``CASES`` holds rule, changed values by dotted path, and words of the message.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from typing import Any

from grader_tests.transfer_learning_mobilenet.rules import measured
from grader_tests.transfer_learning_mobilenet.tests.evidence import samples
from notebooks.transfer_learning_mobilenet.evidence import probes

ALL_TRAINABLE, LATE_FROZEN = [[True, 154]], [[True, 120], [False, 34]]
FLIPS = {"pictures": 24, "same": 12, "horizontal": 0, "vertical": 0, "both": 0, "other": 0}
FLIPPED: list[dict[str, int]] = [
    {"same": 23, "horizontal": 1},
    {"same": 1, "horizontal": 23},
    {"same": 23, "vertical": 1},
    {"same": 23, "both": 1},
    {"same": 22, "horizontal": 1, "other": 1},
    {"same": 22, "horizontal": 1, "both": 1},
    {"same": 22, "horizontal": 1, "vertical": 1},
    {"same": 0, "horizontal": 23, "other": 1},
]
FLIP = {"kind": "RandomFlip", "augmentation": True, "mode": "vertical"}
ROTATION = {"kind": "RandomRotation", "augmentation": True, "factor": [-0.2, 0.2]}
NAMED = {"kind": "", "by_name": False, "values": [1.0] * 4}
CHALLENGE: str = samples.payload("data_augmenter")["challenge"]


def marks(name: str, turns: Sequence[float] = (0.1, -0.1), **ways: Any) -> dict[str, Any]:
    """Marked pictures that were turned so far, in this order over and over.

    Args:
        name: of the pictures.
        turns: in turns.
        ways: ``mirrored`` how many of them left to right, ``elsewhere`` how far the second spot is
            from where it should be, ``shift`` to the right, ``light`` what is left of it, ``count``
            of the pictures.
    """
    places, count = [], ways.get("count", 24)
    for i, spots in enumerate(probes.spots(CHALLENGE, name, count)):
        turn = cmath.exp(2j * cmath.pi * turns[i % len(turns)])
        mirror = i < ways.get("mirrored", 0)
        start = [-spot.conjugate() if mirror else spot for spot in spots]
        one, two = (turn * spot + ways.get("shift", 0.0) for spot in start)
        two += ways.get("elsewhere", 0.0)
        places.append([one.real, one.imag, two.real, two.imag])
    return {"places": places, "light": ways.get("light", [0.9, 1.0])}


def turned(*turns: float, **ways: Any) -> dict[str, Any]:
    """What the rotation layer alone did: these turns, and smaller ones between them."""
    smaller = [share * turn for share in (1.0, 0.8, 0.6, 0.4, 0.2) for turn in turns]
    return {"turned": marks("turns", smaller if ways.pop("between", True) else turns, **ways)}


def whole(*turns: float, **ways: Any) -> dict[str, Any]:
    """What the augmenter did to pictures of its first size."""
    size = probes.augmenter_sizes(CHALLENGE)[0]
    return {"sizes.0.marks": marks(f"augmenter {size}", turns, **{"mirrored": 12, **ways})}


def entered(**ways: Any) -> dict[str, Any]:
    """How training moved pictures before the backbone."""
    return {"model.entrance.marks": marks("model", (0.0,), **{"count": 16, **ways})}


def noticed(**ways: Any) -> dict[str, Any]:
    """How the notebook's augmenter moved pictures of the notebook's size."""
    return {"agreement.moved": marks("notebook", (0.0,), **{"count": 4, **ways})}


def steps(challenge: str, sizes: Sequence[float], power: float = 0.0) -> list[list[float]]:
    """Steps of these sizes against the gradients, or in part as large as they are."""
    return [
        [-math.copysign(size * abs(g) ** power, g) for g in gradients]
        for size, gradients in zip(sizes, probes.gradients(challenge), strict=True)
    ]


def accuracy(threshold: float) -> dict[str, Any]:
    """The metric with that threshold."""
    values = measured.accuracies(CHALLENGE, threshold)
    return {"kind": "BinaryAccuracy", "threshold": threshold, "values": values}


LOSSES = measured.cross_entropies(CHALLENGE)
ADAM: list[list[float]] = samples.payload("fine_tuning")["in_model"]["optimizer"]["steps"]
TEN_TIMES = [[10 * number for number in step] for step in ADAM]
JUMP = [ADAM[0], [10 * number for number in ADAM[1]]]
SGD = steps(CHALLENGE, (1e-4, 1e-4), power=1.0)


def dropped(share: float) -> dict[str, Any]:
    """The share that training drops at both steps."""
    return {"model.passage.drops.first": share, "model.passage.drops.second": share}


def raised(text: str, kind: str = "ValueError") -> dict[str, Any]:
    """The function's own error; then it gave nothing."""
    return {"function": {"status": "raised", "error": {"type": kind, "text": text}}}


# What an augmenter says that an Input layer ties to a size.
FIXED = samples.payload("data_augmenter")["sizes"][0] | {"height": 224, "width": 224, "marks": None}
NO_LAYER = "Only instances of `keras.Layer` can be added to a Sequential model. Received: "
NO_FACTOR = "The `factor` argument should be a number in the range [-1, 1]. Received: factor="
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("data_augmenter.sequential", {"form": "other"}, "returned Sequential"),
    *(
        ("data_augmenter.sequential", {"form": "other", **raised(text)}, words)
        for text, words in (
            ("'NoneType' object has no attribute 'add'", "add changes it"),
            ("Expected `trainable` to be a boolean. Received: trainable=<R", "as one list"),
            (f"{NO_LAYER}[<RandomFlip name=random_flip, built=False>]", "one layer at a time"),
            (f"{NO_LAYER}<class 'keras.RandomFlip'>", "by calling its class"),
            ("data_augmenter() missing 1 required positional argument: 'x'", "without arguments"),
        )
    ),
    (
        "data_augmenter.sequential",
        {"form": "other", "function": {"status": "returned", "returned": "tuple"}},
        "A comma behind a value",
    ),
    ("data_augmenter.rotation_range", raised(f"{NO_FACTOR}0.2"), "its kind is not"),
    ("data_augmenter.rotation_range", raised(f"{NO_FACTOR}72"), "degrees"),
    ("data_augmenter.rotation_range", {"layers.1.factor": [-0.0, 0.0]}, "from 0 to 0 of"),
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
    ("data_augmenter.rotation_range", turned(0.0), "hardly turned"),
    ("data_augmenter.rotation_range", turned(0.15), "one direction"),
    ("data_augmenter.rotation_range", turned(-0.4, 0.4), "further"),
    ("data_augmenter.rotation_range", turned(0.1, -0.1, elsewhere=0.1), "something else"),
    ("data_augmenter.rotation_range", turned(0.1, -0.1, mirrored=1), "something else"),
    ("data_augmenter.rotation_range", turned(0.1, -0.1, light=[0.3, 1.0]), "something else"),
    ("data_augmenter.random_in_training", {"sizes.1.changed": 0}, "none of 24"),
    ("data_augmenter.keeps_shape", {"sizes": [FIXED]}, "224 × 224 pixels alone"),
    (
        "data_augmenter.rotation_range",
        turned(-0.15, 0.15, 0.1, -0.1, between=False),
        "the same few angles",
    ),
    ("data_augmenter.random_in_training", {"sizes.1.repeated": 24}, "the same at every call"),
    ("data_augmenter.random_in_training", whole(0.1, -0.1, elsewhere=0.1), "changed instead of"),
    ("data_augmenter.random_in_training", {"sizes.1.outside": 999745.0}, "beyond those of pixels"),
    ("data_augmenter.random_in_training", whole(0.1, -0.1, light=[0.9, 2.6]), "changed instead"),
    ("data_augmenter.random_in_training", whole(0.1, -0.1, mirrored=0), "none or all of 24"),
    ("data_augmenter.random_in_training", whole(0.1, -0.1, mirrored=24), "none or all of 24"),
    ("data_augmenter.random_in_training", whole(0.0), "is turned as the layer does"),
    ("data_augmenter.identity_in_inference", {"sizes.0.largest_change": 9.0}, "come out changed"),
    ("data_augmenter.keeps_shape", {"sizes.1.shape_kept": False}, "another shape"),
    ("data_augmenter.keeps_shape", {"sizes.1.dtype": "float16"}, "float16"),
    (
        "data_augmenter.keeps_shape",
        {"sizes.1.error": {"type": "ValueError", "text": ""}},
        "refused",
    ),
    ("data_augmenter.fresh_object", {"fresh": False}, "shared a layer"),
    (
        "alpaca_model.input_shape",
        {"model": None, **raised("Output is not connected to `inputs`")},
        "no way between them",
    ),
    ("alpaca_model.input_shape", {"builds.0.input_shapes": [[None, 160, 160, 3]]}, "160"),
    ("alpaca_model.input_shape", {"model.own_ways": ["call"]}, "its own call"),
    (
        "alpaca_model.input_shape",
        {"builds.1.outline.stages": ["Flatten", "Dense 1 linear"]},
        "and another augmenter, with Flatten.",
    ),
    ("alpaca_model.frozen_base", {"builds.1.outline.trainable": 9}, "160 the backbone is not"),
    (
        "alpaca_model.preprocessing",
        {"builds.1.outline.pixels": [0.0, 0.5, 1.0]},
        "In pictures of 160 × 160, pixels of 0, 127.5 and 255 reach the backbone as 0, 0.5, 1",
    ),
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
    (
        "alpaca_model.augmentation_first",
        {"model.uses_argument": False, "model.stages.0.kind": "RandomContrast"}
        | {"model.stages.1.kind": "RandomBrightness"},
        "what is applied instead is RandomContrast",
    ),
    ("alpaca_model.augmentation_first", entered(elsewhere=0.1), "changed instead of mirrored"),
    ("alpaca_model.augmentation_first", entered(), "changed instead of mirrored"),
    ("alpaca_model.augmentation_first", entered(shift=0.05, light=[0.2, 1.0]), "instead of"),
    ("alpaca_model.preprocessing", {"model.entrance.constants": [0.0, 127.5, 255.0]}, "no prepr"),
    ("alpaca_model.preprocessing", {"model.entrance.constants": [0.0, 0.5, 1.0]}, "by 255"),
    (
        "alpaca_model.preprocessing",
        {"model.entrance.constants": [-1.007843, -1.0, -0.992157]},
        "twice",
    ),
    ("alpaca_model.preprocessing", {"model.entrance.pixels": []}, "another size"),
    ("alpaca_model.preprocessing", {"model.entrance.pixels.3": 0.9}, "arrives as 0.9"),
    ("alpaca_model.preprocessing", {"model.entrance.pixels.0": None}, "a pixel of 0 arrives"),
    ("alpaca_model.preprocessing", {"model.entrance.spread": 0.4}, "another network"),
    ("alpaca_model.preprocessing", {"model.entrance.constants": [-1.0, 0.0, 0.9]}, "0.9"),
    ("alpaca_model.preprocessing", {"model.entrance.constants": None}, "could not be computed"),
    ("alpaca_model.backbone", {"model.backbone.dense": 1}, "classification top"),
    ("alpaca_model.backbone", {"model.flat_backbone": True}, "input_tensor"),
    ("alpaca_model.backbone", {"model.backbone.depthwise": 13}, "not MobileNetV2"),
    ("alpaca_model.backbone", {"model.backbone.parameters": 706_224}, "another width"),
    ("alpaca_model.backbone", {"model.answer.values.0": 99.0}, "answers otherwise"),
    ("alpaca_model.backbone", {"model.answer.values": []}, "answers otherwise"),
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
    ("alpaca_model.pooling", {"model.passage.maps.2": 0.5}, "not the average"),
    ("alpaca_model.dropout", dropped(0.5), "50%"),
    (
        "alpaca_model.dropout",
        {**dropped(0.36), "model.stages.5": {"kind": "Dropout"}},
        "There are 2 dropout layers",
    ),
    ("alpaca_model.dropout", dropped(0.0), "pooled features"),
    ("alpaca_model.dropout", {"model.passage.drops.both": 0.2}, "at the next step"),
    ("alpaca_model.dropout", {"model.passage.drops.neighbours": 0.2}, "every picture of a batch"),
    ("alpaca_model.dropout", {"model.passage.drops.kept": [1.0, 1.0]}, "not scaled up"),
    ("alpaca_model.dropout", {"model.passage.drops.kept": None}, "not scaled up"),
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
        "fine_tuning.backbone_inside_model",
        {"agreement.model2.stages": ["Flatten", "Dense 1 linear"]},
        "another model than alpaca_model gave when it was checked, with Flatten",
    ),
    ("fine_tuning.backbone_inside_model", {"agreement.model2.untrained": True}, "random weights"),
    (
        "fine_tuning.backbone_inside_model",
        {"agreement.model2.augmentation": ["RandomZoom"]},
        "another augmentation",
    ),
    ("fine_tuning.backbone_inside_model", noticed(elsewhere=0.1), "does not mirror and turn"),
    ("fine_tuning.backbone_inside_model", noticed(), "does not mirror and turn"),
    (
        "fine_tuning.backbone_inside_model",
        {"agreement.data_augmentation": ["RandomZoom"]},
        "other layers than data_augmenter gave when it was checked: RandomZoom",
    ),
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
    (
        "fine_tuning.backbone_inside_model",
        {"own_optimizer": False, "in_names": None, "inside.trainable_layers": ALL_TRAINABLE}
        | {"base_model_is_inside": False, "names.base_model": "Dropout"},
        "base_model is Dropout now",
    ),
    ("fine_tuning.compiled_again", {"own_optimizer": False}, "not compiled again with a new one"),
    ("fine_tuning.compiled_again", {"compiled": False}, "not compiled"),
    ("fine_tuning.compiled_again", {"optimizer_is_tied": True}, "other variables"),
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
    ("fine_tuning.loss", {"in_model.loss.slopes": [0.0] * 14}, "another gradient"),
    ("fine_tuning.loss", {"in_model.loss.values": [None] * 4}, "the mean over the batch"),
    (
        "fine_tuning.loss",
        {"in_model.loss.values": [None] * 4, "in_model.loss.from_logits": False},
        "for probabilities",
    ),
    ("fine_tuning.optimizer", {"in_model.optimizer.kind": "SGD"}, "SGD"),
    ("fine_tuning.optimizer", {"in_model.optimizer.kind": "AdamW"}, "AdamW"),
    ("fine_tuning.optimizer", {"in_model.optimizer.steps": SGD}, "not those of Adam"),
    ("fine_tuning.optimizer", {"in_model.optimizer.decays": None}, "not those of Adam"),
    (
        "fine_tuning.optimizer",
        {"in_model.optimizer.error": {"type": "ValueError", "text": "no"}},
        "step stopped with ValueError",
    ),
    ("fine_tuning.learning_rate", {"in_model.optimizer.learning_rate": 1e-3}, "not reduced"),
    ("fine_tuning.learning_rate", {"in_model.optimizer.learning_rate": 1e-2}, "raised"),
    ("fine_tuning.learning_rate", {"in_model.optimizer.learning_rate": 1e-5}, "too far"),
    ("fine_tuning.learning_rate", {"in_model.optimizer.learning_rate": 5e-4}, "0.0005"),
    ("fine_tuning.learning_rate", {"in_model.optimizer.steps": TEN_TIMES}, "first step is made"),
    ("fine_tuning.learning_rate", {"in_model.optimizer.steps": JUMP}, "later on"),
    (
        "fine_tuning.learning_rate",
        {"in_model.optimizer.later_rates": [1e-4] * 18 + [-1.0]},
        "-1 later on",
    ),
    (
        "fine_tuning.learning_rate",
        {"in_model.optimizer.later_rates": [1e-4] * 18 + [None]},
        "no number later on",
    ),
    (
        "fine_tuning.learning_rate",
        {"base_learning_rate": 10.0, "in_model.optimizer.learning_rate": 1.0},
        "is 1, with a base_learning_rate of 0.001",
    ),
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
    ("fine_tuning.accuracy_metric", {"in_model.metrics": []}, "without metrics"),
    (
        "fine_tuning.accuracy_metric",
        {"in_model.metrics": [{"kind": "Accuracy"}]},
        "exactly",
    ),
    ("fine_tuning.accuracy_metric", {"in_model.metrics": [{"kind": "mse"}]}, "mse"),
    (
        "fine_tuning.accuracy_metric",
        {"in_model.metrics": [{"kind": "binary_accuracy", "values": [1.0] * 4}]},
        "share of right answers",
    ),
    ("fine_tuning.moves_the_right_weights", {"step.moved": "m" * 154}, "should be frozen"),
    ("fine_tuning.moves_the_right_weights", {"step.moved": "." * 154}, "none of"),
    (
        "fine_tuning.moves_the_right_weights",
        {"step.rest_moved": False, "step.rest_trainable": False},
        "head",
    ),
    ("fine_tuning.moves_the_right_weights", {"step.frozen_statistics_moved": 1}, "frozen"),
    ("fine_tuning.moves_the_right_weights", {"step.loss": None}, "no numbers"),
    (
        "fine_tuning.moves_the_right_weights",
        {"step.error": {"type": "ValueError", "text": "shapes"}},
        "ValueError: shapes",
    ),
]
# Exercise, changed values, the advisory that shows.
REMARKS: list[tuple[str, dict[str, Any], str]] = [
    ("alpaca_model", {"model.uses_argument": False}, "uses_argument"),
    ("alpaca_model", {"model.head.squashed": "sigmoid"}, "logits"),
    ("fine_tuning", {"flags_changed_since_compile": True}, "compiled_before_freezing"),
    ("fine_tuning", {"hints.falsy_trainable": True}, "falsy_trainable"),
    (
        "fine_tuning",
        {"in_model.metrics": [accuracy(0.0)]},
        "metric_threshold",
    ),
]

NONE_RETURNED = {"status": "returned", "returned": "None"}
NOTHING: dict[str, Any] = {
    "form": "other",
    "layers": [],
    "flips": None,
    "turned": None,
    "sizes": [],
    "fresh": None,
}
OLD_NAME = "module 'keras.layers' has no attribute 'experimental'"
NOT_FETCHED = "URL fetch failure on https://example.org/mobilenet_v2_1.4_96.h5: None"
STOPPED = {"status": "raised", "error": {"type": "TypeError", "text": "a factor of 20"}}
BY_POSITION = "got multiple values for argument 'training'"
DENSE = {"kind": "Dense", "trainable_parameters": 1281, "activation": "linear", "units": 1}
DROP = {"kind": "Dropout", "trainable_parameters": 0, "rate": 0.0}
POOL = {"kind": "GlobalAveragePooling2D", "trainable_parameters": 0}
RAW, HALF, SCALED = [0.0, 127.5, 255.0], [0.0, 1.0, 2.0], [-1.0, 0.0, 1.0]


def _runs(*lengths: int) -> list[list[Any]]:
    """Layers in turns frozen and trainable."""
    return [[bool(i % 2), length] for i, length in enumerate(lengths) if length]


LETTERS: str = samples.payload("fine_tuning")["inside"]["weighted"]


def _stage(kind: str, trainable: int = 0, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "trainable_parameters": trainable, **more}


# The reference's stages with one more before the backbone, which is then at an odd place.
SHIFTED = [
    _stage("RandomFlip", augmentation=True, constants=RAW),
    _stage("RandomTranslation", augmentation=True, constants=RAW),
    _stage("TrueDivide", constants=HALF),
    _stage("Subtract", constants=SCALED),
    _stage("ReLU"),
    _stage("Functional"),
    POOL,
    {**DROP, "rate": 0.2},
    DENSE,
]


def _shifted(**changes: dict[str, Any]) -> dict[str, Any]:
    stages = [{**stage, **changes.get(f"at{i}", {})} for i, stage in enumerate(SHIFTED)]
    return {"model.stages": stages, "model.backbone_at": 5}


# Evidence on either side of each border, and in combinations that no single mistake makes: what
# comes of it is in the reviewed file, nothing of it is named here.
NEAR: list[tuple[str, dict[str, Any]]] = [
    # data_augmenter: what was returned
    ("data_augmenter", {"form": "chain"}),
    *(
        ("data_augmenter", {**NOTHING, "function": function})
        for function in (
            NONE_RETURNED,
            {"status": "returned", "returned": "the class Sequential"},
            {"status": "missing"},
            {"status": "not callable", "returned": "int"},
            STOPPED,
            {"status": "raised", "error": {"type": "ValueError", "text": ""}},
            {"status": "raised", "error": {"type": "AttributeError", "text": OLD_NAME}},
        )
    ),
    (
        "data_augmenter",
        {"flips.same": 24, "flips.horizontal": 0, "layers": [{**FLIP, "mode": "left"}, ROTATION]},
    ),
    ("data_augmenter", {"layers": [], "flips": None, "turned": None}),
    ("data_augmenter", {"layers": [ROTATION]}),
    ("data_augmenter", {"layers": [{"kind": "Rescaling"}, FLIP, ROTATION]}),
    ("data_augmenter", {"layers": [{"kind": f"Layer{i}"} for i in range(13)]}),
    ("data_augmenter", {"flips": None}),
    ("data_augmenter", {"form": "model"}),
    # ... flips
    *(("data_augmenter", {"flips": {**FLIPS, **counts}}) for counts in FLIPPED),
    ("data_augmenter", {"flips": {**FLIPS, "same": 15, "vertical": 9}, "layers.0.mode": None}),
    (
        "data_augmenter",
        {"flips": {**FLIPS, "same": 15, "both": 9}, "layers.0.mode": "horizontal_and_vertical"},
    ),
    # ... turns
    *(
        ("data_augmenter", {"layers.1.factor": [low, high]})
        for low, high in (
            (-0.20009, 0.2),
            (-0.20011, 0.2),
            (-0.19991, 0.2),
            (-0.19989, 0.2),
            (-0.2, 0.20009),
            (-0.2, 0.20011),
            (-0.2, 0.19991),
            (-0.2, 0.19989),
            (0.2, 0.2),
            (0.2, -0.2),
            (-0.2, -0.2),
            (-1.0, 1.0),
            (-1.01, 1.01),
            (-0.5, 1.5),
            (-1.5, 0.5),
            (-0.3, 0.3),
            (-0.3, 0.300002),
        )
    ),
    *(
        ("data_augmenter", turned(*turns))
        for turns in (
            (0.219, -0.1),
            (0.221, -0.1),
            (-0.219, 0.1),
            (-0.221, 0.1),
            (0.099, -0.099),
            (0.101, -0.099),
            (-0.101, 0.099),
            (0.15, 0.001),
            (-0.15, -0.001),
            (-0.15, 0.01),
            (0.15, -0.01),
        )
    ),
    *(
        ("data_augmenter", turned(0.15, -0.15, **ways))
        for ways in (
            {"elsewhere": 0.04},
            {"elsewhere": 0.045},
            {"light": [0.51, 1.99]},
            {"light": [0.49, 1.99]},
            {"light": [0.51, 2.01]},
            {"mirrored": 24},
            {"count": 23},
        )
    ),
    ("data_augmenter", {"turned": None}),
    # ... the whole augmenter, by its layers
    *(
        ("data_augmenter", turned(0.19, -0.1) | whole(*turns, mirrored=mirrored))
        for turns, mirrored in (
            ((0.096, -0.05), 12),
            ((0.094, -0.05), 12),
            ((0.15, -0.15), 1),
            ((0.15, -0.15), 23),
        )
    ),
    ("data_augmenter", whole(0.0, mirrored=0) | {"layers": [FLIP, ROTATION, FLIP]}),
    ("data_augmenter", whole(0.1, mirrored=0) | {"flips": {**FLIPS, "same": 24}}),
    ("data_augmenter", whole(0.1, mirrored=24) | {"flips": {**FLIPS, "same": 0, "horizontal": 24}}),
    ("data_augmenter", whole(0.1, mirrored=0) | {"flips": None}),
    ("data_augmenter", whole(0.0) | {"turned": None}),
    ("data_augmenter", {"sizes.0.marks": None, "sizes.1.marks": None}),
    ("data_augmenter", {"sizes.0.height": 1, "sizes.0.width": 1}),
    ("data_augmenter", {"sizes.0.pictures": 1, "sizes.0.changed": 1}),
    ("data_augmenter", {"flips": {**FLIPS, "same": 1}}),
    # ... pictures
    ("data_augmenter", {"sizes.0.changed": 1, "sizes.1.changed": 1}),
    ("data_augmenter", {"sizes.0.changed": 0, "sizes.0.pictures": 0}),
    ("data_augmenter", {"sizes.0.pictures": 0, "sizes.1.pictures": 0}),
    ("data_augmenter", {"sizes.0.changed": 0, "sizes.0.pictures": 16, "sizes.1.changed": 0}),
    ("data_augmenter", {"sizes.1.largest_change": 0.01}),
    ("data_augmenter", {"sizes.1.largest_change": 0.0101}),
    ("data_augmenter", {"sizes.1.largest_change": None}),
    ("data_augmenter", {"sizes": []}),
    *(
        (
            "data_augmenter",
            {f"sizes.{i}.error": {"type": "ValueError", "text": "no"} for i in which}
            | {f"sizes.{i}.pictures": 0 for i in which},
        )
        for which in ((0,), (1,), (0, 1))
    ),
    # alpaca_model: what was returned
    *(
        ("alpaca_model", {"model": None, "builds": builds, "function": function})
        for function, builds in (
            (NONE_RETURNED, []),
            (NONE_RETURNED, [{"height": 96, "width": 96, "returned": "None"}]),
            ({"status": "missing"}, []),
            ({"status": "returned", "returned": "int"}, []),
            (STOPPED, []),
            *(
                ({"status": "raised", "error": {"type": kind, "text": text}}, [])
                for kind, text in (
                    ("TypeError", BY_POSITION),
                    ("AttributeError", OLD_NAME),
                    ("Exception", NOT_FETCHED),
                )
            ),
        )
    ),
    ("alpaca_model", {"builds.1.error": {"type": "TypeError", "text": BY_POSITION}}),
    ("alpaca_model", {"builds.1.input_shapes": []}),
    ("alpaca_model", {"builds.1.input_shapes": [[None, 128, 160, 3]]}),
    ("alpaca_model", {"builds.1.input_shapes": [[None, 160, 160, 1]]}),
    ("alpaca_model", {"builds.1.input_shapes": [[1, 160, 160, 3]]}),
    ("alpaca_model", {"builds.0.output_shapes": [[None, 2]]}),
    ("alpaca_model", {"builds.0.output_shapes": [[None, 1], [None, 1]]}),
    ("alpaca_model", {"builds.0.output_shapes": [[None, 2], [None, 2]]}),
    ("alpaca_model", {"builds.0.output_shapes": [], "builds.1.output_shapes": []}),
    (
        "alpaca_model",
        {"model.entrance": None, "model.backbone": None, "model.backbone_at": None}
        | {"model.head": None, "model.passage": None},
    ),
    # ... augmentation
    ("alpaca_model", {"model.stages.1.augmentation": False}),
    ("alpaca_model", {"model.stages.0.augmentation": False}),
    ("alpaca_model", {"model.stages.0.augmentation": False, "model.stages.1.augmentation": False}),
    (
        "alpaca_model",
        {"model.stages.0.augmentation": False, "model.stages.1.augmentation": False}
        | {"model.entrance.changed": 0, "model.stages.5.augmentation": True},
    ),
    ("alpaca_model", {"model.stages.5.augmentation": True}),
    ("alpaca_model", {"model.stages.4.augmentation": True}),
    ("alpaca_model", {"model.entrance.changed": 1}),
    (
        "alpaca_model",
        {"model.entrance.changed": 0}
        | {"model.entrance.error": {"type": "ValueError", "text": "no"}},
    ),
    ("alpaca_model", {"model.stages.0.constants": None, "model.stages.1.constants": None}),
    ("alpaca_model", {"model.stages.0.constants": HALF, "model.stages.1.constants": HALF}),
    ("alpaca_model", {"model.stages.0.constants": [0.0, 127.5, 255.4]}),
    ("alpaca_model", {"model.stages.0.constants": [0.0, 127.5, 255.6]}),
    ("alpaca_model", {"model.stages.0.constants": [0.0019, 127.5, 255.0]}),
    ("alpaca_model", {"model.stages.0.constants": [0.0021, 127.5, 255.0]}),
    ("alpaca_model", {"model.stages.1.constants": HALF}),
    ("alpaca_model", {"model.stages.2.augmentation": True}),
    ("alpaca_model", {"model.stages.3.augmentation": True}),
    *(
        (
            "alpaca_model",
            {"model.uses_argument": False, "model.stages.0.kind": first}
            | {"model.stages.1.kind": second},
        )
        for first, second in (
            ("RandomFlip", "RandomRotation"),
            ("RandomRotation", "RandomFlip"),
            ("RandomFlip", "RandomZoom"),
            ("RandomFlip", "RandomTranslation"),
        )
    ),
    *(
        (
            "alpaca_model",
            {"model.uses_argument": used, "model.stages.0.kind": kind}
            | {"model.stages.1.augmentation": False},
        )
        for used, kind in ((False, "RandomFlip"), (False, "RandomRotation"), (True, "RandomFlip"))
    ),
    # ... preprocessing
    *(
        ("alpaca_model", {"model.entrance.constants": values})
        for values in (
            [-1.0019, 0.0, 1.0],
            [-1.0021, 0.0, 1.0],
            [-1.0, 0.0019, 1.0],
            [-1.0, 0.0021, 1.0],
            [-1.0, 0.0, 1.0019],
            [-1.0, 0.0, 1.0021],
            [0.0, 0.5, 1.0019],
            [0.0, 0.5, 1.0021],
            [0.0, 127.5, 255.6],
            [-1.00786, -1.0, -0.99214],
            [-1.0079, -1.0, -0.9921],
        )
    ),
    ("alpaca_model", {"model.entrance.spread": 0.0099}),
    ("alpaca_model", {"model.entrance.spread": 0.01}),
    ("alpaca_model", {"model.entrance.spread": None}),
    (
        "alpaca_model",
        {"model.entrance.constants": None}
        | {"model.entrance.error": {"type": "ValueError", "text": "no"}},
    ),
    ("alpaca_model", {"model.entrance.constants": RAW, "model.entrance.spread": 0.5}),
    # ... backbone
    ("alpaca_model", {"model.backbone": None}),
    ("alpaca_model", {"model.backbone.batch_normalizations": 51}),
    ("alpaca_model", {"model.backbone.additions": 9, "model.backbone.layers": 1}),
    ("alpaca_model", {"model.backbone.depthwise": 18}),
    ("alpaca_model", {"model.backbone.parameters": 2_257_983}),
    ("alpaca_model", {"model.backbone.parameters": 2_257_985}),
    ("alpaca_model", {"model.flat_backbone": True, "model.backbone.training": "omitted"}),
    ("alpaca_model", {"model.backbone.trainable_parameters": 1}),
    (
        "alpaca_model",
        {"model.backbone.trainable_parameters": 1}
        | {"model.backbone.trainable_layers": [[i % 2 == 0, 20] for i in range(7)]},
    ),
    (
        "alpaca_model",
        {"model.backbone.trainable_parameters": 1}
        | {"model.backbone.trainable_layers": [[i % 2 == 0, 20] for i in range(6)]},
    ),
    # ... pooling, dropout, head
    ("alpaca_model", {"model.passage.pooling": "none", "model.backbone.pooled": "average"}),
    ("alpaca_model", {"model.passage.pooling": "none", "model.backbone.pooled": "maximum"}),
    ("alpaca_model", {"model.passage.pooling": "flatten", "model.backbone.pooled": "average"}),
    ("alpaca_model", {"model.passage.pooling": "none", "model.backbone.dense": 1}),
    ("alpaca_model", {"model.passage.pooling": None}),
    ("alpaca_model", {"model.passage": None}),
    *(
        ("alpaca_model", dropped(share))
        for share in (0.1799, 0.1801, 0.2199, 0.2201, 0.0009, 0.0011)
    ),
    ("alpaca_model", {"model.passage.drops": None}),
    ("alpaca_model", dropped(0.0) | {"model.stages.6": DENSE}),
    ("alpaca_model", dropped(0.0) | {"model.stages.6.rate": None}),
    (
        "alpaca_model",
        dropped(0.0) | {"model.stages.6": DENSE} | {"model.stages.7": {**DROP, "rate": 0.2}},
    ),
    ("alpaca_model", dropped(0.0) | {"model.stages.6": {**DROP, "rate": 0.1}}),
    (
        "alpaca_model",
        dropped(0.0) | {"model.stages.5": DROP, "model.stages.6": POOL},
    ),
    ("alpaca_model", dropped(0.0) | {"model.stages.7.trainable_parameters": 0}),
    ("alpaca_model", {"model.head": None}),
    ("alpaca_model", {"model.head.units": 0}),
    ("alpaca_model", {"model.head.units": None}),
    (
        "alpaca_model",
        {"model.head.units": 2, "model.head.squashed": "softmax"} | {"model.head.linear": False},
    ),
    ("alpaca_model", {"model.head.linear": False, "model.head.squashed": "softmax"}),
    # ... order and counts
    *(
        ("alpaca_model", {"model.stages.5.kind": kind, "model.stages.5.activation": activation})
        for kind, activation in (
            ("Activation", "linear"),
            ("Activation", None),
            ("Activation", "relu"),
            ("Relu", "linear"),
            ("SpatialDropout2D", None),
        )
    ),
    ("alpaca_model", {"model.stages.3.kind": "ReLU"}),
    ("alpaca_model", {"model.trainable_parameters": 1282}),
    ("alpaca_model", {"model.uses_argument": False, "model.backbone": None}),
    # fine_tuning: which layers
    *(
        ("fine_tuning", {"inside.trainable_layers": _runs(*lengths)})
        for lengths in (
            (119, 35),
            (121, 33),
            (122, 32),
            (118, 1, 1, 34),
            (1, 1, 118, 34),
            (0, 1, 119, 34),
            (0, 119, 35),
            (0, 119, 1, 34),
            (0, 118, 2, 34),
            (120, 33, 1),
            (120, 32, 2),
            (120, 1, 33),
            (153, 1),
            (150, 4),
        )
    ),
    ("fine_tuning", {"inside.trainable_layers": [[False, 154]], "inside.trainable": False}),
    ("fine_tuning", {"inside.trainable_layers": ALL_TRAINABLE, "base_model_is_inside": True}),
    ("fine_tuning", {"base_model_is_inside": False}),
    ("fine_tuning", {"base_model_is_inside": False, "inside.trainable_layers": [[False, 154]]}),
    ("fine_tuning", {"inside": None, "step": None, "compiled": False}),
    ("fine_tuning", {"names": {}, "inside": None, "compiled": False, "in_model": None}),
    *(
        (
            "fine_tuning",
            {"names": {"model2": kind}, "inside": None, "compiled": False, "in_model": None},
        )
        for kind in ("None", "History", "Sequential")
    ),
    ("fine_tuning", {"in_model.optimizer.learning_rate": -0.099}),
    ("fine_tuning", {"in_model.optimizer.learning_rate": 0.0, "step.moved": "." * 154}),
    # ... compiled
    ("fine_tuning", {"own_optimizer": None}),
    ("fine_tuning", {"own_optimizer": False, "flags_changed_since_compile": True}),
    ("fine_tuning", {"own_optimizer": False, "in_names": None}),
    ("fine_tuning", {"compiled": False, "in_names": None}),
    ("fine_tuning", {"hints.compiled_before_freezing": True}),
    ("fine_tuning", {"flags_changed_since_compile": None}),
    # ... settings
    ("fine_tuning", {"in_model": None}),
    ("fine_tuning", {"in_model.optimizer": None, "in_model.loss": None}),
    ("fine_tuning", {"in_model.loss.values": [1.0] * 5}),
    *(
        ("fine_tuning", {"in_model.loss.values.0": LOSSES[0] + by})
        for by in (0.0026, 0.0028, -0.0026, -0.0028)
    ),
    *(
        ("fine_tuning", {"in_model.loss.values.3": LOSSES[3] + by})
        for by in (0.00095, 0.00105, -0.00095, -0.00105)
    ),
    *(
        ("fine_tuning", {"in_model.loss": {**NAMED, **loss}})
        for loss in (
            {"kind": "binary_crossentropy", "by_name": True},
            {"kind": "mae", "by_name": True},
            {"kind": "MeanSquaredError"},
            {"kind": "mean_absolute_error"},
            {"kind": "SparseCategoricalCrossentropy"},
            {"kind": "Hinge"},
            {"kind": "own", "error": {"type": "ValueError", "text": "shapes"}, "values": []},
        )
    ),
    *(("fine_tuning", {"in_model.optimizer.kind": kind}) for kind in ("adam", "Nadam", "Adamax")),
    *(
        ("fine_tuning", {"in_model.optimizer.learning_rate": rate})
        for rate in (
            1.0009e-4,
            1.0011e-4,
            0.9991e-4,
            0.9989e-4,
            1.0009e-3,
            1.0011e-3,
            0.9991e-3,
            0.9989e-3,
            1.0009e-2,
            1.0011e-2,
            0.0,
            -1e-4,
            0.99e-4,
            1.01e-4,
            None,
        )
    ),
    ("fine_tuning", {"base_learning_rate": None}),
    ("fine_tuning", {"base_learning_rate": 0.0, "frozen_learning_rate": None}),
    ("fine_tuning", {"base_learning_rate": -1e-3, "frozen_learning_rate": None}),
    ("fine_tuning", {"base_learning_rate": 0.5, "frozen_learning_rate": 1e-3}),
    ("fine_tuning", {"base_learning_rate": 1e-3, "frozen_learning_rate": 0.5}),
    ("fine_tuning", {"base_learning_rate": 0.5, "frozen_learning_rate": None}),
    ("fine_tuning", {"base_learning_rate": 0.01, "frozen_learning_rate": 0.01}),
    ("fine_tuning", {"in_model.optimizer.learning_rate": 5e-4, "in_names": None}),
    (
        "fine_tuning",
        {"in_model.optimizer.learning_rate": 5e-4} | {"in_names.optimizer": {"kind": "Adam"}},
    ),
    *(
        ("fine_tuning", {"in_model.metrics": metrics})
        for metrics in (
            [{"kind": "acc", "by_name": True}],
            [{"kind": "acc"}],
            [{"kind": "accuracy"}],
            [{"kind": "BinaryAccuracy"}],
            [{"kind": "binary_accuracy", "values": accuracy(0.5)["values"]}],
            [{"kind": "binary_accuracy", "values": accuracy(0.0)["values"]}],
            [{"kind": "binary_accuracy", "values": accuracy(1.0)["values"]}],
            [{"kind": "own", "values": accuracy(0.5)["values"]}],
            [accuracy(1.0)],
            [{"kind": "binary_accuracy", "by_name": True}],
            [{"kind": "AUC"}, {"kind": "accuracy", "by_name": True}],
            [{"kind": "AUC"}, {"kind": "Accuracy"}],
            [{"kind": "AUC"}, {"kind": "Precision"}],
            [accuracy(0.5)],
            [{"kind": "BinaryAccuracy"}, accuracy(0.3)],
            [{"kind": "Precision", "threshold": 0.3}, {"kind": "accuracy", "by_name": True}],
        )
    ),
    # ... the step
    ("fine_tuning", {"step": None}),
    *(
        ("fine_tuning", {"step.moved": "".join("m" if i in moved else "." for i in range(154))})
        for moved in ((119, 130), (120,), (121,), (122,), (153,))
    ),
    ("fine_tuning", {"step.rest_moved": True, "step.rest_trainable": False}),
    ("fine_tuning", {"step.frozen_statistics_moved": 1, "step.moved": "." * 154}),
    # Where changed rules went unnoticed (`alpaca qualify --mutate-rules`).
    ("data_augmenter", {"form": "other", "function": {"status": "returned", "returned": "Dense"}}),
    (
        "data_augmenter",
        {"form": "other", "function": {"status": "not callable", "returned": "None"}},
    ),
    ("data_augmenter", {"sizes.0.dtype": "uint8"}),
    (
        "data_augmenter",
        {"sizes.0.pictures": 0, "sizes.0.error": {"type": "TypeError", "text": "no"}}
        | {"sizes.1.pictures": 0, "sizes.1.error": {"type": "ValueError", "text": "no"}},
    ),
    ("alpaca_model", {"model.passage.pooling": "sum", "model.backbone.pooled": "average"}),
    ("alpaca_model", {"builds.0.output_shapes": [[None, 0]]}),
    ("alpaca_model", {"model.stages.6.kind": "Own"}),
    ("alpaca_model", {"model.stages.5.kind": "ReLU", "model.stages.6.kind": "ELU"}),
    ("alpaca_model", _shifted()),
    ("alpaca_model", _shifted(at4={"augmentation": True})),
    ("alpaca_model", _shifted(at5={"augmentation": True})),
    ("alpaca_model", _shifted(at5={"trainable_parameters": 5}) | dropped(0.0)),
    ("alpaca_model", dropped(0.0) | {"model.stages.4.trainable_parameters": 5}),
    (
        "alpaca_model",
        dropped(0.0) | {"model.stages.3.kind": "Dropout"} | {"model.stages.6.kind": "Identity"},
    ),
    (
        "alpaca_model",
        dropped(0.0)
        | {"model.backbone_at": None}
        | {"model.stages.0": {**DROP, "rate": 0.4}, "model.stages.1": {**DROP, "rate": 0.3}},
    ),
    ("alpaca_model", dropped(0.0) | {"model.stages.5": {**DROP, "rate": 0.4}}),
    (
        "alpaca_model",
        dropped(0.0)
        | {"model.stages.5": {**DROP, "rate": 0.4}}
        | {"model.stages.6": DENSE, "model.stages.7": {**DROP, "rate": 0.2}},
    ),
    (
        "alpaca_model",
        dropped(0.0) | {"model.stages.5": DENSE, "model.stages.6": DROP},
    ),
    (
        "alpaca_model",
        dropped(0.0) | {"model.stages.6": _stage("OwnDropout", 3, rate=0.2)},
    ),
    *(
        ("alpaca_model", dropped(0.0) | {"model.stages.6": _stage(kind, rate=0.2)})
        for kind in ("AlphaDropout", "GaussianDropout")
    ),
    (
        "alpaca_model",
        dropped(0.0) | {"model.stages.6": _stage("SpatialDropout1D", rate=0.2)},
    ),
    (
        "alpaca_model",
        {"model.stages.0.constants": None, "model.stages.1.augmentation": False}
        | {"model.stages.1.constants": SCALED, "model.stages.2.augmentation": True}
        | {"model.stages.2.kind": "RandomRotation", "model.stages.2.constants": SCALED},
    ),
    (
        "fine_tuning",
        {"inside.trainable_layers": [[i >= 120 or x == "-", 1] for i, x in enumerate(LETTERS)]},
    ),
    (
        "fine_tuning",
        {"inside.trainable_layers": [[(i >= 120) != (x == "-"), 1] for i, x in enumerate(LETTERS)]},
    ),
    ("fine_tuning", {"inside.trainable_layers": [[False, 100]]}),
    ("fine_tuning", {"inside.trainable_layers": [[True, 0], [False, 118], [True, 0], [True, 36]]}),
    ("fine_tuning", {"in_model.metrics": [accuracy(-0.5)]}),
    *(
        (
            "fine_tuning",
            {"in_model.metrics": [accuracy(t) for t in thresholds]},
        )
        for thresholds in ((0.0, 0.3), (0.3, 0.0), (0.3, 0.4))
    ),
    ("fine_tuning", {"in_model.loss": {**NAMED, "kind": "another"}}),
    ("fine_tuning", {"in_model.loss.values": [1.0] * 7}),
    (
        "fine_tuning",
        {"in_model.loss.values": [*LOSSES, 0.0]},
    ),
    (
        "fine_tuning",
        {"base_learning_rate": 0.5, "frozen_learning_rate": 1e-3}
        | {"in_model.optimizer.learning_rate": 5e-3},
    ),
]
