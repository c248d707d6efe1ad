"""Evidence as typed data: what each exercise's evidence says, field by field.

The rules read it as these types; nothing beside students' code imports this module.

Closed (no further fields), frozen, and bounded in lengths and ranges; the engine reads every lab's
evidence strictly (no number becomes a string, no string a number).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_TEXT = 400
MAX_NUMBER = 1e12

Text = Annotated[str, Field(max_length=MAX_TEXT)]
Name = Annotated[str, Field(max_length=80)]
Count = Annotated[int, Field(ge=0, le=10_000_000_000)]
Number = Annotated[float, Field(ge=-MAX_NUMBER, le=MAX_NUMBER, allow_inf_nan=False)]
Side = Annotated[int, Field(ge=0, le=1_000_000)] | None
Shape = Annotated[tuple[Side, ...], Field(max_length=8)]
Recorded = Literal["true", "false", "none", "omitted", "other"]
Triple = tuple[Number, Number, Number]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ErrorSeen(_Part):
    """An exception of the student's code: class name and message, one line each."""

    type: Name
    text: Text


class FunctionSeen(_Part):
    """What became of a function: is it there, what did it return or raise."""

    status: Literal["missing", "not callable", "returned", "raised"]
    returned: Name = ""
    error: ErrorSeen | None = None


class StageSeen(_Part):
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


Stages = Annotated[tuple[StageSeen, ...], Field(max_length=60)]


class BackboneSeen(_Part):
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
    weighted: Annotated[str, Field(max_length=1000, pattern="^[bw-]*$")]
    trainable_layers: Annotated[tuple[tuple[bool, Count], ...], Field(max_length=1000)]
    fingerprint: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    fresh_statistics: bool = False

    def trainable_flags(self) -> list[bool]:
        """One flag for each layer, from ``trainable_layers``; at most 1000."""
        flags: list[bool] = []
        for flag, count in self.trainable_layers:
            flags += [flag] * min(count, 1000 - len(flags))
        return flags


class _Evidence(_Part):
    """What evidence of every exercise begins with.

    Attributes:
        versions: of Keras and its backend, for people who look into a case.
        error: what ended the collection early, if anything did.
    """

    schema_version: Literal[1]
    challenge: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    versions: Annotated[dict[Name, Name], Field(max_length=8)] = {}
    error: ErrorSeen | None = None


class FlipsSeen(_Part):
    """What a flip layer did to ``pictures`` different noise pictures in training."""

    pictures: Count
    same: Count
    horizontal: Count
    vertical: Count
    both: Count
    other: Count


class SizeSeen(_Part):
    """What an augmenter did to different noise pictures of one size.

    Attributes:
        height, width: in pixels.
        pictures: how many.
        changed: how many came out changed with ``training=True``.
        shape_kept: output shape is input shape, in training and inference.
        dtype: of the output.
        largest_change: of a pixel with ``training=False``.
    """

    height: Count
    width: Count
    pictures: Count = 0
    changed: Count = 0
    shape_kept: bool = False
    dtype: Name = ""
    largest_change: Number | None = None
    error: ErrorSeen | None = None


class DataAugmenterEvidence(_Evidence):
    """What ``data_augmenter()`` gives.

    Attributes:
        function: what became of calling it.
        form: of what it returned: a "sequential" model, another "model" whose layers form one
            "chain" (both named so), or something else.
        layers: of the chain, nested models spelled out.
        fresh: two calls give two objects that share no layer.
        flips: of the RandomFlip layer alone.
        turns: of the RandomRotation layer alone, one for each picture, in turns.
        sizes: the whole augmenter on pictures of more than one size.
    """

    exercise: Literal["data_augmenter"]
    function: FunctionSeen
    form: Literal["sequential", "chain", "model", "layer", "other"] = "other"
    layers: Stages = ()
    fresh: bool | None = None
    flips: FlipsSeen | None = None
    turns: Annotated[tuple[Number, ...], Field(max_length=64)] | None = None
    sizes: Annotated[tuple[SizeSeen, ...], Field(max_length=4)] = ()


class BuildSeen(_Part):
    """One call of ``alpaca_model``."""

    height: Count
    width: Count
    returned: Name = ""
    input_shapes: Annotated[tuple[Shape, ...], Field(max_length=8)] = ()
    output_shapes: Annotated[tuple[Shape, ...], Field(max_length=8)] = ()
    error: ErrorSeen | None = None


class EntranceSeen(_Part):
    """What reaches the backbone, by value.

    Attributes:
        constants: mean for constant pictures of 0, 127.5 and 255 in inference.
        spread: largest difference between the channels or pixels of one such picture.
        pictures: noise pictures that went through in training.
        changed: how many of them reached the backbone otherwise than in inference.
    """

    constants: Triple | None = None
    spread: Number | None = None
    pictures: Count = 0
    changed: Count = 0
    error: ErrorSeen | None = None


class PassageSeen(_Part):
    """What happens between the backbone and the head, by value, on random feature maps.

    Attributes:
        feature_shape: what the backbone gives.
        pooling: which pooling the head's input equals in inference.
        dropped: share of zeros that training makes of numbers that are never zero.
        dropped_in_inference: the same in inference.
    """

    feature_shape: Shape = ()
    pooling: Literal["average", "maximum", "sum", "flatten", "none", "other"] | None = None
    dropped: Number | None = None
    dropped_in_inference: Number | None = None
    error: ErrorSeen | None = None


