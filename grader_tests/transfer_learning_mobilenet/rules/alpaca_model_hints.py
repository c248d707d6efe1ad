"""What may be behind an error by which ``alpaca_model`` stopped, told by the error's own words."""

from __future__ import annotations

from grader_tests.transfer_learning_mobilenet.rules.words import NO_TOP, NOT_DEFINED, OLD_PLACE

_MADE_THEN_CALLED = (
    "A layer is made with its settings in a first pair of brackets, and called on what goes "
    "through it in a second."
)
_NAMED_WEIGHTS = "The pretrained weights are asked for by one word in small letters, not by a file."

HINTS = (
    ("experimental", OLD_PLACE),
    (
        "is not connected to",
        "Inputs and outputs that are given to the model have no way between them. A network's own "
        "output belongs to its own input: go on with what its call gives.",
    ),
    (
        "URL fetch failure",
        "Keras wanted to fetch weights that the lab does not need: those of another network, width "
        "or top. Compare the arguments of MobileNetV2 with the first step.",
    ),
    (
        "found ndim=2. Full shape received: (None, 1000)",
        f"1000 numbers in place of feature maps: the network still has its top. {NO_TOP}",
    ),
    (
        "multiple values for argument 'training'",
        "Arguments of a layer's call other than the input are given by keyword.",
    ),
    ("alpaca_model() takes", "The notebook calls it with two: the size, then the augmentation."),
    ("alpaca_model() missing", "The notebook calls it with two: the size, then the augmentation."),
    (
        "data_augmenter() takes",
        "data_augmenter only makes an augmenter. Which one was handed in, for pictures?",
    ),
    (
        "missing a required argument: 'inputs'",
        "A model was called on nothing. The augmentation that was handed in is a model already.",
    ),
    ("=<KerasTensor", _MADE_THEN_CALLED),
    ("=<kerastensor", _MADE_THEN_CALLED),
    ("Only input tensors may be passed as positional", _MADE_THEN_CALLED),
    (
        "should be tensors. Got '<function",
        "A function was handed on instead of what it gives: it has to be called.",
    ),
    ("'bool' object is not callable", "What is True or False is set by =, and not called."),
    (
        "unexpected keyword argument 'trainable'",
        "trainable is set on a network; its call has another argument, for the mode.",
    ),
    ("The `weights` argument should be", _NAMED_WEIGHTS),
    ("File format not supported: filepath=", _NAMED_WEIGHTS),
    (
        "`input_shape` must be a tuple of three integers",
        "Height, width and colours: input_shape has all three, image_shape has two.",
    ),
    (
        "Kernel shape must have the same length as input",
        "Does the model's input have its colours? input_shape has them, image_shape has not.",
    ),
    ("'pool_size'", "That layer averages small patches. Which one averages each map as a whole?"),
    NOT_DEFINED,
)
