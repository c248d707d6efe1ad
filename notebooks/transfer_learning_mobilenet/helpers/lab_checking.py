"""What the visible checks share: how they run, and how they speak to students."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Mapping
from typing import Any

from lab_messages import CheckFailed, LabMessage, NotFilledIn

EXERCISES = {"data_augmenter": "UNQ_C1", "alpaca_model": "UNQ_C2", "fine_tuning": "UNQ_C3"}
# What a student can make of Keras' own message: a part of it, and where to look.
ERROR_HINTS = (
    (
        "multiple values for argument 'training'",
        "The pretrained network was given `training` by position. Keras wants this argument by "
        "its name.",
    ),
    (
        "The `factor` argument",
        "The rotation's argument is a fraction of a full turn, not an angle in degrees.",
    ),
    (
        "URL fetch failure",
        "Keras wants to fetch a weights file that does not belong to this lab. Compare the "
        "arguments of MobileNetV2 with step 1, above all the one for its top.",
    ),
    (
        "expected shape=",
        "Two sizes do not fit. Is one of them written out, where it should follow `input_shape`?",
    ),
)


Names = Mapping[str, Any]
Check = Callable[[Names], None]


def visible_check(exercise: str) -> Callable[[Check], Check]:
    """Make a function a visible check: it prints or raises a message, never a traceback.

    Checks take the notebook's ``globals()`` instead of values, so that a name that was never
    defined is a message too, and never keeps the hidden tests below it from running.

    While nbgrader grades (``NBGRADER_EXECUTION=autograde``) it only prints a line: the hidden
    tests decide there, and must always be reached.
    """

    def decorate(check: Check) -> Check:
        @functools.wraps(check)
        def run(names: Names) -> None:
            cell = EXERCISES[exercise]
            if os.environ.get("NBGRADER_EXECUTION") == "autograde":
                print(f"{cell}: visible checks are skipped while grading.")
                return
            try:
                check(names)
            except LabMessage:
                raise
            except Exception as error:
                raise CheckFailed(
                    f"{cell} could not be checked, because this error came up while looking at "
                    f"it:\n{type(error).__name__}: {short(error)}"
                ) from None
            print(f"✓ {cell} `{exercise}`: all visible checks pass. Hidden tests look closer.")

        return run

    return decorate


def short(error: object, limit: int = 400) -> str:
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def value_of(names: Names, name: str) -> Any:
    """The value of ``name`` in the notebook; a message if there is none."""
    if name not in names:
        raise NotFilledIn(
            f"`{name}` does not exist yet. Run the cells above from the top; if one of them stops "
            "with an error, mend that first."
        )
    return names[name]


def expect(holds: object, message: str) -> None:
    if not holds:
        raise CheckFailed(message)


def kind(value: object) -> str:
    """How a value is named in a message."""
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    name = type(value).__name__
    return f"{'an' if name[:1] in 'AEIOUaeiou' else 'a'} {name}"


def answer_of(function: Any, what: str, *args: Any, note: str = "") -> Any:
    """What the student's function returns; an exception in it becomes a message."""
    expect(callable(function), f"`{what}` is {kind(function)}, not a function. Run its cell again.")
    try:
        result = function(*args)
    except LabMessage:
        raise
    except Exception as error:
        hint = next((hint for sign, hint in ERROR_HINTS if sign in str(error)), "")
        raise CheckFailed(
            f"`{what}` stops with an error:\n{type(error).__name__}: {short(error)}"
            + (f"\n{hint}" if hint else "")
        ) from None
    if result is None:
        raise NotFilledIn(
            f"{note}`{what}` returned None. Fill in its cell, run it, and run this check again. If "
            "you did: does the function end with its return line, and is the result kept under "
            "the name that it returns?"
        )
    return result
