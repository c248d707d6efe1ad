"""Answers to the three exercises, each with words that its visible check has to say."""

from __future__ import annotations

from dataclasses import dataclass

# What the notebook's given cells have defined by then, with exercise 1 solved.
NOTEBOOK = """
import numpy as np
import tensorflow as tf
import tensorflow.keras.layers as tfl
from tensorflow.keras.layers import RandomFlip, RandomRotation
IMG_SIZE = (160, 160)
IMG_SHAPE = IMG_SIZE + (3,)
preprocess_input = tf.keras.applications.mobilenet_v2.preprocess_input
def data_augmenter():
    return tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])
"""

MODEL = """
def alpaca_model(image_shape=IMG_SIZE, data_augmentation=data_augmenter()):
    input_shape = image_shape + (3,)
    base = tf.keras.applications.MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet")
    base.trainable = False
    inputs = tf.keras.Input(shape=input_shape)
    x = data_augmentation(inputs)
    x = preprocess_input(x)
    x = base(x, training=False)
    x = tfl.GlobalAveragePooling2D()(x)
    x = tfl.Dropout(0.2)(x)
    outputs = tfl.Dense(1)(x)
    return tf.keras.Model(inputs, outputs)
"""

# Built once for all answers to exercise 3; what they change is set back by COMPILED.
BUILT = (
    MODEL
    + """
import lab_models
base_learning_rate = 0.001
fine_tune_at = 120
model2 = alpaca_model(IMG_SIZE, data_augmenter())
"""
)

COMPILED = """
model2.compile(
    optimizer=tf.keras.optimizers.Adam(learning_rate=base_learning_rate),
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=["accuracy"])
base_model = lab_models.find_backbone(model2)
base_model.trainable = False  # Keras ignores a value that is set already
base_model.trainable = True
frozen_optimizer = model2.optimizer
"""

TUNING = """
loss_function = optimizer = metrics = None
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
loss_function = tf.keras.losses.BinaryCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)
metrics = ["accuracy"]
model2.compile(loss=loss_function, optimizer=optimizer, metrics=metrics)
"""


@dataclass(frozen=True)
class Answer:
    """One answer: its code, and what the check must say (no words: it must pass)."""

    exercise: str
    name: str
    code: str
    words: tuple[str, ...] = ()
    kind: str = "CheckFailed"
    setup: str = ""


def augmenter(name: str, body: str, *words: str, kind: str = "CheckFailed") -> Answer:
    code = f"def data_augmenter():\n    {body}"
    return Answer("data_augmenter", name, code, words, kind)


def layers(name: str, listed: str, *words: str) -> Answer:
    return augmenter(name, f"return tf.keras.Sequential([{listed}])", *words)


def model(name: str, old: str, new: str, *words: str, kind: str = "CheckFailed") -> Answer:
    assert old in MODEL, old
    return Answer("alpaca_model", name, MODEL.replace(old, new), words, kind)


def tuning(name: str, old: str, new: str, *words: str, kind: str = "CheckFailed") -> Answer:
    assert old in TUNING, old
    return Answer("fine_tuning", name, TUNING.replace(old, new), words, kind, setup=COMPILED)


FLIP, TURN = 'RandomFlip("horizontal")', "RandomRotation(0.2)"
POOL = "x = tfl.GlobalAveragePooling2D()(x)\n    "
DROP = "x = tfl.Dropout(0.2)(x)\n    "
HEAD = "tf.keras.Sequential([tfl.GlobalAveragePooling2D(), tfl.Dropout(0.2), tfl.Dense(1)])"
LOOP = "for layer in base_model.layers[:fine_tune_at]:\n    layer.trainable = False\n"

