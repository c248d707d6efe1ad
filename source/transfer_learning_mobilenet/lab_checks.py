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
from lab_check_tuning import check_fine_tuning
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
from lab_models import calls

__all__ = [
    "EXERCISES",
    "LAB_VERSION",
    "Check",
    "check_alpaca_model",
    "check_data_augmenter",
    "check_fine_tuning",
]

LAB_VERSION = "1.2"
layers = keras.layers


def _without_inputs(model: Any) -> list[Any]:
    """The layers of a chain, those of chains inside it in their place."""
    return [
        x
        for layer in model.layers
        for x in (_without_inputs(layer) if isinstance(layer, keras.Model) else [layer])
        if not isinstance(x, layers.InputLayer)
    ]


@visible_check("data_augmenter")
def check_data_augmenter(names: Names) -> None:
    data_augmenter = value_of(names, "data_augmenter")
    augmenter = answer_of(data_augmenter, "data_augmenter()")
    expect(
        isinstance(augmenter, keras.Sequential) or any(calls(augmenter)),
        f"`data_augmenter()` returned {kind(augmenter)}. Its result has to be a chain of layers in "
        "the form that Keras calls a Sequential model.",
    )
    # Before it is called: Keras ties an augmenter to the size of its first pictures.
    _check_size(augmenter, names.get("IMG_SIZE"))
    chain = _without_inputs(augmenter)
    _check_augmenting_layers(chain)
    flip, rotation = chain
    _check_flip(flip)
    _check_rotation(rotation)
    _check_augmenting_behaviour(augmenter)
    again = data_augmenter()
    shared = [x for x in _without_inputs(again) if any(x is each for each in chain)]
    expect(
        again is not augmenter and not shared,
        f"Two calls returned the same {'layers' if again is not augmenter else 'object'}. Make the "
        "layers inside the function, so that each call gives a new augmenter.",
    )


def _check_size(augmenter: Any, size: Any) -> None:
    shape = getattr(augmenter, "input_shape", None)
    given = tuple(shape[1:3]) if isinstance(shape, tuple) and len(shape) == 4 else ()
    expect(
        None in given or given in ((), size),
        f"The augmenter takes pictures of {given} alone, and the notebook's have {size}. Leave the "
        "size open, or take the notebook's.",
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
        "not an angle in degrees or radians.",
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
