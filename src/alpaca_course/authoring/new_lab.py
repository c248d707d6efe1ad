"""The smallest lab that builds, validates, grades and qualifies: where another lab begins."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from alpaca_course.course import Course
from alpaca_course.errors import CourseError

TEMPLATES = Path(__file__).parent / "templates" / "new_lab"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_SCRIPT = "script.py"


def new_lab(course: Course, name: str, title: str) -> dict[Path, str]:
    """The files of a new lab, by their path; nothing is written.

    Args:
        course: where it goes.
        name: of its folders, of its notebook and of nbgrader's assignment.
        title: for people.

    Raises:
        CourseError: the name cannot be used, or something has it already.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise CourseError(
            f"'{name}' cannot be a lab's name: it is a folder, a Python package and nbgrader's "
            "assignment at once. Use 2 to 40 lower-case letters, digits and underscores, "
            "beginning with a letter, and no word of Python's own."
        )
    if '"' in title or "\\" in title or not title.strip() or not title.isprintable():
        raise CourseError('A title is one line, not empty, and has neither " nor \\ in it.')
    roots = {part: course.root / part / name for part in ("notebooks", "grader_tests")}
    for path in (*roots.values(), course.root / "source" / name, course.root / "release" / name):
        if path.exists():
            raise CourseError(f"{path} is there already: choose another name, or move it away.")
    files: dict[Path, str] = {}
    for template in sorted(TEMPLATES.rglob("*.txt")):
        part, *inner = template.relative_to(TEMPLATES).with_suffix("").parts
        if inner == [_SCRIPT]:
            inner = [f"{name}.py"]
        text = template.read_text(encoding="utf-8")
        files[roots[part].joinpath(*inner)] = text.replace("@NAME@", name).replace("@TITLE@", title)
    return files


def write(files: dict[Path, str]) -> None:
    """Write a new lab's files.

    Raises:
        OSError: a folder cannot be made or written.
    """
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
