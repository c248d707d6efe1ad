"""What a model of any size makes of the same numbers. Beside the student."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alpaca_course.keras_probe import access, traced
from alpaca_course.keras_probe.seen import Triple
from alpaca_course.kernel.guard import finite
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen_outline import ComputedSeen

_OPEN, _OPEN_SIDE = 64, 3  # of pictures and of features, where a model leaves their size open
# Of one picture or its features, of which a whole batch may be asked.
_MAX_NUMBERS = 1_000_000


@dataclass(frozen=True)
class Parts:
    """The parts of a model's graph.

    Attributes:
        flat: the graph.
        before: the steps before the first network, without the augmentation, which hands pictures
            on as they are outside training.
        entrance: the slot in which pictures reach that network.
        first, last: of the network among the steps of the graph.
    """

    flat: access.Flat
    before: tuple[access.Step, ...]
    entrance: int
    first: int
    last: int

    @classmethod
    def of(cls, flat: access.Flat, augmenting: Container[int], first: int, last: int) -> Parts:
        """The parts of a graph whose network and augmentation are at these steps."""
        same: dict[int, int] = {}
        steps = []
        for i, each in enumerate(flat.steps[: first + 1]):
            step = replace(each, inputs=tuple(same.get(slot, slot) for slot in each.inputs))
            if i in augmenting and len(step.inputs) == len(step.outputs) == 1:
                same[step.outputs[0]] = step.inputs[0]
            else:
                steps.append(step)
        return cls(flat, tuple(steps[:-1]), steps[-1].inputs[0], first, last)

    @property
    def after(self) -> Sequence[access.Step]:
        """The steps behind the network."""
        return self.flat.steps[self.last + 1 :]

    @property
    def straight(self) -> bool:
        """Whether each step works on the one before alone, and none is the student's own code.

        Other steps may tell one batch from another: by how many pictures it has, or by what these
        are together.
        """
        outside = [*self.before, *self.after]
        links = [(*step.inputs, *step.outputs) for step in outside]
        chained = all(len(link) == 2 for link in links) and all(
            before[1] == link[0] for before, link in pairwise(links) if link[0] not in self._edges
        )
        return chained and not any(traced.runs_own_function(step.operation) for step in outside)

    @property
    def _edges(self) -> tuple[int, ...]:
        return self.flat.steps[self.last].outputs


def computed(parts: Parts, challenge: str) -> tuple[ComputedSeen, Triple | None]:
    """What it makes of numbers, and what pixels of 0, 127.5 and 255 reach the network as."""
    values = _tried(partial(_entrance, parts, challenge))
    features = _tried(partial(_features, parts, challenge))
    answers = _tried(partial(_answers, parts))
    pixels: Sequence[Any] = ()
    spread = means = None
    if values is not None:
        spread = finite(np.ptp(values[:3], axis=(1, 2, 3)).max())
        told = [finite(round(float(row.mean()), 4)) for row in values[:3].astype(np.float64)]
        means = None if None in told else tuple(told)
        places = probes.pixels(challenge, min(values.shape[1:3]))
        pixels = tuple(finite(values[3, p.row, p.column, p.channel]) for p in places)
    seen = ComputedSeen(
        pixels=tuple(pixels),
        spread=spread,
        features=() if features is None else tuple(map(finite, features)),
        answers=() if answers is None else tuple(map(finite, answers)),
        training=access.recorded_training(parts.flat.steps[parts.first]),
    )
    return seen, means  # type: ignore[return-value]


def _tried(function: Callable[[], NDArray | None]) -> NDArray | None:
    try:
        return function()
    except Exception:  # students' layers may fail in any way: what is empty agrees with nothing
        return None


def _entrance(parts: Parts, challenge: str) -> NDArray | None:
    """The constant pictures and one of noise as they reach the network, if they are pictures."""
    flat = parts.flat
    shape = access.shape_of(flat.tensors[flat.inputs[0]])
    size = (shape[1] or _OPEN, shape[2] or _OPEN)
    if 3 * size[0] * size[1] > _MAX_NUMBERS:
        return None
    noise = probes.pictures(challenge, "model", 1, size)
    for pixel in probes.pixels(challenge, min(size)):
        noise[0, pixel.row, pixel.column, pixel.channel] = pixel.value
    images = np.concatenate([probes.constant_pictures(size), noise])
    values = _through(parts, parts.before, flat.inputs[0], parts.entrance, images)
    return values if values.ndim == 4 and values.shape == images.shape else None


def _features(parts: Parts, challenge: str) -> NDArray | None:
    """Of the head's input, if it has as many numbers as the network has maps."""
    flat, after = parts.flat, parts.after
    slot = flat.steps[parts.last].outputs[0]
    shape = access.shape_of(flat.tensors[slot])[1:]
    sides = (*(side or _OPEN_SIDE for side in shape[:-1]), shape[-1] or 1)
    head = _head(after)
    if head is None or int(np.prod(sides)) > _MAX_NUMBERS:
        return None
    maps = probes.level_maps(challenge, sides)
    reached = _through(parts, after, slot, head.inputs[0], maps)
    return probes.mixtures(challenge, reached.ravel()) if reached.size == sides[-1] else None


def _answers(parts: Parts) -> NDArray | None:
    """Of what follows the only layer with weights behind the network, one number a picture."""
    flat, after = parts.flat, parts.after
    head = _head(after)
    if head is None:
        return None
    shape = access.shape_of(flat.tensors[head.outputs[0]])
    sides = tuple(side or 1 for side in shape[1:])
    given = np.asarray(probes.LOGITS, np.float32).reshape(-1, *(1 for _ in sides))
    if int(np.prod(sides)) != 1 or sum(map(_has_weights, after)) != 1:
        return None
    # An activation of the student's own makes the head's answer of the logits, as a step would.
    own = traced.own_activation(head.operation)
    reached = _through(parts, after, head.outputs[0], flat.outputs[0], given, own)
    return reached.ravel() if reached.size == given.size else None


def _head(after: Sequence[access.Step]) -> access.Step | None:
    return next(filter(_has_weights, after), None)


def _has_weights(step: access.Step) -> bool:
    return bool(getattr(step.operation, "weights", None))


def _through(
    parts: Parts,
    steps: Sequence[access.Step],
    start: int,
    goal: int,
    values: NDArray,
    first: Callable[[Any], Any] | None = None,
) -> NDArray:
    """What reaches the slot ``goal`` of the values in the slot ``start``, ``first`` made of them.

    Where steps may tell a batch of the notebook from what is asked here, they are asked as the
    notebook asks them: in a graph, in which the number of pictures is open, and in a whole batch.
    """
    if goal == start and first is None:
        return values

    def run(tensor: Any) -> Any:
        tensor = tensor if first is None else first(tensor)
        return access.evaluate(steps, {start: tensor}, training=False, until=goal)[goal]

    if parts.straight:
        return access.to_numpy(run(access.tensor_of(values)))
    whole = np.resize(values, (probes.BATCH, *values.shape[1:]))
    return traced.in_graph(run, [whole])(whole)[: len(values)]
