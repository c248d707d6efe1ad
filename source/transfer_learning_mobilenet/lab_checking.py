"""What the visible checks share: how they run, and how they speak to students."""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import os
import textwrap
import traceback
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import keras

import lab_session
from lab_errors import explain, line_in
from lab_messages import CheckFailed, LabMessage, NotFilledIn, say

EXERCISES = {"data_augmenter": "UNQ_C1", "alpaca_model": "UNQ_C2", "fine_tuning": "UNQ_C3"}

Names = Mapping[str, Any]
# What a check returns is a remark on an answer that passes.
Check = Callable[[Names], str | None]


# What each visible check looks at, without the printing.
LOOKS: dict[str, Check] = {}


def visible_check(exercise: str) -> Callable[[Check], Check]:
    """Make a function a visible check: it prints or raises a message, never a traceback.

    Checks take the notebook's ``globals()`` instead of values, so that a name that was never
    defined is a message too, and never keeps the hidden tests below it from running.

    While nbgrader grades (``NBGRADER_EXECUTION=autograde``) it only prints a line: the hidden
    tests decide there, and must always be reached.
    """
    cell = EXERCISES[exercise]

    def decorate(check: Check) -> Check:
        def look(names: Names) -> str | None:
            ran = lab_session.last_run(exercise, cell)
            _same_text(exercise, cell, ran)
            try:
                return check(names)
            except NotFilledIn:
                if ran is not None and ran.error is not None:
                    raise CheckFailed(_stopped(cell, ran.error)) from None
                raise
            except CheckFailed as failed:
                if ran is not None and ran.error is not None:
                    raise CheckFailed(
                        f"{_stopped(cell, ran.error)}\nWhat ran by then: {failed}"
                    ) from None
                raise

        @functools.wraps(check)
        def run(names: Names) -> None:
            if os.environ.get("NBGRADER_EXECUTION") == "autograde":
                print(f"{cell}: visible checks are skipped while grading.")
                return
            try:
                remark = look(names)
            except LabMessage:
                raise
            except Exception as error:
                raise CheckFailed(
                    f"{cell} could not be checked, because this error came up while looking at "
                    f"it:\n{explain(error)}"
                ) from None
            print(f"✓ {cell} `{exercise}`: all visible checks pass. Hidden tests look closer.")
            if remark:
                say(remark)
            ran = lab_session.last_run(exercise, cell)
            if ran is not None and ran.error is not None:
                say(_stopped(cell, ran.error))

        LOOKS[exercise] = look
        return run

    return decorate


def _same_text(exercise: str, cell: str, ran: lab_session.Run | None) -> None:
    """A message where what can be checked is not what stands in the cell."""
    if ran is None:
        return
    if not ran.parsed:
        where = f" in line {ran.error.lineno}" if isinstance(ran.error, SyntaxError) else ""
        said = getattr(ran.error, "msg", None) or ran.error
        raise CheckFailed(
            f"{cell} is no Python as it was last run: {type(ran.error).__name__}{where}: {said}.\n"
            "Nothing of it took effect, so there is only an older run to check. Mend the cell, run "
            "it, then run this check again."
        )
    saved = lab_session.saved_notebook()
    if (
        saved is not None
        and saved.at > ran.at
        and saved.sources.get(exercise)
        not in (
            None,
            ran.source,
        )
    ):
        raise CheckFailed(
            f"{cell} was changed after it was last run, so there is only an older text to check. "
            "Run the cell, then this check again."
        )


def _stopped(cell: str, error: BaseException) -> str:
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.name == "<module>"]
    where = f" in line {lines[0]}" if lines else ""
    said = f"{cell} stopped{where} when it was last run; what follows there did not run:"
    return f"{said}\n{explain(error)}"


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
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    name = type(value).__name__
    return f"{'an' if name[:1] in 'AEIOUaeiou' else 'a'} {name}"


def answer_of(function: Any, what: str, *args: Any, note: str = "") -> Any:
    """What the student's function returns; an exception in it becomes a message."""
    name = what.partition("(")[0]
    expect(
        callable(function) and not isinstance(function, keras.Layer),
        f"`{name}` is {kind(function)}, not a function. Keep its line with `def`, and run its cell "
        "again.",
    )
    try:
        # A message may come in place of what Keras warns of.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = function(*args)
    except LabMessage:
        raise
    except Exception as error:
        raise CheckFailed(
            f"`{what}` stops with an error{line_in(function, error)}:\n{explain(error)}"
        ) from None
    if result is None:
        expect(
            not _keeps_nothing(function),
            f"`{what}` returned None: it keeps what `add` returns, and that is None. `add` changes "
            "the model that it is called on.",
        )
        raise NotFilledIn(
            f"{note}`{what}` returned None. Fill in its cell, run it, and run this check again. If "
            "you did: does the function end with its return line, and is the result kept under "
            "the name that it returns?"
        )
    return result


def _keeps_nothing(function: Any) -> bool:
    """Whether the function assigns or returns what ``….add(…)`` gives."""
    with contextlib.suppress(Exception):
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
            value = (
                node.value if isinstance(node, (ast.Assign, ast.AnnAssign, ast.Return)) else None
            )
            if isinstance(value, ast.Call) and getattr(value.func, "attr", "") == "add":
                return True
    return False
