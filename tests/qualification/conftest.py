"""A course of the tests' own: lab and hidden tests of the repository, and weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.weights import ensure_weights
from alpaca_course.course import Course
from alpaca_course.lab import Lab
from alpaca_course.qualification.demo_class import prepare_course

ROOT = Path(__file__).resolve().parents[2]
LAB = "transfer_learning_mobilenet"
# An honest cell takes two or three; one of the demonstration's submissions never ends.
CELL_SECONDS = 10


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Uses the repository's weights where there are any; writes nothing there."""
    origin = Course.load(ROOT)
    root = tmp_path_factory.mktemp("course")
    own = prepare_course(origin, origin.lab(LAB), root, cell_seconds=CELL_SECONDS)
    try:
        ensure_weights(own)
    except AssetError as error:
        pytest.skip(f"no weights to be had: {error}")
    return own


@pytest.fixture(scope="session")
def spec(course: Course) -> Lab:
    """The repository's lab, in that course."""
    return course.lab(LAB)
