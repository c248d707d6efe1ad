"""Evidence of UNQ_C3, the fine-tuning block. Beside the student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.compiled import (
    compiled_with,
    flags_changed_since_compile,
    is_tied_to_others,
    loss_weight,
)
from alpaca_course.keras_probe.describe import nested_backbone, whole
from alpaca_course.keras_probe.seen import SettingsSeen
from alpaca_course.keras_probe.settings import Asked, optimizer_seen, settings
from alpaca_course.kernel.guard import Guard, describe, finite
from notebooks.transfer_learning_mobilenet.evidence import marks, outline, probes
from notebooks.transfer_learning_mobilenet.evidence.seen import (
    AgreementSeen,
    FineTuningEvidence,
    MarksSeen,
    StepSeen,
)
from notebooks.transfer_learning_mobilenet.evidence.source_hints import hints
from notebooks.transfer_learning_mobilenet.evidence.training_step import training_step

EVIDENCE = FineTuningEvidence
_PICTURES, _LARGEST, _OPEN = 4, 512, (160, 160)
_LEAST = 1e-9  # by which no weight of a network changes in float32
NAMES = (
    "model2",
    "base_model",
    "fine_tune_at",
    "base_learning_rate",
    "loss_function",
    "optimizer",
    "metrics",
    "frozen_optimizer",
)


def collect(namespace: Mapping[str, Any], guard: Guard, seen: FineTuningEvidence) -> None:
    """Describe what the cell left behind."""
    seen.versions |= access.versions()
    seen.names = {name: describe(namespace[name]) for name in NAMES if name in namespace}
    seen.hints = hints(namespace)
    seen.fine_tune_at = whole(namespace.get("fine_tune_at"))
    seen.base_learning_rate = finite(namespace.get("base_learning_rate"))
    frozen = namespace.get("frozen_optimizer")
    if frozen is not None:
        seen.frozen_learning_rate = optimizer_seen(frozen, Asked(), guard).learning_rate
    loss, optimizer, metrics = map(namespace.get, ("loss_function", "optimizer", "metrics"))
    named = (loss, optimizer, metrics)
    model = namespace.get("model2")
    compiled = compiled_in(model)
    # What is compiled and has a name is asked once.
    asked = _asked(seen.challenge)
    if any(each is not None for each in named):
        in_use = compiled is not None and compiled[1] is not frozen
        same = in_use and all(map(_is, named, compiled or ()))
        seen.in_names = settings(*named, Asked() if same else asked, guard)
    if access.is_model(model):
        _model(namespace, model, compiled, asked, guard, seen)


def compiled_in(model: Any) -> tuple[Any, Any, Any] | None:
    """Loss, optimizer and metrics of a model; None of what is no compiled model."""
    if not access.is_model(model) or not getattr(model, "compiled", False):
        return None
    return compiled_with(model)


def _is(one: Any, other: Any) -> bool:
    return one is other


def _asked(challenge: str) -> Asked:
    def column(numbers: Sequence[float]) -> NDArray:
        return np.asarray(numbers, np.float32)[:, None]

    return Asked(
        batches=[(column(b.labels), column(b.logits)) for b in probes.batches(challenge)],
        gradients=[np.asarray(step, np.float32) for step in probes.gradients(challenge)],
    )


def _model(
    namespace: Mapping[str, Any],
    model: Any,
    compiled: tuple[Any, Any, Any] | None,
    asked: Asked,
    guard: Guard,
    seen: FineTuningEvidence,
) -> None:
    """Describe ``model2``, what it is compiled with, and what a step of training does to it."""
    flat = guard.run(lambda: access.flatten(model))
    seen.own_ways = tuple(access.own_ways(model))
    seen.agreement = _agreement(namespace, model, flat, seen.challenge, guard)
    network = guard.run(lambda: _network_in(model, flat, seen))
    _networks(namespace.get("base_model"), network, model, guard, seen)
    if compiled is None:
        return
    seen.compiled = True
    frozen, optimizer = namespace.get("frozen_optimizer"), compiled[1]
    seen.own_optimizer = None if frozen is None else optimizer is not frozen
    tied = guard.run(lambda: is_tied_to_others(optimizer, model.trainable_variables))
    seen.optimizer_is_tied = bool(tied)
    seen.flags_changed_since_compile = guard.run(lambda: flags_changed_since_compile(model))
    asked = replace(asked, loss_weight=loss_weight(model))
    seen.in_model = settings(*compiled, asked, guard)
    if network is not None:
        moves = _moves(seen.in_model)
        step = guard.run(lambda: training_step(model, flat, network, moves, seen.challenge))
        seen.step = step or StepSeen(error=guard.error)


def _moves(found: SettingsSeen) -> bool:
    """Whether the optimizer changes a variable that has a gradient; one by name is Keras' own."""
    seen = found.optimizer
    if seen is None:
        return False
    return seen.by_name or any(abs(n or 0.0) > _LEAST for step in seen.steps for n in step)


