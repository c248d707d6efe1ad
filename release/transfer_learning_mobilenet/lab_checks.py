"""Visible checks of the three graded cells. Run them as often as you like.

Each check stops at the first thing to mend, says in a sentence or two what it saw and where to
look, and never shows the line to write. Passing them is necessary, not sufficient: the hidden
tests that give the points look closer.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from lab_messages import CheckFailed, LabMessage, NotFilledIn
from lab_models import Call, backbone_of, calls, part

LAB_VERSION = "1.0"
EXERCISES = {"data_augmenter": "UNQ_C1", "alpaca_model": "UNQ_C2", "fine_tuning": "UNQ_C3"}
PRETRAINED_LAYERS = 154
PRETRAINED_PARAMETERS = 2_257_984
HEAD_PARAMETERS = 1281  # 1280 features and a bias
layers = keras.layers
# What a student can make of Keras' own message: a part of it, and where to look.
ERROR_HINTS = (
    (
        "multiple values for argument 'training'",
        "The pretrained network was given `training` by position. Keras wants this argument by "
        "its name.",
    ),
    (
        "The `factor` argument",
        "The rotation's argument is a fraction of a full turn, not an angle in degrees.",
    ),
    (
        "URL fetch failure",
        "Keras wants to fetch a weights file that does not belong to this lab. Compare the "
        "arguments of MobileNetV2 with step 1, above all the one for its top.",
    ),
    (
        "expected shape=",
        "Two sizes do not fit. Is one of them written out, where it should follow `input_shape`?",
    ),
)


Names = Mapping[str, Any]
Check = Callable[[Names], None]


def visible_check(exercise: str) -> Callable[[Check], Check]:
    """Make a function a visible check: it prints or raises a message, never a traceback.

    Checks take the notebook's ``globals()`` instead of values, so that a name that was never
    defined is a message too, and never keeps the hidden tests below it from running.

    While nbgrader grades (``NBGRADER_EXECUTION=autograde``) it only prints a line: the hidden
    tests decide there, and must always be reached.
    """

    def decorate(check: Check) -> Check:
        @functools.wraps(check)
        def run(names: Names) -> None:
            cell = EXERCISES[exercise]
            if os.environ.get("NBGRADER_EXECUTION") == "autograde":
                print(f"{cell}: visible checks are skipped while grading.")
                return
            try:
                check(names)
            except LabMessage:
                raise
            except Exception as error:
                raise CheckFailed(
                    f"{cell} could not be checked, because this error came up while looking at "
                    f"it:\n{type(error).__name__}: {_short(error)}"
                ) from None
            print(f"✓ {cell} `{exercise}`: all visible checks pass. Hidden tests look closer.")

        return run

    return decorate


def _short(error: object, limit: int = 400) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _value(names: Names, name: str) -> Any:
    """The value of ``name`` in the notebook; a message if there is none."""
    if name not in names:
        raise NotFilledIn(
            f"`{name}` does not exist yet. Run the cells above from the top; if one of them stops "
            "with an error, mend that first."
        )
    return names[name]


def _expect(holds: object, message: str) -> None:
    if not holds:
        raise CheckFailed(message)


def _a(value: object) -> str:
    """How a value is named in a message."""
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    name = type(value).__name__
    return f"{'an' if name[:1] in 'AEIOUaeiou' else 'a'} {name}"


def _call(function: Any, what: str, *args: Any, note: str = "") -> Any:
    """What the student's function returns; an exception in it becomes a message."""
    _expect(callable(function), f"`{what}` is {_a(function)}, not a function. Run its cell again.")
    try:
        result = function(*args)
    except LabMessage:
        raise
    except Exception as error:
        hint = next((hint for sign, hint in ERROR_HINTS if sign in str(error)), "")
        raise CheckFailed(
            f"`{what}` stops with an error:\n{type(error).__name__}: {_short(error)}"
            + (f"\n{hint}" if hint else "")
        ) from None
    if result is None:
        raise NotFilledIn(
            f"{note}`{what}` returned None. Fill in its cell, run it, and run this check again. If "
            "you did: does the function end with its return line, and is the result kept under "
            "the name that it returns?"
        )
    return result


def _without_inputs(model: Any) -> list[Any]:
    return [x for x in model.layers if not isinstance(x, layers.InputLayer)]


# ---------------------------------------------------------------------------------- UNQ_C1


