"""Commands as the command line runs them: in this process, or each in a process of its own.

The latter are forks of one process that has imported what most commands import, since that takes
them most of their time otherwise. What ends by a signal, or depends on how the interpreter was
started, needs the program itself.
"""

from __future__ import annotations

import atexit
import importlib
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from alpaca_course import cli
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from tests.loops import where_no_loop_runs

ALL_GRADED, ATTENTION = 0, 3
MOST_SECONDS = 300
# As pyproject.toml and nbgrader's own name them; nbgrader sets a title by the first argument.
PROGRAMS = {"alpaca": "alpaca_course.cli:main", "nbgrader": "nbgrader.apps.nbgraderapp:main"}
# Not what reads the environment at import, as the consoles of `alpaca_course.cli` do.
_IMPORTED = [
    "alpaca_course.archiving.archive",
    "alpaca_course.authoring.build",
    "alpaca_course.batch.comments",
    "alpaca_course.batch.grade",
    "alpaca_course.batch.regrade",
    "alpaca_course.gradebook.export",
    "alpaca_course.gradebook.nbgrader_api",
    "alpaca_course.gradebook.pages",
    "alpaca_course.judging.session",
    "alpaca_course.qualification.run",
    "alpaca_course.reporting.page",
    "alpaca_course.reporting.reading",
    "nbgrader.apps.nbgraderapp",
    "rich.progress",
    "rich.table",
    "tests.commands",
    "typer.rich_utils",
]


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def alpaca(course: Course, *arguments: str) -> Done:
    """Run a command in ``course``, in this process."""
    if not cli.app.registered_commands:
        cli._register()
    where = {"ALPACA_COURSE_ROOT": str(course.root), "COLUMNS": "160"}
    done = where_no_loop_runs(lambda: CliRunner().invoke(cli.app, arguments, env=where))
    if isinstance(done.exception, CourseError):
        return Done(1, done.stdout, done.stderr + str(done.exception))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def answer(course: Course, command: str, *arguments: str) -> Any:
    """What a command answers in JSON; ``command`` may be of two words."""
    done = alpaca(course, *command.split(), "--json", *arguments)
    assert done.returncode in (ALL_GRADED, ATTENTION), done.stderr
    return json.loads(done.stdout)


def run(
    folder: Path, program: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> Done:
    """Run ``program`` in ``folder`` as a person does, in a process of its own.

    Args:
        folder: the process' working folder.
        program: one of ``PROGRAMS``.
        arguments: of the program.
        environment: all of its environment variables; this process' own without it.

    Raises:
        AssertionError: it has not ended after five minutes.
    """
    where = dict(os.environ if environment is None else environment)
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    if not _can_fork():
        ended = subprocess.run(
            command, cwd=folder, env=where, capture_output=True, encoding="utf-8", check=False
        )
        return Done(ended.returncode, ended.stdout, ended.stderr)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    with tempfile.TemporaryDirectory() as place:
        files = [Path(place, name) for name in ("out", "err")]
        process = context.Process(target=_act, args=(str(folder), command, where, files))
        process.start()
        process.join(MOST_SECONDS)
        if process.exitcode is None:
            process.kill()
            raise AssertionError(f"{command} has not ended")
        return Done(process.exitcode, *(file.read_text("utf-8") for file in files))


def _can_fork() -> bool:
    # In another encoding the program begins anew, and would be the forking process then.
    utf8 = sys.getfilesystemencoding() == "utf-8"
    return utf8 and "forkserver" in multiprocessing.get_all_start_methods()


def _act(
    folder: str, command: Sequence[str], environment: Mapping[str, str], files: Sequence[Path]
) -> None:
    """Become the program: what its process would be given, and what it does at its end."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate(files, start=1):
        handle = os.open(file, os.O_WRONLY | os.O_CREAT)
        os.dup2(handle, number)
        os.close(handle)
    sys.argv = list(command)
    module, _, name = PROGRAMS[Path(command[0]).name].partition(":")
    try:
        sys.exit(getattr(importlib.import_module(module), name)())
    finally:
        atexit._run_exitfuncs()
