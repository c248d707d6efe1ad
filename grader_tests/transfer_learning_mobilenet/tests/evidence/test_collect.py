"""The collector beside real Keras: the reference, and whatever else a cell may leave behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alpaca_course.contract.verdict import Verdict
from grader_tests.transfer_learning_mobilenet.tests.evidence import samples
from grader_tests.transfer_learning_mobilenet.tests.lab_process import (
    C1,
    C2,
    C3,
    CHALLENGE,
    IMPORTS,
    LOCKED,
    MODEL2,
    REFERENCE,
    AsGraded,
    changed,
)


def verdict_of(payload: dict[str, Any]) -> Verdict:
    rules = samples.RULES[payload["exercise"]]
    return rules.judge(rules.parse(payload, challenge=CHALLENGE), {})


def passed(verdict: Verdict) -> set[str]:
    return {result.id for result in verdict.results if result.status == "passed"}


def shape_of(value: Any) -> Any:
    """A payload without its numbers, to compare what is described."""
    if isinstance(value, dict):
        return {key: shape_of(inner) for key, inner in value.items()}
    return type(value).__name__ if isinstance(value, float | int | list) else value


@pytest.fixture(scope="module")
def reference(lab: AsGraded) -> dict[str, dict[str, Any]]:
    order = list(REFERENCE)
    return {each: lab.collect(each, before=order[: order.index(each)]) for each in order}


@pytest.mark.parametrize("exercise", REFERENCE)
def test_the_reference_gets_full_points(
    reference: dict[str, dict[str, Any]], exercise: str
) -> None:
    verdict = verdict_of(reference[exercise])
    assert [result.id for result in (*verdict.failed, *verdict.undecided)] == []
    assert verdict.points == verdict.max_points
    assert not verdict.advisories


@pytest.mark.parametrize("exercise", REFERENCE)
def test_stored_reference_evidence_is_what_the_collector_gives(
    reference: dict[str, dict[str, Any]], exercise: str
) -> None:
    stored, fresh = samples.payload(exercise), reference[exercise]
    for payload in (stored, fresh):
        payload.pop("versions")
    if exercise == "alpaca_model":
        stored["model"]["backbone"]["fingerprint"] = fresh["model"]["backbone"]["fingerprint"]
    assert shape_of(stored) == shape_of(fresh)


def test_evidence_is_small(reference: dict[str, dict[str, Any]]) -> None:
    assert all(len(json.dumps(payload)) < 5_000 for payload in reference.values())


def test_another_challenge_asks_for_another_picture_size(lab: AsGraded) -> None:
    sizes = set()
    for challenge in ("0" * 32, "1" * 32, "2" * 32, "3" * 32):
        payload = lab.collect("data_augmenter", challenge=challenge)
        sizes.add((payload["sizes"][0]["height"], payload["sizes"][1]["width"]))
        assert payload["challenge"] == challenge
    assert len(sizes) > 1


ODD_AUGMENTERS = {
    "None": "def data_augmenter(): return None",
    "a class": "def data_augmenter(): return tf.keras.Sequential",
    "a generator": "def data_augmenter():\n    yield tf.keras.Sequential()",
    "is a class": "class data_augmenter: pass",
    "is a number": "data_augmenter = 3",
    "exits": "def data_augmenter(): raise SystemExit(0)",
    "interrupts": "def data_augmenter(): raise KeyboardInterrupt",
    "ends a generator": "def data_augmenter(): raise GeneratorExit",
    "recurses": "def data_augmenter(): return data_augmenter()",
    "not defined": "pass",
    "empty": "def data_augmenter(): return tf.keras.Sequential()",
    "a layer": "def data_augmenter(): return RandomFlip('horizontal')",
    "long error": "def data_augmenter(): raise ValueError('x' * 10**6 + chr(0))",
    "error that lies": """
class E(Exception):
    def __str__(self): raise SystemExit
def data_augmenter(): raise E""",
    "lies about itself": """
class Liar:
    def __getattr__(self, name): raise SystemExit(name)
    def __eq__(self, other): return True
    __class__ = tf.keras.Sequential
def data_augmenter(): return Liar()""",
    "config lies": """
class Flip(RandomFlip):
    def get_config(self): raise SystemExit
def data_augmenter(): return tf.keras.Sequential([Flip('horizontal'), RandomRotation(0.2)])""",
    "infinite config": """
class Rotation(RandomRotation):
    def get_config(self): return {'factor': (float('nan'), float('inf')), 'mode': 'x' * 10**6}
def data_augmenter(): return tf.keras.Sequential([RandomFlip('horizontal'), Rotation(0.2)])""",
    "thousand layers": """
