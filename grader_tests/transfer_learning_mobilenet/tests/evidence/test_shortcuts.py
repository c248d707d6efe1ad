"""What collectors leave out to save time: the evidence is the one that they give without that."""

from __future__ import annotations

from typing import Any

import pytest

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

# As if the layers were of the student's own: then a model is built and trained as in the notebook.
NOT_PLAIN = """
from alpaca_course.keras_probe import access
access.is_plain = lambda operations: False
"""


def without_chance(payload: dict[str, Any]) -> dict[str, Any]:
    """A payload of ``alpaca_model`` without what chance has in it."""
    model = payload["model"]
    model["passage"].pop("drops")
    model["entrance"].pop("marks")
    return payload


@pytest.mark.parametrize(
    "edits",
    [
        (),
        (("MobileNetV2(", "MobileNetV2(pooling='avg', "), ("tfl.GlobalAv", "tfl.Flatten()(x) #")),
        (('weights="imagenet"', "weights=None"),),
        (("training=False", "training=True"), ("Dense(1)", "Dense(2, 'softmax')")),
        (
            (
                "    inputs =",
                "    first = base_model.layers[1]\n"
                "    first.set_weights([1.01 * each for each in first.get_weights()])\n"
                "    inputs =",
            ),
        ),
    ],
    ids=["reference", "pooled inside", "weights drawn", "two units", "weights changed"],
)
def test_a_model_whose_values_are_kept_aside_is_seen_as_any_other(
    lab: AsGraded, edits: tuple[tuple[str, str], ...]
) -> None:
    cells = [IMPORTS, C1, changed(C2, *edits)]
    aside, plain = (
        without_chance(lab.collect("alpaca_model", [*cells, *more])) for more in ([], [NOT_PLAIN])
    )
    drawn = any("weights=None" in new for _, new in edits)
    if drawn:
        for payload in (aside, plain):
            assert payload["model"]["backbone"].pop("fresh_statistics")
            payload["model"]["backbone"].pop("fingerprint")
            payload["model"].pop("answer")
    assert aside == plain


def test_of_a_squashed_answer_no_gradient_is_told(lab: AsGraded) -> None:
    """Whether it saturates, and so has none, is a matter of chance."""
    squashed = changed(C2, ("Dense(1)", "Dense(2, 'softmax')"))
    payload = lab.collect("alpaca_model", [IMPORTS, C1, squashed])
    assert "learns" not in payload["model"]["head"]
    assert lab.collect("alpaca_model")["model"]["head"]["learns"] is True


def test_weights_that_the_function_changes_are_seen(lab: AsGraded) -> None:
    edit = (
        "    inputs =",
        "    last = base_model.layers[-3].kernel\n    last.assign_add(last)\n    inputs =",
    )
    payload = lab.collect("alpaca_model", [IMPORTS, C1, changed(C2, edit)])
    known = lab.collect("alpaca_model")
    assert payload["model"]["backbone"]["fingerprint"] != known["model"]["backbone"]["fingerprint"]
    assert payload["model"]["answer"] != known["model"]["answer"]


def test_a_model_that_is_made_for_a_look_leaves_nothing_behind(lab: AsGraded) -> None:
    after = """
from keras.src.backend.common import global_state
from alpaca_course.keras_probe.aside import ValuesAside, without_values
load, waiting = tf.keras.Model.load_weights, "uninitialized_variables"
layer = tfl.Dense(2)
layer.build((None, 3))
kept = layer.kernel.numpy()
aside = ValuesAside()
with aside:
    layer.kernel.assign(kept + 1.0)
    other = tfl.Dense(2)
    first = other(np.ones((1, 3), "float32"))
with aside:
    told = [bool(np.all(layer.kernel.numpy() == kept + 1.0)),
            bool(np.all(other(np.ones((1, 3), "float32")) == first))]
with without_values():
    tfl.Dense(2).build((None, 3))
told += [bool(np.all(layer.kernel.numpy() == kept)),
         other.kernel._value is None,
         not global_state.get_global_attribute(waiting),
         tf.keras.Model.load_weights is load]
loss_function, optimizer, metrics = None, None, list(map(str, told))
"""
    payload = lab.collect("fine_tuning", [*REFERENCE["fine_tuning"], after])
    assert [metric["kind"] for metric in payload["in_names"]["metrics"]] == ["True"] * 6


KEEPING = {
    "a layer outside": changed(C2, ("def alpaca", "head = tfl.Dense(1)\ndef alpaca"),
                               ("tfl.Dense(1)(x)", "head(x)")),
    "networks by size": changed(
        C2,
        (
            "def alpaca_model",
            """import functools
@functools.lru_cache(None)
def network(input_shape):
    return tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet")
def alpaca_model""",
        ),
        (
            """tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet")""",
            "network(input_shape)",
        ),
    ),
    "layers in a default": changed(
        C2,
        ("data_augmenter()):", "data_augmenter(), head=tfl.Dense(1)):"),
        ("tfl.Dense(1)(x)", "head(x)"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KEEPING)
def test_what_a_function_keeps_has_its_values_afterwards(lab: AsGraded, name: str) -> None:
    look = """
from alpaca_course.kernel.collect import collect
collect("alpaca_model", "transfer_learning_mobilenet", globals(), CHALLENGE)
""".replace("CHALLENGE", repr(CHALLENGE))
    told = """
told = [all(v._value is not None for v in model2.variables),
        bool(np.any(base_model.layers[2].moving_mean.numpy()))]
loss_function, optimizer, metrics = None, None, list(map(str, told))
"""
    cells = [IMPORTS, C1, KEEPING[name], look, MODEL2, LOCKED, C3]
    step = lab.collect("fine_tuning", cells)["step"]
    assert "m" in step["moved"]
    assert step["rest_moved"]
    payload = lab.collect("fine_tuning", [*cells, told])
    assert [metric["kind"] for metric in payload["in_names"]["metrics"]] == ["True", "True"]


FLAGS = {
    "as the lab asks": "for layer in base_model.layers[:120]: layer.trainable = False",
    "in the middle of a block": "for layer in base_model.layers[:58]: layer.trainable = False",
    "all": "base_model.trainable = False",
    "none": "base_model.trainable = True",
    "but statistics": """
for layer in base_model.layers:
    layer.trainable = not isinstance(layer, tfl.BatchNormalization)""",
    "every second": "for layer in base_model.layers[::2]: layer.trainable = False",
    "late ones": "for layer in base_model.layers[120:]: layer.trainable = False",
    "the head": "model2.layers[-1].trainable = False",
}


@pytest.mark.parametrize("name", FLAGS)
def test_a_step_through_the_late_layers_moves_what_a_step_through_all_moves(
    lab: AsGraded, name: str
) -> None:
    compiles = "loss_function" + C3.partition("loss_function")[2]
    cells = [IMPORTS, C1, C2, MODEL2, LOCKED, FLAGS[name], compiles]
    part, whole = (
        lab.collect("fine_tuning", [*cells, *more])["step"] for more in ([], [NOT_PLAIN])
    )
    assert part.pop("loss") != whole.pop("loss")  # they were asked about different things
    assert part == whole
    assert set(part["moved"]) <= set("m.-")
    # A frozen normalization of this network, whose weights are drawn, lets no gradient through.
    assert ("m" in part["moved"]) == (name not in ("all", "late ones"))
