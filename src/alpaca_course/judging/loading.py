"""Modules of one lab, from its own folders alone, in the trusted process.

They know each other as ``grader_tests.<lab>…`` and ``notebooks.<lab>…``, and have those names only
while they load: another course's labs may have them in the same process, and nothing shall find the
hidden tests by accident.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from alpaca_course.errors import CourseError
from alpaca_course.lab import Lab

_FOLDERS = ("grader_tests", "notebooks")


@contextlib.contextmanager
def lab_modules(lab: Lab) -> Iterator[None]:
    """Let ``grader_tests.<lab>`` and ``notebooks.<lab>`` be imported from the lab's course."""
    before = {key: sys.modules.pop(key) for key in list(sys.modules) if _is_a_labs(key)}
    try:
        for name in _FOLDERS:
            package = ModuleType(name)
            package.__path__ = [str(lab.course_root / name)]
            sys.modules[name] = package
        yield
    finally:
        for key in [key for key in sys.modules if _is_a_labs(key)]:
            del sys.modules[key]
        sys.modules.update(before)


def load_grader_module(lab: Lab, name: str) -> ModuleType:
    """``grader_tests/<lab>/<name>``; only while :func:`lab_modules` holds.

    Raises:
        CourseError: it cannot be imported; says why.
    """
    try:
        return importlib.import_module(f"grader_tests.{lab.name}.{name}")
    except Exception as error:
        raise CourseError(
            f"The hidden tests in {lab.grader_tests} cannot be loaded: {error!r}"
            f"{_place(lab, error)}"
        ) from error


@contextlib.contextmanager
def faults_of_rules(lab: Lab) -> Iterator[None]:
    """For authors: what is raised while the lab's rules judge, as a sentence that says where.

    Raises:
        CourseError: something was.
    """
    try:
        yield
    except CourseError:
        raise
    except Exception as error:
        raise CourseError(
            f"The hidden tests in {lab.grader_tests} stopped with {error!r}{_place(lab, error)}"
        ) from error


def _place(lab: Lab, error: Exception) -> str:
    """The last line of the lab's own files that the error came through."""
    own = [
        f"{Path(frame.filename).relative_to(lab.course_root).as_posix()}, line {frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if any(Path(frame.filename).is_relative_to(part) for part in (lab.grader_tests, lab.folder))
    ]
    return f" ({own[-1]})" if own else ""


def _is_a_labs(module: str) -> bool:
    return module.partition(".")[0] in _FOLDERS