def data_augmenter():
    return tf.keras.Sequential([tf.keras.layers.Rescaling(1.0) for _ in range(300)])""",
    "prints": "def data_augmenter():\n    print('x' * 10**6); return 1",
}


@pytest.mark.parametrize("name", ODD_AUGMENTERS)
def test_whatever_data_augmenter_is_it_is_described(lab: AsGraded, name: str) -> None:
    payload = lab.collect("data_augmenter", [IMPORTS, ODD_AUGMENTERS[name]])
    verdict = verdict_of(payload)
    assert verdict.points < verdict.max_points
    assert len(json.dumps(payload)) < 32_000


ODD_MODELS = {
    "three inputs": """
def alpaca_model(image_shape, data_augmentation):
    inputs = [tf.keras.Input((4,)) for _ in range(3)]
    return tf.keras.Model(inputs, tfl.Dense(1)(tfl.concatenate(inputs)))""",
    "subclassed": """
class M(tf.keras.Model):
    def call(self, x): return x
def alpaca_model(image_shape, data_augmentation): return M()""",
    "of tensors": "def alpaca_model(image_shape, data_augmentation): return tf.constant(1.0)",
    "a lambda that fails": """
def alpaca_model(image_shape, data_augmentation):
    inputs = tf.keras.Input(image_shape + (3,))
    def fail(x):
        if not isinstance(x, tf.Tensor) or tf.executing_eagerly(): raise SystemExit
        return x
    return tf.keras.Model(inputs, tfl.Lambda(fail, output_shape=(1,))(inputs))""",
    "interrupted": "def alpaca_model(image_shape, data_augmentation): raise KeyboardInterrupt",
    "no arguments": "def alpaca_model(): return tf.keras.Sequential()",
}


@pytest.mark.parametrize("name", ODD_MODELS)
def test_whatever_alpaca_model_is_it_is_described(lab: AsGraded, name: str) -> None:
    verdict = verdict_of(lab.collect("alpaca_model", [IMPORTS, C1, ODD_MODELS[name]]))
    assert passed(verdict) <= {"alpaca_model.input_shape", "alpaca_model.output_shape"}
    assert verdict.failed


@pytest.mark.parametrize(
    "cell", ["pass", "model2 = 3", "model2 = tf.keras.Sequential()", "model2 = tf.keras.Model"]
)
def test_whatever_model2_is_it_is_described(lab: AsGraded, cell: str) -> None:
    given = "base_model, fine_tune_at, frozen_optimizer = tf.keras.Sequential(), 120, None"
    verdict = verdict_of(lab.collect("fine_tuning", [IMPORTS, given, cell, C3]))
    assert verdict.results[0].status == "failed"
    settings = ("loss", "optimizer", "learning_rate", "accuracy_metric")
    # Settings in names can be right without a model.
    assert passed(verdict) == {f"fine_tuning.{name}" for name in settings}


def test_the_training_step_is_undone(lab: AsGraded) -> None:
    """Collected twice in one kernel, the second time after the first: same weights, same loss."""
    after = """
from alpaca_course.kernel.collect import collect
before = [np.array(w.numpy()) for w in model2.variables]
challenge = "0123456789abcdef0123456789abcdef"
collect("fine_tuning", "transfer_learning_mobilenet", globals(), challenge)
same = all(np.array_equal(b, w.numpy()) for b, w in zip(before, model2.variables))
untouched = not optimizer.variables[0].numpy() and not optimizer.built
loss_function, optimizer, metrics = None, None, [str(same), str(untouched)]
"""
    payload = lab.collect("fine_tuning", [*REFERENCE["fine_tuning"], after])
    assert [metric["kind"] for metric in payload["in_names"]["metrics"]] == ["True", "True"]


def test_a_model_built_after_the_evidence_has_its_weights(lab: AsGraded) -> None:
    """The second picture size is looked at without weights, which must not last."""
    after = """
from alpaca_course.kernel.collect import collect
challenge = "0123456789abcdef0123456789abcdef"
collect("alpaca_model", "transfer_learning_mobilenet", globals(), challenge)
other = next(layer for layer in alpaca_model(IMG_SIZE, data_augmenter()).layers
             if isinstance(layer, tf.keras.Model) and len(layer.layers) > 50)
same = all(np.array_equal(a.numpy(), b.numpy())
           for a, b in zip(base_model.weights, other.weights, strict=True))
