"""A course whose lab need not be built: nothing of it is graded here."""

from __future__ import annotations

from pathlib import Path

import pytest

from alpaca_course.course import Course
from tests import light


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return light.lay_out(tmp_path / "course")
