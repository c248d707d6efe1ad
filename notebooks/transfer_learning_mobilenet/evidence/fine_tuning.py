"""Evidence of UNQ_C3, the fine-tuning block. Beside the student."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.describe import nested_backbone, whole
from alpaca_course.keras_probe.settings import optimizer_seen, settings
from alpaca_course.kernel.guard import Guard, describe, finite
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen import FineTuningEvidence, StepSeen
from notebooks.transfer_learning_mobilenet.evidence.source_hints import hints
from notebooks.transfer_learning_mobilenet.evidence.training_step import training_step

EVIDENCE = FineTuningEvidence
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
    probe = probes.loss_probe(seen.challenge)
    pairs = tuple(zip(probe.labels, probe.logits, strict=True))
    loss, optimizer, metrics = map(namespace.get, ("loss_function", "optimizer", "metrics"))
    if not (loss is None and optimizer is None and metrics is None):
        seen.in_names = settings(loss, optimizer, metrics, pairs, guard)
    frozen = namespace.get("frozen_optimizer")
    if frozen is not None:
        seen.frozen_learning_rate = optimizer_seen(frozen, guard).learning_rate
    model = namespace.get("model2")
    if not access.is_model(model):
        return
    network = guard.run(lambda: _network_in(model, seen))
    _networks(namespace.get("base_model"), network, model, guard, seen)
    seen.compiled = bool(getattr(model, "compiled", False))
    if not seen.compiled:
        return
    loss, optimizer, metrics = access.compiled_with(model)
    seen.own_optimizer = None if frozen is None else optimizer is not frozen
    seen.flags_changed_since_compile = guard.run(lambda: access.flags_changed_since_compile(model))
    seen.in_model = settings(loss, optimizer, metrics, pairs, guard)
    if network is not None:
        step = guard.run(lambda: training_step(model, network, optimizer, seen.challenge))
        seen.step = step or StepSeen(error=guard.error)


def _network_in(model: Any, seen: FineTuningEvidence) -> Any:
    flat = access.flatten(model)
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
