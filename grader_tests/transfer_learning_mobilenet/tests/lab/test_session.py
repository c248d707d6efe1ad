"""What students read when a cell is not what was run, or stopped: checks and the hand-in table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader_tests.transfer_learning_mobilenet.tests.lab.answer import (
    BUILT,
    COMPILED,
    NOTEBOOK,
    TUNING,
)
from grader_tests.transfer_learning_mobilenet.tests.lab.conftest import HELPERS, LAB

pytestmark = pytest.mark.timeout(900)
RUNNER = Path(__file__).with_name("session_runner.py")
START = (
    "import lab_setup\nwith lab_setup.quiet():\n    import lab_checks\n"
    "from keras.layers import RandomFlip, RandomRotation\nimport tensorflow as tf"
)
RIGHT = """# UNQ_C1
def data_augmenter():
    return tf.keras.Sequential([RandomFlip("horizontal"), RandomRotation(0.2)])"""
BROKEN = RIGHT.replace("(0.2)])", "(0.2)]")
VERTICAL = RIGHT.replace("horizontal", "vertical")
CHAINED = """# UNQ_C1
def data_augmenter():
    data_augmentation = tf.keras.Sequential().add(RandomFlip())
    return data_augmentation"""
OLD_NAME = "# UNQ_C3\n" + TUNING.strip().replace("learning_rate=0.1", "lr=0.1")
OTHER_ORDER = "# UNQ_C3\n" + TUNING.strip().replace(
    "loss=loss_function, optimizer=optimizer, metrics=metrics", "loss_function, optimizer, metrics"
)
CHECK = "lab_checks.check_data_augmenter(globals())"
TABLE = "import lab_handin\nlab_handin.report(globals())"
C1 = "data_augmenter"
# One session: (what is shown, the cell's id, its source). A source that is an object of id →
# source is the notebook being saved.
SESSION: tuple[tuple[str, str | None, Any], ...] = (
    ("", "packages", START),
    ("", None, BROKEN),
    ("broken, nobody tells ids", "check", CHECK),
    ("", None, RIGHT),
    ("mended, nobody tells ids", "check", CHECK),
    ("", C1, BROKEN),
    ("broken", "check", CHECK),
    ("", C1, RIGHT),
    ("mended", "check", CHECK),
    ("", "a1b2", BROKEN),
    ("a broken copy", "check", CHECK),
    ("", C1, RIGHT + "\nprint(undefined)"),
    ("stopped after its answer", "check", CHECK),
    ("", C1, CHAINED),
    ("what add returns", "check", CHECK),
    ("", None, {C1: VERTICAL}),
    ("", C1, RIGHT),
    ("run and not saved", "check", CHECK),
    ("table, not saved", "handin", TABLE),
    ("", None, {C1: RIGHT}),
    ("table, saved", "handin", TABLE),
    ("", None, {C1: VERTICAL}),
    ("changed, saved, not run", "check", CHECK),
    ("table, not run", "handin", TABLE),
    ("", None, NOTEBOOK + BUILT + COMPILED),
    ("", "fine_tuning", OLD_NAME),
    ("old name", "check", "lab_checks.check_fine_tuning(globals())"),
    ("", None, COMPILED),
    ("", "fine_tuning", OTHER_ORDER),
    ("other order", "check", "lab_checks.check_fine_tuning(globals())"),
)


@pytest.fixture(scope="module")
def shown(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the named cells of the session show, each as one line."""
    cells = [(cell, source) for _, cell, source in SESSION]
    done = subprocess.run(
        [sys.executable, str(RUNNER)],
        input=json.dumps({"helpers": str(HELPERS), "cells": cells}),
        cwd=tmp_path_factory.mktemp("session"),
        env={**environment, "JPY_SESSION_NAME": LAB.file_name},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.splitlines()[-1])
    named = {name: text for (name, *_), text in zip(SESSION, said, strict=True) if name}
    assert not [name for name, text in named.items() if "Traceback" in text]
    return {name: " ".join(text.split()) for name, text in named.items()}


@pytest.mark.parametrize("name", ["broken", "broken, nobody tells ids"])
def test_a_syntax_error_is_said_whatever_ran_before(shown: dict[str, str], name: str) -> None:
    assert "UNQ_C1 is no Python as it was last run: SyntaxError in line 3" in shown[name]


@pytest.mark.parametrize(
    "name", ["mended", "mended, nobody tells ids", "a broken copy", "run and not saved"]
)
def test_what_the_cell_left_last_is_checked(shown: dict[str, str], name: str) -> None:
    assert shown[name].startswith("✓ UNQ_C1")
    assert "stopped" not in shown[name]


def test_a_cell_that_was_changed_and_not_run(shown: dict[str, str]) -> None:
    for name in ("changed, saved, not run", "table, not run"):
        assert "UNQ_C1 was changed after it was last run" in shown[name]


def test_a_cell_that_stopped_after_its_answer(shown: dict[str, str]) -> None:
    said = shown["stopped after its answer"]
    assert said.startswith("✓ UNQ_C1")
    assert "UNQ_C1 stopped in line 4 when it was last run" in said
    assert "'undefined' is not defined" in said


def test_what_add_returns(shown: dict[str, str]) -> None:
    assert "keeps what `add` returns" in shown["what add returns"]


def test_an_old_name_of_an_argument(shown: dict[str, str]) -> None:
    said = shown["old name"]
    assert "UNQ_C3 stopped in line 6 when it was last run" in said
    assert "`lr` is the name that an argument had in old versions" in said
    assert "Still None" not in said


def test_a_check_says_that_its_cell_stopped_before_what_it_misses(shown: dict[str, str]) -> None:
    said = shown["other order"]
    assert "UNQ_C3 stopped in line 8 when it was last run" in said
    assert "`compile` got the loss in the place of the optimizer" in said
    assert "What ran by then: `model2` still has the optimizer of the frozen training" in said


def test_the_table_says_what_is_not_saved(shown: dict[str, str]) -> None:
    lost = "Saved: ✗ no, what you ran is not what the file holds: UNQ_C1."
    assert lost in shown["table, not saved"]
    assert "Saved: ✓ yes, at " in shown["table, saved"]
