"""What is seen of Keras objects: made by :mod:`describe` and :mod:`settings`, read by the judge.

Standard library only, so that judging needs no Keras.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from alpaca_course.kernel.seen import Bound, Count, ErrorSeen, Name, Number

MAX_SIDES = 8
MAX_STAGES = 60
MAX_LAYERS = 1000
MAX_METRICS = 8
# Of training, at which a schedule is asked: each of the first, and then ever fewer.
STEPS = (*range(64), *(round(64 * 1.5**power) for power in range(15)))

# Of batches of labels and outputs, so many of the first ones.
SLOPED = 4

Shape = Annotated[
    tuple[Annotated[int, Bound(ge=0, le=1_000_000)] | None, ...], Bound(max_length=MAX_SIDES)
]
Recorded = Literal["true", "false", "none", "omitted", "other"]
Triple = tuple[Number, Number, Number]


@dataclass(slots=True, kw_only=True)
class StageSeen:
    """One operation of a model.

    Attributes:
        kind: nearest public Keras class ("RandomFlip", "Dense", "TrueDivide").
        own_class: the class was made by the student.
        augmentation: one of Keras' random picture layers, or holds one.
        training: the ``training`` argument that the graph recorded.
        trainable_parameters: numbers that training may change.
        shape: output shape, None for unknown sides.
        constants: mean output for constant pictures of 0, 127.5 and 255 in inference, up to the
            backbone.
        mode: of a RandomFlip.
        factor: of a RandomRotation, lower and upper, in turns.
        rate: of a dropout layer.
        units: of a layer with a weight matrix.
        activation: by name, of a layer that has one.
    """

    kind: Name
    own_class: bool = False
    augmentation: bool = False
    training: Recorded = "omitted"
    trainable_parameters: Count = 0
    shape: Shape = ()
    constants: Triple | None = None
    mode: Name | None = None
    factor: tuple[Number, Number] | None = None
    rate: Number | None = None
    units: Count | None = None
    activation: Name | None = None


Stages = Annotated[tuple[StageSeen, ...], Bound(max_length=MAX_STAGES)]


@dataclass(slots=True, kw_only=True)
class BackboneSeen:
    """A convolutional network that is one layer of a model.

    Attributes:
        layers, depthwise, convolutions, batch_normalizations, additions, dense: numbers of layers.
        parameters: numbers in it, whether trainable or not.
        trainable: its own flag.
        trainable_parameters: numbers in it that training may change.
        output_shape: None for unknown sides.
        pooled: pooling it ends with.
        training: the ``training`` argument of the call that the graph recorded.
        weighted: per layer "b" batch normalization, "w" other weights, "-" none.
        trainable_layers: runs of (trainable, number of layers), from the first layer on; for a
            layer with weights: whether training the outer model may change them.
        fingerprint: SHA-256 over the weights; None where they were not read.
        fresh_statistics: every BatchNormalization has the statistics it is created with, so the
            network has never been trained.
    """

    layers: Count
    depthwise: Count
    convolutions: Count
    batch_normalizations: Count
    additions: Count
    dense: Count
    parameters: Count
    trainable: bool
    trainable_parameters: Count
    output_shape: Shape
    pooled: Literal["average", "maximum"] | None = None
    training: Recorded = "omitted"
    weighted: Annotated[str, Bound(max_length=MAX_LAYERS, pattern="^[bw-]*$")]
    trainable_layers: Annotated[tuple[tuple[bool, Count], ...], Bound(max_length=MAX_LAYERS)]
    fingerprint: Annotated[str, Bound(pattern="^[0-9a-f]{64}$")] | None = None
    fresh_statistics: bool = False

    def trainable_flags(self) -> list[bool]:
        """One flag for each layer, from ``trainable_layers``; at most MAX_LAYERS."""
        flags: list[bool] = []
        for flag, count in self.trainable_layers:
            flags += [flag] * min(count, MAX_LAYERS - len(flags))
        return flags


@dataclass(frozen=True, kw_only=True)
class LossSeen:
    """A loss, by type and by value.

    Attributes:
        kind: nearest public Keras class, or the name of a function.
        by_name: given as a string.
        values: for batches of labels and logits, the mean of what it gives; None where that is not
            finite.
        in_graph: the same in a graph, of a function of the student's own.
        slopes: of such a function, how that mean, times the number of pictures, goes with each of
            the outputs of the batches of ``SLOPED``.
    """

    kind: Name
    by_name: bool = False
    from_logits: bool | None = None
    label_smoothing: Number | None = None
    values: Annotated[tuple[Number | None, ...], Bound(max_length=16)] = ()
    in_graph: Annotated[tuple[Number | None, ...], Bound(max_length=16)] | None = None
    slopes: Annotated[tuple[Number | None, ...], Bound(max_length=64)] | None = None
    error: ErrorSeen | None = None


@dataclass(frozen=True, kw_only=True)
class OptimizerSeen:
    """An optimizer, by type and by what it does.

    Attributes:
        kind: nearest public Keras class.
        by_name: given as a string.
        learning_rate: of the first step.
        scheduled: the rate follows a schedule, or is a function.
        later_rates: of one that is scheduled, at the steps of ``STEPS``; or of a function, which
            may count its calls, at as many calls.
        averages: it puts averages in the place of weights now and then.
        decays: factors by which it forgets gradients and their squares (``beta_1``, ``beta_2``),
            where it has them.
        steps: by how much it changed a variable, step by step.
    """

    kind: Name
    by_name: bool = False
    learning_rate: Number | None = None
    scheduled: bool = False
    later_rates: Annotated[tuple[Number | None, ...], Bound(max_length=256)] = ()
    averages: bool = False
    decays: tuple[Number, Number] | None = None
    steps: Annotated[
        tuple[Annotated[tuple[Number | None, ...], Bound(max_length=8)], ...], Bound(max_length=4)
    ] = ()
    error: ErrorSeen | None = None


@dataclass(frozen=True, kw_only=True)
class MetricSeen:
    """A metric: a string as given, else the nearest public Keras class or a function's name.

    Attributes:
        kind: that name.
        by_name: given as a string.
        threshold: between the classes.
        values: for batches of labels and logits; none of a metric that is given by name, which is
            Keras' own.
        in_graph: the same in a graph, of a function of the student's own.
    """

    kind: Name
    by_name: bool = False
    threshold: Number | None = None
    values: Annotated[tuple[Number | None, ...], Bound(max_length=16)] = ()
    in_graph: Annotated[tuple[Number | None, ...], Bound(max_length=16)] | None = None


@dataclass(frozen=True, kw_only=True)
class SettingsSeen:
    """Loss, optimizer and metrics; None where there is none."""

    loss: LossSeen | None = None
    optimizer: OptimizerSeen | None = None
    metrics: Annotated[tuple[MetricSeen, ...], Bound(max_length=MAX_METRICS)] = ()
