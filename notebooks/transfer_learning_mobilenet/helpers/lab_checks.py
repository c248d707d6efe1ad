"""Visible checks of the three graded cells. Run them as often as you like.

Each check stops at the first thing to mend, says in a sentence or two what it saw and where to
look, and never shows the line to write. Passing them is necessary, not sufficient: the hidden
tests that give the points look closer.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from lab_check_model import check_alpaca_model
from lab_checking import (
    EXERCISES,
    Check,
    Names,
    answer_of,
    expect,
    kind,
    value_of,
    visible_check,
)
from lab_messages import CheckFailed, NotFilledIn
from lab_models import backbone_of

__all__ = [
    "EXERCISES",
    "LAB_VERSION",
    "Check",
    "check_alpaca_model",
    "check_data_augmenter",
    "check_fine_tuning",
]

LAB_VERSION = "{{ lab.version }}"
# What the locked cell before exercise 3 sets.
FINE_TUNE_AT = 120
layers = keras.layers


def _without_inputs(model: Any) -> list[Any]:
    return [x for x in model.layers if not isinstance(x, layers.InputLayer)]


@visible_check("data_augmenter")
def check_data_augmenter(names: Names) -> None:
    data_augmenter = value_of(names, "data_augmenter")
    augmenter = answer_of(data_augmenter, "data_augmenter()")
    expect(
        isinstance(augmenter, keras.Sequential),
        f"`data_augmenter()` returned {kind(augmenter)}. Its result has to be a chain of layers in "
        "the form that Keras calls a Sequential model.",
    )
    chain = _without_inputs(augmenter)
    _check_augmenting_layers(chain)
    flip, rotation = chain
    _check_flip(flip)
    _check_rotation(rotation)
    _check_augmenting_behaviour(augmenter)
    expect(
        data_augmenter() is not augmenter,
        "Two calls returned the same object. Make the layers inside the function, so that each "
        "call gives a new augmenter.",
    )


def _check_augmenting_layers(chain: list[Any]) -> None:
    flips = [x for x in chain if isinstance(x, layers.RandomFlip)]
    rotations = [x for x in chain if isinstance(x, layers.RandomRotation)]
    expect(chain, "The augmenter is an empty chain. Two layers have to be added to it.")
    expect(flips, "No layer that flips pictures at random is in the augmenter.")
    expect(rotations, "No layer that rotates pictures at random is in the augmenter.")
    expect(
        len(chain) == 2,
        f"The augmenter has {len(chain)} layers; the exercise asks for exactly two, one flip and "
        "one rotation. Look for a layer added twice, or for one that was not asked for.",
    )
    expect(
        isinstance(chain[0], layers.RandomFlip),
        "Both layers are there, but in the other order: the flip comes first.",
    )


def _check_flip(flip: Any) -> None:
    mode = getattr(flip, "mode", None)
    expect(
        mode != "horizontal_and_vertical",
        "The flip also turns pictures upside down. Alpacas stand on their feet; what is the layer "
        "doing when it is given no direction?",
    )
    expect(
        mode in ("horizontal", "vertical"),
        f"The flip's direction is {mode!r}, a word that Keras does not know: it flips nothing. The "
        "documentation (hint 3) lists its words.",
    )
    expect(
        mode == "horizontal",
        "The flip exchanges top and bottom. Which direction keeps the alpaca on its feet?",
    )


def _check_rotation(rotation: Any) -> None:
    factor = getattr(rotation, "factor", None)
    low, high = (float(f) for f in (factor if isinstance(factor, (tuple, list)) else (0, factor)))
    widest = max(abs(low), abs(high))
    expect(
        widest <= 1,
        f"The rotation's range is {widest:g} whole turns. The argument is a fraction of a turn, "
        "not an angle in degrees.",
    )
    expect(
        abs(low + high) < 1e-6,
        "The rotation is not the same in both directions. Look at what the layer makes of one "
        "number and of a pair of numbers.",
    )
    expect(
        abs(widest - 0.2) < 1e-6,
        f"The rotation goes up to {widest:g} of a turn ({360 * widest:.0f}°). Compare it with the "
        "range that the exercise asks for.",
    )


def _check_augmenting_behaviour(augmenter: Any) -> None:
    # Sixteen pictures: that a working flip leaves all of them alone has a chance of 2**-16.
    pictures = np.random.default_rng(0).uniform(0, 255, (16, 32, 32, 3)).astype("float32")
    still = np.asarray(augmenter(pictures, training=False))
    moved = np.asarray(augmenter(pictures, training=True))
    expect(
        still.shape == pictures.shape and np.allclose(still, pictures, atol=1e-3),
        "The augmenter changes pictures outside training; there it should pass them on untouched.",
    )
    expect(
        not np.allclose(moved, pictures, atol=1e-3),
        "The augmenter leaves pictures as they are in training, where it should change them.",
    )


@visible_check("fine_tuning")
def check_fine_tuning(names: Names) -> None:
    model2 = value_of(names, "model2")
    if model2 is None:
        raise NotFilledIn("There is no `model2` to fine-tune yet: fill in UNQ_C2 first.")
    base_model = value_of(names, "base_model")
    chosen = {name: value_of(names, name) for name in ("loss_function", "optimizer", "metrics")}
    empty = [name for name, value in chosen.items() if value is None]
    if empty:
        raise NotFilledIn(f"Still None: {', '.join(f'`{name}`' for name in empty)}.")
    _check_same_backbone(model2, base_model)
    _check_frozen(base_model, _fine_tune_at(names))
    _check_loss(chosen["loss_function"])
    _check_optimizer(chosen["optimizer"], float(value_of(names, "base_learning_rate")))
    _check_metrics(chosen["metrics"])
    _check_compiled(
        model2, chosen["loss_function"], chosen["optimizer"], names.get("frozen_optimizer")
    )


def _fine_tune_at(names: Names) -> int:
    given = value_of(names, "fine_tune_at")
    expect(
        given == FINE_TUNE_AT,
        f"`fine_tune_at` is {given!r} now; the locked cell above sets it to {FINE_TUNE_AT}. Take "
        "your assignment out, run the locked cell again, then yours.",
    )
    return FINE_TUNE_AT


def _check_same_backbone(model2: Any, base_model: Any) -> None:
    inside = backbone_of(model2)
    expect(inside is not None, "`model2` holds no pretrained network any more. Run UNQ_C2 again.")
    expect(
        base_model is inside,
        f"`base_model` is {kind(base_model)} that is not the network inside `model2`. The locked "
        "cell above has found the right one: do not assign `base_model` anew.",
    )


# A frozen layer stays frozen when a cell runs again with better code.
AGAIN = " If an earlier try did that, run the locked cell above again, then yours."


def _check_frozen(base_model: Any, fine_tune_at: int) -> None:
    flags = [bool(layer.trainable) for layer in base_model.layers]
    before, after = flags[:fine_tune_at], flags[fine_tune_at:]
    total = len(flags)
    expect(
        any(flags),
        "Every layer of the network is frozen, so fine-tuning would change nothing in it. Only "
        "the layers before `fine_tune_at` should be." + AGAIN,
    )
    expect(
        not all(flags),
        f"All {total} layers of the network are trainable. What value freezes a layer, and which "
        "layers should get it?",
    )
    expect(
        not (all(before) and not any(after)),
        "It is the other way round: the early layers are free and the late ones are frozen. Which "
        "of them hold general features, worth keeping?" + AGAIN,
    )
    free, frozen = sum(before), len(after) - sum(after)
    expect(
        free == 0,
        f"{free} of the {len(before)} layers before `fine_tune_at` can still change. Count where "
        "your range of layers begins and ends.",
    )
    expect(
        frozen == 0,
        f"{frozen} of the {len(after)} layers from `fine_tune_at` on are frozen; they are the ones "
        "to fine-tune. Count where your range of layers ends." + AGAIN,
    )


def _check_loss(loss: Any) -> None:
    name = loss if isinstance(loss, str) else type(loss).__name__
    if isinstance(loss, type):
        raise CheckFailed("`loss_function` is a class. Make an object of it.")
    expect(
        isinstance(loss, keras.losses.BinaryCrossentropy) or "binary" in str(name).lower(),
        f"`loss_function` is {kind(loss) if not isinstance(loss, str) else repr(loss)}. Which loss "
        "fits a question with two answers and one output?",
    )
    logits = getattr(loss, "from_logits", None)
    expect(
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
    expect(
        type(optimizer).__name__ == "Adam",
        f"`optimizer` is {kind(optimizer)}; the exercise asks for another one.",
    )
    rate = float(np.asarray(optimizer.learning_rate))
    ratio = rate / base_learning_rate
    expect(
        abs(ratio - 0.1) < 1e-3,
        f"The learning rate is {ratio:.3g} times `base_learning_rate`. Compare that with step 3.",
    )


def _check_metrics(metrics: Any) -> None:
    expect(
        isinstance(metrics, (list, tuple)),
        f"`metrics` is {kind(metrics)}. It has to be a list, also for a single one.",
    )
    expect(
        any(_is_accuracy(metric) for metric in _listed(metrics)),
        "`metrics` does not ask for the accuracy of a yes/no question, so the curves after "
        "training cannot show it. The metric may be given by its name.",
    )


def _is_accuracy(metric: Any) -> bool:
    name = metric if isinstance(metric, str) else getattr(metric, "__name__", "")
    by_name = name.lower().replace("_", "") in ("accuracy", "acc", "binaryaccuracy")
    return isinstance(metric, keras.metrics.BinaryAccuracy) or (
        by_name and not isinstance(metric, type)
    )


def _check_compiled(model2: Any, loss: Any, optimizer: Any, frozen_optimizer: Any) -> None:
    used = getattr(model2, "optimizer", None)
    expect(
        frozen_optimizer is None or used is not frozen_optimizer,
        "`model2` still has the optimizer of the frozen training: it was not compiled again. "
        "Without that, what you set here has no effect, and no error says so.",
    )
    expect(
        used is optimizer,
        "`model2` was compiled with another optimizer than `optimizer`. Compile it with the three "
        "names of this cell.",
    )
    compiled = getattr(model2, "loss", None)
    config = getattr(getattr(model2, "_compile_config", None), "config", None) or {}
    expect(
        any(_is_accuracy(metric) for metric in _listed(config.get("metrics"))),
        "The accuracy is not among the metrics that `model2` was compiled with. Compile it with "
        "the three names of this cell.",
    )
    expect(
        compiled is loss or compiled == loss,
        "`model2` was compiled with another loss than `loss_function`.",
    )


def _listed(metrics: Any) -> list[Any]:
    """Metrics as a flat list, whatever nesting Keras accepts."""
    if not isinstance(metrics, (list, tuple)):
        return [metrics]
    return [each for item in metrics for each in _listed(item)]
