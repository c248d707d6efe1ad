"""``alpaca build --check``: drift between the script and what is committed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from alpaca_course.authoring import build as authoring
from alpaca_course.authoring.trees import first_difference
from alpaca_course.course import Course
from alpaca_course.lab import Lab

FILE = "two_exercises.ipynb"
Check = Callable[[], dict[str, str]]
RELEASED = f"release/miniature/{FILE}"


@pytest.fixture
def built(small: Course, lab: Lab) -> Lab:
    """The small lab, with what is built from it."""
    authoring.write(small, lab, authoring.build(small, lab))
    return lab


@pytest.fixture
def check(small: Course, lab: Lab) -> Check:
    """What is wrong with the small lab: where → what."""
    return lambda: {problem.where: problem.what for problem in authoring.check(small, lab)}


def test_clean(built: Lab, check: Check) -> None:
    assert check() == {}


def test_a_changed_script_is_named_with_cell_and_line(
    built: Lab, check: Check, edit: Callable[[str, str], None]
) -> None:
    edit("steps = 120", "steps = 121")
    assert check() == {
        f"{folder}/miniature/{FILE}": (
            "cell 9 '2-augmentation-s2-2', line 1: expected 'steps = 121', found 'steps = 120'"
        )
        for folder in ("source", "release")
    }


def test_a_helper_edited_in_release(built: Lab, check: Check) -> None:
    path = built.release / "lab_checks.py"
    path.write_text(path.read_text().replace('"7.1"', '"7.2"'))
    found = check()
    assert list(found) == ["release/miniature/lab_checks.py"]
    assert found.popitem()[1].startswith("line 3: expected 'LAB_VERSION = \"7.1\"\\n', found")


def test_missing_and_extra_files(built: Lab, check: Check) -> None:
    (built.source / "figure.png").unlink()
    (built.release / "notes.txt").write_text("hello")
    assert check() == {
        "source/miniature/figure.png": "missing",
        "release/miniature/notes.txt": "not made by the build: remove it",
    }


def test_what_jupyter_and_python_leave_behind_is_no_drift(built: Lab, check: Check) -> None:
    for name in (".ipynb_checkpoints/x-checkpoint.ipynb", "__pycache__/lab_checks.cpython-311.pyc"):
        path = built.release / name
        path.parent.mkdir()
        path.write_text('{"cells": []}')
    assert check() == {}


def test_changed_metadata_and_cells(built: Lab, check: Check) -> None:
    path = built.release / FILE
    content = json.loads(path.read_text())
    content["metadata"]["alpaca_course"]["lab_version"] = "7.0"
    path.write_text(json.dumps(content))
    assert check()[RELEASED].startswith("metadata of the notebook: expected {'alpaca_course'")
    content["cells"][6]["metadata"]["nbgrader"]["points"] = 70
    path.write_text(json.dumps(content))
    assert check()[RELEASED].startswith("cell 7 'test_data_augmenter', metadata: expected")
    del content["cells"][12]
    content["cells"][6]["metadata"]["nbgrader"]["points"] = 60
    path.write_text(json.dumps(content))
    assert check()[RELEASED] == "expected 13 cells, found 12"


def test_the_same_notebook_laid_out_differently(built: Lab, check: Check) -> None:
    path = built.release / FILE
    path.write_text(json.dumps(json.loads(path.read_text()), indent=2))
    assert check()[RELEASED].startswith("line 2: expected")


def test_a_notebook_cut_short(small: Course, built: Lab) -> None:
    path = built.release / FILE
    path.write_bytes(path.read_bytes()[:200])
    assert "expected" in "".join(
        w.what for w in authoring.check(small, built) if w.where == RELEASED
    )


@pytest.mark.parametrize(
    ("wanted", "present", "words"),
    [
        (b"a\nb\n", b"a\n", "line 2: expected 'b\\n', found nothing"),
        (b"a\n", b"a\nb\n", "line 2: expected nothing, found 'b\\n'"),
        (b"a\n", b"a", "line 1: expected 'a\\n', found 'a'"),
        (b"\xff\x00", b"\xff", "other bytes (expected 2, found 1)"),
    ],
)
def test_first_difference(wanted: bytes, present: bytes, words: str) -> None:
    assert first_difference("x.txt", wanted, present) == words
