"""What a model is compiled with: loss, optimizer, metrics. Beside students' code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.seen import (
    MAX_METRICS,
    LossSeen,
    MetricSeen,
    OptimizerSeen,
    SettingsSeen,
)
from alpaca_course.kernel.guard import MAX_NAME, Guard, finite, one_line

Pairs = Sequence[tuple[float, float]]
"""Labels and outputs, each for one picture, that a loss is asked for."""


def settings(loss: Any, optimizer: Any, metrics: Any, pairs: Pairs, guard: Guard) -> SettingsSeen:
    """Whatever ``compile`` accepts, and None for what is not there."""
    return SettingsSeen(
        loss=None if loss is None else _loss(loss, pairs, guard),
        optimizer=None if optimizer is None else optimizer_seen(optimizer, guard),
        metrics=tuple(_metric(metric) for metric in _listed(metrics)),
    )


def optimizer_seen(optimizer: Any, guard: Guard) -> OptimizerSeen:
    """An optimizer, or its name."""
    rate, scheduled = guard.run(lambda: access.learning_rate(optimizer)) or (None, False)
    return OptimizerSeen(
        kind=_kind(optimizer),
        by_name=isinstance(optimizer, str),
        learning_rate=finite(rate),
        scheduled=scheduled,
    )


def _loss(loss: Any, pairs: Pairs, guard: Guard) -> LossSeen:
    """A loss by type, and by its values for ``pairs``."""
    config = access.config_of(loss)
    from_logits = config.get("from_logits")

    def values() -> tuple[float | None, ...]:
        function = access.loss_function(loss)
        return tuple(
            finite(np.ravel(access.to_numpy(function(_cell(label), _cell(output))))[0])
            for label, output in pairs
        )

    return LossSeen(
        kind=_kind(loss),
        by_name=isinstance(loss, str),
        from_logits=from_logits if isinstance(from_logits, bool) else None,
        label_smoothing=finite(config.get("label_smoothing")),
        values=guard.run(values) or (),
        error=guard.error,
    )


def _cell(value: float) -> Any:
    """One number as a batch of one picture with one unit."""
    return access.tensor_of(np.asarray([[value]], np.float32))


def _metric(metric: Any) -> MetricSeen:
    return MetricSeen(
        kind=_kind(metric),
        by_name=isinstance(metric, str),
        threshold=finite(access.config_of(metric).get("threshold")),
    )


def _listed(metrics: Any) -> list[Any]:
    """Metrics as a flat list of at most MAX_METRICS, whatever nesting Keras accepts."""
    todo: list[Any] = [metrics]
    found: list[Any] = []
    while todo and len(found) < MAX_METRICS:
        item = todo.pop(0)
        if isinstance(item, Mapping):
            todo = [*list(item.values())[:MAX_METRICS], *todo]
        elif isinstance(item, list | tuple):
            todo = [*item[:MAX_METRICS], *todo]
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
