"""Wall clock of whole commands, and figures side by side."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


class CommandFailed(Exception):  # noqa: N818
    """A measured command did not do what it was measured for; the text has the end of its log."""


@dataclass(frozen=True)
class Command:
    """One command with its folder and its whole environment.

    ``done`` are the exit codes with which it did its work.
    """

    words: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    done: Sequence[int] = (0,)


@dataclass(frozen=True)
class Cost:
    """What commands cost.

    Attributes:
        wall: seconds from the start of the first to the end of the last.
        cpu: processor seconds of the whole machine meanwhile, so measure where nothing else runs.
            What commands and their waited-for children used would leave out half of ours: what
            still runs in a PID namespace that is ended (the warm template) is waited for by nobody.
        printed: what each wrote to stdout.
    """

    wall: float
    cpu: float
    printed: tuple[str, ...] = ()


def run(*commands: Command) -> Cost:
    """Run ``commands`` side by side.

    Raises:
        CommandFailed: one ended with an exit code with which it did not do its work.
    """
    started, used = time.perf_counter(), _busy()
    running = [
        subprocess.Popen(
            list(command.words),
            cwd=command.folder,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=(command.folder / "benchmark.log").open("wb"),
            text=True,
        )
        for command in commands
    ]
    try:
        printed = tuple(process.communicate()[0] for process in running)
    finally:
        # After an interrupt nothing may go on in the background and slow down what comes next.
        for process in running:
            if process.poll() is None:
                process.terminate()
    cost = Cost(time.perf_counter() - started, _busy() - used, printed)
    for process, command, out in zip(running, commands, printed, strict=True):
        if process.returncode not in command.done:
            log = (command.folder / "benchmark.log").read_text(errors="replace")
            raise CommandFailed(
                f"{' '.join(command.words)} ended with {process.returncode}:\n"
                f"{out[-2000:]}\n{log[-4000:]}"
            )
    return cost


def _busy() -> float:
    """Seconds that the machine's processors have worked since it started."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def note(text: str) -> None:
    """Progress goes to stderr; stdout holds the result alone."""
    print(text, file=sys.stderr, flush=True)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median, and smallest to largest where there are several."""
    middle = f"{statistics.median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def ratios(values: Sequence[float], base: Sequence[float]) -> list[float]:
    """Round by round, because the machine's own speed drifts from one round to the next."""
    return [value / other for value, other in zip(values, base, strict=False)]


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need to be; the first is text, the others are figures."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            word.ljust(width) if column == 0 else word.rjust(width)
            for column, (word, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
