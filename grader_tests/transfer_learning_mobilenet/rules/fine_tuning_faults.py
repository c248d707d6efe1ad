"""What the rules of ``fine_tuning`` read out of layers and settings, and the wording of faults."""

from __future__ import annotations

from collections.abc import Sequence

from alpaca_course.contract.rule import Fault
from alpaca_course.keras_probe.seen import (
    BackboneSeen,
    LossSeen,
    MetricSeen,
    OptimizerSeen,
    SettingsSeen,
)
from grader_tests.transfer_learning_mobilenet.rules import measured
from grader_tests.transfer_learning_mobilenet.rules.measured import cross_entropies
from grader_tests.transfer_learning_mobilenet.rules.outlines import difference, words_text
from grader_tests.transfer_learning_mobilenet.rules.words import error_text, number
from notebooks.transfer_learning_mobilenet.evidence.seen import FineTuningEvidence, MarksSeen

FINE_TUNE_AT = 120
# Layers of an augmenter that can be asked what it does, because it is as the lab wants it.
AUGMENTER = ("RandomFlip horizontal", "RandomRotation -0.2 0.2")
REDUCTION = 0.1
# With which the notebook trains the head, whatever its name and its optimizer say later.
FIRST_RATE = 0.001
# By which a schedule may change the rate from one step to the next.
_JUMP = 2.0
_EPOCH = 9  # steps
_NOTHING = 1e-3  # of the first rate: what float32 may leave where a schedule ends at zero
_LEAST = 1e-9  # by which a weight may change


def flags_that_count(seen: BackboneSeen) -> tuple[dict[int, bool], dict[int, bool]]:
    """Index -> trainable, before and from FINE_TUNE_AT on, of the layers that count.

    Layers without weights count as well, so that a loop that ends one layer early is seen, unless
    all of them were left alone: then the loop went through layers with weights only. Those that
    come first, the input, never do.
    """
    pairs = enumerate(zip(seen.weighted, seen.trainable_flags(), strict=False))
    first = len(seen.weighted) - len(seen.weighted.lstrip("-"))
    flags = {i: pair for i, pair in pairs if i >= first}
    bare = [flag for i, (kind, flag) in flags.items() if kind == "-" and i < FINE_TUNE_AT]
    left_alone = all(bare)
    counts = {
        i: flag
        for i, (kind, flag) in flags.items()
        if kind != "-" or (i < FINE_TUNE_AT and not left_alone)
    }
    below = {i: flag for i, flag in counts.items() if i < FINE_TUNE_AT}
    return below, {i: flag for i, flag in counts.items() if i >= FINE_TUNE_AT}


def how_many(seen: BackboneSeen, *, frozen: bool) -> str:
    """How far the frozen layers miss the border: off by one is a mistake of its own."""
    flags = seen.trainable_flags()
    if frozen:
        wrong = flags[FINE_TUNE_AT:].count(False)
        return "One layer more is" if wrong == 1 else "More layers are"
    wrong = flags[:FINE_TUNE_AT].count(True)
    return "One layer fewer is" if wrong == 1 else "Fewer layers are"


def nothing_frozen(e: FineTuningEvidence) -> Fault:
    if e.hints.sets_trainable_true:
        return Fault(
            "The loop makes layers trainable instead of freezing them: all layers are trainable.",
            "They are trainable already. What is to happen to the early ones?",
        )
    return Fault(
        "No layer is frozen: all layers of the backbone are trainable.",
        "Does the loop go through the layers, and does it freeze them or make them trainable?",
    )


def settings_in_use(e: FineTuningEvidence) -> SettingsSeen:
    """What model2 is compiled with; what the names say, if it was not compiled again."""
    compiled = e.compiled and e.own_optimizer is not False
    return (e.in_model if compiled else e.in_names) or SettingsSeen()


def is_cross_entropy_from_logits(seen: LossSeen, challenge: str) -> bool:
    """By its values, and in a graph as well where it is a function that may tell the difference."""
    wanted = cross_entropies(challenge)
    return all(
        len(values) == len(wanted)
        and all(
            value is not None and abs(value - want) < 1e-3 * max(1.0, want)
            for value, want in zip(values, wanted, strict=True)
        )
        for values in _asked(seen)
    )


