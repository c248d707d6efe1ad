"""Rules of UNQ_C2, ``alpaca_model(image_shape, data_augmentation)``, up to the backbone.

Those of what comes after it are in :mod:`alpaca_model_head`.

Chance: 16 marked pictures pass through the augmentation; a correct one that flips leaves all of
them alone with probability 2**-16 = 1.5e-5 at most, and one that also shifts or turns them never.
The share that dropout makes zero is counted over 2 x 8 x 1280 numbers: its standard deviation is
0.0028, the tolerance seven times that. What is zero in two calls, or in two pictures, is counted
over 8 x 1280 and 7 x 1280: 0.0021 at most, the tolerance five times that. Of a network's answer
eight sums with random signs are compared: that another answer has all of them within a fiftieth of
its own size has no probability to speak of.
"""

from __future__ import annotations

from alpaca_course.contract.rule import (
    Exercise,
    Facts,
    Fault,
    Outcome,
    Undecided,
)
from grader_tests.transfer_learning_mobilenet.rules.alpaca_model_faults import (
    COMPUTES,
    another_model_fault,
    answers_otherwise,
    applied_twice,
    before_backbone,
    changing_stages,
    described,
    error_hint,
    moving_fault,
    near,
    outlines,
    own_mode_fault,
    own_pixels_fault,
    own_trainable_fault,
    pixel_fault,
    preprocessing_fault,
    shape_text,
    size_hint,
    undescribed,
)
from grader_tests.transfer_learning_mobilenet.rules.words import (
    NO_TOP,
    NOT_ASKED,
    OWN_WAYS,
    describe_trainable,
    error_text,
    function_fault,
    listed,
    listing,
    plural,
)
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen import AlpacaModelEvidence

EXERCISE: Exercise[AlpacaModelEvidence] = Exercise("alpaca_model", AlpacaModelEvidence)

# MobileNetV2 of width 1.0 without its top, as Keras' documentation and source have it.
DEPTHWISE, BATCH_NORMALIZATIONS, ADDITIONS, PARAMETERS = 17, 52, 10, 2_257_984
AUGMENTATION = {"RandomFlip", "RandomRotation"}
PICTURES = 16


@EXERCISE.premise
def answers_the_challenge(e: AlpacaModelEvidence) -> str | None:
    """Sizes and numbers of pictures are those that this execution asked for."""
    asked = [(side, side) for side in (probes.model_size(e.challenge), probes.LAB_SIZE)]
    sizes = [(build.height, build.width) for build in e.builds]
    entrance = e.model.entrance if e.model else None
    counts = [entrance.pictures] if entrance and entrance.constants else []
    if entrance and entrance.marks:
        counts.append(len(entrance.marks.places))
    answer = e.model.answer if e.model else None
    # Of other sizes no network is asked; these would only cost the judge time.
    other = answer is not None and answer.side not in (probes.LAB_SIZE, *probes.MODEL_SIZES)
    if sizes != asked[: len(sizes)] or any(count != PICTURES for count in counts) or other:
        return NOT_ASKED
    return None


@EXERCISE.rule(
    points=4,
    title="Takes pictures of the given shape",
    expected="One input of the height and width in image_shape and three colour channels, "
    "whatever the size.",
    why="The same function has to serve other picture sizes without being rewritten.",
)
def input_shape(e: AlpacaModelEvidence) -> Outcome:
    if e.model is None:
        return Fault(function_fault("alpaca_model", e.function), error_hint(e))
    if computes := [way for way in e.model.own_ways if way in COMPUTES]:
        return Fault(
            OWN_WAYS.format(listed(computes)).capitalize(),
            "Build it with the functional API: from an Input to an output, in one Model.",
        )
    for build in e.builds:
        asked = f"For pictures of {build.height} × {build.width}"
        if build.error is not None:
            return Fault(f"{asked} it stopped with {error_text(build.error)}.", size_hint(build))
        if not build.input_shapes:
            return Fault(
                f"{asked} it gives {build.returned}: not a model with a fixed input, which could "
                "be looked into.",
                "Build it with the functional API: from an Input to an output, in one Model.",
            )
        if len(build.input_shapes) != 1:
            return Fault(f"{asked} the model has {plural(len(build.input_shapes), 'input')}.")
        if build.input_shapes[0] != (None, build.height, build.width, 3):
            return Fault(
                f"{asked} the model's input is {shape_text(build.input_shapes[0])}.",
                "The first number is that of the pictures in a batch. Leave it open."
                if build.input_shapes[0][1:] == (build.height, build.width, 3)
                else "Use the argument image_shape instead of a fixed size.",
            )
    return another_model_fault(e)


