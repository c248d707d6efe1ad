"""What evidence says of a model to compare it with another one; a part of :mod:`seen`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from alpaca_course.keras_probe.seen import MAX_STAGES, Recorded, Triple
from alpaca_course.kernel.seen import Bound, Count, Name, Number

Numbers = Annotated[tuple[Number | None, ...], Bound(max_length=32)]


@dataclass(frozen=True, kw_only=True)
class ComputedSeen:
    """What a model of any size makes of the same numbers, in inference.

    Layers in words do not say what constants they were given, so a model is asked as well. What
    could not be computed is empty.

    Attributes:
        pixels: of a noise picture of the model's own size, at the places of
            :func:`probes.pixels`, as they reach the first network past the augmentation.
        spread: largest difference within one of the constant pictures there.
        features: the :func:`probes.mixtures` of what reaches the head of the maps of
            :func:`probes.level_maps`.
        answers: what the layers behind the head make of :data:`probes.LOGITS`.
        training: the mode in which the graph calls the first network.
    """

    pixels: Numbers = ()
    spread: Number | None = None
    features: Numbers = ()
    answers: Numbers = ()
    training: Recorded = "omitted"


@dataclass(frozen=True, kw_only=True)
class OutlineSeen:
    """A model in a few words, to tell whether another one is built the same way.

    Attributes:
        stages: its operations in order, each with what was chosen of it; without the augmentation,
            and a network in one word, also where its layers lie among the model's own.
        pixels: what pixels of 0, 127.5 and 255 reach the first network as, past the
            augmentation.
        trainable: how many numbers of the first network training may change; None where it is not
            told.
        augmentation: the layers of the augmentation, likewise.
        untrained: the first network's statistics are those that it is created with; None where it
            has no values.
        computed: what it makes of numbers.
        fingerprint: of the first network's weights, where the function may have changed them for
            the notebook's own size.
    """

    stages: Annotated[tuple[Name, ...], Bound(max_length=MAX_STAGES)] = ()
    pixels: Triple | None = None
    trainable: Count | None = None
    augmentation: Annotated[tuple[Name, ...], Bound(max_length=MAX_STAGES)] = ()
    untrained: bool | None = None
    computed: ComputedSeen = ComputedSeen()
    fingerprint: Annotated[str, Bound(pattern="^[0-9a-f]{64}$")] | None = None
