"""Rules of UNQ_C2, ``alpaca_model(image_shape, data_augmentation)``.

Chance: 16 noise pictures pass through the augmentation; a correct one that flips leaves all of
them alone with probability 2**-16 = 1.5e-5 at most. The share that dropout makes zero is counted
over at least 16 x 1280 numbers: its standard deviation is 0.003, the tolerance seven times that.
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
    ACTIVATIONS,
    applied_twice,
    before_backbone,
    changing_stages,
    dropout_fault,
    error_hint,
    is_linear,
    near,
    output_text,
    preprocessing_fault,
    shape_text,
    squash_text,
)
from grader_tests.transfer_learning_mobilenet.rules.words import (
    describe_trainable,
    error_text,
    function_fault,
    listing,
    plural,
)
from notebooks.transfer_learning_mobilenet.evidence.seen import AlpacaModelEvidence

EXERCISE: Exercise[AlpacaModelEvidence] = Exercise("alpaca_model", AlpacaModelEvidence)

# MobileNetV2 of width 1.0 without its top, as Keras' documentation and source have it.
DEPTHWISE, BATCH_NORMALIZATIONS, ADDITIONS, PARAMETERS = 17, 52, 10, 2_257_984
FEATURES = 1280
RATE = 0.2
AUGMENTATION = {"RandomFlip", "RandomRotation"}
_NO_MODEL = Undecided("alpaca_model gave no model that could be looked at.", "input_shape")
_NO_BACKBONE = Undecided("no backbone was found as one layer of the model.", "backbone")
_NO_HEAD = Undecided("no head with weights comes after the backbone.", "head")


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
    for build in e.builds:
        asked = f"For pictures of {build.height} × {build.width}"
        if build.error is not None:
            return Fault(
                f"{asked} it stopped with {error_text(build.error)}.",
                "Is a picture size written into the function?",
            )
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
                "Use the argument image_shape instead of a fixed size.",
            )
    return None


@EXERCISE.rule(
    points=5,
    title="Augments first, on raw pixels, once",
    expected="The pictures go through the augmentation before anything else, exactly once.",
    why="Augmentation works on pictures; fill values and ranges are right for raw pixels only.",
)
def augmentation_first(e: AlpacaModelEvidence) -> Outcome:
    model = e.model
    if model is None or model.entrance is None:
        return _NO_MODEL if model is None else _NO_BACKBONE
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
    missing = sorted(AUGMENTATION - set(kinds))
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
    model = e.model
    if model is None or model.entrance is None:
        return _NO_MODEL if model is None else _NO_BACKBONE
    entrance = model.entrance
    if entrance.constants is None or entrance.spread is None:
        error = f" ({error_text(entrance.error)})" if entrance.error else ""
        return Fault(f"What reaches the backbone could not be computed{error}.")
    if near(entrance.constants, (-1.0, 0.0, 1.0)) and entrance.spread < 0.01:
        return None
    return preprocessing_fault(entrance.constants, entrance.spread)


@EXERCISE.rule(
    points=5,
    title="MobileNetV2 without its top as the backbone",
    expected="MobileNetV2 without its classification top, as one layer inside the model.",
    why="Its features are what is transferred; the top knows the 1000 classes of ImageNet only.",
)
def backbone(e: AlpacaModelEvidence) -> Outcome:
    model = e.model
    if model is None:
        return _NO_MODEL
    found = model.backbone
    if model.flat_backbone:
        return Fault(
            "The backbone's layers lie among the model's own instead of in one layer.",
            "input_tensor weaves the network into the model. Build it by its input shape, then "
            "call it; otherwise fine-tuning cannot find it.",
        )
    if found is None:
        layers = f": {listing(model.stages)}" if model.stages else ", and no layer that can be seen"
        return Fault(f"No pretrained network was found in the model{layers}.")
    if found.dense:
        return Fault(
            "The backbone still has its classification top.",
            "The network has an option to leave its top out.",
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
    return None


@EXERCISE.rule_on_facts(
    points=5,
    title="Pretrained weights",
    expected="The backbone has the weights that were trained on ImageNet, unchanged.",
    why="Without them there is nothing to transfer: the network would start from random numbers.",
)
def pretrained_weights(e: AlpacaModelEvidence, facts: Facts) -> Outcome:
    found = e.model.backbone if e.model else None
    if found is None:
        return _NO_BACKBONE
    if found.parameters != PARAMETERS:
        return Undecided("this depends on the backbone being MobileNetV2.", "backbone")
    if found.fresh_statistics:
        return Fault(
            "The backbone's weights are random: it was never trained.",
            "Which weights does the network start with? (None means random ones.)",
        )
    if found.fingerprint is None:
        return Fault("The backbone's weights could not be read.")
    known = facts.get("weights")
    if known is not None and found.fingerprint not in known.values():
        return Fault(
            "The backbone's weights are other numbers than the pretrained ones.",
            "Do not change the weights after loading them.",
        )
    return None


@EXERCISE.rule(
    points=6,
    title="Backbone frozen",
    expected="No weight of the backbone can be changed by training.",
    why="At first the new head gives random answers; their large gradients would destroy the "
    "pretrained features.",
)
def frozen_base(e: AlpacaModelEvidence) -> Outcome:
    found = e.model.backbone if e.model else None
    if found is None:
        return _NO_BACKBONE if e.model else _NO_MODEL
    if not found.trainable_parameters:
        return None
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
    found = e.model.backbone if e.model else None
    if found is None or (e.model and e.model.flat_backbone):
        return _NO_BACKBONE if e.model else _NO_MODEL
    if found.training == "false":
        return None
    if found.training == "true":
        return Fault("The backbone is called in training mode.", "Which mode does it need here?")
    return Fault(
        "The call of the backbone does not say whether it is training.",
        "The call takes a keyword argument for the mode.",
    )


@EXERCISE.rule(
    points=4,
    title="Global average pooling",
    expected="Each feature map of the backbone is reduced to its average.",
    why=f"It leaves {FEATURES} numbers a picture, so that the head needs few weights.",
)
def pooling(e: AlpacaModelEvidence) -> Outcome:
    model = e.model
    if model is None or model.backbone is None:
        return _NO_BACKBONE if model else _NO_MODEL
    if model.passage is None or model.passage.pooling is None:
        return _NO_HEAD
    found, pooled = model.passage.pooling, model.backbone.pooled
    if found == "average" or (found == "none" and pooled == "average"):
        return None
    if model.backbone.dense:
        return Undecided("the backbone still has its classification top.", "backbone")
    if "maximum" in (found, pooled):
        return Fault("The feature maps are reduced to their maximum.", "Average, not maximum.")
    if found == "flatten":
        return Fault("The feature maps are flattened, not averaged.")
    if found == "none":
        return Fault("The head gets whole feature maps: nothing pools them.")
    return Fault("What the head gets is not the average of each feature map.")


@EXERCISE.rule(
    points=4,
    title="Dropout between pooling and head",
    expected="A fifth of the pooled features is dropped at random in training.",
    why="Dropping features keeps the head from relying on a few of them; after the head, it would "
    "drop the answer itself.",
)
def dropout(e: AlpacaModelEvidence) -> Outcome:
    model = e.model
    if model is None or model.backbone is None:
        return _NO_BACKBONE if model else _NO_MODEL
    if model.passage is None or model.passage.dropped is None:
        return _NO_HEAD
    share = model.passage.dropped
    if model.passage.dropped_in_inference:
        return Fault("Features are dropped when predicting too.")
    if abs(share - RATE) < 0.02:
        return None
    return dropout_fault(model, share)


@EXERCISE.rule(
    points=4,
    title="Head of one linear unit",
    expected="One layer with one unit and no activation: the output is a logit.",
    why="The loss of the lab turns logits into probabilities itself, which is numerically safer; "
    "an activation in the model would be applied on top.",
)
def head(e: AlpacaModelEvidence) -> Outcome:
    model = e.model
    if model is None or model.head is None:
        return _NO_BACKBONE if model else _NO_MODEL
    found = model.head
    if not found.weighted_layers:
        return Fault("No layer with weights comes after the backbone.")
    if found.weighted_layers > 1:
        return Fault(f"{found.weighted_layers} layers with weights come after the backbone.")
    if found.units != 1:
        units = "an open number of" if found.units is None else found.units
        return Fault(
            f"The output has {units} units{squash_text(found.squashed)}.",
            "How many numbers does a decision between two classes need?",
        )
    if found.linear:
        return None
    if found.squashed:
        return Fault(f"The output passes through a {found.squashed}.", "The loss takes logits.")
    return Fault("The output is not a linear function of the features.", "No activation is needed.")


@EXERCISE.rule(
    points=2,
    title="One number for each picture",
    expected="For a batch of pictures the model gives one number each.",
    why="The loss compares it with one label each.",
)
def output_shape(e: AlpacaModelEvidence) -> Outcome:
    built = [build for build in e.builds if build.output_shapes]
    if not built:
        return _NO_MODEL
    wrong = next((build for build in built if build.output_shapes != ((None, 1),)), None)
    if wrong is None:
        return None
    if wrong.output_shapes[0][-1:] != (1,) and len(wrong.output_shapes) == 1:
        return Undecided("this depends on the number of units of the head.", "head")
    return Fault(f"The output shape is {output_text(wrong)}.")


@EXERCISE.rule(
    points=1,
    title="The order as a whole",
    expected="Augmentation, preprocessing, backbone, pooling, dropout, head, and nothing else.",
    why="Each step expects what the one before it gives.",
    needs=("augmentation_first", "preprocessing", "backbone", "pooling", "dropout", "head"),
)
def layer_order(e: AlpacaModelEvidence) -> Outcome:
    if e.model is None or e.model.backbone_at is None:
        return _NO_BACKBONE
    after = e.model.stages[e.model.backbone_at + 1 :]
    if sum("Dropout" in stage.kind for stage in after) > 1:
        return Fault("There is more than one dropout layer after the backbone.")
    strange = [stage.kind for stage in after if stage.kind in ACTIVATIONS and not is_linear(stage)]
    if strange:
        return Fault(f"After the backbone there is a layer that was not asked for: {strange[0]}.")
    return None


@EXERCISE.rule(
    points=1,
    title="Trains the head and nothing else",
    expected=f"Training may change the head's {FEATURES} weights and its bias, and nothing else.",
    why="That is the whole point of transfer learning with a frozen backbone.",
    needs=("backbone", "frozen_base", "pooling", "head"),
)
def trainable_parameters(e: AlpacaModelEvidence) -> Outcome:
    if e.model is None:
        return _NO_MODEL
    if e.model.trainable_parameters != FEATURES + 1:
        return Fault(f"The model has {e.model.trainable_parameters:,} trainable parameters.")
    return None


@EXERCISE.advisory
def uses_argument(e: AlpacaModelEvidence) -> str | None:
    if e.model is None or e.model.uses_argument or e.model.backbone is None:
        return None
    return (
        "alpaca_model does not use its argument data_augmentation, so a caller cannot choose "
        "another augmentation."
    )


@EXERCISE.advisory
def logits(e: AlpacaModelEvidence) -> str | None:
    if e.model is None or e.model.head is None or e.model.head.squashed != "sigmoid":
        return None
    return (
        "The model ends in a sigmoid. The lab's loss is told that it gets logits and would apply "
        "the sigmoid a second time; the two must fit each other."
    )
