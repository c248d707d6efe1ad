"""The visible check of ``alpaca_model``: the model's parts, from its input to its head."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from lab_checking import Names, answer_of, expect, kind, value_of, visible_check
from lab_messages import CheckFailed
from lab_models import Call, backbone_of, calls, part
from lab_weights import first_kernel

PRETRAINED_LAYERS = 154
PRETRAINED_PARAMETERS = 2_257_984
HEAD_PARAMETERS = 1281  # 1280 features and a bias
layers = keras.layers
AUGMENTING = (layers.RandomFlip, layers.RandomRotation, layers.InputLayer)


@visible_check("alpaca_model")
def check_alpaca_model(names: Names) -> None:
    alpaca_model = value_of(names, "alpaca_model")
    data_augmenter = value_of(names, "data_augmenter")
    size = (96, 96)  # not the lab's size: nothing may be fixed inside
    augmenter = answer_of(data_augmenter, "data_augmenter()", note="UNQ_C2 builds on UNQ_C1. ")
    augmenter = _for_any_size(augmenter)
    model = answer_of(alpaca_model, f"alpaca_model({size}, data_augmenter())", size, augmenter)
    expect(
        isinstance(model, keras.Model),
        f"`alpaca_model` returned {kind(model)}, not a Keras model. What joins the inputs and the "
        "outputs to a model?",
    )
    expect(
        isinstance(model, keras.Sequential) or any(calls(model)),
        f"`alpaca_model` returned {kind(model)}, and not a model of the functional API. Keep the "
        "function's last lines: they make one from `inputs` to `outputs`.",
    )
    expect(
        tuple(model.input_shape)[1:] != (*size, 3) or model.input_shape[0] is None,
        f"The model's input takes batches of exactly {model.input_shape[0]} pictures. The number "
        "of pictures in a batch stays open: give the input the shape of one picture.",
    )
    expect(
        tuple(model.input_shape) == (None, *size, 3),
        f"For image_shape={size} the model's input has the shape {model.input_shape}. The size "
        "should follow the argument `image_shape`, with 3 colours at its end.",
    )
    model = _opened(model)
    recorded = list(calls(model))
    network, position = _check_backbone(model, recorded)
    _check_before_backbone(model, recorded, position)
    _check_backbone_call(network, recorded[position])
    _check_head(model, network, recorded[position + 1 :])
    _check_logits(model, recorded)
    trainable = _parameters(model.trainable_weights)
    expect(
        trainable == HEAD_PARAMETERS,
        f"The model has {trainable:,} trainable parameters. With a frozen network only the new "
        f"head is left to train: {HEAD_PARAMETERS:,}. `model2.summary()` lists them.",
    )


def _for_any_size(augmenter: Any) -> Any:
    """The augmenter, or its layers anew where it takes pictures of one size only.

    Such a one, made with an Input layer, ``input_shape=`` or ``build``, is a right answer to
    exercise 1, and no other size than its own could be asked of exercise 2.
    """
    shape = getattr(augmenter, "input_shape", None)
    if not isinstance(shape, tuple) or len(shape) != 4 or shape[1:3] == (None, None):
        return augmenter
    inner = [x for x in augmenter.layers if not isinstance(x, layers.InputLayer)]
    return keras.Sequential([type(x).from_config(x.get_config()) for x in inner])


def _opened(model: Any) -> Any:
    """The same model with the layers of models inside it in their place, as one chain of calls.

    A head, or the whole model, may be a Sequential. The pretrained network stays one layer, and
    so does what does nothing but augment.
    """
    network = backbone_of(model)

    def in_place(operation: Any) -> Any:
        if operation is network or not _is_of_parts(operation):
            return operation
        return lambda given, **_: through(operation, given)

    def through(inner: Any, given: Any) -> Any:
        if not isinstance(inner, keras.Sequential):
            return inner._run_through_graph(given, operation_fn=in_place)
        for layer in inner.layers:
            given = given if isinstance(layer, layers.InputLayer) else in_place(layer)(given)
        return given

    chain = isinstance(model, keras.Sequential) and _is_of_parts(model)
    inner = any(in_place(layer) is not layer for layer in model.layers)
    if len(model.inputs) != 1 or not (chain or (inner and any(calls(model)))):
        return model
    inputs = keras.Input(batch_shape=model.inputs[0].shape, dtype=model.inputs[0].dtype)
    return keras.Model(inputs, through(model, inputs))


def _is_of_parts(operation: Any) -> bool:
    """Whether it is a model that does what its layers do, and something else than augment."""
    if not isinstance(operation, keras.Sequential) and not any(calls(operation)):
        return False
    own = not type(operation).call.__module__.startswith("keras.")
    return not own and not all(isinstance(x, AUGMENTING) for x in _inside(operation))


def _check_backbone(model: Any, recorded: list[Call]) -> tuple[Any, int]:
    network = backbone_of(model)
    if network is None:
        flat = len(getattr(model, "layers", [])) > 100
        raise CheckFailed(
            "The network's layers lie one by one in your model. Make the network first, for "
            "`input_shape`, and then call it on a tensor as if it were one layer."
            if flat
            else "There is no pretrained network inside the model. It has to be made (step 1) and "
            "then called on the preprocessed pictures (step 5), and the next step takes its result."
        )
    expect(
        network.output_shape[-1] != 1000,
        "The network still ends in its own 1000 ImageNet classes. Which argument of MobileNetV2 "
        "leaves its top out?",
    )
    size = _parameters(network.weights)
    expect(
        abs(len(network.layers) - PRETRAINED_LAYERS) <= 1 and size == PRETRAINED_PARAMETERS,
        f"The network inside has {len(network.layers)} layers and {size:,} parameters; MobileNetV2 "
        f"without its top, at its usual width, has {PRETRAINED_LAYERS} and "
        f"{PRETRAINED_PARAMETERS:,}. Look at which network is made, and with what.",
    )
    expect(
        _looks_trained(network),
        "The network's weights are random: nothing that it learned on ImageNet is in it. Which "
        "argument of MobileNetV2 chooses the weights?",
    )
    expect(
        _as_in_its_file(network),
        "The network's weights are not those of its file: something has changed them after they "
        "were loaded. Freezing is all that step 2 asks for.",
    )
    positions = [i for i, call in enumerate(recorded) if call.operation is network]
    expect(positions, "The network is made but not used on the way from inputs to outputs.")
    expect(len(positions) == 1, "The network is called more than once.")
    return network, positions[0]


def _parameters(weights: Any) -> int:
    return sum(int(np.prod(weight.shape)) for weight in weights)


def _looks_trained(network: Any) -> bool:
    # A new BatchNormalization layer has means of exactly 0; training moves them.
    norm = next((x for x in network.layers if isinstance(x, layers.BatchNormalization)), None)
    return norm is not None and bool(np.any(np.abs(np.asarray(norm.moving_mean)) > 1e-6))


def _as_in_its_file(network: Any) -> bool:
    """Whether the first kernel is the file's own; yes, too, where that cannot be seen."""
    kernel = first_kernel(int(network.input_shape[1] or 0))
    layer = next((x for x in network.layers if isinstance(x, layers.Conv2D)), None)
    if kernel is None or layer is None or tuple(layer.kernel.shape) != kernel.shape:
        return True
    return bool(np.allclose(np.asarray(layer.kernel), kernel, atol=1e-6))


