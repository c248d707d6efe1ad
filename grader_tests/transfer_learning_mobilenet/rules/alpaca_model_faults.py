"""What the rules of ``alpaca_model`` read out of the stages, and the wording of their faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from alpaca_course.contract.rule import Facts, Fault, Undecided
from alpaca_course.keras_probe.seen import StageSeen
from grader_tests.transfer_learning_mobilenet.rules.alpaca_model_hints import HINTS
from grader_tests.transfer_learning_mobilenet.rules.measured import (
    answers_as_known,
    contents_kept,
    features_averaged,
    maps_averaged,
    motions,
    pixels_scaled,
    straight,
)
from grader_tests.transfer_learning_mobilenet.rules.outlines import difference
from grader_tests.transfer_learning_mobilenet.rules.words import (
    OWN_WAYS,
    hint_of,
    listed,
    number,
)
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen import (
    AlpacaModelEvidence,
    BuildSeen,
    DropsSeen,
    EntranceSeen,
    ModelSeen,
    OutlineSeen,
    PassageSeen,
)

ACTIVATIONS = {"Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "Softmax", "Relu", "Sigmoid"}


# Ways of a model by which its layers do not say what it computes.
COMPUTES = {"__call__", "call", "stateless_call", "__getattr__", "__getattribute__"}
# Layers that move pictures and change nothing else; the last is the collector's.
_MOVES = {"RandomFlip", "RandomRotation", "RandomTranslation"}
_LARGEST_MAP = 200 * 200  # numbers; larger than any picture that the collector shows
_EVEN = 0.01  # within a picture of one colour
_OPEN_SIDE = 3  # of feature maps, where a model leaves the size of its pictures open


def described(e: AlpacaModelEvidence) -> ModelSeen | None:
    """The model that was looked at, if the notebook's own is the same and does what it says."""
    if e.model is None or COMPUTES & set(e.model.own_ways) or another_model_fault(e):
        return None
    return e.model


def undescribed(e: AlpacaModelEvidence) -> Undecided:
    """Why a rule has nothing to look at: no backbone, or no model that is described at all."""
    if described(e) is not None:
        return Undecided("no backbone was found as one layer of the model.", "backbone")
    because = "for the notebook's own pictures and augmenter another model is built."
    if e.model is None:
        because = "alpaca_model gave no model that could be looked at."
    elif COMPUTES & set(e.model.own_ways):
        because = OWN_WAYS.format(listed(e.model.own_ways))
    return Undecided(because, "input_shape")


def outlines(e: AlpacaModelEvidence) -> tuple[OutlineSeen, OutlineSeen] | None:
    """Of the model for the notebook's own size, and of the one that is described."""
    if len(e.builds) != 2:
        return None
    other, own = e.builds[0].outline, e.builds[1].outline
    return None if own is None or other is None else (own, other)


def another_model_fault(e: AlpacaModelEvidence) -> Fault | None:
    """The function gives other layers for the notebook's own size and augmenter than for others.

    The augmenter's own layers play no part: they are judged in their exercise.
    """
    both = outlines(e)
    if both is None:
        return _no_outline_fault(e)
    if both[0].stages == both[1].stages:
        return None
    own, other = e.builds[1], e.builds[0]
    return Fault(
        f"For pictures of {own.height} × {own.width} and the notebook's own augmenter it builds "
        f"another model than for {other.height} × {other.width} and another augmenter, with "
        f"{difference(*both)}.",
        "The size and the augmenter are all that may differ between two models.",
    )


def _no_outline_fault(e: AlpacaModelEvidence) -> Fault | None:
    """One of two models has no graph to compare: then nothing says that it is the same."""
    built = [build for build in e.builds if build.input_shapes]
    if len(built) < 2 or not any(build.outline for build in built):
        return None
    return Fault(
        "Of one of the models that it builds for two sizes the layers could not be looked at.",
        "The size and the augmenter are all that may differ between two models.",
    )


_SIZE = "The size of the pictures is all that may differ between two models."


def own_pixels_fault(e: AlpacaModelEvidence) -> Fault | None:
    """Pixels of the notebook's own size, or in a graph, are scaled in another way than others."""
    for build, outline in _own_first(e):
        size = f"{build.height} × {build.width}"
        if outline.pixels is not None and not near(outline.pixels, (-1.0, 0.0, 1.0)):
            fault = preprocessing_fault(outline.pixels, 0.0)
            seen = f"{fault.seen[0].lower()}{fault.seen[1:]}"
            return Fault(f"In pictures of {size}, {seen}", fault.hint)
        found = outline.computed
        even = found.spread is not None and found.spread < _EVEN
        if not (even and pixels_scaled(e.challenge, found.pixels)):
            return Fault(
                f"In pictures of {size}, single pixels do not reach the backbone as they should.",
                "Each pixel is scaled by itself, and all in the same way.",
            )
    return None


