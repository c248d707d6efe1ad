"""The visible check of exercise 3: which layers may change, and how ``model2`` is compiled."""

from __future__ import annotations

import contextlib
from typing import Any

import keras
import numpy as np

from lab_checking import Names, expect, kind, value_of, visible_check
from lab_messages import CheckFailed, NotFilledIn
from lab_models import backbone_of

# What the locked cell before exercise 3 sets.
FINE_TUNE_AT = 120
# The cell's names for what ``compile`` takes.
SETTINGS = {"loss_function": "loss", "optimizer": "optimizer", "metrics": "metrics"}


@visible_check("fine_tuning")
def check_fine_tuning(names: Names) -> str | None:
    model2 = value_of(names, "model2")
    if model2 is None and names.get("base_model") is not None:
        raise CheckFailed(
            "`model2` is None now, though there was a network in it. If what `compile` returns was "
            "given this name: that is None, since `compile` changes the model itself. Take that "
            "out, and run the cells again from the one that makes `model2`."
        )
    if model2 is None:
        raise NotFilledIn("There is no `model2` to fine-tune yet: fill in UNQ_C2 first.")
    base_model = value_of(names, "base_model")
    compiled = _compiled_again(model2, names.get("frozen_optimizer"))
    chosen = compiled or {name: value_of(names, name) for name in SETTINGS}
    empty = [name for name, value in chosen.items() if value is None]
    if empty and not compiled:
        raise NotFilledIn(f"Still None: {', '.join(f'`{name}`' for name in empty)}.")
    _check_same_backbone(model2, base_model)
    _check_head(model2, base_model)
    _check_frozen(base_model, _fine_tune_at(names))
    other = [name for name in compiled if not _same(names.get(name), compiled[name])]
    try:
        _check_loss(chosen["loss_function"])
        _check_optimizer(
            chosen["optimizer"],
            names.get("optimizer"),
            float(value_of(names, "base_learning_rate")),
        )
        _check_metrics(chosen["metrics"])
    except CheckFailed as failed:
        if not other:
            raise
        raise CheckFailed(
            f"`model2` was compiled with something else than this cell's {', '.join(other)}. "
            f"Compile it with the three names. What it has now: {failed}"
        ) from None
    expect(
        compiled or names.get("optimizer") is not names.get("frozen_optimizer"),
        "`optimizer` is the one of the frozen training, which knows the head's weights only. Make "
        "a new one, and compile `model2` with it.",
    )
    expect(
        compiled,
        "`model2` still has the optimizer of the frozen training: it was not compiled again. "
        "Without that, what you set here has no effect, and no error says so.",
    )
    return _border_of(chosen["metrics"])


def _border_of(metrics: Any) -> str | None:
    """A remark on an accuracy that counts logits at another border than section 7.1 does."""
    for metric in filter(_is_accuracy, _listed(metrics)):
        by_default = 0.5 if isinstance(metric, (str, type)) else 0.0
        border = float(getattr(metric, "threshold", by_default))
        if border:
            return (
                f"A remark: this accuracy cuts the logit at {border:g}, not at 0 as in section "
                "7.1. That is right in this exercise, too; the lines that training prints count a "
                "little differently then, and the figures of the lab still count at 0."
            )
    return None


def _compiled_again(model2: Any, frozen_optimizer: Any) -> dict[str, Any]:
    """What ``model2`` was compiled with after the frozen training, by the cell's own names."""
    config = getattr(getattr(model2, "_compile_config", None), "config", None) or {}
    optimizer = config.get("optimizer")
    if optimizer is None or optimizer is frozen_optimizer:
        return {}
    found = {name: config.get(key) for name, key in SETTINGS.items()}
    loss = found["loss_function"]
    if isinstance(loss, (list, tuple)) and len(loss) == 1:  # of the one output
        found["loss_function"] = loss[0]
    if isinstance(loss, dict) and [*loss] == [*getattr(model2, "output_names", ())]:
        found["loss_function"] = next(iter(loss.values()))
    if config.get("weighted_metrics"):  # training reports these as well
        found["metrics"] = [found["metrics"], config["weighted_metrics"]]
    return found


def _same(named: Any, compiled: Any) -> bool:
    """Whether a name of the cell holds what was compiled; one that holds nothing does not count."""
    if named is None or named is compiled:
        return True
    if isinstance(named, (list, tuple)) or isinstance(compiled, str):
        return bool(named == compiled)
    # Keras makes an object of a name or a class.
    return isinstance(named, (str, type))


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


