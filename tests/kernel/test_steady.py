"""The lab's settings are put back after a student's cell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from alpaca_course.kernel import steady


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The names of a notebook, in a kernel that starts now."""
    folder = Path.cwd()
    shell = SimpleNamespace(user_ns={"x": 1})
    monkeypatch.setitem(
        __import__("sys").modules, "IPython", SimpleNamespace(get_ipython=lambda: shell)
    )
    monkeypatch.setattr(steady, "_start", {})
    monkeypatch.setattr(steady, "_hidden", {})
    yield shell.user_ns
    os.chdir(folder)


def test_folder_and_environment(
    names: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIVEN", "lab")
    monkeypatch.delenv("ADDED", raising=False)
    start = Path.cwd()
    steady.settle()
    os.chdir(tmp_path)
    monkeypatch.setenv("GIVEN", "student")
    monkeypatch.setenv("ADDED", "kept")
    steady.settle("no_such_lab")
    assert Path.cwd() == start
    assert (os.environ["GIVEN"], os.environ["ADDED"]) == ("lab", "kept")


def test_builtins_mean_the_builtins_for_a_while(names: dict[str, Any]) -> None:
    names.update(print=None, len=2, own=3)
    steady.settle(hide=True)
    assert names == {"x": 1, "own": 3}
    steady.show()
    assert names == {"x": 1, "own": 3, "print": None, "len": 2}


def test_without_being_asked_names_stay(names: dict[str, Any]) -> None:
    names["len"] = 2
    steady.settle()
    assert names["len"] == 2
