"""One process with TensorFlow for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader_tests.transfer_learning_mobilenet.tests.evidence.lab_process import Lab, make_weights


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Runs the lab's cells; see :class:`lab_process.Lab`."""
    home = tmp_path_factory.mktemp("keras-home")
    make_weights(home)
    process = Lab(home)
    yield process
    process.close()
