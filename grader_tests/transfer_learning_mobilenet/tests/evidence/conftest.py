"""Two processes with TensorFlow for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader_tests.transfer_learning_mobilenet.tests.lab_process import (
    AsGraded,
    Lab,
    make_weights,
)


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("keras-home")
    make_weights(home)
    return home


@pytest.fixture(scope="session")
def plain(weights: Path) -> Iterator[Lab]:
    """Runs the lab's cells; see :class:`lab_process.Lab`."""
    process = Lab(weights)
    yield process
    process.close()


@pytest.fixture(scope="session")
def inheriting(weights: Path) -> Iterator[Lab]:
    """The same in forks of the lab's template."""
    process = Lab(weights, template=True)
    yield process
    process.close()


@pytest.fixture(scope="session")
def lab(inheriting: Lab, plain: Lab) -> AsGraded:
    """As grading has it: plainly where a fork of the template does not count."""
    return AsGraded(inheriting, plain)
