"""Answers to the three exercises, each with words that its visible check has to say."""

from __future__ import annotations

from grader_tests.transfer_learning_mobilenet.tests.lab.answer import (
    FLIP,
    LOOP,
    TUNING,
    TURN,
    Answer,
    augmenter,
    layers,
    tuning,
)
from grader_tests.transfer_learning_mobilenet.tests.lab.answers_of_models import MODELS

AUGMENTERS = (
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
    augmenter(
        "augmenter, class without brackets",
        f"m = tf.keras.Sequential\n    m.add({FLIP})\n    return m",
        "on the class `Sequential` itself",
    ),
    augmenter(
        "augmenter, add to None", f"m = None\n    m.add({FLIP})\n    return m", "asked of None"
    ),
    augmenter(
        "augmenter, a list to add",
        f"m = tf.keras.Sequential()\n    m.add([{FLIP}, {TURN}])\n    return m",
        "one layer at a time",
    ),
    augmenter(
        "augmenter, called on the chain",
        f"return {FLIP}(tf.keras.Sequential())",
        "on a whole model",
    ),
    augmenter(
        "augmenter, other capitals",
        f"return tf.keras.sequential([{FLIP}, {TURN}])",
        "`tf.keras` has `Sequential`",
    ),
    augmenter(
        "augmenter, another module",
        f"return tfl.Sequential([{FLIP}, {TURN}])",
        "`tf.keras` has `Sequential`",
    ),
    layers("augmenter, radians", f"{FLIP}, RandomRotation(0.2 * 6.283)", "degrees or radians"),
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
)
TUNINGS = (
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
    ),
    Answer(
        "fine_tuning",
        "tuning without a model",
        "model2 = None\ndel base_model",
        ("UNQ_C2",),
        "NotFilledIn",
    ),
    Answer(
        "fine_tuning",
        "tuning, name missing",
        TUNING.replace("model2.compile", "dict") + "\ndel optimizer",
        ("`optimizer`",),
        "NotFilledIn",
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
        "tuning, metric class, with Keras' own border",
        '["accuracy"]',
        "[tf.keras.metrics.BinaryAccuracy]",
    ),
    tuning(
        "tuning, what compile returns", "model2.compile", "model2 = model2.compile", "that is None"
    ),
    tuning("tuning, compiled with nothing", "loss=loss_function, ", "", "`loss_function` is None"),
    Answer(
        "fine_tuning",
        "tuning, the whole model's layers, then right",
        "model2.trainable = False\nbase_model.trainable = True" + TUNING,
        ("The new head is frozen",),
    ),
    tuning(
        "tuning, compiled with others",
        "optimizer=optimizer",
        "optimizer='adam'",
        "something else than this cell's optimizer",
    ),
)
ANSWERS = (*AUGMENTERS, *MODELS, *TUNINGS)
