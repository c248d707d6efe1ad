"""The ``alpaca`` command: one module of this package for each subcommand."""

from __future__ import annotations

import importlib
import pkgutil

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


def main() -> None:
    """Run the command line; errors meant for people end it with their text and code 1."""
    from alpaca_course.cli.console import run

    _register()
    run(app)
