"""What the lab's template hands out cannot be told from what is built at that moment."""

from __future__ import annotations

import json

import pytest

from grader_tests.transfer_learning_mobilenet.tests.lab_process import (
    C1,
    C2,
    IMPORTS,
    REFERENCE,
    Lab,
    changed,
)

NETWORK = """
def network(side, **more):
    return keras.applications.MobileNetV2(
        input_shape=(side, side, 3), include_top=False, weights="imagenet", **more)
"""
# All that a student can see of a network without reading Keras' insides.
DESCRIBE = """
import hashlib, inspect, random
def text_of(model):
    lines = []
    model.summary(print_fn=lambda line, **_: lines.append(line))
    return "\\n".join(lines)
def numbers_of(model):
    whole = hashlib.sha256()
    for variable in model.variables:
        whole.update(variable.numpy().tobytes())
    return whole.hexdigest()
def described(model):
    return [
        model.name, repr(model), text_of(model), numbers_of(model),
        model.get_config(), [layer.name for layer in model.layers],
        [repr(tensor) for tensor in (*model.inputs, *model.outputs)],
        [repr(layer.output) for layer in model.layers],
        [variable.path for variable in model.variables],
        [layer.trainable for layer in model.layers],
        [sorted(vars(layer)) for layer in (model, *model.layers)],
    ]
def world():
    return [
        random.random(), float(np.random.rand()), keras.layers.Dense(1).name,
        keras.Input((2,)).name, keras.layers.InputLayer((2,)).name, keras.backend.get_uid("x"),
        float(keras.random.uniform(())), keras.layers.Dropout(0.5).seed_generator.state.numpy().tolist(),
        str(inspect.signature(keras.applications.MobileNetV2)), keras.applications.MobileNetV2.__doc__,
        keras.applications.MobileNetV2.__module__,
    ]
"""  # noqa: E501
LOOKS = {
    "one": "found = [described(network(160)), world()]",
    "seeded": """
keras.utils.set_random_seed(42)
found = [described(network(160)), world()]
found += [float(tf.random.uniform(())), float(tf.random.normal(()))]
""",
    "seeds and numbers in turn": """
def draw():
    return [float(tf.random.uniform((), seed=5)), float(tf.random.normal((), seed=6))]
found = [draw(), draw()]
for seed in (42, 7, 42, 42, 87654321, 87654321):
    tf.random.set_seed(seed)
    found.append([float(tf.random.uniform(())), *draw(), *draw()])
""",
    "the seed that is there without one": """
found = [float(tf.random.uniform((), seed=5))]
tf.random.set_seed(87654321)
found.append(float(tf.random.uniform((), seed=5)))
""",
    "as many as are ready, and more": """
models = [network(side) for side in (160, 96, 160, 128, 160, 96)]
found = [[described(model) for model in models], world()]
found.append(len({id(model) for model in models}))
""",
    "after other layers": """
layer = keras.layers.Dense(3)(keras.Input((4,)))
found = [described(network(96)), keras.layers.Dense(1).name, repr(layer), world()]
""",
    "after a new session": """
network(160)
keras.backend.clear_session()
found = [described(network(160)), world()]
""",
    "another size": "found = [described(network(100)), world()]",
    "a name, a width, a pooling": """
found = [described(network(96, name="mine")), described(network(96, pooling="avg")), world()]
""",
    "without weights": """
made = keras.applications.MobileNetV2(input_shape=(96, 96, 3), include_top=False, weights=None)
found = [made.name, [layer.name for layer in made.layers], world()]
""",
    "other precision": """
keras.config.set_dtype_policy("mixed_float16")
found = [network(96).layers[5].compute_dtype]
keras.config.set_dtype_policy("float32")
found += [network(96).layers[5].compute_dtype, world()]
""",
    "through every door": """
from keras.applications.mobilenet_v2 import MobileNetV2
from tensorflow.keras.applications import MobileNetV2 as other
doors = [MobileNetV2, other, tf.keras.applications.mobilenet_v2.MobileNetV2,
         tf.keras.applications.MobileNetV2, keras.applications.MobileNetV2]
found = [[d.__name__ for d in doors], len({id(d) for d in doors}),
         described(other(include_top=False, input_shape=(96, 96, 3))), world()]
""",
    "trained": """
model = network(96)
model.trainable = False
before = numbers_of(model)
head = keras.Sequential([model, keras.layers.GlobalAveragePooling2D(),
                         keras.layers.Dense(1, kernel_initializer="zeros")])
head.compile("sgd", "mse")
history = head.fit(np.ones((8, 96, 96, 3), "float32"), np.ones((8, 1), "float32"),
                   batch_size=4, epochs=2, verbose=0, shuffle=False)
found = [before == numbers_of(model), [round(x, 4) for x in history.history["loss"]]]
""",
    "data": """
data = tf.data.Dataset.range(6).map(lambda x: x + 1).shuffle(6, seed=1).batch(4)
found = [[int(x) for x in batch] for batch in data]
""",
}


@pytest.mark.parametrize("name", LOOKS)
def test_nobody_can_tell_when_a_network_was_built(name: str, plain: Lab, inheriting: Lab) -> None:
    cells = [IMPORTS, NETWORK, DESCRIBE, LOOKS[name]]
    built, handed_out = plain.look(cells), inheriting.look(cells)
    assert built is not None
    assert json.dumps(handed_out) == json.dumps(built)


