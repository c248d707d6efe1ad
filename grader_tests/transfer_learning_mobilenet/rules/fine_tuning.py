"""Rules of UNQ_C3, the fine-tuning block. No rule of this exercise rests on chance."""

from __future__ import annotations

from alpaca_course.contract.rule import (
    Exercise,
    Fault,
    Outcome,
    Undecided,
)
from grader_tests.transfer_learning_mobilenet.rules.fine_tuning_faults import (
    FINE_TUNE_AT,
    FIRST_RATE,
    REDUCTION,
    accuracy_fault,
    by_name_fault,
    disagreement,
    flags_that_count,
    how_many,
    is_accuracy,
    is_cross_entropy_from_logits,
    loss_fault,
    moves_nothing,
    named_accuracy,
    nothing_frozen,
    rate_fault,
    same_rate,
    settings_in_use,
    slopes_fault,
    stands_still,
    step_fault,
    weighed_by_metrics,
)
from grader_tests.transfer_learning_mobilenet.rules.measured import adam_rates
from grader_tests.transfer_learning_mobilenet.rules.words import (
    OWN_WAYS,
    describe_trainable,
    error_text,
    listed,
    number,
)
from notebooks.transfer_learning_mobilenet.evidence.seen import FineTuningEvidence

EXERCISE: Exercise[FineTuningEvidence] = Exercise("fine_tuning", FineTuningEvidence)
# What compile and fit give back, as the name of a model that one of them was assigned to.
NOT_A_MODEL = ("None", "History")
_NO_NETWORK = Undecided(
    "model2 has no backbone whose layers could be looked at.", "backbone_inside_model"
)


@EXERCISE.rule(
    points=3,
    title="Fine-tunes the backbone inside model2",
    expected="The network whose layers are frozen and released is the one inside model2.",
    why="Another network may have the same layers, but model2 does not use it: training would "
    "change nothing of it.",
)
def backbone_inside_model(e: FineTuningEvidence) -> Outcome:
    if "model2" not in e.names:
        return Fault(
            "There is no model2 when this is checked.",
            "Was it deleted, or did the cell that makes it stop?",
        )
    if _nothing_done(e):
        return Fault(
            "The cell left everything as it was: no layer is frozen, nothing set or compiled.",
            _another_base_model(e),
        )
    if e.inside is None:
        if e.flat_backbone:
            return Fault(
                "In model2 the backbone's layers lie among the model's own, so it cannot be found "
                "as one layer.",
                "See the exercise alpaca_model.",
            )
        if e.names.get("model2") in NOT_A_MODEL:
            return Fault(
                f"model2 is {e.names['model2']} after the cell, and no model.",
                "compile and fit change the model itself; what they give back is no model.",
            )
        return Fault("model2 has no pretrained network as one of its layers.")
    if fault := disagreement(e):
        return fault
    # As the cell before left it, or as alpaca_model makes it: no loop went through it.
    untouched = len(set(e.inside.trainable_flags())) == 1
    if not e.base_model_is_inside and untouched:
        return Fault(
            "base_model is another object than the network inside model2, which is untouched.",
            "Use base_model as the cell above sets it; do not build or load a network here.",
        )
    return None


@EXERCISE.rule(
    points=6,
    title="Early layers frozen",
    expected="Every layer before layer 120 (fine_tune_at) is frozen.",
    why="Early layers see edges and textures, which every picture needs; a few pictures can hardly "
    "make them better, and may make them worse.",
    needs=("backbone_inside_model",),
)
def frozen_below(e: FineTuningEvidence) -> Outcome:
    if e.inside is None:
        return _NO_NETWORK
    below, above = flags_that_count(e.inside)
    if not any(below.values()):
        return None
    if all(below.values()) and all(above.values()):
        return nothing_frozen(e)
    if all(below.values()) and not any(above.values()):
        return Fault(
            f"The layers from {FINE_TUNE_AT} on are frozen instead of those before it.",
            "Which part of the list of layers does the loop go through?",
        )
    return Fault(
        f"{describe_trainable(e.inside)}.",
        f"{how_many(e.inside, frozen=False)} frozen than asked for. Where does the loop end?",
    )


@EXERCISE.rule(
    points=5,
    title="Late layers trainable",
    expected="Every layer from layer 120 (fine_tune_at) on is trainable.",
    why="Late layers see what is special to the task, and are what fine-tuning is to adapt.",
    needs=("backbone_inside_model",),
)
def trainable_above(e: FineTuningEvidence) -> Outcome:
    if e.inside is None:
        return _NO_NETWORK
    below, above = flags_that_count(e.inside)
    # Keeping BatchNormalization frozen is a known variant: noted, not punished.
    others = {i: flag for i, flag in above.items() if e.inside.weighted[i] != "b"}
    if others and all(others.values()):
        return None
    if not any(above.values()) and not any(below.values()):
        return Fault(
            "The whole backbone is frozen: nothing of it can be fine-tuned.",
            "The backbone's own flag counts for all its layers. Freeze single layers of it; to "
            "model2 it is one layer."
            if not e.inside.trainable
            else "The loop goes further than it should.",
        )
    if not any(above.values()):
        return Fault(
            f"The layers from {FINE_TUNE_AT} on are frozen instead of those before it.",
            "Which part of the list of layers does the loop go through?",
        )
    return Fault(
        f"{describe_trainable(e.inside)}.",
        f"{how_many(e.inside, frozen=True)} frozen than asked for. Where does the loop end?",
    )


