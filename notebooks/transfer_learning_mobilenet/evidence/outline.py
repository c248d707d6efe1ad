"""A model in a few words, and what was looked at in the exercises before. Beside the student.

An exercise's evidence says what its function gave when it was looked at. The notebook calls it
again, and the next exercise works with what comes of that: so each collector remembers what it has
seen for the collectors after it in the same kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alpaca_course.keras_probe import access
from alpaca_course.keras_probe.describe import in_a_word, network_in_a_word, untrained
from alpaca_course.keras_probe.fingerprint import fingerprint_of_arrays
from alpaca_course.keras_probe.seen import MAX_STAGES
from notebooks.transfer_learning_mobilenet.evidence.computed import Parts, computed
from notebooks.transfer_learning_mobilenet.evidence.seen_outline import ComputedSeen, OutlineSeen

_remembered: dict[str, Any] = {}


def remember(what: str, seen: Any) -> None:
    """Keep what was seen for the exercises after this one."""
    _remembered[what] = seen


def remembered(what: str) -> Any:
    """What an exercise before this one has kept; None where it was not looked at here."""
    return _remembered.get(what)


def in_words(layers: Sequence[Any]) -> tuple[str, ...]:
    """Each of the layers in a few words."""
    return tuple(in_a_word(layer) for layer in layers[:MAX_STAGES])


def outline_of(
    model: Any,
    flat: access.Flat,
    augmenter: Any,
    challenge: str,
    *,
    values: bool,
    trainable: bool,
    own: bool = False,
) -> OutlineSeen:
    """The outline of a model.

    Args:
        model: it.
        flat: its graph.
        augmenter: what it was handed; its layers are no stages.
        challenge: of the execution.
        values: its weights have values.
        trainable: whether training may change the network belongs to it.
        own: the network's weights are told here, if they have values; mostly they are elsewhere.
    """
    at = next((i for i, s in enumerate(flat.steps) if access.is_network(s.operation)), None)
    augmenting = augmenting_steps(flat, augmenter)
    network = None if at is None else flat.steps[at].operation
    first, last = flat_network(flat) if at is None else (at, at)
    seen, pixels = ComputedSeen(), None
    if first is not None and last is not None and len(flat.inputs) == 1:
        parts = Parts(flat, behind(augmenting, first), first, last)
        seen, pixels = computed(parts, challenge)
    return OutlineSeen(
        stages=_stages(flat, augmenting, first, last),
        pixels=pixels,
        trainable=_trainable(model, network) if network is not None and trainable else None,
        augmentation=in_words([flat.steps[i].operation for i in sorted(augmenting)]),
        untrained=untrained(network.layers) if network is not None and values else None,
        computed=seen,
        fingerprint=fingerprint_of_arrays(access.arrays(network.weights))
        if network is not None and values and own
        else None,
    )


def behind(augmenting: set[int], network: int) -> int:
    """The first step behind the augmentation that comes before the network."""
    return max((i for i in augmenting if i < network), default=-1) + 1


def _stages(
    flat: access.Flat, augmenting: set[int], first: int | None, last: int | None
) -> tuple[str, ...]:
    """The steps but the augmentation's in words, those of a network in one."""
    operations = [step.operation for step in flat.steps]
    if first is None or last is None or first == last:
        return in_words([each for i, each in enumerate(operations) if i not in augmenting])
    before, after = (
        in_words([operations[i] for i in part if i not in augmenting])
        for part in (range(first), range(last + 1, len(operations)))
    )
    network = network_in_a_word("Layers", operations[first : last + 1])
    return (*before, network, *after)[:MAX_STAGES]


def flat_network(flat: access.Flat) -> tuple[int | None, int | None]:
    """First and last step of a network whose layers lie among the model's own.

    It begins with the first convolution and ends with the activation after the last weights that
    belong to a convolution or a normalization.
    """
    operations = [step.operation for step in flat.steps]
    if sum(access.is_depthwise(operation) for operation in operations) < 10:
        return None, None
    first = next(i for i, x in enumerate(operations) if access.is_convolution(x))
    last = max(
        i
        for i, x in enumerate(operations)
        if access.is_convolution(x) or access.is_batch_normalization(x)
    )
    if last + 1 < len(operations) and access.is_activation(operations[last + 1]):
        last += 1
    return first, last


def outside(steps: list[access.Step], first: int | None, last: int | None) -> list[access.Step]:
    """The steps, with the inside of a flat network left out but for its first."""
    if first is None or last is None:
        return steps
    return [*steps[: first + 1], *steps[last + 1 :]]


def _trainable(model: Any, network: Any) -> int:
    """How many numbers of the network training the model may change."""
    own = {id(weight) for weight in network.weights}
    return access.parameters([v for v in model.trainable_variables if id(v) in own])


def augmenting_steps(flat: access.Flat, augmenter: Any) -> set[int]:
    """Which steps are the augmenter's, or random layers of Keras."""
    mine = {id(each) for each in [augmenter, *access.contained_layers(augmenter)]}
    return {
        i
        for i, step in enumerate(flat.steps)
        if id(step.operation) in mine or _is_random(step.operation)
    }


def _is_random(operation: Any) -> bool:
    # A network has many layers, and none of them is looked for here.
    return not access.is_network(operation) and access.is_random_picture_layer(operation)
