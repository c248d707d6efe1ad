"""What all subcommands share: the console, progress, ``--json`` and errors for people."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from alpaca_course.contract.states import printable
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.lab import Lab

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# Reports go to stdout, progress and errors to stderr, so that --json can be piped.
# A name, a path or a line of code may hold what Rich would read as markup or as the `:name:` of an
# emoji: it reads none, and colours no numbers.
out = Console(soft_wrap=False, markup=False, highlight=False, emoji=False)
err = Console(stderr=True, markup=False, highlight=False, emoji=False)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")]
LabArgument = Annotated[
    str | None, typer.Argument(help="The lab; may be left out where there is only one.")
]


# Of code that nothing confines, beside what it could do.
NO_SANDBOX = Text.assemble(("No sandbox:", "bold"), " ")
LOG_SECONDS = 30.0
ATTENTION = 3  # the work was done, and some submissions need a person or were refused
INTERRUPTED = 130  # as a shell reports a process that SIGINT ended
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_INTERRUPTED = "Interrupted. What was finished is kept."


def course() -> Course:
    """The course of the current folder, or a :class:`CourseError` that says what to do."""
    return Course.find()


def without_left_out(place: Course, found: list[str]) -> tuple[list[str], list[str]]:
    """Of ``found`` those that nbgrader's settings do not leave out, and the others, who are named.

    Raises:
        CourseError: nobody is left.
    """
    left_out = [*filter(place.leaves_out, found)]
    if left_out:
        said = (
            "Left out by student_id or student_id_exclude of nbgrader_config.py: "
            f"{printable(', '.join(left_out))}."
        )
        if len(left_out) == len(found):
            raise CourseError(f"{said} Nobody else is there; --student takes somebody anyhow.")
        err.print(said, soft_wrap=True)
    return [each for each in found if each not in left_out], left_out


class _Progress(Progress):
    """A bar on a terminal; in a log, where a bar is invisible, a line now and then."""

    _said = 0.0

    def update(self, task_id: TaskID, **changes: Any) -> None:
        super().update(task_id, **changes)
        now = self.get_time()
        self._said = self._said or now
        if not self.console.is_terminal and now - self._said >= LOG_SECONDS:
            self._said = now
            task = self.tasks[self.task_ids.index(task_id)]
            total = f" of {task.total:g}" if task.total is not None else ""
            self.console.print(f"{task.description}: {task.completed:g}{total}")


def progress() -> Progress:
    """A progress bar with rate and time left, on stderr; in a log a line every half minute."""
    return _Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )


def have_inputs(place: Course, lab: Lab, *, demonstration: bool = False) -> dict[str, str]:
    """Have what the lab declares as inputs, with progress; a sentence on each is said, too.

    Args:
        place: the course.
        lab: whose inputs.
        demonstration: fetch nothing large.

    Raises:
        AssetError: one of them cannot be had.
    """
    from alpaca_course.assets.inputs import ensure
    from alpaca_course.assets.progress import ticking

    def say(text: str) -> None:
        err.print(text)

    with progress() as bar:
        found = ensure(
            place, lab.kernel.inputs, demonstration=demonstration, say=say, tick=ticking(bar)
        )
    for text in found.values():
        say(text)
    return found


def print_json(data: Any) -> None:
    """Print ``data`` as JSON; NaN and infinity are an error, since they are not JSON.

    At once: `alpaca lab` goes on running, and whoever reads its pipe waits for the address.
    """
    text = json.dumps(data, indent=2, allow_nan=False, ensure_ascii=False)
    # Of a name that is no UTF-8, as a file's may be, what no encoding has is written as JSON does.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")
    sys.stdout.flush()


class _Unheard(io.FileIO):
    """A file whose writer goes on where it takes nothing, as a full disk or a pipe without reader.

    What is told on the way is worth no work: what was asked for is done, and its report and exit
    code say so.
    """

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def _speak_on() -> None:
    """Have no command end because standard error takes nothing."""
    # A console of Windows is no file, and is never full.
    own = sys.__stderr__
    if os.name == "nt" or own is None or sys.stderr is not own:
        return
    stream = io.BufferedWriter(_Unheard(own.fileno(), "w", closefd=False))
    sys.stderr = io.TextIOWrapper(stream, own.encoding, own.errors, line_buffering=True)


def run(app: typer.Typer) -> None:
    """Run ``app``; a :class:`CourseError` is printed without a traceback and ends with code 1.

    So does a disk that is full, which may be the one that is printed to.
    """
    _speak_on()
    try:
        _run(app)
    except CourseError as error:
        _say_error(str(error))
        sys.exit(1)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _say_error(f"{error}. What is printed, or written, is not complete.")
        # What is left of it would be tried again, in vain, when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        err.print(_INTERRUPTED)
        sys.exit(INTERRUPTED)
    except SystemExit as ended:
        # What Typer makes of an interrupt within a command.
        if ended.code == INTERRUPTED:
            err.print(_INTERRUPTED)
        raise


def _run(app: typer.Typer) -> None:
    try:
        app()
    finally:
        if sys.stdout is not None and not sys.stdout.closed:
            with contextlib.suppress(BrokenPipeError):
                sys.stdout.flush()


def _say_error(text: str) -> None:
    # Text, since a name may hold what Rich would read as markup; unwrapped, since a path that is
    # cut in two lines cannot be copied.
    said = "".join(c if c.isprintable() or c == "\n" else "�" for c in text)
    err.print(Text.assemble(("Error:", "bold red"), " ", said), soft_wrap=True)