def _augmenters(recorded: list[Call]) -> list[int]:
    """Positions of calls that augment: a random layer itself, or a chain that holds one."""
    found = []
    for i, call in enumerate(recorded):
        if any(isinstance(x, AUGMENTING[:2]) for x in _inside(call.operation)):
            found.append(i)
    return found


def _inside(operation: Any) -> Iterator[Any]:
    """An operation, or the layers of a model, however deep one lies in another."""
    inner = getattr(operation, "layers", None)
    if not inner:
        yield operation
    for layer in inner or []:
        yield from _inside(layer)


def _check_before_backbone(model: Any, recorded: list[Call], position: int) -> None:
    where = _augmenters(recorded)
    expect(
        where,
        "No augmentation on the way from the model's input to its output (step 3). If you have "
        "called `data_augmentation`: on the model's input, and does the next step take its result?",
    )
    inside = [x for i in where for x in _inside(recorded[i].operation)]
    for wanted, word in ((layers.RandomFlip, "flip"), (layers.RandomRotation, "rotation")):
        expect(
            any(isinstance(x, wanted) for x in inside),
            f"The pictures are augmented without the {word} of exercise 1. Call the whole "
            "augmenter on them, the one that `data_augmentation` holds (step 3).",
        )
    expect(
        all(i < position for i in where),
        "The pictures are augmented after the pretrained network. They should be flipped and "
        "rotated while they are still pictures.",
    )
    whole = [i for i in where if hasattr(recorded[i].operation, "layers")]
    expect(len(whole) <= 1, "The pictures are augmented more than once.")
    before = part(model, recorded[position].inputs[0])
    shades = np.array([0.0, 127.5, 255.0], "float32")
    shape = tuple(model.input_shape[1:])
    pictures = np.broadcast_to(shades[:, None, None, None], (3, *shape)).copy()
    seen = np.asarray(before(pictures, training=False)).mean(axis=(1, 2, 3))
    _check_preprocessing(seen)
    first = part(model, recorded[where[0]].inputs[0])
    raw = np.asarray(first(pictures, training=False)).mean(axis=(1, 2, 3))
    expect(
        np.allclose(raw, shades, atol=0.6),  # an input of whole numbers has no 127.5
        "The augmentation gets pictures that were preprocessed already. Raw pixels first, "
        "preprocessing after it: look at the order of steps 3 and 4.",
    )