loss_function, optimizer, metrics = None, None, [str(same)]
"""
    payload = lab.collect("fine_tuning", [*REFERENCE["fine_tuning"], after])
    assert [metric["kind"] for metric in payload["in_names"]["metrics"]] == ["True"]


# What is large is not built for a look: here even the smallest is.
NOTHING_IS_SMALL = """
from alpaca_course.keras_probe import unfetched
unfetched._MOST_PARAMETERS = 0
"""
OTHER_NETWORK = changed(C2, ("MobileNetV2(", "MobileNet("))

# What no rule could see in objects alone, or what only real Keras shows.
REAL: dict[str, tuple[str, list[str], str, str]] = {
    "positional training": (
        "alpaca_model",
        [IMPORTS, C1, changed(C2, ("training=False", "False"))],
        "inference_mode",
        "by keyword",
    ),
    "weights that cannot be fetched": (
        "alpaca_model",
        [IMPORTS, C1, OTHER_NETWORK],
        "backbone",
        "The network inside is not MobileNetV2",
    ),
    "weights of a large network that cannot be fetched": (
        "alpaca_model",
        [IMPORTS, C1, OTHER_NETWORK, NOTHING_IS_SMALL],
        "input_shape",
        "wanted to fetch weights",
    ),
    "a sigmoid on weights that begin at zero": (
        "alpaca_model",
        [
            IMPORTS,
            C1,
            changed(C2, ("Dense(1)", "Dense(1, 'sigmoid', kernel_initializer='zeros')")),
        ],
        "head",
        "a sigmoid",
    ),
    "what compile gives back for the model": (
        "fine_tuning",
        [IMPORTS, C1, C2, MODEL2, LOCKED, changed(C3, ("model2.comp", "model2 = model2.comp"))],
        "backbone_inside_model",
        "model2 is None after the cell",
    ),
    "metrics in the place of weights of losses": (
        "fine_tuning",
        [
            IMPORTS,
            C1,
            C2,
            MODEL2,
            LOCKED,
            changed(
                C3,
                ("loss=loss_function, optimizer=optimizer, metrics=", "optimizer, loss_function, "),
            ),
        ],
        "accuracy_metric",
        "its third position",
    ),
    "the class of an optimizer": (
        "fine_tuning",
        [
            *(IMPORTS, C1, C2, MODEL2, LOCKED),
            changed(C3, ("Adam(learning_rate=0.1 * base_learning_rate)", "Adam")).partition(
                "model2.compile"
            )[0],
        ],
        "optimizer",
        "no object was made of it",
    ),
    "the model itself in place of its function": (
        "data_augmenter",
        [IMPORTS, C1, "data_augmenter = data_augmenter()"],
        "sequential",
        "data_augmenter is not a function but Sequential",
    ),
    "layers of the network among the model's": (
        "alpaca_model",
        [
            IMPORTS,
            C1,
            changed(
                C2,
                ("input_shape=input_shape, include_top", "input_tensor=x, include_top"),
                (
                    "    base_model = tf",
                    "    inputs = tf.keras.Input(shape=input_shape)\n"
                    "    x = preprocess_input(data_augmentation(inputs))\n    base_model = tf",
                ),
                (
                    "    inputs = tf.keras.Input(shape=input_shape)\n"
                    "    x = data_augmentation(inputs)\n"
                    "    x = preprocess_input(x)\n    x = base_model(x, training=False)\n",
                    "    x = base_model.output\n",
                ),
            ),
        ],
        "backbone",
        "cannot find it",
    ),
    "weights drawn at random": (
        "alpaca_model",
        [IMPORTS, C1, changed(C2, ('weights="imagenet"', "weights=None"))],
        "pretrained_weights",
        "never trained",
    ),
    "preprocessing first": (
        "alpaca_model",
        [
            IMPORTS,
            C1,
            changed(
                C2,
                ("x = data_augmentation(inputs)", "x = preprocess_input(inputs)"),
                ("x = preprocess_input(x)", "x = data_augmentation(x)"),
            ),
        ],
        "augmentation_first",
        "before they are augmented",
    ),
    "loop that thaws": (
        "fine_tuning",
        [IMPORTS, C1, C2, MODEL2, LOCKED, changed(C3, ("= False", "= True"))],
        "frozen_below",
        "instead of freezing",
    ),
    "one layer short": (
        "fine_tuning",
        [IMPORTS, C1, C2, MODEL2, LOCKED, changed(C3, ("fine_tune_at]", "fine_tune_at - 1]"))],
        "frozen_below",
        "One layer fewer",
    ),
    "compile that fails half way": (
        "fine_tuning",
        [IMPORTS, C1, C2, MODEL2, LOCKED, changed(C3, ('["accuracy"]', '"accuracy"'))],
        "compiled_again",
        "not compiled again",
    ),
    "no metrics, though the first compile had some": (
        "fine_tuning",
        [IMPORTS, C1, C2, MODEL2, LOCKED, changed(C3, ('["accuracy"]', "None"))],
        "accuracy_metric",
        "no metrics",
    ),
    "not compiled again": (
        "fine_tuning",
        [IMPORTS, C1, C2, MODEL2, LOCKED, C3.partition("model2.compile")[0]],
        "compiled_again",
        "not compiled again",
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_a_wrong_cell_fails_the_rule_that_is_meant_for_it(lab: AsGraded, name: str) -> None:
    exercise, cells, rule, words = REAL[name]
    verdict = verdict_of(lab.collect(exercise, cells))
    result = next(result for result in verdict.failed if result.id == f"{exercise}.{rule}")
    assert result.message is not None
    assert words in f"{result.message.seen} {result.message.hint}"


OTHER_WAYS: dict[str, tuple[str, list[str], list[str]]] = {
    "pooling in the backbone, a fresh augmenter, arithmetic": (
        "alpaca_model",
        [
            IMPORTS,
            C1,
            changed(
                C2,
                ("include_top=False", "include_top=False, pooling='avg'"),
                ("    x = tfl.GlobalAveragePooling2D()(x)\n", ""),
                ("data_augmentation(inputs)", "data_augmenter()(inputs)"),
                ("preprocess_input(x)", "x / 127.5 - 1.0"),
            ),
        ],
        ["uses_argument"],
    ),
    "kept dimensions, a lambda, augmentation wrapped": (
        "alpaca_model",
        [
            IMPORTS,
            C1,
            changed(
                C2,
                ("GlobalAveragePooling2D()", "GlobalAveragePooling2D(keepdims=True)"),
                ("    outputs = tfl", "    x = tfl.Flatten()(x)\n    outputs = tfl"),
                ("preprocess_input(x)", "tfl.Lambda(preprocess_input)(x)"),
                ("data_augmentation(inputs)", "tf.keras.Sequential([data_augmentation])(inputs)"),
            ),
        ],
        [],
    ),
    "looks at the weights while it builds": (
        "alpaca_model",
        [
            IMPORTS,
            C1,
            changed(
                C2,
                (
                    "    base_model.trainable = False\n",
                    "    base_model.trainable = False\n"
                    "    if not np.any(base_model.layers[2].moving_mean.numpy()):\n"
                    "        raise ValueError('no weights')\n",
                ),
            ),
        ],
        [],
    ),
    "a head whose weights begin at zero": (
        "alpaca_model",
        [IMPORTS, C1, changed(C2, ("Dense(1)", "Dense(1, kernel_initializer='zeros')"))],
        [],
    ),
    "the loss in a list": (
        "fine_tuning",
        [
            IMPORTS,
            C1,
            C2,
            MODEL2,
            LOCKED,
            changed(C3, ("loss=loss_function", "loss=[loss_function]")),
        ],
        [],
    ),
    "falsy flag, schedule, threshold, compiled first": (
        "fine_tuning",
        [
            IMPORTS,
            C1,
            C2,
            MODEL2,
            LOCKED,
            changed(
                C3.replace(
                    "model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)\n", ""
                ),
                (
                    "for layer in base_model.layers[:fine_tune_at]:\n    layer.trainable = False\n",
                    "",
                ),
                (
                    "0.1 * base_learning_rate",
                    "tf.keras.optimizers.schedules.ExponentialDecay(1e-4, 10, 0.9)",
                ),
                ('["accuracy"]', "[tf.keras.metrics.BinaryAccuracy(threshold=0)]"),
            )
            + "model2.compile(optimizer, loss_function, metrics=metrics)\n"
            + "for layer in base_model.layers[:fine_tune_at]:\n    layer.trainable = None\n",
        ],
        ["compiled_before_freezing", "falsy_trainable", "metric_threshold"],
    ),
}


@pytest.mark.parametrize("name", OTHER_WAYS)
def test_right_in_another_way_gets_full_points(lab: AsGraded, name: str) -> None:
    exercise, cells, advisories = OTHER_WAYS[name]
    verdict = verdict_of(lab.collect(exercise, cells))
    assert [result.id for result in (*verdict.failed, *verdict.undecided)] == []
    assert [item.id.partition(".")[2] for item in verdict.advisories] == advisories


def test_what_comes_after_the_layers_of_a_network_is_in_the_outline(lab: AsGraded) -> None:
    payload = lab.collect("alpaca_model", REAL["layers of the network among the model's"][1])
    outlines = [build["outline"] for build in payload["builds"]]
    assert outlines[0]["stages"] == outlines[1]["stages"]
    assert outlines[0]["stages"][-2:] == ["Dropout 0.2", "Dense 1 linear"]
    assert outlines[0]["stages"][2].startswith("Layers 15")
    assert outlines[0]["pixels"] == [-1.0, 0.0, 1.0]
    assert len(json.dumps(payload)) < 5_000