@EXERCISE.rule(
    points=3,
    title="Compiled again",
    expected="model2 is compiled again after the first training, with a new optimizer.",
    why="An optimizer keeps the list of variables it was made for. Without compiling again, "
    "training goes on with the old list and silently changes nothing of the backbone.",
)
def compiled_again(e: FineTuningEvidence) -> Outcome:
    if e.names.get("model2", "None") in NOT_A_MODEL:
        return Undecided("there is no model2.", "backbone_inside_model")
    if not e.compiled:
        return Fault("model2 is not compiled.")
    if e.own_optimizer is None:
        return Undecided("the optimizer of the first training (frozen_optimizer) is gone.")
    if not e.own_optimizer:
        return Fault(
            "model2 still has the optimizer of the first training: it was not compiled again with "
            "a new one.",
            "What makes a model take notice of a new optimizer, loss and metrics?",
        )
    if e.optimizer_is_tied:
        return Fault(
            "The optimizer of model2 was made for other variables: training would stop.",
            "Leave it to compile and fit to tell a new optimizer what it works on.",
        )
    return None


@EXERCISE.rule(
    points=4,
    title="Binary cross-entropy from logits",
    expected="The loss is binary cross-entropy, and it is told that it gets logits.",
    why="The model ends without a sigmoid. A loss that expects probabilities would take logits "
    "for probabilities, and train badly without any error.",
)
def loss(e: FineTuningEvidence) -> Outcome:
    seen = settings_in_use(e).loss
    if seen is None:
        return Fault("There is no loss.")
    if is_cross_entropy_from_logits(seen, e.challenge):
        return slopes_fault(seen, e.challenge)
    if weighed_by_metrics(e):
        return Undecided("what compile got in its third position weighs it.", "accuracy_metric")
    return loss_fault(seen)


@EXERCISE.rule(
    points=2,
    title="Adam",
    expected="The optimizer is Adam.",
    why="The learning rate that was asked for is meant for Adam.",
)
def optimizer(e: FineTuningEvidence) -> Outcome:
    seen = settings_in_use(e).optimizer
    if seen is None:
        return Fault(
            "There is no optimizer.",
            "A line that stopped makes none. In old examples its learning rate has another name.",
        )
    if seen.kind.lower() != "adam":
        return Fault(f"The optimizer is {seen.kind}.")
    if seen.by_name:  # Keras' own
        return None
    if seen.error is not None:
        return Fault(f"The optimizer's step stopped with {error_text(seen.error)}.")
    if seen.averages:
        return Fault(
            "The optimizer puts averages of weights in their place, which Adam by itself does not.",
            "Take Adam with its learning rate, and leave its other settings.",
        )
    backwards = seen.learning_rate is not None and seen.learning_rate <= 0
    if stands_still(seen) or backwards:  # whether and which way it moves weights has its own rules
        return None
    if seen.decays is None or adam_rates(e.challenge, seen.steps, seen.decays) is None:
        return Fault(
            "The optimizer is called Adam, but its steps are not those of Adam.",
            "Take the optimizer of Keras as it is.",
        )
    return None


@EXERCISE.rule(
    points=3,
    title="Learning rate a tenth of the first one",
    expected="The learning rate is a tenth of base_learning_rate.",
    why="Pretrained weights are to be adjusted in small steps; large ones destroy what they know.",
)
def learning_rate(e: FineTuningEvidence) -> Outcome:
    seen = settings_in_use(e).optimizer
    if seen is None:
        return Undecided("there is no optimizer.", "optimizer")
    if seen.learning_rate is None and seen.by_name:
        return by_name_fault(seen)
    bases = [b for b in (e.base_learning_rate, e.frozen_learning_rate) if b is not None and b > 0]
    if seen.learning_rate is None or not bases:
        return Fault("The learning rate or base_learning_rate could not be read.")
    if any(same_rate(seen.learning_rate, REDUCTION * base) for base in bases):
        if seen.learning_rate > FIRST_RATE:
            return rate_fault(seen, FIRST_RATE)
        return step_fault(seen, e.challenge)
    named = e.in_names.optimizer if e.in_names else None
    if named is not None and named.by_name:
        return by_name_fault(named)
    return rate_fault(seen, bases[0])