def own_features_fault(e: AlpacaModelEvidence) -> Fault | None:
    """What the head gets of the features, for the notebook's own size or in a graph."""
    shape = e.model.passage.feature_shape if e.model and e.model.passage else ()
    maps = (shape[-1] if shape else None) or 0
    for build, outline in _own_first(e):
        if not features_averaged(e.challenge, maps, outline.computed.features):
            return Fault(
                f"For pictures of {build.height} × {build.width} what the head gets is not the "
                "average of each feature map.",
                _SIZE,
            )
    return None


def own_answers_fault(e: AlpacaModelEvidence) -> Fault | None:
    """What follows the head changes its answer, for the notebook's own size or in a graph."""
    found = [(build, outline.computed.answers) for build, outline in _own_first(e)]
    for build, answers in found:
        same = all(map(_same, answers, found[-1][1]))
        if not (straight(answers) and same):
            return Fault(
                f"For pictures of {build.height} × {build.width} the head's answer does not come "
                "out as it is.",
                _SIZE,
            )
    return None


def own_mode_fault(e: AlpacaModelEvidence) -> Fault | None:
    """The mode in which the backbone is called for the notebook's own size."""
    both = outlines(e)
    if both is None or both[0].computed.training == both[1].computed.training:
        return None
    side = e.builds[1]
    return Fault(
        f"For pictures of {side.height} × {side.width} the backbone is called in another mode.",
        _SIZE,
    )


def _own_first(e: AlpacaModelEvidence) -> list[tuple[BuildSeen, OutlineSeen]]:
    """The models that were asked, that of the notebook's own size first."""
    found = [(build, build.outline) for build in reversed(e.builds) if build.outline is not None]
    return [(build, outline) for build, outline in found if outline is not None]


