"""A course with one lab and a release of two files; what is in them does not matter here."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from alpaca_course.course import Course
from alpaca_course.exchange import options as exchange_options
from alpaca_course.lab import Lab

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "alpaca"
from pathlib import Path
from alpaca_course.exchange import options
options.configure(c, Path(__file__).resolve().parent)
"""
LAB = """\
notebook = "all_about_shapes"
title = "Shapes"
version = "1"

[[exercises]]
cell = "area"
title = "The area"
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    root = tmp_path / "course"
    root.mkdir()
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    (root / "notebooks/shapes").mkdir(parents=True)
    (root / "notebooks/shapes/lab.toml").write_text(LAB, encoding="utf-8")
    found = Course.load(root)
    lab = found.lab("shapes")
    lab.release.mkdir(parents=True)
    (lab.release / "helper.py").write_text("VERSION = 1\n", encoding="utf-8")
    nbformat.write(nbformat.v4.new_notebook(), lab.released_notebook)
    assert exchange_options.exchange_root(found.root) == Path(found.config.Exchange.root)
    return found


@pytest.fixture
def lab(course: Course) -> Lab:
    return course.lab()