COUNT = """
made, usual = [], keras.layers.BatchNormalization.__init__
def counted(self, *args, **kwargs):
    made.append(self)
    usual(self, *args, **kwargs)
keras.layers.BatchNormalization.__init__ = counted
network(160)
found = len(made)
"""


def test_a_ready_network_is_handed_out_once(plain: Lab, inheriting: Lab) -> None:
    assert plain.look([IMPORTS, NETWORK, COUNT]) == 52
    for before in ("", "keras.utils.set_random_seed(42)", "keras.backend.clear_session()"):
        assert inheriting.look([IMPORTS, NETWORK, before, COUNT]) == 0
    both_gone = "network(160), network(160)"
    assert inheriting.look([IMPORTS, NETWORK, both_gone, COUNT]) == 52


FORGET = """
from tensorflow.python import pywrap_tfe
tf.constant(1) + 1
forgot, usual = [], pywrap_tfe.TFE_ContextClearCaches
pywrap_tfe.TFE_ContextClearCaches = lambda context: forgot.append(1) or usual(context)
for seed in (1, 2, 2):
    tf.random.set_seed(seed)
found = len(forgot)
"""


def test_the_first_seed_leaves_what_is_ready(plain: Lab, inheriting: Lab) -> None:
    assert plain.look([IMPORTS, FORGET]) == 3
    assert inheriting.look([IMPORTS, FORGET]) == 2


@pytest.mark.parametrize("exercise", REFERENCE)
def test_evidence_is_the_same_byte_for_byte(exercise: str, plain: Lab, inheriting: Lab) -> None:
    before = list(REFERENCE)[: list(REFERENCE).index(exercise)]
    built, handed_out = (
        each.collect(exercise, before=before, seed=7) for each in (plain, inheriting)
    )
    assert json.dumps(handed_out) == json.dumps(built)


def test_a_fork_that_changes_a_network_changes_it_for_itself(inheriting: Lab) -> None:
    spoil = (
        "model = network(96)\nfor v in model.variables: v.assign(v * 0)\nmodel.trainable = False"
    )
    cells = [IMPORTS, NETWORK, DESCRIBE]
    first = inheriting.look([*cells, "found = described(network(96))"])
    inheriting.look([*cells, spoil])
    assert inheriting.look([*cells, "found = described(network(96))"]) == first


def test_a_model_on_a_ready_network_is_the_same(plain: Lab, inheriting: Lab) -> None:
    cells = [
        IMPORTS,
        DESCRIBE,
        C1,
        C2,
        "found = described(alpaca_model(IMG_SIZE, data_augmenter()))",
    ]
    assert inheriting.look(cells) == plain.look(cells)


def test_what_has_to_be_traced_is_not_decided_in_a_fork_of_the_template(
    plain: Lab, inheriting: Lab
) -> None:
    """A function of one's own may tell a graph from a call; there are no graphs in such a fork."""
    own = changed(C2, ("x = preprocess_input(x)", "x = tfl.Lambda(lambda t: t / 127.5 - 1.0)(x)"))
    cells = [IMPORTS, C1, own]
    assert not plain.collect("alpaca_model", cells).get("raised")
    assert inheriting.collect("alpaca_model", cells)["uncertain"]


@pytest.mark.parametrize(
    "change",
    [
        ("outputs = tfl.Dense(1)(x)", "outputs = tfl.Dense(1)(y)"),
        ("tfl.Dense(1)", "tfl.Dense()"),
        ("x = base_model(x,", "x = base_model(tfl.Flatten()(x),"),
        ("base_model.trainable = False", "base_model.layers[999].trainable = False"),
        ("tf.keras.Model(inputs, outputs)", "tf.keras.Model(inputs, outputs).none"),
        ('weights="imagenet"', 'weights="imagenet_x"'),
    ],
)
def test_what_the_code_itself_raises_is_the_same(
    plain: Lab, inheriting: Lab, change: tuple[str, str]
) -> None:
    cells = [IMPORTS, C1, changed(C2, change)]
    found = plain.collect("alpaca_model", cells)
    assert found["raised"]
    assert "uncertain" not in found
    assert inheriting.collect("alpaca_model", cells) == found


CHANGES = {
    "nothing": "",
    "the last number": "numbers[-1].assign(np.nextafter(numbers[-1].numpy(), 9))",
    "one number of many": """
values = numbers[0].numpy()
values.flat[-1] = np.nextafter(values.flat[-1], 9)
numbers[0].assign(values)
""",
    "a flag": "network.layers[5].trainable = not network.layers[5].trainable",
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_changes_of_a_ready_network_is_seen(name: str, inheriting: Lab) -> None:
    look = """
from notebooks.transfer_learning_mobilenet.evidence import prepared
network = list(prepared._shelf.networks())[-1]
numbers = network.variables
before = prepared.fingerprint()
"""
    found = inheriting.look(
        [IMPORTS, look, CHANGES[name], "found = before == prepared.fingerprint()"]
    )
    assert found is (name == "nothing")
