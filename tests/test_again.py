"""Who gets a second try, with pytest itself in a project of two or five tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.again import MOST

ROOT = Path(__file__).resolve().parents[1]
# Fails the first time; the name has a blank, as parameters' names have.
ONCE = """
import pathlib, pytest
@pytest.mark.parametrize("who", ["the grader"])
def test_once(who):
    mark = pathlib.Path("mark")
    first = not mark.exists()
    mark.touch()
    assert not first
"""
ALWAYS = "def test_always(): assert False\n"
MANY = "import pytest\n@pytest.mark.parametrize('n', range({}))\ndef test_many(n): assert False\n"
BREAKS_OFF = "def test_breaks_off(): raise KeyboardInterrupt\n"


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("workers", ["0", "2"])
def test_what_failed_beside_others_and_passes_alone_is_named(tmp_path: Path, workers: str) -> None:
    (tmp_path / "test_it.py").write_text(ONCE + "def test_other(): pass\n")
    assert python(tmp_path, "pytest", "-p", "tests.again", "-n", workers).returncode == 1
    again = python(tmp_path, "tests.again")
    assert again.returncode == 0, again.stdout
    assert "1 passed" in again.stdout
    assert "passed without others beside them:\n  test_it.py::test_once[the grader]" in again.stdout


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (ONCE + ALWAYS, "failed again:"),
        (MANY.format(MOST + 1), "no second try"),
        (ONCE + BREAKS_OFF, "no second try"),
        ("raise ValueError\n", "no second try"),
        ("def test_good(): pass\n", "no second try"),
    ],
)
def test_nothing_else_becomes_green(tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "test_it.py").write_text(source)
    python(tmp_path, "pytest", "-p", "tests.again", "-n", "0")
    again = python(tmp_path, "tests.again")
    assert again.returncode == 1
    assert said in again.stdout


def test_without_a_session_there_is_none(tmp_path: Path) -> None:
    assert python(tmp_path, "tests.again").returncode == 1


def test_a_session_without_a_cache_is_left_alone(tmp_path: Path) -> None:
    """Such as tests run within."""
    (tmp_path / "test_it.py").write_text("def test_good(): pass\n")
    done = python(tmp_path, "pytest", "-p", "tests.again", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stderr