def _check_head(model2: Any, base_model: Any) -> None:
    """The locked cell frees the network again, and not what an earlier try froze beside it."""
    network = {id(weight) for weight in base_model.weights}
    expect(
        any(id(weight) not in network for weight in model2.trainable_weights),
        "The new head is frozen, too, so it cannot go on learning. The exercise is about the "
        "layers of `base_model`; `model2.layers` are those of the whole model, and one of them is "
        "the network with all that is in it. Mend that, and run the cells again from the one that "
        "makes `model2`.",
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
    free, frozen = (
        _free(base_model.layers[:fine_tune_at]),
        _frozen(base_model.layers[fine_tune_at:]),
    )
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


def _free(before: list[Any]) -> int:
    """Layers that can change. Those without weights count unless all of them were left alone.

    The input never does.
    """
    before = [x for x in before if not isinstance(x, keras.layers.InputLayer)]
    bare = [x for x in before if not x.weights]
    counted = [x for x in before if x.weights or not all(b.trainable for b in bare)]
    return sum(bool(x.trainable) for x in counted)


def _frozen(after: list[Any]) -> int:
    """Layers that cannot change. To keep all of BatchNormalization frozen is a known variant."""
    kinds = {isinstance(x, keras.layers.BatchNormalization) for x in after if not x.trainable}
    return 0 if kinds == {True} else sum(not x.trainable for x in after)


def _check_loss(loss: Any) -> None:
    if isinstance(loss, type):
        raise CheckFailed("`loss_function` is a class. Make an object of it.")
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    given, wanted = _losses(loss), _cross_entropy_from_logits()
    if given is not None and np.allclose(given, wanted, atol=1e-3):
        batch = _loss_of_all(loss)
        expect(
            batch is None or abs(batch - float(wanted.mean())) < 1e-3,
            "The loss of a batch is not the average of its pictures' losses, so the size of a "
            "step depends on the batch. Does the loss have an option that was not asked for?",
        )
        return
    expect(
        "binary" in str(name).lower(),
        f"`loss_function` is {kind(loss) if not isinstance(loss, str) else repr(loss)}. Which loss "
        "fits a question with two answers and one output?",
    )
    expect(
        getattr(loss, "from_logits", False),
        "The loss takes the model's output for probabilities, but the head has no activation. "
        "Tell the loss what it gets.",
    )
    raise CheckFailed(
        "The loss gives other numbers than binary cross-entropy does. Does it have an option that "
        "was not asked for?"
    )


# A few labels and logits, both signs and both answers.
_LABELS = np.array([0.0, 1.0, 0.0, 1.0], "float32")
_LOGITS = np.array([-2.0, -1.0, 0.5, 3.0], "float32")


def _cross_entropy_from_logits() -> np.ndarray:
    return np.log1p(np.exp(_LOGITS)) - _LABELS * _LOGITS


def _losses(loss: Any) -> np.ndarray | None:
    """What a loss gives for each of the pairs; None where it is no function or stops."""
    with contextlib.suppress(Exception):
        pairs = zip(_LABELS, _LOGITS, strict=True)
        return np.array([_loss_of(loss, label, logit) for label, logit in pairs])
    return None


def _loss_of_all(loss: Any) -> float | None:
    """What a loss gives for the pairs as one batch; None where it stops."""
    with contextlib.suppress(Exception):
        return _loss_of(loss, _LABELS, _LOGITS)
    return None


def _loss_of(loss: Any, *pair: np.ndarray) -> float:
    labels, logits = (keras.ops.convert_to_tensor(value.reshape(-1, 1)) for value in pair)
    return float(np.mean(loss(labels, logits)))


def _check_optimizer(optimizer: Any, named: Any, base_learning_rate: float) -> None:
    only_a_name = (
        "`optimizer` is only a name or a class, so it takes its own standard learning rate. Make "
        "an object and give it the rate."
    )
    expect(not isinstance(optimizer, (str, type)), only_a_name)
    expect(
        type(optimizer).__name__ == "Adam",
        f"`optimizer` is {kind(optimizer)}; the exercise asks for another one.",
    )
    cuts = [getattr(optimizer, name, None) for name in ("clipvalue", "clipnorm", "global_clipnorm")]
    smallest = min((float(cut) for cut in cuts if cut is not None), default=1.0)
    expect(
        smallest > 1e-6,
        f"The optimizer cuts every gradient down to {smallest:g}, an option that was not asked "
        "for: no weight would move.",
    )
    epsilon = float(getattr(optimizer, "epsilon", 0.0) or 0.0)
    expect(
        epsilon < 1e-3,
        f"The optimizer's epsilon is {epsilon:g}, an option that was not asked for: its steps "
        "would no longer be those of this optimizer.",
    )
    rate = float(np.asarray(optimizer.learning_rate))
    ratio = rate / base_learning_rate
    expect(
        abs(ratio - 0.1) < 1e-3,
        only_a_name
        if isinstance(named, (str, type))
        else f"The learning rate is {ratio:.3g} times `base_learning_rate`. Compare that with step "
        "3.",
    )


def _check_metrics(metrics: Any) -> None:
    expect(metrics is not None, "There are no metrics, so nothing counts how many are right.")
    expect(
        isinstance(metrics, (list, tuple, dict)),
        f"`metrics` is {kind(metrics)}. It has to be a list, also for a single one.",
    )
    expect(
        any(_is_accuracy(metric) for metric in _listed(metrics)),
        "`metrics` does not ask for the accuracy of a yes/no question, so the curves after "
        "training cannot show it. The metric may be given by its name.",
    )


def _is_accuracy(metric: Any) -> bool:
    if isinstance(metric, type):  # Keras makes an object of it
        return issubclass(metric, keras.metrics.BinaryAccuracy)
    name = metric if isinstance(metric, str) else getattr(metric, "__name__", "")
    by_name = name.lower().replace("_", "") in ("accuracy", "acc", "binaryaccuracy")
    return isinstance(metric, keras.metrics.BinaryAccuracy) or by_name


def _listed(metrics: Any) -> list[Any]:
    """Metrics as a flat list, whatever nesting Keras accepts."""
    if isinstance(metrics, dict):  # by the names of outputs
        metrics = list(metrics.values())
    if not isinstance(metrics, (list, tuple)):
        return [metrics]
    return [each for item in metrics for each in _listed(item)]