@EXERCISE.rule(
    points=5,
    title="Augments first, on raw pixels, once",
    expected="The pictures go through the augmentation before anything else, exactly once.",
    why="Augmentation works on pictures; fill values and ranges are right for raw pixels only.",
)
def augmentation_first(e: AlpacaModelEvidence) -> Outcome:
    model = described(e)
    if model is None or model.entrance is None:
        return undescribed(e)
    before = before_backbone(model)
    augmenting = [i for i, stage in enumerate(before) if stage.augmentation]
    after = [s for s in model.stages[len(before) + 1 :] if s.augmentation]
    if not augmenting and not model.entrance.changed:
        if after:
            return Fault("The augmentation comes after the backbone.", "It works on pictures.")
        return Fault("No augmentation is applied to the pictures.", "Is its output used?")
    if after:
        return Fault("Augmentation is applied after the backbone too.")
    if applied_twice(before):
        return Fault("The augmentation is applied twice.", "Apply it once, at the beginning.")
    if augmenting and any(i < augmenting[-1] for i in changing_stages(before)):
        return Fault(
            "The pictures are preprocessed before they are augmented.",
            "Which of the two steps works on raw pixels?",
        )
    if model.entrance.error is None and not model.entrance.changed:
        return Fault("In training the pictures reach the backbone unchanged.")
    kinds = [before[i].kind for i in augmenting]
    # Pixels that are dropped besides cost their points by themselves.
    dropped = kinds and any("Dropout" in stage.kind for stage in before)
    if not dropped and (fault := moving_fault(e.challenge, model.entrance, kinds)) is not None:
        return fault
    missing = sorted(AUGMENTATION - set(kinds))
    if not model.uses_argument and kinds and not AUGMENTATION & set(kinds):
        return Fault(
            "The augmentation that was handed in is not used; what is applied instead is "
            f"{kinds[0]}.",
            "The argument data_augmentation holds all of it.",
        )
    if not model.uses_argument and set(kinds) <= AUGMENTATION and kinds and missing:
        return Fault(
            f"The augmentation that was handed in is not used; what is applied instead lacks "
            f"{missing[0]}.",
            "The argument data_augmentation holds all of it.",
        )
    return None


@EXERCISE.rule(
    points=6,
    title="Prepares pixels as the backbone expects",
    expected="Pixels from 0 to 255 reach the backbone scaled to the range from −1 to 1, once.",
    why="The pretrained weights were trained with exactly this range; with another one the "
    "features are poor although no error shows.",
)
def preprocessing(e: AlpacaModelEvidence) -> Outcome:
    model = described(e)
    if model is None or model.entrance is None:
        return undescribed(e)
    entrance = model.entrance
    if entrance.constants is None or entrance.spread is None:
        error = f" ({error_text(entrance.error)})" if entrance.error else ""
        return Fault(f"What reaches the backbone could not be computed{error}.")
    if near(entrance.constants, (-1.0, 0.0, 1.0)) and entrance.spread < 0.01:
        return pixel_fault(e.challenge, entrance) or own_pixels_fault(e)
    return preprocessing_fault(entrance.constants, entrance.spread)


