"""What a model is compiled with: loss, optimizer, metrics. Beside students' code."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe import access, compiled, traced
from alpaca_course.keras_probe.describe import pair
from alpaca_course.keras_probe.seen import (
    MAX_METRICS,
    SLOPED,
    LossSeen,
    MetricSeen,
    OptimizerSeen,
    SettingsSeen,
)
from alpaca_course.kernel.guard import MAX_NAME, Guard, finite, one_line


@dataclass(frozen=True)
class Asked:
    """What a loss, a metric and an optimizer are asked; without anything they are only described.

    Attributes:
        batches: labels and outputs, each of shape (pictures, 1).
        gradients: of one variable, step by step.
        loss_weight: what training multiplies the loss by.
    """

    batches: Sequence[tuple[NDArray, NDArray]] = ()
    gradients: Sequence[NDArray] = ()
    loss_weight: float = 1.0


def settings(loss: Any, optimizer: Any, metrics: Any, asked: Asked, guard: Guard) -> SettingsSeen:
    """Whatever ``compile`` accepts, and None for what is not there."""
    return SettingsSeen(
        loss=None if loss is None else _loss(_alone(loss), asked, guard),
        optimizer=None if optimizer is None else optimizer_seen(optimizer, asked, guard),
        metrics=tuple(_metric(metric, asked, guard) for metric in _listed(metrics)),
    )


def optimizer_seen(optimizer: Any, asked: Asked, guard: Guard) -> OptimizerSeen:
    """An optimizer, or its name."""
    rate, scheduled = guard.run(lambda: compiled.learning_rate(optimizer)) or (None, False)
    later = guard.run(lambda: compiled.later_rates(optimizer)) if asked.gradients else ()
    by_name = isinstance(optimizer, str)
    steps: list[NDArray] = []
    if asked.gradients and not by_name:
        steps = guard.run(lambda: compiled.optimizer_steps(optimizer, asked.gradients)) or []
    return OptimizerSeen(
        kind=_kind(optimizer),
        by_name=by_name,
        learning_rate=finite(rate),
        scheduled=scheduled,
        later_rates=() if later is None else tuple(map(finite, later)),
        averages=bool(getattr(optimizer, "use_ema", False)),
        decays=pair([getattr(optimizer, name, None) for name in ("beta_1", "beta_2")]),
        steps=tuple(tuple(finite(number) for number in step[:8]) for step in steps[:4]),
        error=guard.error if asked.gradients else None,
    )


def _alone(loss: Any) -> Any:
    """The loss in a list of one, which Keras takes as the loss of a model's one output."""
    return loss[0] if type(loss) in (list, tuple) and len(loss) == 1 else loss


def _loss(loss: Any, asked: Asked, guard: Guard) -> LossSeen:
    """A loss by type, and by its values for the batches."""
    config = access.config_of(loss)
    from_logits = config.get("from_logits")

    def values() -> tuple[float | None, ...]:
        function = compiled.loss_function(loss)
        return tuple(
            _mean(
                asked.loss_weight
                * access.to_numpy(function(access.tensor_of(labels), access.tensor_of(outputs)))
            )
            for labels, outputs in asked.batches
        )

    found = guard.run(values) or ()
    error = guard.error
    again = guard.run(lambda: _in_graph(loss, asked)) if found else None
    slopes = guard.run(lambda: _slopes(loss, asked)) if again else None
    return LossSeen(
        kind=_kind(loss),
        by_name=isinstance(loss, str),
        from_logits=from_logits if isinstance(from_logits, bool) else None,
        label_smoothing=finite(config.get("label_smoothing")),
        values=found,
        in_graph=again,
        slopes=() if again and slopes is None else slopes,
        error=error or guard.error,
    )


def _in_graph(thing: Any, asked: Asked) -> tuple[float | None, ...] | None:
    """The values of a function of the student's own as training asks it; None of any other."""
    if not asked.batches or not traced.is_own_function(thing):
        return None
    function = traced.in_graph(thing, asked.batches[0])
    return tuple(_mean(function(*batch)) for batch in asked.batches)


def _slopes(loss: Any, asked: Asked) -> tuple[float | None, ...]:
    """How a loss of the student's own goes with each output: training follows that alone."""
    slope = traced.in_graph(partial(traced.slopes, loss), asked.batches[0])
    found = [slope(*batch) for batch in asked.batches[:SLOPED]]
    return tuple(finite(number) for each in found for number in each.ravel())


def _mean(values: NDArray) -> float | None:
    """As training reduces what a loss or metric gives for each picture."""
    return finite(np.mean(values, dtype=np.float64))


def _metric(metric: Any, asked: Asked, guard: Guard) -> MetricSeen:
    values: list[NDArray] = []
    by_name = isinstance(metric, str)
    if asked.batches and not by_name:
        values = guard.run(lambda: compiled.metric_values(metric, asked.batches)) or []
    again = guard.run(lambda: _in_graph(metric, asked)) if values else None
    return MetricSeen(
        kind=_kind(metric),
        by_name=by_name,
        threshold=finite(access.config_of(metric).get("threshold")),
        values=tuple(map(_mean, values[:16])),
        in_graph=() if values and again is None and guard.error else again,
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
    """A string as it is, a function or class by its name, anything else by its nearest class."""
    if isinstance(thing, str):
        return one_line(str(thing), MAX_NAME)
    named = inspect.isroutine(thing) or isinstance(thing, type)
    text = getattr(thing, "__name__", None) if named else access.kind_of(thing)
    return one_line(text, MAX_NAME)
