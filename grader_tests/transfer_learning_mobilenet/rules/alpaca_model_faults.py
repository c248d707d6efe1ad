"""What the rules of ``alpaca_model`` read out of the stages, and the wording of their faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from alpaca_course.contract.rule import Fault
from alpaca_course.keras_probe.seen import StageSeen
from grader_tests.transfer_learning_mobilenet.rules.words import number
from notebooks.transfer_learning_mobilenet.evidence.seen import (
    AlpacaModelEvidence,
    BuildSeen,
    ModelSeen,
)

ACTIVATIONS = {"Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "Softmax", "Relu", "Sigmoid"}


def is_linear(stage: StageSeen) -> bool:
    return stage.kind == "Activation" and stage.activation in ("linear", None)


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
        return Fault(f"In training {share:.0%} of the features are dropped.", "Check the rate.")
    if not drops:
        return Fault("There is no dropout between the backbone and the head.")
    if heads and drops[0] > heads[0]:
        return Fault("The dropout comes after the head: it drops the answer itself.")
    return Fault(
        "The dropout does not act on the pooled features (rate "
        f"{number(after[drops[0]].rate or 0.0)}).",
        "Does it come before the pooling, or is its rate zero?",
    )


def squash_text(name: str | None) -> str:
    return f" and passes through a {name}" if name else ""


def error_hint(e: AlpacaModelEvidence) -> str:
    text = e.function.error.text if e.function.error else ""
    if e.function.returned == "None":
        return "Does the function end with a return statement?"
    if "multiple values for argument 'training'" in text:
        return "Arguments of a layer's call other than the input are given by keyword."
    return ""


def shape_text(shape: Sequence[int | None]) -> str:
    return "(" + ", ".join("any" if side is None else str(side) for side in shape) + ")"


def output_text(build: BuildSeen) -> str:
    return " and ".join(shape_text(shape) for shape in build.output_shapes)