@EXERCISE.rule_on_facts(
    points=5,
    title="MobileNetV2 without its top as the backbone",
    expected="MobileNetV2 without its classification top, as one layer inside the model.",
    why="Its features are what is transferred; the top knows the 1000 classes of ImageNet only.",
)
def backbone(e: AlpacaModelEvidence, facts: Facts) -> Outcome:
    model = described(e)
    if model is None:
        return undescribed(e)
    found = model.backbone
    if model.flat_backbone:
        return Fault(
            "The backbone's layers lie among the model's own instead of in one layer.",
            "input_tensor, and the network's own input and output in place of a call, weave it "
            "into the model. Build it by its input shape, then call it; otherwise fine-tuning "
            "cannot find it.",
        )
    if found is None:
        layers = f": {listing(model.stages)}" if model.stages else ", and no layer that can be seen"
        return Fault(f"No pretrained network was found in the model{layers}.")
    if found.dense:
        return Fault(
            "The backbone still has its classification top.",
            NO_TOP,
        )
    counts = (found.depthwise, found.batch_normalizations, found.additions)
    if counts != (DEPTHWISE, BATCH_NORMALIZATIONS, ADDITIONS):
        return Fault(
            f"The network inside is not MobileNetV2 ({plural(found.layers, 'layer')}, "
            f"{found.parameters:,} parameters)."
        )
    if found.parameters != PARAMETERS:
        return Fault(
            f"The backbone is a MobileNetV2 of another width: {found.parameters:,} parameters.",
            "Leave the width (alpha) and the number of channels as they are.",
        )
    if answers_otherwise(e.challenge, model, facts):
        return Fault(
            "The network inside has MobileNetV2's layers and weights, and answers otherwise for a "
            "picture.",
            "Take the network as Keras builds it; change nothing inside it.",
        )
    return None


@EXERCISE.rule_on_facts(
    points=5,
    title="Pretrained weights",
    expected="The backbone has the weights that were trained on ImageNet, unchanged.",
    why="Without them there is nothing to transfer: the network would start from random numbers.",
)
def pretrained_weights(e: AlpacaModelEvidence, facts: Facts) -> Outcome:
    model = described(e)
    found = model.backbone if model else None
    if found is None:
        return undescribed(e)
    if found.parameters != PARAMETERS or (model and answers_otherwise(e.challenge, model, facts)):
        return Undecided("this depends on the backbone being MobileNetV2.", "backbone")
    if found.fresh_statistics:
        return Fault(
            "The backbone's weights are random: it was never trained.",
            "Which weights does the network start with? (None means random ones.)",
        )
    if found.fingerprint is None:
        return Fault("The backbone's weights could not be read.")
    known = facts.get("weights")
    if known is not None and found.fingerprint not in known.fingerprints.values():
        return Fault(
            "The backbone's weights are other numbers than the pretrained ones.",
            "Do not change the weights after loading them.",
        )
    both = outlines(e)
    own = both[0].fingerprint if both else None
    if known is not None and own is not None and own not in known.fingerprints.values():
        return Fault(
            f"For pictures of {probes.LAB_SIZE} × {probes.LAB_SIZE} the backbone's weights are "
            "other numbers than the pretrained ones.",
            "Do not change the weights after loading them.",
        )
    return None


@EXERCISE.rule(
    points=6,
    title="Backbone frozen",
    expected="No weight of the backbone can be changed by training.",
    why="At first the new head gives random answers; their large gradients can spoil the "
    "pretrained features.",
)
def frozen_base(e: AlpacaModelEvidence) -> Outcome:
    model = described(e)
    found = model.backbone if model else None
    if found is None:
        return undescribed(e)
    if model and model.own_ways:
        return Undecided(OWN_WAYS.format(listed(model.own_ways)))
    if not found.trainable_parameters:
        return own_trainable_fault(e)
    whole = len(found.trainable_layers) == 1
    seen = (
        f"The backbone is not frozen: {found.trainable_parameters:,} of its parameters are "
        "trainable."
        if whole
        else f"The backbone is frozen in part only. {describe_trainable(found)}."
    )
    return Fault(seen, "A layer has an attribute that says whether training may change it.")


@EXERCISE.rule(
    points=3,
    title="Backbone called in inference mode",
    expected="The call of the backbone says that it is not training.",
    why="It says that BatchNormalization is to use its stored statistics. (In Keras 3 fit() "
    "overrides it; freezing is what protects them. It still counts when the model is called.)",
)
def inference_mode(e: AlpacaModelEvidence) -> Outcome:
    errors = [e.function.error, *(build.error for build in e.builds)]
    if any(err and "multiple values for argument 'training'" in err.text for err in errors):
        return Fault(
            "The backbone was called with its mode given by position, which Keras refuses.",
            "Give it by keyword: training=…",
        )
    model = described(e)
    found = model.backbone if model else None
    if found is None or (model and model.flat_backbone):
        return undescribed(e)
    if found.training == "false":
        return own_mode_fault(e)
    if found.training == "true":
        return Fault("The backbone is called in training mode.", "Which mode does it need here?")
    return Fault(
        "The call of the backbone does not say whether it is training.",
        "The call takes a keyword argument for the mode.",
    )