@EXERCISE.rule(
    points=2,
    title="Accuracy among the metrics",
    expected="The accuracy of a decision between two classes is reported.",
    why="The loss says whether training works; the accuracy says how good the answers are.",
)
def accuracy_metric(e: FineTuningEvidence) -> Outcome:
    seen = settings_in_use(e).metrics
    if any(is_accuracy(metric, e.challenge) for metric in seen):
        return None
    if not seen:
        if e.in_names is not None and e.in_names.metrics and e.own_optimizer:
            return Fault(
                "model2 was compiled without metrics; those of the cell did not reach it.",
                "Give them to compile by their keyword: its third position is for something else.",
            )
        return Fault("There are no metrics.")
    named = [metric for metric in seen if named_accuracy(metric)]
    if named:
        return accuracy_fault(named[0])
    if any(metric.kind == "Accuracy" for metric in seen):
        return Fault(
            "The metric Accuracy counts outputs that equal the label exactly, which a logit "
            "never does.",
            "Give the metric by its name, or take the one for two classes.",
        )
    return Fault(f"The metrics are: {', '.join(metric.kind for metric in seen)}.")


@EXERCISE.rule(
    points=2,
    title="One training step changes the right weights",
    expected="A step of training changes the late layers and the head, and no early layer.",
    why="Flags and settings are means; what counts is which weights move.",
    needs=("backbone_inside_model", "frozen_below", "trainable_above", "compiled_again"),
)
def moves_the_right_weights(e: FineTuningEvidence) -> Outcome:
    step = e.step
    if step is None or e.inside is None:
        return Undecided("no training step could be tried.")
    if e.own_ways:
        return Undecided(OWN_WAYS.format(listed(e.own_ways)))
    moved = {i for i, letter in enumerate(step.moved) if letter == "m"}
    _, above = flags_that_count(e.inside)
    late = {i for i, flag in above.items() if flag}
    if step.error is not None:
        return Fault(f"A training step stopped with {error_text(step.error)}.")
    if step.loss is None:
        return Fault("In a training step model2 gives answers that are no numbers.")
    if any(i < FINE_TUNE_AT for i in moved) or step.frozen_statistics_moved:
        return Fault("A training step changed layers that should be frozen.")
    optimizer = settings_in_use(e).optimizer
    if not late & moved and optimizer is not None and moves_nothing(optimizer.learning_rate):
        return Undecided("with such a learning rate nothing moves.", "learning_rate")
    if not late & moved:
        return Fault("A training step changed none of the late layers.")
    if not step.rest_moved and not step.rest_trainable:
        return Fault("A training step did not change the head.")
    if step.rest_frozen:
        return Fault("A training step did not change all of the head.")
    return None


@EXERCISE.advisory
def compiled_before_freezing(e: FineTuningEvidence) -> str | None:
    if not e.own_optimizer:
        return None
    # The text is asked where Keras does not know: a helper's text may stand before another's.
    known = e.flags_changed_since_compile
    if not (e.hints.compiled_before_freezing if known is None else known):
        return None
    return (
        "model2 is compiled before its layers are frozen. In Keras 3 this has the same effect as "
        "long as no training lies between; freeze first and compile then, and it is always right."
    )


@EXERCISE.advisory
def falsy_trainable(e: FineTuningEvidence) -> str | None:
    if not e.hints.falsy_trainable:
        return None
    return (
        "trainable is set to something that only counts as False (such as None). It works, but "
        "say False, so that a reader need not know."
    )


@EXERCISE.advisory
def batch_normalization(e: FineTuningEvidence) -> str | None:
    if e.inside is None:
        return None
    _, above = flags_that_count(e.inside)
    frozen = [i for i, flag in above.items() if not flag]
    if not frozen or len(frozen) == len(above):
        return None
    if any(e.inside.weighted[i] != "b" for i in frozen):
        return None
    return (
        "BatchNormalization stays frozen in the layers that are fine-tuned. That is a sensible "
        "variant with few pictures; the lab did not ask for it."
    )


@EXERCISE.advisory
def metric_threshold(e: FineTuningEvidence) -> str | None:
    given = [m for m in settings_in_use(e).metrics if m.threshold is not None and named_accuracy(m)]
    if not given:
        return None
    if given[0].threshold == 0:
        return "The accuracy has its threshold at 0, which is where a logit changes sides."
    return (
        f"The accuracy has its threshold at {number(given[0].threshold or 0.0)}. For logits the "
        "border between the classes is 0, so borderline pictures are counted a little differently."
    )


def _another_base_model(e: FineTuningEvidence) -> str:
    """A hint where the cell took another layer for the network, mostly by its place in model2."""
    kind = e.names.get("base_model", "")
    if e.inside is None or e.base_model_is_inside or not kind:
        return ""
    return f"base_model is {kind} now. Use it as the cell above sets it, wherever it stands."


def _nothing_done(e: FineTuningEvidence) -> bool:
    """Whether all there is was left by the cells before: that alone is no answer."""
    frozen = e.inside is not None and not all(e.inside.trainable_flags())
    return e.own_optimizer is False and e.in_names is None and not frozen
