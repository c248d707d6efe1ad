"""Answers to exercise 2, each with words that its visible check has to say."""

from __future__ import annotations

from grader_tests.transfer_learning_mobilenet.tests.lab.answer import (
    DROP,
    MODEL,
    POOL,
    Answer,
    model,
)

MODELS = (
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
    model("model, no augmentation", "data_augmentation(inputs)", "inputs", "on the way"),
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
    model(
        "model, augmented beside the way",
        "preprocess_input(x)",
        "preprocess_input(inputs)",
        "does the next step take its result",
    ),
    model(
        "model, augmented as the input",
        "x = data_augmentation(inputs)",
        "x = inputs = data_augmentation(inputs)",
        "on the model's input",
    ),
    model(
        "model, maker of augmenters",
        "data_augmentation(i",
        "data_augmenter(i",
        "that has been made",
    ),
    model(
        "model, augmenter called first",
        "data_augmentation(i",
        "data_augmentation()(i",
        "is called once",
    ),
    model(
        "model, augmenter of a shape",
        "data_augmentation(inputs)",
        "data_augmentation(input_shape)",
        "A size",
    ),
    model("model, input layer", "tf.keras.Input(", "tfl.InputLayer(", "Keras' function `Input`"),
    model(
        "model, input with a batch",
        "Input(shape=",
        "Input(shape=(None,) + ",
        "the batch in its shape",
    ),
    model(
        "model, network with a batch",
        "input_shape=input_shape",
        "input_shape=(None,) + input_shape",
        "the batch is no part",
    ),
    model(
        "model, input under another name",
        "    inputs = tf.keras.Input(shape=input_shape)\n    x = data_augmentation(inputs)",
        "    inputs = None\n    x = data_augmentation(tf.keras.Input(shape=input_shape))",
        "The model has no input",
    ),
    model(
        "model, nothing to augment",
        "    inputs = tf",
        "    inputs = None\n    pictures = tf",
        "called on None",
    ),
    model(
        "model, preprocessing not called",
        "preprocess_input(x)",
        "preprocess_input",
        "`preprocess_input`",
    ),
    model("model, module called", "MobileNetV2", "mobilenet_v2", "A module was called"),
    model(
        "model, network not made",
        """MobileNetV2(
        input_shape=input_shape, include_top=False, weights="imagenet")
    base.trainable = False""",
        "MobileNetV2",
        "itself was called",
    ),
    model(
        "model, network by its output", "2D()(x)", "2D()(base.output)", "the network's own `output`"
    ),
    model(
        "model, trainable in the call", "x, training=", "x, trainable=", "an argument `trainable`"
    ),
    model("model, result not kept", "x = base(x", "base(x", "takes its result"),
    model("model, other flag", "base.trainable", "base.training", "section 6.3"),
    model("model, other capitals", "tfl.Dense", "tfl.dense", "`tfl` has `Dense`"),
    model(
        "model, Sequential",
        "    return tf.keras.Model(inputs, outputs)",
        """    return tf.keras.Sequential([
        tf.keras.Input(input_shape), data_augmentation, tfl.Rescaling(1 / 127.5, -1), base,
        tfl.GlobalAveragePooling2D(), tfl.Dropout(0.2), tfl.Dense(1)])""",
        "inference mode",
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
)