ANSWERS = (
    # ------------------------------------------------------------------ exercise 1
    layers("augmenter", f"{FLIP}, {TURN}"),
    layers("augmenter with an input", f"tf.keras.Input((None, None, 3)), {FLIP}, {TURN}"),
    layers("augmenter, pair", f"{FLIP}, RandomRotation((-0.2, 0.2))"),
    augmenter("augmenter empty", "return None", "returned None", kind="NotFilledIn"),
    augmenter("augmenter stops", "return undefined_name", "NameError", "undefined_name"),
    augmenter("augmenter is a list", f"return [{FLIP}, {TURN}]", "a list", "Sequential"),
    augmenter("augmenter is a class", "return tf.keras.Sequential", "class Sequential itself"),
    Answer(
        "data_augmenter",
        "augmenter missing",
        "del data_augmenter",
        ("does not exist",),
        "NotFilledIn",
    ),
    Answer("data_augmenter", "augmenter overwritten", "data_augmenter = 7", ("not a function",)),
    layers("augmenter without layers", "", "empty chain"),
    layers("augmenter without flip", TURN, "flips"),
    layers("augmenter without rotation", FLIP, "rotates"),
    layers("augmenter, three layers", f"{FLIP}, {TURN}, {FLIP}", "3 layers"),
    layers("augmenter swapped", f"{TURN}, {FLIP}", "other order"),
    layers("augmenter, both flips", f"RandomFlip(), {TURN}", "upside down"),
    layers("augmenter, vertical", f'RandomFlip("vertical"), {TURN}', "top and bottom"),
    layers("augmenter, no direction", f'RandomFlip("left"), {TURN}', "'left'", "flips nothing"),
    layers("augmenter, classes", "RandomFlip, RandomRotation", "`RandomFlip` is a class"),
    layers("augmenter, word without quotes", f"RandomFlip(horizontal), {TURN}", "in quotes"),
    augmenter(
        "augmenter, layers one after the other",
        f"return tf.keras.Sequential({FLIP}, {TURN})",
        "as one list",
    ),
    augmenter(
        "augmenter, short name",
        f"return Sequential([{FLIP}, {TURN}])",
        "line 2",
        "'Sequential' is not defined",
        "`tf.keras` has it",
    ),
    augmenter("augmenter, no tf", f"return keras.Sequential([{FLIP}, {TURN}])", "`tf.keras`"),
    layers("augmenter, degrees", f"{FLIP}, RandomRotation(20)", "fraction of a full turn"),
    layers("augmenter, too little", f"{FLIP}, RandomRotation(0.02)", "0.02 of a turn"),
    layers("augmenter, one direction", f"{FLIP}, RandomRotation((0, 0.2))", "both directions"),
    layers("augmenter, for one size", f"tf.keras.Input(IMG_SHAPE), {FLIP}, {TURN}"),
    layers(
        "augmenter, for another size",
        f"tf.keras.Input((224, 224, 3)), {FLIP}, {TURN}",
        "(224, 224) alone",
    ),
    augmenter(
        "augmenter, chains in a chain",
        f"chain = tf.keras.Sequential\n    return chain([chain([{FLIP}]), chain([{TURN}])])",
    ),
    Answer(
        "data_augmenter",
        "augmenter, always the same",
        f"one = tf.keras.Sequential([{FLIP}, {TURN}])\ndef data_augmenter():\n    return one",
        ("same object",),
    ),
    # ------------------------------------------------------------------ exercise 2
    model("model", "Dense(1)", "Dense(1)"),
    model("model, Rescaling", "preprocess_input(x)", "tfl.Rescaling(1 / 127.5, offset=-1)(x)"),
    model("model, own arithmetic", "preprocess_input(x)", "x / 127.5 - 1.0"),
    model("model, fresh augmenter", "data_augmentation(inputs)", "data_augmenter()(inputs)"),
    Answer(
        "alpaca_model",
        "model, pooling inside",
        MODEL.replace("include_top=False", "include_top=False, pooling='avg'").replace(POOL, ""),
    ),
    model(
        "model empty",
        "    return tf.keras.Model(inputs, outputs)",
        "    return None",
        "returned None",
        kind="NotFilledIn",
    ),
    model("model is a tensor", "tf.keras.Model(inputs, outputs)", "outputs", "not a Keras model"),
    model("model, by position", "base(x, training=False)", "base(x, False)", "by its name"),
    model("model, fixed size", "shape=input_shape)", "shape=(160, 160, 3))", "written out"),
    model("model, with top", "include_top=False, ", "include_top=True, ", "its top"),
    model("model, MobileNet V1", "MobileNetV2", "MobileNet", "name of the network"),
    model(
        "model, V3", "MobileNetV2", "MobileNetV3Large", "mobilenet_v3_large", "name of the network"
    ),
    model("model, other width", 'weights="imagenet"', 'alpha=0.75, weights="imagenet"', "width"),
    model("model, short name", "tfl.Dropout", "Dropout", "`tfl`"),
    model("model, V2 by its short name", "tf.keras.applications.", "", "`tf.keras.applications`"),
    model("model, pooling not called", "2D()(x)", "2D()", "GlobalAveragePooling2D", "not called"),
    model("model, pooling a class", "2D()(x)", "2D", "is a class"),
    model("model, pooling of x", "2D()(x)", "2D(x)", "wants a setting"),
    model("model, dropout not called", "Dropout(0.2)(x)", "Dropout(0.2)", "not called"),
    model("model, dropout of x", "Dropout(0.2)(x)", "Dropout(x)", "wants a setting"),
    model("model, head not called", "Dense(1)(x)", "Dense(1)", "not called"),
    model("model, head of x", "Dense(1)(x)", "Dense(x)", "wants a setting"),
    model("model, network not called", "base(x, training=False)", "base", "whole model"),
    model("model, augmenter not called", "data_augmentation(inputs)", "data_augmentation", "whole"),
    model("model, input without colours", "shape=input_shape)", "shape=image_shape)", "colours"),
    model("model, network without colours", "shape=input_shape,", "shape=image_shape,", "colours"),
    model(
        "model, TensorFlow's function",
        "tfl.Dense(1)(x)",
        "tf.nn.sigmoid(tfl.Dense(1)(x))",
        "function of TensorFlow",
    ),
    model(
        "model, sigmoid as a layer",
        "tfl.Dense(1)(x)",
        'tfl.Activation("sigmoid")(tfl.Dense(1)(x))',
        "Activation sigmoid",
        "logits",
    ),
    model("model, linear layer", "tfl.Dense(1)(x)", 'tfl.Activation("linear")(tfl.Dense(1)(x))'),
    model("model, random weights", 'weights="imagenet"', "weights=None", "random"),
    model("model, narrow", 'weights="imagenet"', "weights=None, alpha=0.5", "usual width"),
    model("model, not frozen", "base.trainable = False", "pass", "not frozen"),
    model(
        "model, frozen and freed",
        "    return tf",
        "    base.trainable = True\n    return tf",
        "not frozen",
    ),
    model("model, no augmentation", "data_augmentation(inputs)", "inputs", "never called"),
    model(
        "model, augmented twice",
        "data_augmentation(inputs)",
        "data_augmentation(data_augmentation(inputs))",
        "more than once",
    ),
    model(
        "model, late augmentation",
        "    x = data_augmentation(inputs)\n    x = preprocess_input(x)",
        "    x = preprocess_input(inputs)\n    x = data_augmentation(x)",
        "preprocessed already",
    ),
    model("model, raw pixels", "preprocess_input(x)", "x", "raw pixels"),
    model(
        "model, preprocessed twice",
        "preprocess_input(x)",
        "preprocess_input(preprocess_input(x))",
        "applied twice",
    ),
    model("model, other range", "preprocess_input(x)", "x / 255.0", "another range"),
    model("model, training omitted", "base(x, training=False)", "base(x)", "inference mode"),
    model("model, training mode", "training=False", "training=True", "training mode"),
    model(
        "model, max pooling",
        "GlobalAveragePooling2D",
        "GlobalMaxPooling2D",
        "averaged",
        "GlobalMaxPooling2D",
    ),
    model("model, flattened", "GlobalAveragePooling2D", "Flatten", "averaged", "Flatten"),
    model("model, no pooling", POOL, "", "averaged"),
    model("model, ReLU", DROP, DROP + "x = tfl.ReLU()(x)\n    ", "ReLU", "none of the eight steps"),
    model(
        "model, flip alone",
        "data_augmentation(i",
        'RandomFlip("horizontal")(i',
        "without the rotation",
    ),
    model(
        "model, weights scaled",
        "base.trainable = False",
        "base.trainable = False\n    base.set_weights([2 * w for w in base.get_weights()])",
        "not those of its file",
    ),
    model("model, no dropout", DROP, "", "dropout"),
    model("model, other dropout", "Dropout(0.2)", "Dropout(0.5)", "0.5"),
    model("model, sigmoid", "Dense(1)", 'Dense(1, activation="sigmoid")', "sigmoid", "logits"),
    model("model, two units", "Dense(1)", "Dense(2)", "2 outputs"),
    model(
        "model, two heads",
        "outputs = tfl.Dense(1)(x)",
        "outputs = tfl.Dense(1)(tfl.Dense(8)(x))",
        "more than one Dense",
    ),
    model(
        "model, late dropout",
        DROP + "outputs = tfl.Dense(1)(x)",
        "x = tfl.Dense(1)(x)\n    outputs = tfl.Dropout(0.2)(x)",
        "after the Dense",
    ),
    Answer(
        "alpaca_model",
        "model, layers in the open",
        MODEL.replace("    inputs = tf", "    skip = tf")
        .replace("include_top=False", "input_tensor=pixels, include_top=False")
        .replace(
            "    base = tf",
            "    inputs = tf.keras.Input(shape=input_shape)\n"
            "    pixels = preprocess_input(data_augmentation(inputs))\n    base = tf",
        )
        .replace("x = data_augmentation(inputs)", "x = base.output")
        .replace("x = preprocess_input(x)", "")
        .replace("x = base(x, training=False)", ""),
        ("one by one",),
    ),
    # ------------------------------------------------------------------ exercise 3
    tuning("tuning", "accuracy", "accuracy"),
    tuning(
        "tuning, label smoothing 0", "from_logits=True", "from_logits=True, label_smoothing=0.0"
    ),
    tuning(
        "tuning, metric object", '["accuracy"]', "[tf.keras.metrics.BinaryAccuracy(threshold=0.0)]"
    ),
    Answer(
        "fine_tuning",
        "tuning, compiled, then a name gone",
        TUNING + "\ndel optimizer",
        setup=COMPILED,
    ),
    tuning("tuning, falsy", "layer.trainable = False", "layer.trainable = None"),
    tuning(
        "tuning, schedule",
        "learning_rate=0.1 * base_learning_rate",
        "learning_rate=tf.keras.optimizers.schedules.ExponentialDecay(1e-4, 100, 0.9)",
    ),
    Answer(
        "fine_tuning",
        "tuning empty",
        "loss_function = optimizer = metrics = None",
        ("Still None", "`optimizer`"),
        "NotFilledIn",
        COMPILED,
    ),
    Answer(
        "fine_tuning",
        "tuning without a model",
        "model2 = None",
        ("UNQ_C2",),
        "NotFilledIn",
        COMPILED,
    ),
    Answer(
        "fine_tuning",
        "tuning, name missing",
        TUNING.replace("model2.compile", "dict") + "\ndel optimizer",
        ("`optimizer`",),
        "NotFilledIn",
        COMPILED,
    ),
    tuning(
        "tuning, other network",
        "loss_function = opt",
        "other = alpaca_model(IMG_SIZE, data_augmenter())\n"
        "base_model = lab_models.find_backbone(other)\nloss_function = opt",
        "not the network inside",
    ),
    tuning("tuning, nothing frozen", LOOP, "", "layers of the network are trainable"),
    tuning("tuning, set to True", "trainable = False", "trainable = True", "are trainable"),
    tuning("tuning, everything frozen", "[:fine_tune_at]", "", "would change nothing"),
    tuning("tuning, the other end", "[:fine_tune_at]", "[fine_tune_at:]", "other way round"),
    tuning("tuning, input passed over", "[:fine_tune_at]", "[1:fine_tune_at]"),
    tuning("tuning, one too few", "[:fine_tune_at]", "[:fine_tune_at - 1]", "1 of the 120"),
    tuning("tuning, one too many", "[:fine_tune_at]", "[:fine_tune_at + 1]", "1 of the 34"),
    tuning("tuning, no logits", "from_logits=True", "", "probabilities"),
    tuning(
        "tuning, loss by name",
        "tf.keras.losses.BinaryCrossentropy(from_logits=True)",
        "'binary_crossentropy'",
        "probabilities",
    ),
    tuning(
        "tuning, other loss",
        "BinaryCrossentropy(from_logits=True)",
        "MeanSquaredError()",
        "MeanSquaredError",
    ),
    tuning("tuning, SGD", "optimizers.Adam", "optimizers.SGD", "SGD"),
    tuning(
        "tuning, by name",
        "tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)",
        "'adam'",
        "only a name",
    ),
    tuning("tuning, same rate", "0.1 * base_learning_rate", "base_learning_rate", "1 times"),
    tuning("tuning, no accuracy", '["accuracy"]', '["mae"]', "accuracy"),
    Answer(
        "fine_tuning",
        "tuning, metrics are text",
        TUNING.replace('["accuracy"]', "'accuracy'").replace("model2.compile", "dict"),
        ("has to be a list",),
        setup=COMPILED,
    ),
    tuning(
        "tuning, smoothed labels", "from_logits=True", "True, label_smoothing=0.1", "other numbers"
    ),
    tuning("tuning, exact accuracy", '["accuracy"]', "[tf.keras.metrics.Accuracy()]", "yes/no"),
    tuning("tuning, compiled without metrics", ", metrics=metrics", "", "else than", "no metrics"),
    tuning(
        "tuning, own border",
        "loss_function = opt",
        "fine_tune_at = 100\nloss_function = opt",
        "100",
    ),
    tuning(
        "tuning, gradients cut",
        "base_learning_rate)",
        "base_learning_rate, clipnorm=1e-9)",
        "cuts every",
    ),
    tuning("tuning, not compiled", "model2.compile(", "dict(", "not compiled again"),
    tuning(
        "tuning, optimizer of the frozen training",
        "tf.keras.optimizers.Adam(learning_rate=0.1 * base_learning_rate)",
        "frozen_optimizer\noptimizer.learning_rate = 0.1 * base_learning_rate",
        "a new one",
    ),
    tuning(
        "tuning, compiled with others",
        "optimizer=optimizer",
        "optimizer='adam'",
        "something else than this cell's optimizer",
    ),
)