def _asked(seen: LossSeen | MetricSeen) -> list[Sequence[float | None]]:
    return [seen.values] if seen.in_graph is None else [seen.values, seen.in_graph]


def slopes_fault(seen: LossSeen, challenge: str) -> Fault | None:
    """Training follows the gradient of a loss, and a function may give one that is not its own."""
    if seen.slopes is None or measured.are_slopes_of_cross_entropy(challenge, seen.slopes):
        return None
    return Fault(
        f"The loss ({seen.kind}) gives the right values, and another gradient than they have: "
        "training would change nothing, or the wrong way.",
        "No step in it may stop gradients or change them.",
    )


def loss_fault(seen: LossSeen) -> Fault:
    kind = seen.kind.lower().replace("_", "")
    if kind == "binarycrossentropy":
        if seen.label_smoothing:
            return Fault("The loss smooths the labels, which was not asked for.")
        if seen.from_logits:
            return Fault(
                "The loss takes logits, and gives other values than the mean over the batch.",
                "Keras' own loss averages over a batch unless it is told otherwise.",
            )
        return Fault(
            "The loss takes the model's outputs for probabilities, but they are logits.",
            "The loss has an option for this, which a loss given by name cannot have.",
        )
    if "categoricalcrossentropy" in kind:
        return Fault(
            f"The loss is {seen.kind}, which is for several classes with one output each.",
            "This model has one output for two classes.",
        )
    if kind in ("mse", "mae") or "squarederror" in kind or "absoluteerror" in kind:
        return Fault(
            f"The loss is {seen.kind}, which measures distances between numbers.",
            "Which loss belongs to a decision between two classes?",
        )
    if seen.error is not None:
        return Fault(f"The loss ({seen.kind}) stopped with {error_text(seen.error)}.")
    return Fault(f"The loss ({seen.kind}) gives other values than were asked for.")


def weighed_by_metrics(e: FineTuningEvidence) -> bool:
    """Whether the cell's right loss gives nothing, since metrics stand where its weights belong."""
    made, named = e.in_model, e.in_names
    if made is None or named is None or made.loss is None or named.loss is None or made.metrics:
        return False
    nothing = all(value is None for value in made.loss.values)
    right = is_cross_entropy_from_logits(named.loss, e.challenge)
    return bool(nothing and right and named.metrics)


def by_name_fault(seen: OptimizerSeen) -> Fault:
    return Fault(
        f"The optimizer is given by its name, {seen.kind!r}, so it takes Keras' default rate.",
        "Make an optimizer object, which takes a learning rate.",
    )


def rate_fault(seen: OptimizerSeen, base: float) -> Fault:
    rate = seen.learning_rate or 0.0
    shown = f"The learning rate is {number(rate)}, with a base_learning_rate of {number(base)}"
    if same_rate(rate, base):
        return Fault(f"{shown}: it is not reduced.", "Fine-tuning goes in smaller steps.")
    if same_rate(rate, base / REDUCTION):
        return Fault(f"{shown}: it is raised instead of reduced.", "Which way?")
    if rate <= 0:
        return Fault(
            f"{shown}: no weight moves, or each moves the wrong way.",
            "The schedule begins there. Begin with the rate that was asked for."
            if seen.scheduled
            else "A tenth is a product or a quotient; // rounds it down, and - takes a tenth away.",
        )
    if rate < base * REDUCTION:
        return Fault(f"{shown}: it is reduced too far.")
    return Fault(f"{shown}.", "Work it out from base_learning_rate.")


def moves_nothing(rate: float | None) -> bool:
    """Whether a learning rate is so small that no weight can change by it."""
    return rate is not None and abs(rate) < _LEAST


def stands_still(seen: OptimizerSeen) -> bool:
    """Whether an optimizer changes a weight by less than a weight can change."""
    return bool(seen.steps) and all(abs(n or 0.0) < _LEAST for step in seen.steps for n in step)


