"""The light course, made once and copied for each test that changes it."""

from __future__ import annotations

import errno
import gc
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.course import Course
from alpaca_course.intake.released import ReleasedLab
from tests import light
from tests.groups import InGroups, place_of

# Tests make many objects that live long and few cycles: the usual 700 looks for these too often.
gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: place_of(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InGroups | None:
    return InGroups(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The light course; do not change it."""
    return light.make_course(tmp_path_factory.mktemp("light") / "course")


@pytest.fixture(scope="session")
def released(pristine: Course) -> ReleasedLab:
    """The light course's lab as students were handed it."""
    return ReleasedLab.load(pristine.lab())


@pytest.fixture
def course(pristine: Course, tmp_path: Path) -> Course:
    """A light course of the test's own, with the assignment in its gradebook."""
    return copy_course(pristine, tmp_path / "course")


@pytest.fixture(scope="session")
def new_course(pristine: Course) -> Callable[[Path], Course]:
    return lambda root: copy_course(pristine, root)


@pytest.fixture
def nobody_may_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders called "locked" have rights that let nobody in, whoever runs the tests."""

    def is_closed(path: Any, *, itself: bool) -> bool:
        parts = Path(os.fsdecode(path)).parts if not isinstance(path, int) else ()
        return "locked" in (parts if itself else parts[:-1])

    def guarded(function: Callable[..., Any], *, itself: bool) -> Callable[..., Any]:
        def calling(path: Any = ".", *arguments: Any, **named: Any) -> Any:
            if is_closed(path, itself=itself):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return function(path, *arguments, **named)

        return calling

    for name in ("open", "listdir"):
        monkeypatch.setattr(os, name, guarded(getattr(os, name), itself=True))
    for name in ("stat", "lstat"):
        monkeypatch.setattr(os, name, guarded(getattr(os, name), itself=False))
    accessible = os.access
    monkeypatch.setattr(
        os,
        "access",
        lambda path, *how, **named: (
            not is_closed(path, itself=True) and accessible(path, *how, **named)
        ),
    )


def copy_course(pristine: Course, root: Path) -> Course:
    shutil.copytree(pristine.root, root)
    return Course.load(root)