def _check_preprocessing(seen: np.ndarray) -> None:
    low, _, high = (float(v) for v in seen)
    spread = f"black pixels arrive as {low:.3g} and white ones as {high:.3g}"
    where = "Look at the figure of `preprocess_input` in section 3.2, and at step 4."
    expect(
        not np.allclose(seen, [0, 127.5, 255], atol=0.5),
        f"The network gets raw pixels: {spread}. The step that it was trained with is missing. "
        f"{where}",
    )
    expect(
        high - low > 0.1,
        f"The network gets almost the same value for black and white: {spread}. Is the "
        f"preprocessing applied twice? {where}",
    )
    expect(
        np.allclose(seen, [-1, 0, 1], atol=1e-2),
        f"The network gets another range of values than it was trained on: {spread}. {where}",
    )


def _check_backbone_call(network: Any, call: Call) -> None:
    free = len(network.trainable_weights)
    expect(
        free == 0,
        f"The pretrained network is not frozen: {free} of its weight arrays would change in "
        "training (step 2; section 6.3 says how it is done). If you froze it: does a later line "
        "undo that?",
    )
    training = call.arguments.get("training")
    expect(
        training is not None,
        "The pretrained network is called without saying that it runs in inference mode (step 5).",
    )
    expect(
        not training,
        "The pretrained network is called in training mode; step 5 asks for inference mode.",
    )


def _check_head(model: Any, network: Any, after: list[Call]) -> None:
    operations = [call.operation for call in after]
    kinds = [type(op).__name__ for op in operations]
    pools = [i for i, op in enumerate(operations) if _is_average(op)] or _averaging(after)
    drops = [i for i, op in enumerate(operations) if isinstance(op, layers.Dropout)]
    denses = [i for i, op in enumerate(operations) if isinstance(op, layers.Dense)]
    inside = bool(after) and len(after[0].inputs[0].shape) == 2  # pooled by the network itself
    maximum = inside and any(isinstance(x, layers.GlobalMaxPooling2D) for x in network.layers)
    expect(
        not maximum,
        "The network takes the largest value of each feature map. They have to be averaged to one "
        "number a map (step 6).",
    )
    if not pools and not inside:
        other = next((k for k in kinds if "Pool" in k or k == "Flatten"), None)
        seen = f"after the network comes {other}" if other else "nothing does that here"
        raise CheckFailed(
            f"The network's feature maps have to be averaged to one number a map (step 6); {seen}."
        )
    expect(drops, "No dropout between the pooled features and the head (step 7).")
    expect(denses, "No Dense layer at the end: nothing turns features into a prediction (step 8).")
    expect(len(denses) == 1, "The head has more than one Dense layer; step 8 asks for one.")
    expect(len(drops) == 1, "Features are dropped more than once; step 7 asks for one dropout.")
    dense, drop = operations[denses[0]], operations[drops[0]]
    expect(drops[0] < denses[0], "The dropout comes after the Dense layer: it belongs before it.")
    expect(
        not pools or pools[0] < drops[0] or _drops_whole_maps(drop),
        "The dropout comes before the pooling (steps 6, 7).",
    )
    rate = float(drop.rate)
    expect(
        abs(rate - 0.2) < 1e-6,
        f"The dropout drops {rate:g} of the features. Compare that with step 7.",
    )
    expect(
        not _shared_by_pictures(drop),
        "The dropout drops the same features of all pictures of a batch: an option that step 7 "
        "does not ask for.",
    )
    bent = [op for op in operations[: denses[0]] if _bends(op)]
    expect(
        not bent,
        f"Between the network and the Dense layer stands {_named(bent[0]) if bent else ''}, which "
        "none of the eight steps asks for.",
    )
    _check_dense(dense)
    expect(
        tuple(model.output_shape) == (None, 1),
        f"The model's output has the shape {tuple(model.output_shape)}; one number a picture is "
        "(None, 1).",
    )


