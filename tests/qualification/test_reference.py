"""``alpaca validate`` holds only for a lab that is right."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.qualification.reference import Check, validate
from tests import light

TRAINING = """
class History:
    def __init__(self, loss):
        self.history = {{"val_loss": [1.0, loss], "val_accuracy": [0.5, 0.9]}}
history, history_fine = History({frozen}), History({tuned})
"""


@pytest.fixture
def course(new_course: Callable[[Path], Course], tmp_path: Path) -> Course:
    """A light course of the test's own, whose lab says that its training improves."""
    made = new_course(tmp_path / "course")
    declared = made.lab().folder / "lab.toml"
    text = declared.read_text(encoding="utf-8")
    declared.write_text('improves = ["history", "history_fine"]\n' + text, encoding="utf-8")
    return Course.load(made.root)


def with_training(course: Course, code: str) -> None:
    """Put ``code`` into the lesson cell of both versions of the lab."""
    for path in (course.lab().instructor_notebook, course.lab().released_notebook):
        notebook = nbformat.read(path, as_version=4)
        light.cell(notebook, light.LESSON).source = code
        nbformat.write(notebook, path)


def checks(course: Course) -> dict[str, Check]:
    seen: list[str] = []
    found = validate(
        course, course.lab(), quick=True, on_cell=lambda run, index, count: seen.append(run)
    )
    result = {check.name: check for check in found}
    assert {"reference", "release", "release, graded"} == set(seen)
    return result


def failing(found: dict[str, Check]) -> set[str]:
    return {name for name, check in found.items() if not check.ok}


def test_a_lab_that_is_right(course: Course) -> None:
    with_training(course, TRAINING.format(frozen=0.5, tuned=0.4))
    found = checks(course)
    assert failing(found) == set()
    detail = found["reference.improves"].detail
    assert "0.5000 at the end of history, 0.4000 at the end of history_fine" in detail


def test_everything_that_is_wrong_is_named(course: Course) -> None:
    deep = (
        "def fall(n):\n    try:\n        fall(n - 1) if n else 1 / 0\n    except Exception as e:\n"
    )
    deep += "        raise ValueError(n) from e\n"
    with_training(course, TRAINING.format(frozen=0.4, tuned=0.5) + deep + "fall(20)\n")
    path = course.lab().instructor_notebook
    notebook = nbformat.read(path, as_version=4)
    light.cell(notebook, "double").source = light.WRONG_DOUBLE
    nbformat.write(notebook, path)
    found = checks(course)
    assert failing(found) == {
        "reference.runs",
        "reference.double",
        "reference.improves",
        "release.tracebacks",
    }
    assert "double.negative" in found["reference.double"].detail
    assert re.search(r"double\.negative.* \(.+\)$", found["reference.double"].detail)
    assert light.LESSON in found["release.tracebacks"].detail


@pytest.mark.parametrize("released", ["# UNQ_C1\ndef double(x):\n    return 2 * x\n"])
def test_a_release_that_earns_points(course: Course, released: str) -> None:
    with_training(course, TRAINING.format(frozen=0.5, tuned=0.4))
    path = course.lab().released_notebook
    notebook = nbformat.read(path, as_version=4)
    light.cell(notebook, "double").source = released
    nbformat.write(notebook, path)
    assert {"release.double", "release.double.message"} <= failing(checks(course))


def test_a_lab_that_does_not_train_has_nothing_to_improve(
    new_course: Callable[[Path], Course], tmp_path: Path
) -> None:
    course = new_course(tmp_path / "plain")
    with_training(course, "1 + 1")
    assert "reference.improves" not in checks(course)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("boom", "its collector ended with NameError: name 'boom' is not defined"),
        (
            "return setattr(seen, 'values', (float('nan'),))",
            "its collector ended with EvidenceTooLarge: What",
        ),
        ("!", "not be loaded: `python -c 'import notebooks.light_lab.evidence.double'` says"),
    ],
)
def test_a_collector_that_fails_beside_the_reference_is_named(
    course: Course, text: str, said: str
) -> None:
    with_training(course, TRAINING.format(frozen=0.5, tuned=0.4))
    path = course.lab().evidence / "double.py"
    whole = path.read_text(encoding="utf-8")
    assert "    seen.values = " in whole
    path.write_text(whole.replace("    seen.values", f"    {text}\n    seen.values"), "utf-8")
    found = checks(course)["reference.double"]
    assert not found.ok
    assert said in found.detail


def test_what_lab_toml_asks_of_a_kernel_is_looked_for(course: Course) -> None:
    with_training(course, "1 + 1")
    path = course.lab().folder / "lab.toml"
    kernel = '[kernel]\npreload = ["numpy", "nump.y"]\nlibraries = ["numpy", "nunpy"]\n'
    path.write_text(re.sub(r"(?ms)^\[kernel\].*?(?=^\[|\Z)", "", path.read_text()) + kernel)
    found = checks(Course.load(course.root))["lab.kernel"]
    assert not found.ok
    assert "not installed here: nump.y" in found.detail
    path.write_text(path.read_text().replace(', "nump.y"', ""))
    found = checks(Course.load(course.root))["lab.kernel"]
    assert found.ok
    assert "not installed here: nunpy" in found.detail


def test_a_rule_that_raises_is_told_with_its_line(course: Course) -> None:
    with_training(course, "1 + 1")
    path = course.lab().grader_tests / "rules" / "double.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^    (if|return) ", r"    boom\n    \1 ", text, count=1), "utf-8")
    with pytest.raises(CourseError, match=r"NameError.*\(grader_tests/.*/double.py, line \d+\)"):
        checks(course)