def _same(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= 1e-3 * max(1.0, abs(other))


def own_trainable_fault(e: AlpacaModelEvidence) -> Fault | None:
    """The backbone for pictures of the notebook's own size is not frozen, others are."""
    both = outlines(e)
    if both is None or not both[0].trainable:
        return None
    side = e.builds[1]
    return Fault(
        f"For pictures of {side.height} × {side.width} the backbone is not frozen: "
        f"{both[0].trainable:,} of its parameters are trainable.",
        "A layer has an attribute that says whether training may change it.",
    )


def moving_fault(challenge: str, entrance: EntranceSeen, kinds: Sequence[str]) -> Fault | None:
    """What training does to pictures before the backbone, where only moving them is known of."""
    if entrance.error is not None or entrance.marks is None or not set(kinds) <= _MOVES:
        return None
    found = motions(challenge, "model", entrance.marks)
    scaled = pixels_scaled(challenge, entrance.pixels)
    kept = contents_kept(entrance.marks, found, scaled=scaled)
    if kept and any(motion.moved for motion in found):
        return None
    return Fault(
        "In training, what is in the pictures reaches the backbone changed instead of mirrored, "
        "turned or shifted.",
        "Noise, brightness and dropped parts are no augmentation of the kind that was asked for.",
    )


def pixel_fault(challenge: str, entrance: EntranceSeen) -> Fault | None:
    """Pictures of one value are scaled rightly; are those of many?"""
    if pixels_scaled(challenge, entrance.pixels):
        return None
    if not entrance.pixels:
        return Fault("The pictures reach the backbone in another size.")
    values = probes.pixel_values(challenge)
    value, seen = max(
        zip(values, entrance.pixels, strict=False),
        key=lambda pair: abs((pair[1] or 0.0) - pair[0] / 127.5 + 1.0),
    )
    return Fault(
        "Pictures of one colour reach the backbone rightly scaled, and others do not: there a "
        f"pixel of {number(value)} arrives as {number(seen or 0.0)}.",
        "Each pixel is scaled by itself, and all in the same way.",
    )


def answers_otherwise(challenge: str, model: ModelSeen, facts: Facts) -> bool:
    """Whether a network with known weights gives another answer than these weights give."""
    known, found = facts.get("weights"), model.backbone
    if known is None or found is None or model.answer is None or found.pooled == "maximum":
        return False
    if found.fingerprint is None or found.fingerprint not in known.fingerprints.values():
        return False
    return not answers_as_known(challenge, known, found.fingerprint, model.answer)


def averages(challenge: str, passage: PassageSeen) -> bool:
    """Whether the maps that are told of are reduced to their averages, whatever their scale."""
    sides = [side or _OPEN_SIDE for side in passage.feature_shape[1:]]
    # What evidence says is not believed: nobody's maps are so large that telling them takes time.
    if len(sides) != 3 or sides[0] * sides[1] > _LARGEST_MAP:
        return False
    return maps_averaged(challenge, tuple(sides), passage.maps)


def chance_fault(drops: DropsSeen, rate: float) -> Fault | None:
    """The right share is dropped; is it by chance, and is the rest made up for it?"""
    if abs(drops.both - rate**2) > 0.011:
        return Fault(
            "In training the same features are dropped again at the next step.",
            "What is dropped has to be drawn anew at each step; Keras has a layer that does so.",
        )
    if abs(drops.neighbours - rate**2) > 0.011:
        return Fault(
            "In training the same features are dropped for every picture of a batch.",
            "What is dropped is drawn for each picture by itself unless it is told otherwise.",
        )
    if drops.kept is None or any(abs(each * (1.0 - rate) - 1.0) > 0.01 for each in drops.kept):
        return Fault(
            "In training the features that are kept are not scaled up to make up for the others.",
            "Keras has a layer that does both.",
        )
    return None


def is_linear(stage: StageSeen) -> bool:
    return stage.kind == "Activation" and stage.activation in ("linear", None)


def strange_stages(model: ModelSeen) -> list[str]:
    """Kinds of the activations after the backbone."""
    if model.backbone_at is None:
        return []
    after = model.stages[model.backbone_at + 1 :]
    return [stage.kind for stage in after if stage.kind in ACTIVATIONS and not is_linear(stage)]


def before_backbone(model: ModelSeen) -> Sequence[StageSeen]:
    return model.stages[: model.backbone_at]


def applied_twice(before: Sequence[StageSeen]) -> bool:
    kinds = Counter(stage.kind for stage in before if stage.augmentation)
    return any(count > 1 for count in kinds.values())


def changing_stages(before: Sequence[StageSeen]) -> list[int]:
    """Stages that change the values of constant pictures in inference: the preprocessing."""
    found, last = [], (0.0, 127.5, 255.0)
    for index, stage in enumerate(before):
        if stage.constants is None:
            continue
        if not near(stage.constants, last):
            found.append(index)
        last = stage.constants
    return found


def near(values: Sequence[float], wanted: Sequence[float]) -> bool:
    return all(abs(a - b) < 2e-3 * max(1.0, abs(b)) for a, b in zip(values, wanted, strict=True))


def preprocessing_fault(values: tuple[float, float, float], spread: float) -> Fault:
    shown = ", ".join(number(value) for value in values)
    seen = f"Pixels of 0, 127.5 and 255 reach the backbone as {shown}"
    if spread >= 0.01:
        return Fault(
            f"{seen} on average, with each colour channel shifted by itself: this is another "
            "network's preprocessing.",
            "Every pretrained network comes with a preprocessing of its own.",
        )
    if near(values, (0.0, 127.5, 255.0)):
        return Fault(f"{seen}: there is no preprocessing.", "What did the weights expect?")
    if near(values, (0.0, 0.5, 1.0)):
        return Fault(
            f"{seen}: they are divided by 255, which gives 0 to 1.",
            "The range must be centred at zero; compare with what preprocess_input does.",
        )
    if near([100 * (v + 1) for v in values], (-0.7843, 0.0, 0.7843)):
        return Fault(f"{seen}: the preprocessing is applied twice.", "Look for a second call.")
    return Fault(f"{seen}.", "Compare with what preprocess_input does to the value range.")


def dropout_fault(model: ModelSeen, share: float) -> Fault:
    at = model.backbone_at or 0
    after = list(model.stages[at + 1 :])
    drops = [i for i, stage in enumerate(after) if "Dropout" in stage.kind]
    heads = [i for i, stage in enumerate(after) if stage.trainable_parameters]
    if share > 0.001:
        return Fault(
            f"In training {share:.0%} of the features are dropped.",
            "Check the rate." if len(drops) < 2 else f"There are {len(drops)} dropout layers.",
        )
    if not drops:
        return Fault("There is no dropout between the backbone and the head.")
    if heads and drops[0] > heads[0]:
        return Fault("The dropout comes after the head: it drops the answer itself.")
    kind = after[drops[0]].kind
    if kind in ("AlphaDropout", "GaussianDropout"):
        return Fault(
            f"A layer {kind} is in the dropout's place: it sets no feature to zero.",
            "It changes features in another way. Which layer drops them?",
        )
    return Fault(
        "The dropout does not act on the pooled features (rate "
        f"{number(after[drops[0]].rate or 0.0)}).",
        "Does it come before the pooling, or is its rate zero?",
    )


def squash_text(name: str | None) -> str:
    return f" and passes through a {name}" if name else ""


def error_hint(e: AlpacaModelEvidence) -> str:
    if e.function.returned == "None":
        return (
            "Is the result of the last step called outputs, as the end of the function expects, "
            "and is the model returned?"
        )
    return hint_of(e.function.error.text, HINTS) if e.function.error else ""


def size_hint(build: BuildSeen) -> str:
    """What may be wrong where one call of the function stops and another does not."""
    if build.height in probes.MODEL_SIZES:
        return "Is a picture size written into the function?"
    return "The notebook calls it by position: the size first, then the augmentation."


def shape_text(shape: Sequence[int | None]) -> str:
    return "(" + ", ".join("any" if side is None else str(side) for side in shape) + ")"


def output_text(build: BuildSeen) -> str:
    return " and ".join(shape_text(shape) for shape in build.output_shapes)
