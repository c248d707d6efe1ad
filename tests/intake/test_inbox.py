"""Every entry of ``submitted/`` is a hand-in, or is named with where it belongs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from alpaca_course.contract.states import SubmissionRefused
from alpaca_course.course import Course
from alpaca_course.intake.inbox import strays
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.submissions import folder_of, students, take_in_folder
from alpaca_course.opened import RELATIVE
from tests import commands, light
from tests.light import ASSIGNMENT, NOTEBOOK

Place = Callable[[Path, str], None]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("file", "path", "word"),
    [
        ("ann/light.ipynb", "ann/light.ipynb", f"ann/{ASSIGNMENT}/"),
        ("bob/Light_Lab/light.ipynb", "bob/Light_Lab/", f"called {ASSIGNMENT}"),
        ("loose.ipynb", "loose.ipynb", f"<student>/{ASSIGNMENT}/"),
        ("class.zip", "class.zip", f"<student>/{ASSIGNMENT}/"),
        (f"zoe/{ASSIGNMENT}", f"zoe/{ASSIGNMENT}", f"zoe/{ASSIGNMENT}/, as light.ipynb"),
        (f"{ASSIGNMENT}/light.ipynb", f"{ASSIGNMENT}/", "student's folder"),
        ("eve/homework/light.ipynb", "eve/homework/", f"eve/{ASSIGNMENT}/"),
        (f"right/{ASSIGNMENT.upper()}/light.ipynb", f"right/{ASSIGNMENT.upper()}/", "called"),
        ("right/light.ipynb", "right/light.ipynb", f"right/{ASSIGNMENT}/"),
        (f".kim/{ASSIGNMENT}/light.ipynb", f".kim/{ASSIGNMENT}", "begin with a dot"),
    ],
)
def test_named_with_where_it_belongs(course: Course, file: str, path: str, word: str) -> None:
    light.hand_in(course, "right", light.solved(course))
    _write(course.submitted / file, nbformat.writes(light.solved(course)))
    (stray,) = strays(course, course.lab())
    assert stray.path == path
    assert word in stray.advice


def test_what_is_another_labs_is_told_by_its_name(course: Course) -> None:
    (other := course.root / "notebooks" / "other_lab").mkdir()
    declared = (course.lab().folder / "lab.toml").read_text()
    (other / "lab.toml").write_text(declared)
    course = Course.load(course.root)
    for file in ("ann/Other_Lab/x.ipynb", "other_lab/ann/x.ipynb"):
        _write(course.submitted / file, "{}")
    found = {each.path: each.advice for each in strays(course, course.lab(ASSIGNMENT))}
    assert found["ann/Other_Lab/"] == "the folder has to be called other_lab"
    assert found["other_lab/"].endswith("<student>/other_lab/")


def test_an_empty_folder_of_a_student(course: Course) -> None:
    (course.submitted / "ann").mkdir(parents=True)
    (stray,) = strays(course, course.lab())
    assert stray.path == "ann/"


def test_files_of_the_system_are_nobodys(course: Course) -> None:
    light.hand_in(course, "ann", light.solved(course))
    for name in (".DS_Store", "Thumbs.db", "ann/.DS_Store", "ann/desktop.ini", ".gitkeep"):
        _write(course.submitted / name, "")
    assert strays(course, course.lab()) == []


def grade(course: Course, *arguments: str) -> commands.Done:
    return commands.run(course.root, "alpaca", "grade", *arguments)


def test_grade_names_them_and_does_not_end_with_0(course: Course) -> None:
    _write(course.submitted / "ann" / f"{NOTEBOOK}.ipynb", nbformat.writes(light.solved(course)))
    alone = grade(course)
    assert alone.returncode == 1
    assert f"Not looked at: ann/{NOTEBOOK}.ipynb" in " ".join(alone.stderr.split())
    light.hand_in(course, "bob", light.solved(course))
    result = grade(course, "--json")
    found = json.loads(result.stdout)
    assert (result.returncode, found["counts"]) == (3, {"graded": 1})
    assert [each["path"] for each in found["not_looked_at"]] == [f"ann/{NOTEBOOK}.ipynb"]
    assert grade(course, "--student", "bob").returncode == 0
    chosen = grade(course, "--student", "ann")
    assert chosen.returncode == 1
    assert f"ann/{NOTEBOOK}.ipynb; it belongs in" in " ".join(chosen.stderr.split())


@pytest.mark.skipif(not RELATIVE, reason="looks through other functions there")
@pytest.mark.usefixtures("nobody_may_enter")
def test_a_students_folder_that_may_not_be_read_is_refused_and_ends_nothing(
    course: Course, released: ReleasedLab
) -> None:
    for student in ("ann", "locked"):
        light.hand_in(course, student, light.solved(course))
    assert students(course, course.lab()) == ["ann", "locked"]
    assert strays(course, course.lab()) == []
    with pytest.raises(SubmissionRefused, match="may not be read by whoever grades"):
        take_in_folder(folder_of(course, course.lab(), "locked"), released)


@pytest.mark.parametrize("name", [b"\x1b]0;paid\x07.ipynb", b"a\nNot looked at: b", b"\xff.txt"])
def test_a_name_steers_no_terminal_and_makes_no_line(course: Course, name: bytes) -> None:
    course.submitted.mkdir(exist_ok=True)
    (course.submitted / os.fsdecode(name)).write_text("")
    (stray,) = strays(course, course.lab())
    assert stray.text.isprintable()
    light.hand_in(course, "ann", light.solved(course))
    result = grade(course, "--dry-run", "--json")
    assert json.loads(result.stdout)["not_looked_at"] == [vars(stray)]
    assert "\x1b" not in grade(course, "--dry-run").stderr
