"""What the rules of ``fine_tuning`` read out of layers and settings, and the wording of faults."""

from __future__ import annotations

import math

from alpaca_course.contract.rule import Fault
from alpaca_course.keras_probe.seen import (
    BackboneSeen,
    LossSeen,
    MetricSeen,
    OptimizerSeen,
    SettingsSeen,
)
from grader_tests.transfer_learning_mobilenet.rules.words import error_text, number
from notebooks.transfer_learning_mobilenet.evidence.probes import LossProbe, loss_probe
from notebooks.transfer_learning_mobilenet.evidence.seen import FineTuningEvidence

FINE_TUNE_AT = 120
REDUCTION = 0.1


def flags_that_count(seen: BackboneSeen) -> tuple[dict[int, bool], dict[int, bool]]:
    """Index -> trainable, before and from FINE_TUNE_AT on, of the layers that count.

    Layers without weights count as well, so that a loop that ends one layer early is seen, unless
    all of them were left alone: then the loop went through layers with weights only.
    """
    flags = dict(enumerate(zip(seen.weighted, seen.trainable_flags(), strict=False)))
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
    wanted = cross_entropy_from_logits(loss_probe(challenge))
    return len(seen.values) == len(wanted) and all(
        value is not None and abs(value - want) < 1e-3 * max(1.0, want)
        for value, want in zip(seen.values, wanted, strict=True)
    )


def cross_entropy_from_logits(probe: LossProbe) -> tuple[float, ...]:
    """Binary cross-entropy of each of the probe's pairs: log(1 + e^z) - y z."""
    return tuple(
        max(z, 0.0) + math.log1p(math.exp(-abs(z))) - y * z
        for y, z in zip(probe.labels, probe.logits, strict=True)
    )


def loss_fault(seen: LossSeen) -> Fault:
    kind = seen.kind.lower().replace("_", "")
    if kind == "binarycrossentropy":
        if seen.label_smoothing:
            return Fault("The loss smooths the labels, which was not asked for.")
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
    if rate < base * REDUCTION:
        return Fault(f"{shown}: it is reduced too far.")
    return Fault(f"{shown}.", "Work it out from base_learning_rate.")


def same_rate(value: float, wanted: float) -> bool:
    """Equal up to what float32 and a student's own way of computing it may do."""
    return abs(value - wanted) <= 1e-3 * abs(wanted)


def is_accuracy(metric: MetricSeen) -> bool:
    kind = metric.kind.lower().replace("_", "")
    return kind == "binaryaccuracy" or (metric.by_name and kind in ("accuracy", "acc"))
