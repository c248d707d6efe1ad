"""Helpers that touch the student's models: quicker, and without a trace in the result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader_tests.transfer_learning_mobilenet.tests.lab.conftest import run_with_helpers

pytestmark = pytest.mark.timeout(300)
RUNNER = Path(__file__).with_name("model_runner.py")


@pytest.fixture(scope="module")
def found(environment: dict[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = run_with_helpers(RUNNER, environment)
    return result


def test_a_model_made_ready_is_traced_once_and_learns_the_same(found: dict[str, Any]) -> None:
    assert found["ready"]["learned"] == found["plain"]["learned"]
    assert (found["plain"]["traces"], found["ready"]["traces"]) == (2, 1)


def test_what_cannot_be_made_ready_is_left_to_fit(found: dict[str, Any]) -> None:
    assert "compile" in found["not compiled"]


def test_no_model_stops_the_cell_with_a_sentence(found: dict[str, Any]) -> None:
    assert "UNQ_C2" in found["no model"]


@pytest.mark.parametrize(("trainable", "moved"), [(False, 0), (True, 1)])
def test_the_statistics_experiment_leaves_the_network_as_it_was(
    found: dict[str, Any], trainable: bool, moved: int
) -> None:
    assert found[f"trainable={trainable}"] == {"moved": [moved, 1], "as it was": True}