@visible_check("data_augmenter")
def check_data_augmenter(names: Names) -> None:
    data_augmenter = _value(names, "data_augmenter")
    augmenter = _call(data_augmenter, "data_augmenter()")
    _expect(
        isinstance(augmenter, keras.Sequential),
        f"`data_augmenter()` returned {_a(augmenter)}. Its result has to be a chain of layers in "
        "the form that Keras calls a Sequential model.",
    )
    chain = _without_inputs(augmenter)
    _check_augmenting_layers(chain)
    flip, rotation = chain
    _check_flip(flip)
    _check_rotation(rotation)
    _check_augmenting_behaviour(augmenter)
    _expect(
        data_augmenter() is not augmenter,
        "Two calls returned the same object. Make the layers inside the function, so that each "
        "call gives a new augmenter.",
    )


def _check_augmenting_layers(chain: list[Any]) -> None:
    flips = [x for x in chain if isinstance(x, layers.RandomFlip)]
    rotations = [x for x in chain if isinstance(x, layers.RandomRotation)]
    _expect(chain, "The augmenter is an empty chain. Two layers have to be added to it.")
    _expect(flips, "No layer that flips pictures at random is in the augmenter.")
    _expect(rotations, "No layer that rotates pictures at random is in the augmenter.")
    _expect(
        len(chain) == 2,
        f"The augmenter has {len(chain)} layers; the exercise asks for exactly two, one flip and "
        "one rotation. Look for a layer added twice, or for one that was not asked for.",
    )
    _expect(
        isinstance(chain[0], layers.RandomFlip),
        "Both layers are there, but in the other order: the flip comes first.",
    )


def _check_flip(flip: Any) -> None:
    mode = getattr(flip, "mode", None)
    _expect(
        mode != "horizontal_and_vertical",
        "The flip also turns pictures upside down. Alpacas stand on their feet; what is the layer "
        "doing when it is given no direction?",
    )
    _expect(
        mode == "horizontal",
        "The flip exchanges top and bottom. Which direction keeps the alpaca on its feet?",
    )


def _check_rotation(rotation: Any) -> None:
    factor = getattr(rotation, "factor", None)
    low, high = (float(f) for f in (factor if isinstance(factor, (tuple, list)) else (0, factor)))
    widest = max(abs(low), abs(high))
    _expect(
        widest <= 1,
        f"The rotation's range is {widest:g} whole turns. The argument is a fraction of a turn, "
        "not an angle in degrees.",
    )
    _expect(
        abs(low + high) < 1e-6,
        "The rotation is not the same in both directions. Look at what the layer makes of one "
        "number and of a pair of numbers.",
    )
    _expect(
        abs(widest - 0.2) < 1e-6,
        f"The rotation goes up to {widest:g} of a turn ({360 * widest:.0f}°). Compare it with the "
        "range that the exercise asks for.",
    )


def _check_augmenting_behaviour(augmenter: Any) -> None:
    # Sixteen pictures: that a working flip leaves all of them alone has a chance of 2**-16.
    pictures = np.random.default_rng(0).uniform(0, 255, (16, 32, 32, 3)).astype("float32")
    still = np.asarray(augmenter(pictures, training=False))
    moved = np.asarray(augmenter(pictures, training=True))
    _expect(
        still.shape == pictures.shape and np.allclose(still, pictures, atol=1e-3),
        "The augmenter changes pictures outside training; there it should pass them on untouched.",
    )
    _expect(
        not np.allclose(moved, pictures, atol=1e-3),
        "The augmenter leaves pictures as they are in training, where it should change them.",
    )


# ---------------------------------------------------------------------------------- UNQ_C2


@visible_check("alpaca_model")
def check_alpaca_model(names: Names) -> None:
    alpaca_model = _value(names, "alpaca_model")
    data_augmenter = _value(names, "data_augmenter")
    size = (96, 96)  # not the lab's size: nothing may be fixed inside
    augmenter = _call(data_augmenter, "data_augmenter()", note="UNQ_C2 builds on UNQ_C1. ")
    model = _call(alpaca_model, f"alpaca_model({size}, data_augmenter())", size, augmenter)
    _expect(
        isinstance(model, keras.Model),
        f"`alpaca_model` returned {_a(model)}, not a Keras model. What joins the inputs and the "
        "outputs to a model?",
    )
    _expect(
        tuple(model.input_shape) == (None, *size, 3),
        f"For image_shape={size} the model's input has the shape {model.input_shape}. The size "
        "should follow the argument `image_shape`, with 3 colours at its end.",
    )
    recorded = list(calls(model))
    network, position = _check_backbone(model, recorded)
    _check_before_backbone(model, recorded, position)
    _check_backbone_call(network, recorded[position])
    _check_head(model, recorded[position + 1 :])
    trainable = _parameters(model.trainable_weights)
    _expect(
        trainable == HEAD_PARAMETERS,
        f"The model has {trainable:,} trainable parameters. With a frozen network only the new "
        f"head is left to train: {HEAD_PARAMETERS:,}. `model2.summary()` lists them.",
    )