def step_fault(seen: OptimizerSeen, challenge: str) -> Fault | None:
    """Adam moves weights by its learning rate in its first step, and goes on at that rate."""
    rates = measured.adam_rates(challenge, seen.steps, seen.decays) if seen.decays else None
    if seen.kind.lower() != "adam" or seen.learning_rate is None or rates is None:
        return None
    first, second = rates
    if abs(first - seen.learning_rate) > 0.02 * abs(seen.learning_rate):
        return Fault(
            "The optimizer says that its learning rate is "
            f"{number(seen.learning_rate)}, and its first step is made with {number(first)}.",
            "Give the optimizer its learning rate when you make it.",
        )
    later = [(1, second), *enumerate(seen.later_rates)]
    if seen.scheduled and not seen.later_rates:
        return Fault(
            "The learning rate is a function of which nobody can say what it gives at later steps.",
            "Give the rate itself, or one of Keras' schedules.",
        )
    for step, rate in later:
        # A schedule may go down; not within the first epoch to nothing, and never below.
        least = first / _JUMP if step < _EPOCH else -_NOTHING * first
        if rate is None or not least <= rate <= first * _JUMP:
            shown = "no number" if rate is None else number(rate)
            return Fault(
                f"The learning rate is {number(first)} at the first step, and {shown} later on.",
                "Fine-tuning goes in small steps all the time.",
            )
    return None


def same_rate(value: float, wanted: float) -> bool:
    """Equal up to what float32 and a student's own way of computing it may do."""
    return abs(value - wanted) <= 1e-3 * abs(wanted)


def accuracy_fault(metric: MetricSeen) -> Fault:
    return Fault(
        f"The metric {metric.kind} does not give the share of right answers.",
        "Give the metric by its name, or take Keras' own for two classes as it is.",
    )


def named_accuracy(metric: MetricSeen) -> bool:
    kind = metric.kind.lower().replace("_", "")
    return kind == "binaryaccuracy" or (metric.by_name and kind in ("accuracy", "acc"))


def is_accuracy(metric: MetricSeen, challenge: str) -> bool:
    """By name it is Keras' own; else it must be called so and do so."""
    if metric.by_name or not named_accuracy(metric):
        return named_accuracy(metric)
    given = 0.5 if metric.threshold is None else metric.threshold
    return all(
        measured.is_accuracy(challenge, values, (given, 0.5, 0.0)) for values in _asked(metric)
    )


def disagreement(e: FineTuningEvidence) -> Fault | None:
    """What the notebook made with the functions that is not what they gave when looked at."""
    seen = e.agreement
    augmenters = (seen.augmenter, seen.data_augmentation)
    if None not in augmenters and seen.augmenter != seen.data_augmentation:
        return Fault(
            "The notebook's data_augmentation has other layers than data_augmenter gave when it "
            f"was checked: {words_text(seen.data_augmentation)}.",
            "The function has to give the same at every call.",
        )
    if seen.model2 is None:
        return Fault("The layers of model2 could not be looked at.") if seen.built else None
    if seen.model2.augmentation == AUGMENTER and _stands(e, seen.moved):
        return Fault(
            "The augmentation in model2 does not mirror and turn pictures of the notebook's own "
            "size.",
            "The function has to give an augmenter that does the same at every size.",
        )
    if seen.built is None:
        return None
    # Where the function was looked at with another augmenter there is nothing to compare.
    if seen.built.augmentation != seen.model2.augmentation and seen.own_augmenter:
        return Fault(
            "model2 has another augmentation than alpaca_model gave it when it was checked: "
            f"{words_text(seen.model2.augmentation)}.",
            "The function has to use its argument in the same way at every call.",
        )
    found = difference(seen.model2, seen.built)
    if not found:
        return None
    return Fault(
        f"model2 is another model than alpaca_model gave when it was checked, with {found}.",
        "The function has to give the same for the same arguments, at every call.",
    )


def _stands(e: FineTuningEvidence, moved: MarksSeen | None) -> bool:
    """Whether an augmentation does something else to pictures than mirror and turn some."""
    if moved is None:
        return True
    motions = measured.turns(e.challenge, "notebook", moved)
    kept = measured.contents_kept(moved, motions)
    return not (kept and any(motion.moved for motion in motions))