def _check_logits(model: Any, recorded: list[Call]) -> None:
    """What the model gives must be the Dense layer's own number, whatever stands after it."""
    at = max(i for i, call in enumerate(recorded) if isinstance(call.operation, layers.Dense))
    shape = tuple(model.input_shape[1:])
    pictures = np.random.default_rng(0).uniform(0, 255, (2, *shape)).astype("float32")
    given = np.asarray(model(pictures, training=False))
    own = np.asarray(part(model, recorded[at].outputs[0])(pictures, training=False))
    after = ", ".join(_named(call.operation) for call in recorded[at + 1 :])
    expect(
        given.size == own.size and np.allclose(given.ravel(), own.ravel(), atol=1e-4),
        f"After the Dense layer comes {after}, which changes its number. The loss of this lab "
        "expects logits: the number as it comes out.",
    )


def _named(operation: Any) -> str:
    activation = getattr(getattr(operation, "activation", None), "__name__", "")
    return f"{type(operation).__name__} {activation}".strip()


def _shared_by_pictures(drop: Any) -> bool:
    """Whether a dropout draws once for the whole batch: its noise has a size of 1 there."""
    return (getattr(drop, "noise_shape", None) or (None,))[0] == 1


def _drops_whole_maps(drop: Any) -> bool:
    """Whether a dropout drops feature maps as wholes, which is to drop what each is pooled to."""
    sides = (getattr(drop, "noise_shape", None) or ())[1:3]
    return isinstance(drop, layers.SpatialDropout2D) or tuple(sides) == (1, 1)


def _bends(operation: Any) -> bool:
    """Whether a layer is there for its activation, and that is not linear."""
    if isinstance(operation, layers.Activation):
        return getattr(operation.activation, "__name__", "") != "linear"
    kinds = (layers.ReLU, layers.LeakyReLU, layers.ELU, layers.PReLU, layers.Softmax)
    return isinstance(operation, kinds)


def _is_average(operation: Any) -> bool:
    return isinstance(operation, layers.GlobalAveragePooling2D)


def _averaging(after: list[Call]) -> list[int]:
    """The first call behind the network whose result is the average of each map, if one is."""
    shape = tuple(after[0].inputs[0].shape) if after else ()
    if len(shape) != 4:
        return []
    maps = np.random.default_rng(0).normal(size=(2, *(side or 3 for side in shape[1:])))
    wanted = maps.mean(axis=(1, 2))
    for i, call in enumerate(after):
        with contextlib.suppress(Exception):  # a layer of one's own, or of several inputs
            until = keras.Model(after[0].inputs[0], call.outputs[0])
            found = np.asarray(until(maps.astype("float32"), training=False))
            if found.size == wanted.size and np.allclose(found.ravel(), wanted.ravel(), atol=1e-4):
                return [i]
    return []


def _check_dense(dense: Any) -> None:
    expect(
        dense.units == 1,
        f"The head has {dense.units} outputs. How many numbers does a yes/no question need?",
    )
    activation = getattr(dense.activation, "__name__", str(dense.activation))
    expect(
        activation == "linear",
        f"The head applies {activation}. The loss of this lab expects logits: the number as it "
        "comes out, before any activation.",
    )