def _check_backbone(model: Any, recorded: list[Call]) -> tuple[Any, int]:
    network = backbone_of(model)
    if network is None:
        flat = len(getattr(model, "layers", [])) > 100
        raise CheckFailed(
            "The network's layers lie one by one in your model. Make the network first, for "
            "`input_shape`, and then call it on a tensor as if it were one layer."
            if flat
            else "There is no pretrained network inside the model. It has to be made (step 1) and "
            "then called on the preprocessed pictures (step 5)."
        )
    _expect(
        network.output_shape[-1] != 1000,
        "The network still ends in its own 1000 ImageNet classes. Which argument of MobileNetV2 "
        "leaves its top out?",
    )
    size = _parameters(network.weights)
    _expect(
        abs(len(network.layers) - PRETRAINED_LAYERS) <= 1 and size == PRETRAINED_PARAMETERS,
        f"The network inside has {len(network.layers)} layers and {size:,} parameters; MobileNetV2 "
        f"without its top, at its usual width, has {PRETRAINED_LAYERS} and "
        f"{PRETRAINED_PARAMETERS:,}. Look at which network is made, and with what.",
    )
    _expect(
        _looks_trained(network),
        "The network's weights are random: nothing that it learned on ImageNet is in it. Which "
        "argument of MobileNetV2 chooses the weights?",
    )
    positions = [i for i, call in enumerate(recorded) if call.operation is network]
    _expect(positions, "The network is made but not used on the way from inputs to outputs.")
    _expect(len(positions) == 1, "The network is called more than once.")
    return network, positions[0]


def _parameters(weights: Any) -> int:
    return sum(int(np.prod(weight.shape)) for weight in weights)


def _looks_trained(network: Any) -> bool:
    # A new BatchNormalization layer has means of exactly 0; training moves them.
    norm = next((x for x in network.layers if isinstance(x, layers.BatchNormalization)), None)
    return norm is not None and bool(np.any(np.abs(np.asarray(norm.moving_mean)) > 1e-6))


def _augmenters(recorded: list[Call]) -> list[int]:
    """Positions of calls that augment: a random layer itself, or a chain that holds one."""
    found = []
    for i, call in enumerate(recorded):
        inner = getattr(call.operation, "layers", None) or [call.operation]
        if any(isinstance(x, (layers.RandomFlip, layers.RandomRotation)) for x in inner):
            found.append(i)
    return found


def _check_before_backbone(model: Any, recorded: list[Call], position: int) -> None:
    where = _augmenters(recorded)
    _expect(where, "No augmentation in the model: `data_augmentation` is never called (step 3).")
    _expect(
        all(i < position for i in where),
        "The pictures are augmented after the pretrained network. They should be flipped and "
        "rotated while they are still pictures.",
    )
    whole = [i for i in where if hasattr(recorded[i].operation, "layers")]
    _expect(len(whole) <= 1, "The pictures are augmented more than once.")
    before = part(model, recorded[position].inputs[0])
    shades = np.array([0.0, 127.5, 255.0], "float32")
    shape = tuple(model.input_shape[1:])
    pictures = np.broadcast_to(shades[:, None, None, None], (3, *shape)).copy()
    seen = np.asarray(before(pictures, training=False)).mean(axis=(1, 2, 3))
    _check_preprocessing(seen)
    first = part(model, recorded[where[0]].inputs[0])
    raw = np.asarray(first(pictures, training=False)).mean(axis=(1, 2, 3))
    _expect(
        np.allclose(raw, shades, atol=1e-2),
        "The augmentation gets pictures that were preprocessed already. Raw pixels first, "
        "preprocessing after it: look at the order of steps 3 and 4.",
    )


