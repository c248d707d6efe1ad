"""A course with a release of two files; what is in them does not matter here."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from alpaca_course.course import NOTEBOOK, Course
from alpaca_course.exchange import options as exchange_options

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "alpaca"
from pathlib import Path
from alpaca_course.server import exchange_options
exchange_options.configure(c, Path(__file__).resolve().parent)
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    root = tmp_path / "course"
    root.mkdir()
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    found = Course.load(root)
    found.release.mkdir(parents=True)
    (found.release / "helper.py").write_text("VERSION = 1\n", encoding="utf-8")
    nbformat.write(nbformat.v4.new_notebook(), found.release / f"{NOTEBOOK}.ipynb")
    assert exchange_options.exchange_root(found.root) == Path(found.config.Exchange.root)
    return found
