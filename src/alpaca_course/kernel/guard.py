"""Running students' code so that whatever it does becomes a description. Standard library only."""

from __future__ import annotations

import contextlib
import io
import linecache
import math
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from alpaca_course.kernel.certain import is_certain
from alpaca_course.kernel.seen import MAX_NUMBER, ErrorSeen, FunctionEvidence, FunctionSeen

MAX_TEXT = 300
MAX_NAME = 80
# Keras colours parts of its messages.
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Interrupted(Exception):  # noqa: N818  a signal, not an error
    """Ctrl-C or nbclient's timeout arrived while students' code ran: ask it nothing more."""

    def __init__(self, seen: ErrorSeen) -> None:
        super().__init__(seen.text)
        self.seen = seen


class Guard:
    """Runs students' code; keeps the error of the last call that failed, and counts all.

    ``uncertain`` counts those that another process might not have raised.
    """

    def __init__(self) -> None:
        self.error: ErrorSeen | None = None
        self.raised = self.uncertain = 0

    def run(self, function: Callable[[], Any]) -> Any:
        """The result of ``function``, or None with ``error`` set.

        Raises:
            Interrupted: a KeyboardInterrupt arrived; the cell must end soon.
        """
        self.error = None
        try:
            return function()
        except KeyboardInterrupt as error:
            self.error = describe_error(error)
            raise Interrupted(self.error) from None
        except BaseException as error:  # SystemExit and GeneratorExit too
            self.error = describe_error(error)
            self.raised += 1
            self.uncertain += not is_certain(self.error.type, self.error.text)
            return None

    def outcome(self, result: Any) -> FunctionSeen:
        """What became of the function that was run last and gave ``result``."""
        if self.error is not None:
            return FunctionSeen(status="raised", error=self.error)
        return FunctionSeen(status="returned", returned=describe(result))


def describe_error(error: BaseException) -> ErrorSeen:
    """Class name and first lines of the message of ``error``, bounded, each on one line."""
    try:
        text = str(error)
    except BaseException:  # an exception of the student's own may fail even here
        text = "(its message cannot be read)"
    line, code = _cell_line(error)
    return ErrorSeen(
        type=one_line(type(error).__name__, MAX_NAME),
        text=one_line(text, MAX_TEXT),
        line=line,
        code=code,
    )


def _cell_line(error: BaseException) -> tuple[int, str]:
    """Number and text of the last line of a cell that the error came through."""
    try:
        name, last = "", 0
        for frame, line in traceback.walk_tb(error.__traceback__):
            if "ipykernel_" in frame.f_code.co_filename and 0 < line < 100_000:
                name, last = frame.f_code.co_filename, line
        if not last:
            return (0, "")
        above = _empty_lines_above(linecache.getlines(name))
        return (last + above, one_line(linecache.getline(name, last), MAX_TEXT))
    except BaseException:  # nor may its traceback be what it seems
        return (0, "")


def _empty_lines_above(code: Sequence[str]) -> int:
    """How many empty lines the cell of this code began with: IPython counts without them."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    given = [] if shell is None else shell.history_manager.input_hist_raw
    text = "".join(code).strip()
    cell = next((each for each in reversed(given) if each.strip() == text), "")
    return cell[: len(cell) - len(cell.lstrip())].count("\n")


def describe(value: Any) -> str:
    """What ``value`` is, in a few words that need none of its own methods."""
    if value is None:
        return "None"
    if isinstance(value, type):
        return one_line(f"the class {value.__name__}", MAX_NAME)
    return one_line(type(value).__name__, MAX_NAME)


def one_line(text: object, limit: int) -> str:
    """``text`` without control characters and line breaks, at most ``limit`` characters."""
    raw = text if type(text) is str else "?"
    words = " ".join(_COLOURS.sub("", raw[: 4 * limit]).split())
    clean = "".join(c if c.isprintable() else "?" for c in words)
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def finite(value: Any) -> float | None:
    """``value`` as a float that JSON can carry, of six digits, else None."""
    try:
        number = float(value)
    except BaseException:  # whatever the value's own class does
        return None
    if not math.isfinite(number) or abs(number) > MAX_NUMBER:
        return None
    # Computed in float32, whose seventh digit is rounding; as float64 it would have ten more.
    return float(f"{number:.6g}")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Swallow warnings and what is printed: probing a function is not the student's output."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


def function_in(
    namespace: Mapping[str, Any], name: str, seen: FunctionEvidence
) -> Callable[..., Any] | None:
    """The function that is called ``name``; None where it cannot be called, and ``seen`` says why.

    Until it was called, ``seen`` has it as missing.
    """
    if name not in namespace:
        return None
    value = namespace[name]
    if isinstance(value, type) or not callable(value):
        seen.function = FunctionSeen(status="not callable", returned=describe(value))
        return None
    return value