def _check_preprocessing(seen: np.ndarray) -> None:
    low, _, high = (float(v) for v in seen)
    spread = f"black pixels arrive as {low:.3g} and white ones as {high:.3g}"
    where = "Look at the figure of `preprocess_input` in section 3.2, and at step 4."
    _expect(
        not np.allclose(seen, [0, 127.5, 255], atol=0.5),
        f"The network gets raw pixels: {spread}. The step that it was trained with is missing. "
        f"{where}",
    )
    _expect(
        high - low > 0.1,
        f"The network gets almost the same value for black and white: {spread}. Is the "
        f"preprocessing applied twice? {where}",
    )
    _expect(
        np.allclose(seen, [-1, 0, 1], atol=1e-2),
        f"The network gets another range of values than it was trained on: {spread}. {where}",
    )


def _check_backbone_call(network: Any, call: Call) -> None:
    free = len(network.trainable_weights)
    _expect(
        free == 0,
        f"The pretrained network is not frozen: {free} of its weight arrays would change in "
        "training (step 2). If you froze it: does a later line undo that?",
    )
    training = call.arguments.get("training")
    _expect(
        training is not None,
        "The pretrained network is called without saying that it runs in inference mode (step 5).",
    )
    _expect(
        not training,
        "The pretrained network is called in training mode; step 5 asks for inference mode.",
    )


def _check_head(model: Any, after: list[Call]) -> None:
    operations = [call.operation for call in after]
    kinds = [type(op).__name__ for op in operations]
    pools = [i for i, op in enumerate(operations) if _is_average(op)]
    drops = [i for i, op in enumerate(operations) if isinstance(op, layers.Dropout)]
    denses = [i for i, op in enumerate(operations) if isinstance(op, layers.Dense)]
    inside = bool(after) and len(after[0].inputs[0].shape) == 2  # pooled by the network itself
    if not pools and not inside:
        other = next((k for k in kinds if "Pool" in k or k == "Flatten"), None)
        seen = f"after the network comes {other}" if other else "nothing does that here"
        raise CheckFailed(
            f"The network's feature maps have to be averaged to one number a map (step 6); {seen}."
        )
    _expect(drops, "No dropout between the pooled features and the head (step 7).")
    _expect(denses, "No Dense layer at the end: nothing turns features into a prediction (step 8).")
    _expect(len(denses) == 1, "The head has more than one Dense layer; step 8 asks for one.")
    dense, drop = operations[denses[0]], operations[drops[0]]
    _expect(drops[0] < denses[0], "The dropout comes after the Dense layer: it belongs before it.")
    _expect(not pools or pools[0] < drops[0], "The dropout comes before the pooling (steps 6, 7).")
    rate = float(drop.rate)
    _expect(
        abs(rate - 0.2) < 1e-6,
        f"The dropout drops {rate:g} of the features. Compare that with step 7.",
    )
    _check_dense(dense)
    _expect(
        tuple(model.output_shape) == (None, 1),
        f"The model's output has the shape {tuple(model.output_shape)}; one number a picture is "
        "(None, 1).",
    )


def _is_average(operation: Any) -> bool:
    return isinstance(operation, layers.GlobalAveragePooling2D)


def _check_dense(dense: Any) -> None:
    _expect(
        dense.units == 1,
        f"The head has {dense.units} outputs. How many numbers does a yes/no question need?",
    )
    activation = getattr(dense.activation, "__name__", str(dense.activation))
    _expect(
        activation == "linear",
        f"The head applies {activation}. The loss of this lab expects logits: the number as it "
        "comes out, before any activation.",
    )


# ---------------------------------------------------------------------------------- UNQ_C3


@visible_check("fine_tuning")
def check_fine_tuning(names: Names) -> None:
    model2 = _value(names, "model2")
    if model2 is None:
        raise NotFilledIn("There is no `model2` to fine-tune yet: fill in UNQ_C2 first.")
    base_model = _value(names, "base_model")
    chosen = {name: _value(names, name) for name in ("loss_function", "optimizer", "metrics")}
    empty = [name for name, value in chosen.items() if value is None]
    if empty:
        raise NotFilledIn(f"Still None: {', '.join(f'`{name}`' for name in empty)}.")
    _check_same_backbone(model2, base_model)
    _check_frozen(base_model, int(_value(names, "fine_tune_at")))
    _check_loss(chosen["loss_function"])
    _check_optimizer(chosen["optimizer"], float(_value(names, "base_learning_rate")))
    _check_metrics(chosen["metrics"])
    _check_compiled(
        model2, chosen["loss_function"], chosen["optimizer"], names.get("frozen_optimizer")
    )


