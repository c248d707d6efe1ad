"""The ``alpaca`` command: one module of this package for each subcommand."""

from __future__ import annotations

import gc
import importlib
import locale
import os
import pkgutil
import signal
import subprocess
import sys

import typer

app = typer.Typer(
    name="alpaca",
    help="Build, hand out and grade the labs of this course.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _register() -> None:
    """Let each module ``cli/<name>.py`` that has ``register(app)`` add its commands."""
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        found = importlib.import_module(f"{__name__}.{module}")
        if hasattr(found, "register"):
            found.register(app)


def _use_utf8() -> None:
    """Begin anew in Python's UTF-8 mode where the locale means other letters.

    Names of students are names of folders, and go into files, the gradebook and other programs:
    with another encoding in one of these places they would become others.
    """
    wanted = {"PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"}
    tried = all(os.environ.get(name) == value for name, value in wanted.items())
    if tried or _is_utf8(locale.getpreferredencoding(False), *_streams()):
        return
    os.environ.update(wanted)
    command = [sys.executable, *sys.orig_argv[1:]]
    if os.name == "nt":  # there exec leaves the terminal before the program ends
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(sys.executable, command)


def _streams() -> list[str]:
    return [each.encoding for each in (sys.stdout, sys.stderr) if each is not None]


def _is_utf8(*names: str) -> bool:
    names = (*names, sys.getfilesystemencoding())
    return all(name.lower().replace("_", "-") in ("utf-8", "utf8") for name in names)


def main() -> None:
    """Run the command line; errors meant for people end it with their text and code 1."""
    # Reading modules makes many objects and hardly any garbage: looking for some after every 700
    # took a fifth of a command's start.
    gc.set_threshold(100_000, 50, 100)
    try:
        _use_utf8()
        from alpaca_course.cli.console import run

        _register()
    except KeyboardInterrupt:
        # Ctrl-C while modules are read, which takes a second or two on a busy machine.
        sys.exit(128 + signal.SIGINT)
    run(app)
