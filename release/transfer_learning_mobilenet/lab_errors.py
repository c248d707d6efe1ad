"""Errors of Python and Keras in words that help at the student's own line."""

from __future__ import annotations

import re
import traceback
from typing import Any

import keras

import lab_weights

_MADE_THEN_CALLED = (
    "A layer is made first and called on a tensor then: two pairs of brackets (hint 1)."
)
# A pattern in Keras' own message, and the sentence that stands in its place. Groups fill the
# sentence; the first pattern that fits counts.
SENTENCES = (
    (
        r"Only instances of `keras.Layer` can be added.*<class '[\w.]*\.(\w+)'>",
        "`{0}` is a class, where a layer is wanted. A layer is made by calling its class, with its "
        "settings in brackets.",
    ),
    (
        r"Only instances of `keras.Layer` can be added.*<class '(?:list|tuple)'>",
        "`add` takes one layer at a time. A list of them is what `Sequential` takes.",
    ),
    (
        r"Sequential\.add\(\) missing 1 required positional argument",
        "`add` got no layer. If there is one in its brackets, it was called on the class "
        "`Sequential` itself: a model is made first, by calling its class.",
    ),
    (
        r"Attempt to convert a value \(<(?:Sequential|Functional) name=",
        "A layer was called on a whole model in place of a tensor. A Sequential model is handed "
        "its layers, in a list or by `add`; they are not called on it.",
    ),
    (
        r"Attempt to convert a value \(None\)",
        "Something was called on None: the name in its brackets holds nothing yet. Is the result "
        "of the step before kept under this name?",
    ),
    (
        r"Only input tensors may be passed.*: <InputLayer name=",
        "An InputLayer was passed on where a tensor is wanted. Keras' function `Input` makes such "
        "a layer and gives its tensor.",
    ),
    (
        r"Only input tensors may be passed.*: \d+ \(of type <class 'int'>",
        "A size was passed on in place of a tensor. The model's input is made with sizes; the next "
        "step is called on this input.",
    ),
    (
        r"Only input tensors may be passed.*: <class '[\w.]*\.(\w+)'>",
        "`{0}` is a class that was passed on as if it were a result. " + _MADE_THEN_CALLED,
    ),
    (
        r"Only input tensors may be passed.*: <(Functional|Sequential) name="
        r"|'(Functional|Sequential)' object has no attribute 'shape'",
        "A whole model was passed on in place of its result: it has to be called on a tensor, as "
        "if it were one layer.",
    ),
    (
        r"Only input tensors may be passed.*: <(\w+) name=",
        "A {0} layer was passed on in place of its result: it was made, but not called on "
        "anything. " + _MADE_THEN_CALLED,
    ),
    (
        r"Inputs to a layer should be tensors. Got '<function (\w+) at",
        "`{0}` is a function that was passed on in place of its result: it has to be called on "
        "what it is to change.",
    ),
    (
        r"missing a required argument: 'inputs'",
        "A model was called with nothing to work on. It has been made already, so it is called "
        "once, with the tensor in its brackets.",
    ),
    (
        r"data_augmenter\(\) takes 0 positional arguments",
        "`data_augmenter` makes an augmenter and takes nothing. The argument `data_augmentation` "
        "holds one that has been made.",
    ),
    (
        r"MobileNetV2\(\) got an unexpected keyword argument 'training'",
        "`MobileNetV2` itself was called on the pictures. It makes a network (step 1), and the "
        "network is what step 5 calls.",
    ),
    (
        r"Functional\.\w+\(\) got an unexpected keyword argument '(\w+)'",
        "The network was called with an argument `{0}`, which it does not have. Section 6.3 names "
        "the one that step 5 is about.",
    ),
    (
        r"is not connected to `inputs`",
        "The model's output does not come from its input: on the way, a step takes something else "
        "than the result of the step before, such as the network's own `output`.",
    ),
    (
        r"inputs=None including invalid value None",
        "The model has no input: the name `inputs` holds nothing (step 3).",
    ),
    (
        r"values must be KerasTensors.*including invalid value <(\w+) name=",
        "At the end of the model stands a {0} layer in place of its result: it was made, but not "
        "called on anything. " + _MADE_THEN_CALLED,
    ),
    (
        r"KerasTensor cannot be used as a boolean|=<KerasTensor|data_format=<kerastensor",
        "A layer got a tensor where it wants a setting. " + _MADE_THEN_CALLED,
    ),
    (
        r"KerasTensor cannot be used as input to a TensorFlow function",
        "A function of TensorFlow was called on the model's tensors. Inside a model, use layers "
        "(`tfl`) and the functions that the steps name.",
    ),
    (
        r"`input_shape` must be a tuple of three",
        "The shape of a picture has three numbers: height, width and colours. `image_shape` lacks "
        "the colours, `input_shape` has them, and the batch is no part of it.",
    ),
    (
        r"Kernel shape must have the same length as input",
        "A shape lacks its colours: a picture is height, width and colours. Compare `image_shape` "
        "with `input_shape`, which the function's first line makes.",
    ),
    (
        r"`trainable` to be a boolean. Received: trainable=<",
        "Sequential takes its layers as one list, not one after the other.",
    ),
    (
        r"multiple values for argument 'training'",
        "The pretrained network was given `training` by position. Keras wants this argument by "
        "its name.",
    ),
    (
        r"The `factor` argument",
        "The rotation's argument has to be a number: a fraction of a full turn, not an angle in "
        "degrees or radians.",
    ),
    (
        r"Could not interpret optimizer identifier: <LossFunction",
        "`compile` got the loss in the place of the optimizer. It takes its settings by name.",
    ),
    (
        r"'module' object is not callable",
        "A module was called, which is a collection of functions and classes. What makes a layer "
        "or a network is written with capitals.",
    ),
    (
        r"'NoneType' object has no attribute '(\w+)'",
        "`.{0}` was asked of None: what stands before the dot holds nothing yet.",
    ),
    (
        r"Argument\(s\) not recognized: \{'(lr)'",
        "`{0}` is the name that an argument had in old versions of Keras. Section 7.1 shows what "
        "it is called now.",
    ),
    (
        r"`metrics` argument to be a list",
        "`metrics` has to be a list, also for a single one.",
    ),
    (
        r"expected shape=.*found shape=\(None, None,",
        "The model's input has the batch in its shape. It takes the shape of one picture (hint 2).",
    ),
    (
        r"expected shape=",
        "Two sizes do not fit. Is one of them written out, where it should follow `input_shape`?",
    ),
)