def _check_same_backbone(model2: Any, base_model: Any) -> None:
    inside = backbone_of(model2)
    _expect(inside is not None, "`model2` holds no pretrained network any more. Run UNQ_C2 again.")
    _expect(
        base_model is inside,
        f"`base_model` is {_a(base_model)} that is not the network inside `model2`. The locked "
        "cell above has found the right one: do not assign `base_model` anew.",
    )


# A frozen layer stays frozen when a cell runs again with better code.
AGAIN = " If an earlier try did that, run the locked cell above again, then yours."


def _check_frozen(base_model: Any, fine_tune_at: int) -> None:
    flags = [bool(layer.trainable) for layer in base_model.layers]
    before, after = flags[:fine_tune_at], flags[fine_tune_at:]
    total = len(flags)
    _expect(
        any(flags),
        "Every layer of the network is frozen, so fine-tuning would change nothing in it. Only "
        "the layers before `fine_tune_at` should be." + AGAIN,
    )
    _expect(
        not all(flags),
        f"All {total} layers of the network are trainable. What value freezes a layer, and which "
        "layers should get it?",
    )
    _expect(
        not (all(before) and not any(after)),
        "It is the other way round: the early layers are free and the late ones are frozen. Which "
        "of them hold general features, worth keeping?" + AGAIN,
    )
    free, frozen = sum(before), len(after) - sum(after)
    _expect(
        free == 0,
        f"{free} of the {len(before)} layers before `fine_tune_at` can still change. Count where "
        "your range of layers begins and ends.",
    )
    _expect(
        frozen == 0,
        f"{frozen} of the {len(after)} layers from `fine_tune_at` on are frozen; they are the ones "
        "to fine-tune. Count where your range of layers ends." + AGAIN,
    )


def _check_loss(loss: Any) -> None:
    name = loss if isinstance(loss, str) else type(loss).__name__
    if isinstance(loss, type):
        raise CheckFailed("`loss_function` is a class. Make an object of it.")
    _expect(
        isinstance(loss, keras.losses.BinaryCrossentropy) or "binary" in str(name).lower(),
        f"`loss_function` is {_a(loss) if not isinstance(loss, str) else repr(loss)}. Which loss "
        "fits a question with two answers and one output?",
    )
    logits = getattr(loss, "from_logits", None)
    _expect(
        logits is not False and not isinstance(loss, str),
        "The loss takes the model's output for probabilities, but the head has no activation. "
        "Tell the loss what it gets.",
    )


def _check_optimizer(optimizer: Any, base_learning_rate: float) -> None:
    if isinstance(optimizer, (str, type)):
        raise CheckFailed(
            "`optimizer` is only a name or a class, so it takes its own standard learning rate. "
            "Make an object and give it the rate."
        )
    _expect(
        type(optimizer).__name__ == "Adam",
        f"`optimizer` is {_a(optimizer)}; the exercise asks for another one.",
    )
    rate = float(np.asarray(optimizer.learning_rate))
    ratio = rate / base_learning_rate
    _expect(
        abs(ratio - 0.1) < 1e-3,
        f"The learning rate is {ratio:.3g} times `base_learning_rate`. Compare that with step 3.",
    )


def _check_metrics(metrics: Any) -> None:
    listed = list(metrics) if isinstance(metrics, (list, tuple)) else [metrics]
    names = [m if isinstance(m, str) else getattr(m, "name", "") or "" for m in listed]
    _expect(
        any("acc" in str(name).lower() for name in names),
        "`metrics` does not ask for the accuracy, so the curves after training cannot show it.",
    )


def _check_compiled(model2: Any, loss: Any, optimizer: Any, frozen_optimizer: Any) -> None:
    used = getattr(model2, "optimizer", None)
    _expect(
        frozen_optimizer is None or used is not frozen_optimizer,
        "`model2` still has the optimizer of the frozen training: it was not compiled again. "
        "Without that, what you set here has no effect, and no error says so.",
    )
    _expect(
        used is optimizer,
        "`model2` was compiled with another optimizer than `optimizer`. Compile it with the three "
        "names of this cell.",
    )
    compiled = getattr(model2, "loss", None)
    _expect(
        compiled is loss or compiled == loss,
        "`model2` was compiled with another loss than `loss_function`.",
    )
