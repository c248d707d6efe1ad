"""Rules of UNQ_C2 on what comes after the backbone; :mod:`alpaca_model` has those before.

Importing this module declares them, after the others.
"""

from __future__ import annotations

from alpaca_course.contract.rule import Fault, Outcome, Undecided
from grader_tests.transfer_learning_mobilenet.rules.alpaca_model import EXERCISE
from grader_tests.transfer_learning_mobilenet.rules.alpaca_model_faults import (
    averages,
    chance_fault,
    described,
    dropout_fault,
    output_text,
    own_answers_fault,
    own_features_fault,
    squash_text,
    strange_stages,
    undescribed,
)
from notebooks.transfer_learning_mobilenet.evidence.seen import AlpacaModelEvidence

FEATURES = 1280
RATE = 0.2
# Layers that hand on what they are given, but in training add noise or a penalty.
_IN_TRAINING = ("GaussianNoise", "ActivityRegularization")
NO_HEAD = Undecided("no head with weights comes after the backbone.", "head")


@EXERCISE.rule(
    points=4,
    title="Global average pooling",
    expected="Each feature map of the backbone is reduced to its average.",
    why=f"It leaves {FEATURES} numbers a picture, so that the head needs few weights.",
)
def pooling(e: AlpacaModelEvidence) -> Outcome:
    model = described(e)
    if model is None or model.backbone is None:
        return undescribed(e)
    if model.passage is None or model.passage.pooling is None:
        return NO_HEAD
    found, pooled = model.passage.pooling, model.backbone.pooled
    activations = strange_stages(model)
    if activations and model.passage.pooling_of_positive:
        # What is negative would show the activation, which costs its points by itself.
        found = model.passage.pooling_of_positive
    if found == "none" and pooled == "average":
        return None if activations else own_features_fault(e)
    if found == "average" and (activations or averages(e.challenge, model.passage)):
        return None if activations else own_features_fault(e)
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
    model = described(e)
    if model is None or model.backbone is None:
        return undescribed(e)
    if model.passage is None or model.passage.drops is None:
        return NO_HEAD
    drops = model.passage.drops
    if (model.passage.dropped_in_inference or 0.0) > 0.001:
        return Fault("Features are dropped when predicting too.")
    share = (drops.first + drops.second) / 2
    if abs(share - RATE) < 0.02:
        # Pictures that are moved after the backbone cost their points by themselves.
        after = model.stages[model.backbone_at or 0 :]
        return None if any(s.augmentation for s in after) else chance_fault(drops, RATE)
    return dropout_fault(model, share)


@EXERCISE.rule(
    points=4,
    title="Head of one linear unit",
    expected="One layer with one unit and no activation: the output is a logit.",
    why="The loss of the lab turns logits into probabilities itself, which is numerically safer; "
    "an activation in the model would be applied on top.",
)
def head(e: AlpacaModelEvidence) -> Outcome:
    model = described(e)
    if model is None or model.head is None:
        return undescribed(e)
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
    if found.linear and found.learns is False:
        return Fault(
            "No gradient passes from the output to the features, or not the one of what is "
            "computed: training would change nothing, or the wrong way.",
            "No step behind the backbone may stop gradients or change them.",
        )
    if found.linear:
        # Of maps that nothing averages the head makes maps, which their own rules tell.
        averaged = model.passage is not None and model.passage.pooling == "average"
        return own_answers_fault(e) if averaged or found.input_rank == 2 else None
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
    if described(e) is None:
        return undescribed(e)
    if not built:
        return Undecided("alpaca_model gave no model whose output is known.", "input_shape")
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
    model = described(e)
    if model is None or model.backbone_at is None:
        return undescribed(e)
    after = model.stages[model.backbone_at + 1 :]
    if sum("Dropout" in stage.kind for stage in after) > 1:
        return Fault("There is more than one dropout layer after the backbone.")
    strange = strange_stages(model) or [s.kind for s in after if s.kind in _IN_TRAINING]
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
    model = described(e)
    if model is None:
        return undescribed(e)
    if model.trainable_parameters != FEATURES + 1:
        return Fault(f"The model has {model.trainable_parameters:,} trainable parameters.")
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
