"""What evidence of each exercise looks like: the collectors fill it, the rules read it.

On the trusted side these types are strict (no number becomes a string, no string a number), closed
(no further fields), and bounded in lengths and ranges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from alpaca_course.keras_probe.seen import (
    MAX_LAYERS,
    MAX_STAGES,
    BackboneSeen,
    SettingsSeen,
    Shape,
    Stages,
    Triple,
)
from alpaca_course.kernel.seen import (
    Bound,
    Count,
    ErrorSeen,
    EvidenceSeen,
    FunctionEvidence,
    Name,
    Number,
)
from notebooks.transfer_learning_mobilenet.evidence.seen_outline import OutlineSeen

Ways = Annotated[tuple[Name, ...], Bound(max_length=32)]
Pooling = Literal["average", "maximum", "sum", "flatten", "none", "other"]


@dataclass(frozen=True, kw_only=True)
class FlipsSeen:
    """What a flip layer did to ``pictures`` different noise pictures in training."""

    pictures: Count
    same: Count
    horizontal: Count
    vertical: Count
    both: Count
    other: Count


Place = Annotated[float, Bound(ge=-10.0, le=10.0, allow_inf_nan=False)]
Marks = Annotated[tuple[tuple[Place, Place, Place, Place], ...], Bound(max_length=32)]


@dataclass(frozen=True, kw_only=True)
class MarksSeen:
    """Where the two spots of marked pictures are after these were moved.

    Attributes:
        places: for each picture right and up of the first spot, and of the second, from the centre,
            in shorter sides of the picture.
        light: smallest and largest share of the spots' light that is left in a picture.
    """

    places: Marks
    light: tuple[Number, Number]


@dataclass(frozen=True, kw_only=True)
class SizeSeen:
    """What an augmenter did to marked pictures of one size.

    Attributes:
        height, width: in pixels.
        pictures: how many.
        changed: how many came out changed with ``training=True``.
        repeated: how many came out the same when they were asked once more.
        shape_kept: output shape is input shape, in training and inference.
        dtype: of the output.
        largest_change: of a pixel with ``training=False``.
        outside: how far pixels come out beyond 0 and 255 with ``training=True``.
        marks: where ``training=True`` moved the spots.
    """

    height: Count
    width: Count
    pictures: Count = 0
    changed: Count = 0
    repeated: Count = 0
    shape_kept: bool = False
    dtype: Name = ""
    largest_change: Number | None = None
    outside: Number | None = None
    marks: MarksSeen | None = None
    error: ErrorSeen | None = None


@dataclass(slots=True, kw_only=True)
class DataAugmenterEvidence(FunctionEvidence):
    """What ``data_augmenter()`` gives.

    Attributes:
        form: of what it returned: a "sequential" model, another "model" whose layers form one
            "chain" (both named so), or something else.
        layers: of the chain, nested models spelled out.
        fresh: two calls give two objects that share no layer and no source of random numbers.
        flips: of the RandomFlip layer alone.
        turned: of the RandomRotation layer alone.
        sizes: the whole augmenter on pictures of more than one size.
    """

    form: Literal["sequential", "chain", "model", "layer", "other"] = "other"
    layers: Stages = ()
    fresh: bool | None = None
    flips: FlipsSeen | None = None
    turned: MarksSeen | None = None
    sizes: Annotated[tuple[SizeSeen, ...], Bound(max_length=4)] = ()


@dataclass(frozen=True, kw_only=True)
class BuildSeen:
    """One call of ``alpaca_model``.

    Attributes:
        height, width: of the pictures, in pixels.
        own_augmenter: it was handed what ``data_augmenter()`` gives, and not the collector's own.
        returned: what it gave, in a few words.
        input_shapes, output_shapes: of the model.
        outline: of the model.
    """

    height: Count
    width: Count
    own_augmenter: bool = False
    returned: Name = ""
    input_shapes: Annotated[tuple[Shape, ...], Bound(max_length=8)] = ()
    output_shapes: Annotated[tuple[Shape, ...], Bound(max_length=8)] = ()
    outline: OutlineSeen | None = None
    error: ErrorSeen | None = None


@dataclass(frozen=True, kw_only=True)
class EntranceSeen:
    """What reaches the backbone, by value.

    Attributes:
        constants: mean for constant pictures of 0, 127.5 and 255 in inference.
        spread: largest difference between the channels or pixels of one such picture.
        pixels: of a noise picture in inference, at the places of :func:`probes.pixels`.
        pictures: marked pictures that went through in training.
        changed: how many of them reached the backbone otherwise than in inference.
        marks: where training moved their spots.
    """

    constants: Triple | None = None
    spread: Number | None = None
    pixels: Annotated[tuple[Number | None, ...], Bound(max_length=32)] = ()
    pictures: Count = 0
    changed: Count = 0
    marks: MarksSeen | None = None
    error: ErrorSeen | None = None


@dataclass(frozen=True, kw_only=True)
class DropsSeen:
    """What two calls in training make zero of numbers that are never zero.

    Attributes:
        numbers: how many there are.
        first, second: share that the calls make zero.
        both: share that is zero in both calls.
        neighbours: share that is zero in a picture and in the next one of the same call.
        kept: smallest and largest factor by which the others differ from inference.
    """

    numbers: Count
    first: Number
    second: Number
    both: Number
    neighbours: Number
    kept: tuple[Number, Number] | None = None


@dataclass(frozen=True, kw_only=True)
class PassageSeen:
    """What happens between the backbone and the head, by value, on random feature maps.

    Attributes:
        feature_shape: what the backbone gives.
        pooling: which pooling the head's input equals in inference.
        pooling_of_positive: the same for the pictures of which no number is negative.
        maps: what the maps of :func:`probes.told_maps` are pooled to.
        drops: what training makes zero of the head's input.
        dropped_in_inference: share of zeros in inference.
    """

    feature_shape: Shape = ()
    pooling: Pooling | None = None
    pooling_of_positive: Pooling | None = None
    maps: Annotated[tuple[Number | None, ...], Bound(max_length=16)] = ()
    drops: DropsSeen | None = None
    dropped_in_inference: Number | None = None
    error: ErrorSeen | None = None


@dataclass(frozen=True, kw_only=True)
class HeadSeen:
    """From the first layer with weights after the backbone to the output.

    Attributes:
        weighted_layers: number of layers with weights.
        units: of the output.
        linear: the output is an affine function of the head's input.
        squashed: name of the squashing function the output passes through, where it is known.
        input_rank: number of dimensions of the head's input, the batch included.
        learns: a linear answer has a gradient by the features, and changes as that says; of others
            it is not looked at.
    """

    weighted_layers: Count
    units: Count | None = None
    linear: bool | None = None
    squashed: Name | None = None
    input_rank: Count = 0
    learns: bool | None = None
    error: ErrorSeen | None = None


@dataclass(frozen=True, kw_only=True)
class AnswerSeen:
    """What the network gives for :func:`probes.known_picture` in inference.

    Attributes:
        side: of the picture, in pixels.
        values: the :func:`probes.mixtures` of its features, averaged over the picture.
    """

    side: Count
    values: Annotated[tuple[Number | None, ...], Bound(max_length=64)]


@dataclass(slots=True, kw_only=True)
class ModelSeen:
    """The model that ``alpaca_model`` gave, in detail.

    Attributes:
        kind: nearest public Keras class.
        stages: operations in the order of the graph, nested models spelled out.
        backbone_at: index of the backbone among the stages.
        flat_backbone: a network's layers lie among the model's own, not in one layer.
        uses_argument: the augmenter that was handed in is in the model.
        own_ways: what the class of the model does otherwise than Keras' own, by name.
        answer: what the network gives for a picture in inference.
        trainable_parameters, parameters: of the whole model.
    """

    kind: Name
    stages: Stages = ()
    truncated: bool = False
    backbone_at: Count | None = None
    flat_backbone: bool = False
    uses_argument: bool = False
    own_ways: Ways = ()
    answer: AnswerSeen | None = None
    trainable_parameters: Count = 0
    parameters: Count = 0
    backbone: BackboneSeen | None = None
    entrance: EntranceSeen | None = None
    passage: PassageSeen | None = None
    head: HeadSeen | None = None
    error: ErrorSeen | None = None


@dataclass(slots=True, kw_only=True)
class AlpacaModelEvidence(FunctionEvidence):
    """What ``alpaca_model(image_shape, data_augmentation)`` gives."""

    builds: Annotated[tuple[BuildSeen, ...], Bound(max_length=4)] = ()
    model: ModelSeen | None = None


@dataclass(frozen=True, kw_only=True)
class StepSeen:
    """What a step of training moves; nothing is left changed.

    Attributes:
        moved: per layer of the backbone "m" weights moved, "." did not, "-" has none.
        statistics_moved: number of BatchNormalization layers whose statistics moved.
        frozen_statistics_moved: the same among layers that are not trainable.
        rest_moved: weights outside the backbone moved.
        rest_trainable: some of them may move, whether the head gives them a gradient or not.
        rest_frozen: of a layer outside it the kernel or the bias may not.
        loss: what the step lowers, before it.
    """

    moved: Annotated[str, Bound(max_length=MAX_LAYERS, pattern="^[m.-]*$")] = ""
    statistics_moved: Count = 0
    frozen_statistics_moved: Count = 0
    rest_moved: bool = False
    rest_trainable: bool = False
    rest_frozen: bool = False
    loss: Number | None = None
    error: ErrorSeen | None = None


@dataclass(frozen=True, kw_only=True)
class AgreementSeen:
    """Whether the notebook uses what was looked at in the exercises before.

    Attributes:
        built: what ``alpaca_model`` gave for the notebook's size when it was looked at.
        own_augmenter: it was handed what ``data_augmenter`` gave.
        model2: the model that the notebook made with it.
        augmenter: layers that ``data_augmenter`` gave when it was looked at.
        data_augmentation: those of the augmenter that the notebook made with it.
        moved: what that augmenter does to pictures of the notebook's own size in training.
    """

    built: OutlineSeen | None = None
    own_augmenter: bool = False
    model2: OutlineSeen | None = None
    augmenter: Annotated[tuple[Name, ...], Bound(max_length=MAX_STAGES)] | None = None
    data_augmentation: Annotated[tuple[Name, ...], Bound(max_length=MAX_STAGES)] | None = None
    moved: MarksSeen | None = None


@dataclass(frozen=True, kw_only=True)
class HintsSeen:
    """What the text of the student's cells suggests; used for wording and advisories, not points.

    Attributes:
        sets_trainable_true: a loop sets ``trainable`` to True.
        falsy_trainable: ``trainable`` is set to something that only counts as False.
        compiled_before_freezing: the cell compiles before it sets ``trainable``.
    """

    sets_trainable_true: bool = False
    falsy_trainable: bool = False
    compiled_before_freezing: bool = False


@dataclass(slots=True, kw_only=True)
class FineTuningEvidence(EvidenceSeen):
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
        optimizer_is_tied: it has its variables already, and not all that are to be trained.
        flags_changed_since_compile: ``trainable`` was set after the last compile; None if Keras
            does not say.
        in_model: settings ``model2`` is compiled with.
        in_names: ``loss_function``, ``optimizer``, ``metrics``; without values, where it is what
            ``model2`` is compiled with.
        own_ways: what the class of ``model2`` does otherwise than Keras' own, by name.
    """

    names: Annotated[dict[Name, Name], Bound(max_length=16)] = field(default_factory=dict)
    inside: BackboneSeen | None = None
    flat_backbone: bool = False
    base_model_is_inside: bool = False
    outside: BackboneSeen | None = None
    fine_tune_at: Annotated[int, Bound(ge=-1_000_000, le=1_000_000)] | None = None
    base_learning_rate: Number | None = None
    frozen_learning_rate: Number | None = None
    compiled: bool = False
    own_optimizer: bool | None = None
    optimizer_is_tied: bool = False
    flags_changed_since_compile: bool | None = None
    in_model: SettingsSeen | None = None
    in_names: SettingsSeen | None = None
    step: StepSeen | None = None
    own_ways: Ways = ()
    agreement: AgreementSeen = AgreementSeen()
    hints: HintsSeen = HintsSeen()
