"""Wording that the rules share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alpaca_course.keras_probe.seen import BackboneSeen, StageSeen
from alpaca_course.kernel.seen import ErrorSeen, FunctionSeen

NOT_ASKED = (
    "What was sent answers other questions than this execution asked. Grade the submission again; "
    "where that helps nothing, a person has to look at it."
)
NO_TOP = "The network has an option to leave its top out."
OLD_PLACE = (
    "Keras 3 has no keras.layers.experimental any more; what was in it is in keras.layers, and the "
    "lab has imported the two layers already."
)
NOT_DEFINED = (
    "is not defined",
    "Nothing has made that name: the lab's first cell imports tf, and the layers as tfl.",
)
OWN_WAYS = "the model's class has its own {}, so what it does cannot be read from its layers."


def hint_of(text: str, hints: Iterable[tuple[str, str]]) -> str:
    """The hint of the first pattern that an error's ``text`` holds; empty where it holds none."""
    return next((hint for pattern, hint in hints if pattern in text), "")


def listed(names: Sequence[str]) -> str:
    """A few names in a sentence."""
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown}, …"


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def number(value: float) -> str:
    """A number as a person writes it."""
    return f"{value or 0.0:.4g}"  # no one writes -0


def error_text(error: ErrorSeen) -> str:
    where = f" (line {error.line}: {error.code})" if error.line and error.code else ""
    return (f"{error.type}: {error.text}" if error.text else error.type) + where


def function_fault(name: str, seen: FunctionSeen) -> str:
    """Why a function gave nothing to look at."""
    if seen.status == "missing":
        return f"There is no function {name} after its cell."
    if seen.status == "not callable":
        return f"{name} is not a function but {seen.returned}."
    if seen.error is not None:
        return f"{name} stopped with {error_text(seen.error)}."
    if seen.returned == "coroutine":
        return f"{name}() returned a coroutine, as functions with 'async' before 'def' do."
    return f"{name}() returned {seen.returned}."


def listing(stages: Sequence[StageSeen]) -> str:
    """Kinds of layers in order, for "seen"."""
    kinds = [stage.kind for stage in stages[:12]]
    return " → ".join(kinds) if kinds else "no layers"


def describe_trainable(seen: BackboneSeen) -> str:
    """Which layers are trainable, in words."""
    runs = seen.trainable_layers[:6]
    parts, start = [], 0
    for flag, count in runs:
        which = f"{start} to {start + count - 1}" if count > 1 else f"{start}"
        parts.append(f"{which} {'trainable' if flag else 'frozen'}")
        start += count
    return "Layers " + ", ".join(parts) + (", …" if len(seen.trainable_layers) > 6 else "")