class HeadSeen(_Part):
    """From the first layer with weights after the backbone to the output.

    Attributes:
        weighted_layers: number of layers with weights.
        units: of the output.
        linear: the output is an affine function of the head's input.
        squashed: name of the squashing function the output passes through, where it is known.
        input_rank: number of dimensions of the head's input, the batch included.
    """

    weighted_layers: Count
    units: Count | None = None
    linear: bool | None = None
    squashed: Name | None = None
    input_rank: Count = 0
    error: ErrorSeen | None = None


class ModelSeen(_Part):
    """The model that ``alpaca_model`` gave, in detail.

    Attributes:
        kind: nearest public Keras class.
        stages: operations in the order of the graph, nested models spelled out.
        backbone_at: index of the backbone among the stages.
        flat_backbone: a network's layers lie among the model's own, not in one layer.
        uses_argument: the augmenter that was handed in is in the model.
        trainable_parameters, parameters: of the whole model.
    """

    kind: Name
    stages: Stages = ()
    truncated: bool = False
    backbone_at: Count | None = None
    flat_backbone: bool = False
    uses_argument: bool = False
    trainable_parameters: Count = 0
    parameters: Count = 0
    backbone: BackboneSeen | None = None
    entrance: EntranceSeen | None = None
    passage: PassageSeen | None = None
    head: HeadSeen | None = None
    error: ErrorSeen | None = None


class AlpacaModelEvidence(_Evidence):
    """What ``alpaca_model(image_shape, data_augmentation)`` gives."""

    exercise: Literal["alpaca_model"]
    function: FunctionSeen
    builds: Annotated[tuple[BuildSeen, ...], Field(max_length=4)] = ()
    model: ModelSeen | None = None


class LossSeen(_Part):
    """A loss, by type and by value.

    Attributes:
        kind: nearest public Keras class, or the name of a function.
        by_name: given as a string.
        values: for the challenge's pairs of label and logit, one at a time; None where the value
            is not finite.
    """

    kind: Name
    by_name: bool = False
    from_logits: bool | None = None
    label_smoothing: Number | None = None
    values: Annotated[tuple[Number | None, ...], Field(max_length=16)] = ()
    error: ErrorSeen | None = None


class OptimizerSeen(_Part):
    """An optimizer; ``learning_rate`` is that of the first step."""

    kind: Name
    by_name: bool = False
    learning_rate: Number | None = None
    scheduled: bool = False


class MetricSeen(_Part):
    """A metric: a string as given, else the nearest public Keras class or a function's name."""

    kind: Name
    by_name: bool = False
    threshold: Number | None = None


class SettingsSeen(_Part):
    """Loss, optimizer and metrics; None where there is none."""

    loss: LossSeen | None = None
    optimizer: OptimizerSeen | None = None
    metrics: Annotated[tuple[MetricSeen, ...], Field(max_length=8)] = ()


class StepSeen(_Part):
    """One eager training step on two pictures, undone afterwards.

    Attributes:
        moved: per layer of the backbone "m" weights moved, "." did not, "-" has none.
        statistics_moved: number of BatchNormalization layers whose statistics moved.
        frozen_statistics_moved: the same among layers that are not trainable.
        rest_moved: weights outside the backbone moved.
        rest_trainable: some of them may move, whether the head gives them a gradient or not.
        loss: what the step lowers, before it.
    """

    moved: Annotated[str, Field(max_length=1000, pattern="^[m.-]*$")] = ""
    statistics_moved: Count = 0
    frozen_statistics_moved: Count = 0
    rest_moved: bool = False
    rest_trainable: bool = False
    loss: Number | None = None
    error: ErrorSeen | None = None


class HintsSeen(_Part):
    """What the text of the student's cells suggests; used for wording and advisories, not points.

    Attributes:
        sets_trainable_true: a loop sets ``trainable`` to True.
        falsy_trainable: ``trainable`` is set to something that only counts as False.
        compiled_before_freezing: the cell compiles before it sets ``trainable``.
    """

    sets_trainable_true: bool = False
    falsy_trainable: bool = False
    compiled_before_freezing: bool = False


class FineTuningEvidence(_Evidence):
    """What the fine-tuning cell left behind.

    Attributes:
        names: the notebook's names that exist, each with the kind of its value.
        inside: the backbone inside ``model2``.
        base_model_is_inside: ``base_model`` is that very object.
        outside: ``base_model``, where it is another network.
        fine_tune_at, base_learning_rate: the student's values.
        frozen_learning_rate: of the optimizer that trained the frozen model.
        compiled: ``model2`` is compiled.
        own_optimizer: with another optimizer than the frozen model's; None if not known.
        flags_changed_since_compile: ``trainable`` was set after the last compile; None if Keras
            does not say.
        in_model: settings ``model2`` is compiled with.
        in_names: ``loss_function``, ``optimizer``, ``metrics``.
    """

    exercise: Literal["fine_tuning"]
    names: Annotated[dict[Name, Name], Field(max_length=16)] = {}
    inside: BackboneSeen | None = None
    flat_backbone: bool = False
    base_model_is_inside: bool = False
    outside: BackboneSeen | None = None
    fine_tune_at: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = None
    base_learning_rate: Number | None = None
    frozen_learning_rate: Number | None = None
    compiled: bool = False
    own_optimizer: bool | None = None
    flags_changed_since_compile: bool | None = None
    in_model: SettingsSeen | None = None
    in_names: SettingsSeen | None = None
    step: StepSeen | None = None
    hints: HintsSeen = HintsSeen()
