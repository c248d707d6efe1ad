"""A small course of its own for each test: the lab itself changes too often to be a fixture."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from alpaca_course.cli import build, bundle
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.lab import Lab

# Its modules end in .txt, so that no tool takes them for the project's own.
SMALL_COURSE = Path(__file__).parent / "course"


@pytest.fixture
def small(tmp_path: Path) -> Course:
    """A fresh copy of the small course."""
    root = tmp_path / "course"
    shutil.copytree(SMALL_COURSE, root)
    for path in root.rglob("*.py.txt"):
        path.rename(path.with_suffix(""))
    return Course.load(root)


@pytest.fixture
def lab(small: Course) -> Lab:
    """The small course's only lab."""
    return small.lab()


@pytest.fixture
def second(small: Course, lab: Lab) -> Lab:
    """A second lab of the small course: the first one under another name."""
    for folder in (lab.folder, lab.grader_tests):
        shutil.copytree(folder, folder.with_name("another"))
    for path in small.root.rglob("another/**/*.py"):
        path.write_text(path.read_text().replace(".miniature", ".another"))
    small.__dict__.pop("labs", None)  # read anew
    return small.lab("another")


@pytest.fixture
def alpaca(small: Course, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """``alpaca("build", "--check", code=1)`` runs the command in the small course.

    What it printed, or said as a sentence for people; a traceback is no answer.
    """
    monkeypatch.setenv("ALPACA_COURSE_ROOT", str(small.root))
    app = typer.Typer()
    app.callback()(lambda: None)
    for command in (build, bundle):
        command.register(app)

    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, list(arguments))
        said = result.output
        if isinstance(result.exception, CourseError):
            said += str(result.exception)
        elif not isinstance(result.exception, SystemExit | None):
            raise result.exception
        assert result.exit_code == code, said
        return said

    return run


@pytest.fixture
def edit(lab: Lab) -> Callable[[str, str], None]:
    """``edit(old, new)`` changes the small lab's script."""

    def replace(old: str, new: str) -> None:
        text = lab.script.read_text()
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        lab.script.write_text(text.replace(old, new))

    return replace