def explain(error: BaseException) -> str:
    """An error in words: a sentence where there is one for it, else Python's own."""
    text = short(error, 4000)
    if "URL fetch failure" in text:
        return lab_weights.cannot_be_fetched(text)
    unreadable = isinstance(error, OSError) and "open file" in text
    if unreadable and (trouble := lab_weights.trouble()):
        return f"This is not about your code. {trouble}"
    if "when loading weights" in text or "trying to load a weight file" in text:
        return lab_weights.does_not_fit()
    if isinstance(error, NameError) and (found := re.search(r"name '(\w+)'", text)):
        return _unknown_name(found[1])
    for pattern, sentence in SENTENCES:
        if fits := re.search(pattern, text, re.DOTALL):
            return sentence.format(*fits.groups())
    lacking = re.search(r"module '[\w.]+' has no attribute '(\w+)'", text)
    return f"{type(error).__name__}: {short(error)}{_elsewhere(lacking[1]) if lacking else ''}"


def _unknown_name(name: str) -> str:
    said = f"NameError: name '{name}' is not defined."
    if name == "keras":
        return f"{said} Here it is a part of TensorFlow: `tf.keras`."
    if hasattr(keras.layers, name):
        return f"{said} It is a layer: `tfl`, short for `tf.keras.layers`, has it."
    if hasattr(keras.applications, name):
        return f"{said} `tf.keras.applications` has it."
    if hasattr(keras, name):
        return f"{said} `tf.keras` has it."
    return (
        f"{said} Is it spelled as where it was made, and did the cells above run? A word that is "
        "no name stands in quotes."
    )


def _elsewhere(name: str) -> str:
    """What has the class that a module was asked for, and how it is written; else nothing."""
    for module, called in (
        (keras.layers, "tfl"),
        (keras.applications, "tf.keras.applications"),
        (keras.losses, "tf.keras.losses"),
        (keras.optimizers, "tf.keras.optimizers"),
        (keras, "tf.keras"),
    ):
        for each in dir(module):
            if each.lower() == name.lower() and each[0].isupper():
                return f". `{called}` has `{each}`."
    return ""


def short(error: object, limit: int = 400) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def line_in(function: Any, error: BaseException) -> str:
    """``in line 8 of its cell``, where the error came up in ``function``'s own file."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    return f" in line {lines[-1]} of its cell" if lines else ""
