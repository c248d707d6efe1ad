"""Commands as the command line runs them, in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from alpaca_course import cli
from alpaca_course.course import Course
from alpaca_course.errors import CourseError

ALL_GRADED, ATTENTION = 0, 3


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def alpaca(course: Course, *arguments: str) -> Done:
    """Run a command in ``course``."""
    if not cli.app.registered_commands:
        cli._register()
    where = {"ALPACA_COURSE_ROOT": str(course.root), "COLUMNS": "160"}
    done = CliRunner().invoke(cli.app, arguments, env=where)
    if isinstance(done.exception, CourseError):
        return Done(1, done.stdout, done.stderr + str(done.exception))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def answer(course: Course, command: str, *arguments: str) -> Any:
    """What a command answers in JSON; ``command`` may be of two words."""
    done = alpaca(course, *command.split(), "--json", *arguments)
    assert done.returncode in (ALL_GRADED, ATTENTION), done.stderr
    return json.loads(done.stdout)
