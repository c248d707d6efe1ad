"""The lab as built from its script, weights in a folder of their own, and a few drawn pictures."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.notebooknode import NotebookNode
from traitlets.config import Config

from alpaca_course.assets.drawn import draw_set
from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.weights import ensure_weights, weights_in_use
from alpaca_course.course import Course
from alpaca_course.lab import Lab
from grader_tests.transfer_learning_mobilenet.tests.lab.answers import ANSWERS
from grader_tests.transfer_learning_mobilenet.tests.lab.checking import said_to
from grader_tests.transfer_learning_mobilenet.tests.lab_process import Lab as LabProcess

ROOT = Path(__file__).resolve().parents[4]
LAB = Lab.read(ROOT / "notebooks" / "transfer_learning_mobilenet")
# As students get them, with what the build fills in.
HELPERS = LAB.release


@pytest.fixture(scope="session")
def lab() -> NotebookNode:
    """The instructor's notebook, as the build makes it."""
    return nbformat.read(LAB.instructor_notebook, as_version=4)


@pytest.fixture(scope="session")
def keras_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ``KERAS_HOME`` with stand-in weights: the repository's, linked, or fetched once."""
    root = tmp_path_factory.mktemp("weights")
    own = weights_in_use(Course.from_config(ROOT, Config()))
    if own is not None and own.source == "standin":
        home = root / "keras"
        shutil.copytree(own.folder, home / "models", copy_function=_link)
        return home
    course = Course.from_config(root, Config())
    try:
        ensure_weights(course, "standin")
    except AssetError as error:
        pytest.skip(f"no weights to be had: {error}")
    return course.keras_home


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


@pytest.fixture(scope="session")
def environment(keras_home: Path) -> dict[str, str]:
    """Variables of a student's process: own weights, no CPU notes, nothing of nbgrader."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NBGRADER", "ALPACA"))}
    return {**kept, "KERAS_HOME": str(keras_home), "CUDA_VISIBLE_DEVICES": "-1"}


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures") / "dataset"
    draw_set(folder, counts={"alpaca": 20, "not alpaca": 22})
    (folder / "SOURCE.json").write_text('{"source": "drawn"}', encoding="utf-8")
    return folder


def run_with_helpers(script: Path, environment: dict[str, str], *more: Path) -> Any:
    """The JSON that ``script`` prints in a process of its own, where the helpers can be imported.

    ``more`` are arguments of the script after the helpers' folder.
    Neither the script nor what it tries of the helpers may write to stderr.
    """
    done = subprocess.run(
        [sys.executable, str(script), str(HELPERS), *map(str, more)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stderr == "", "helpers must not write to stderr: nbgrader gives 0 points for it"
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def template(keras_home: Path) -> Iterator[LabProcess]:
    """Forks of the lab's template, with the stand-in weights."""
    process = LabProcess(keras_home, template=True)
    yield process
    process.close()


@pytest.fixture(scope="session")
def spoken(template: LabProcess) -> dict[str, dict[str, str]]:
    """What the visible checks say to every answer of ``answers.py``, by real Keras."""
    result = {
        each.name: said_to(template, str(HELPERS), each.exercise, [each.code]) for each in ANSWERS
    }
    loud = {name: said["stderr"] for name, said in result.items() if said["stderr"]}
    assert loud == {}, "helpers must not write to stderr: nbgrader gives 0 points for it"
    return result