def _agreement(
    namespace: Mapping[str, Any], model: Any, flat: Any, challenge: str, guard: Guard
) -> AgreementSeen:
    """What the notebook made with the functions, beside what they gave when they were looked at.

    Each part by itself: what fails in one keeps no other from being compared.
    """
    augmenter = namespace.get("data_augmentation")
    layers = guard.run(lambda: access.chain_of(augmenter) if access.is_model(augmenter) else None)
    built = outline.remembered("alpaca_model")
    # Of a function that keeps nothing the weights are the same at each call.
    weights = built is not None and built.fingerprint is not None
    optimizers = (namespace.get("frozen_optimizer"), getattr(model, "optimizer", None))
    weights = weights and not guard.run(lambda: _trained(*optimizers))
    model2 = moved = None
    if flat is not None:
        model2 = guard.run(
            lambda: outline.outline_of(
                model, flat, augmenter, challenge, values=True, trainable=False, own=weights
            )
        )
        moved = guard.run(lambda: _moved(model, flat, augmenter, challenge))
    return AgreementSeen(
        built=None if built is None else replace(built, trainable=None),
        own_augmenter=bool(outline.remembered("own augmenter")),
        model2=model2,
        augmenter=outline.remembered("augmenter"),
        data_augmentation=None if layers is None else outline.in_words(layers),
        moved=moved,
    )


def _trained(*optimizers: Any) -> bool:
    """Whether one of them has made a step, after which weights are others with right."""
    steps = (getattr(each, "iterations", None) for each in optimizers)
    return any(access.to_numpy(each) > 0 for each in steps if each is not None)


def _moved(model: Any, flat: access.Flat, augmenter: Any, challenge: str) -> MarksSeen | None:
    """What the augmentation inside the model does to marked pictures of the model's size."""
    augmenting = sorted(outline.augmenting_steps(flat, augmenter))
    if not augmenting:
        return None
    size = access.declared_size(model)
    if size is None or max(size) > _LARGEST:
        size = _OPEN
    steps = [flat.steps[i] for i in augmenting]
    images = marks.marked_pictures(challenge, "notebook", _PICTURES, size)
    variables = [v for step in steps for v in getattr(step.operation, "variables", ())]
    before = access.arrays(variables)
    whole = _of_ones_own(flat, steps)
    try:
        if whole is not None:
            return marks.marks_of(images, access.call(whole, images, training=True))
        given = {steps[0].inputs[0]: access.tensor_of(images)}
        goal = steps[-1].outputs[0]
        result = access.evaluate(steps, given, training=True, until=goal)[goal]
        return marks.marks_of(images, access.to_numpy(result))
    finally:  # its random numbers go on as if it had not been asked
        for variable, old in zip(variables, before, strict=True):
            variable.assign(old)


def _of_ones_own(flat: access.Flat, steps: Sequence[access.Step]) -> Any:
    """The nested model around all these steps whose class, or itself, does otherwise than Keras'.

    What it does is not what its layers do one after the other.
    """
    inner = {id(step.operation) for step in steps}
    return next(
        (
            wrapper
            for wrapper in flat.wrappers
            if inner <= {id(layer) for layer in access.contained_layers(wrapper)}
            and not access.is_plain([wrapper])
        ),
        None,
    )


def _network_in(model: Any, flat: Any, seen: FineTuningEvidence) -> Any:
    if flat is None:
        return next((layer for layer in model.layers if access.is_network(layer)), None)
    operations = [step.operation for step in flat.steps]
    spread_out = sum(access.is_depthwise(operation) for operation in operations) >= 10
    found = next((op for op in operations if access.is_network(op)), None)
    seen.flat_backbone = found is None and spread_out
    return found


def _networks(
    base_model: Any, network: Any, model: Any, guard: Guard, seen: FineTuningEvidence
) -> None:
    """Describe the network inside ``model2`` and, where it is another one, ``base_model``."""
    if network is not None:
        reachable = model.trainable_variables
        seen.inside = guard.run(lambda: nested_backbone(network, reachable, with_weights=False))
        seen.base_model_is_inside = base_model is network
    if access.is_network(base_model) and base_model is not network:
        reachable = base_model.trainable_variables
        seen.outside = guard.run(lambda: nested_backbone(base_model, reachable, with_weights=False))
