"""Evidence of UNQ_C3, the fine-tuning block. Beside the student."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.describe import nested_backbone, whole
from alpaca_course.kernel.guard import MAX_NAME, Guard, describe, finite, one_line
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.source_hints import hints
from notebooks.transfer_learning_mobilenet.evidence.training_step import training_step

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


def collect(
    namespace: Mapping[str, Any], challenge: str, guard: Guard, payload: dict[str, Any]
) -> None:
    """Fill ``payload`` as :class:`seen.FineTuningEvidence` says."""
    payload["versions"] |= access.versions()
    payload["names"] = {name: describe(namespace[name]) for name in NAMES if name in namespace}
    payload["hints"] = hints(namespace)
    payload["fine_tune_at"] = whole(namespace.get("fine_tune_at"))
    payload["base_learning_rate"] = _number(namespace.get("base_learning_rate"), guard)
    loss, optimizer, metrics = map(namespace.get, ("loss_function", "optimizer", "metrics"))
    if not (loss is None and optimizer is None and metrics is None):
        payload["in_names"] = _settings(loss, optimizer, metrics, challenge, guard)
    frozen = namespace.get("frozen_optimizer")
    if frozen is not None:
        payload["frozen_learning_rate"] = _optimizer(frozen, guard).get("learning_rate")
    model = namespace.get("model2")
    if not access.is_model(model):
        return
    network = guard.run(lambda: _network_in(model, payload))
    _networks(namespace.get("base_model"), network, model, guard, payload)
    payload["compiled"] = bool(getattr(model, "compiled", False))
    if not payload["compiled"]:
        return
    loss, optimizer, metrics = access.compiled_with(model)
    payload["own_optimizer"] = None if frozen is None else optimizer is not frozen
    payload["flags_changed_since_compile"] = guard.run(
        lambda: access.flags_changed_since_compile(model)
    )
    payload["in_model"] = _settings(loss, optimizer, metrics, challenge, guard)
    if network is not None:
        step = guard.run(lambda: training_step(model, network, optimizer, challenge))
        payload["step"] = step or {"error": guard.error}


def _network_in(model: Any, payload: dict[str, Any]) -> Any:
    flat = access.flatten(model)
    if flat is not None:
        operations = [step.operation for step in flat.steps]
        spread_out = sum(access.is_depthwise(operation) for operation in operations) >= 10
        found = next((op for op in operations if access.is_network(op)), None)
        payload["flat_backbone"] = found is None and spread_out
        return found
    return next((layer for layer in model.layers if access.is_network(layer)), None)


def _networks(
    base_model: Any, network: Any, model: Any, guard: Guard, payload: dict[str, Any]
) -> None:
    """Describe the network inside ``model2`` and, where it is another one, ``base_model``."""
    if network is not None:
        reachable = model.trainable_variables
        payload["inside"] = guard.run(
            lambda: nested_backbone(network, reachable, with_weights=False)
        )
        payload["base_model_is_inside"] = base_model is network
    if access.is_network(base_model) and base_model is not network:
        reachable = base_model.trainable_variables
        payload["outside"] = guard.run(
            lambda: nested_backbone(base_model, reachable, with_weights=False)
        )


def _number(value: Any, guard: Guard) -> float | None:
    return guard.run(lambda: finite(value)) if value is not None else None


def _settings(
    loss: Any, optimizer: Any, metrics: Any, challenge: str, guard: Guard
) -> dict[str, Any]:
    return {
        "loss": None if loss is None else _loss(loss, challenge, guard),
        "optimizer": None if optimizer is None else _optimizer(optimizer, guard),
        "metrics": [_metric(metric) for metric in _listed(metrics)],
    }


def _loss(loss: Any, challenge: str, guard: Guard) -> dict[str, Any]:
    """A loss by type, and by its values for the challenge's labels and logits."""
    config = access.config_of(loss)
    seen: dict[str, Any] = {"kind": _kind(loss), "by_name": isinstance(loss, str)}
    if isinstance(config.get("from_logits"), bool):
        seen["from_logits"] = config["from_logits"]
    smoothing = finite(config.get("label_smoothing"))
    if smoothing is not None:
        seen["label_smoothing"] = smoothing
    probe = probes.loss_probe(challenge)

    def values() -> list[float | None]:
        function = access.loss_function(loss)
        return [
            finite(np.ravel(access.to_numpy(function(_cell(label), _cell(logit))))[0])
            for label, logit in zip(probe.labels, probe.logits, strict=True)
        ]

    result = guard.run(values)
    seen["values"] = result or []
    if guard.error is not None:
        seen["error"] = guard.error
    return seen


def _cell(value: float) -> Any:
    """One number as a batch of one picture with one unit."""
    return access.tensor_of(np.asarray([[value]], np.float32))


def _optimizer(optimizer: Any, guard: Guard) -> dict[str, Any]:
    by_name = isinstance(optimizer, str)
    rate, scheduled = guard.run(lambda: access.learning_rate(optimizer)) or (None, False)
    return {
        "kind": _kind(optimizer),
        "by_name": by_name,
        "learning_rate": finite(rate) if rate is not None else None,
        "scheduled": scheduled,
    }


def _metric(metric: Any) -> dict[str, Any]:
    seen: dict[str, Any] = {"kind": _kind(metric), "by_name": isinstance(metric, str)}
    threshold = finite(access.config_of(metric).get("threshold"))
    if threshold is not None:
        seen["threshold"] = threshold
    return seen


def _listed(metrics: Any) -> list[Any]:
    """Metrics as a flat list of at most eight, whatever nesting Keras accepts."""
    todo: list[Any] = [metrics]
    found: list[Any] = []
    while todo and len(found) < 8:
        item = todo.pop(0)
        if isinstance(item, Mapping):
            todo = [*list(item.values())[:8], *todo]
        elif isinstance(item, list | tuple):
            todo = [*item[:8], *todo]
        elif item is not None:
            found.append(item)
    return found


def _kind(thing: Any) -> str:
    """A string as it is, a function by its name, anything else by its nearest Keras class."""
    if isinstance(thing, str):
        return one_line(str(thing), MAX_NAME)
    name = getattr(thing, "__name__", None)
    text = name if callable(thing) and type(name) is str else access.kind_of(thing)
    return one_line(text, MAX_NAME)
