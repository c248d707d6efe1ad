"""One notebook graded beside the course: what is printed, what it ends with, and what it leaves."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from alpaca_course.course import Course
from alpaca_course.sandbox import probe
from tests import light
from tests.commands import ALL_GRADED, ATTENTION, alpaca, answer
from tests.light import ASSIGNMENT, DOUBLE, WRONG_DOUBLE

NOTHING_DONE = 1


@pytest.fixture(scope="module")
def course(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Course:
    """A course whose pages show titles until the due date; do not change it."""
    course = new_course(tmp_path_factory.mktemp("check") / "course")
    toml = course.lab().folder / "lab.toml"
    toml.write_text(f'{toml.read_text()}\n[policy]\nshows = "titles"\nruns = 1\n')
    return Course.load(course.root)


@pytest.fixture(scope="module")
def wrong(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("student") / "repository" / "my answers.ipynb"
    path.parent.mkdir()
    nbformat.write(light.solved(course, WRONG_DOUBLE), path)
    return path


def tree(course: Course) -> dict[str, str]:
    return {
        str(path.relative_to(course.root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in course.root.rglob("*")
        if path.is_file()
    }


def test_it_prints_what_the_policy_allows_and_leaves_nothing(course: Course, wrong: Path) -> None:
    before = tree(course)
    done = alpaca(course, "check", str(wrong))
    assert done.returncode == ALL_GRADED
    assert tree(course) == before
    assert done.stdout.splitlines()[0] == "The light lab: 22 of 30 points."
    assert "Not passed: Doubles a negative number (−8)" in done.stdout
    assert "This was no official run" in done.stdout
    assert "handed in as 'my answers.ipynb' instead of 'light.ipynb'" in done.stdout
    hidden = ("SOMETHING ELSE", "It gave", "Sums.", "Try.")
    assert [word for word in hidden if word in done.stdout] == []


def test_a_folder_as_data_and_what_classroom_takes(course: Course, wrong: Path) -> None:
    found = answer(course, "check", str(wrong.parent))
    assert (found["points"], found["max_points"], found["state"]) == (22, 30, "graded with repairs")
    assert (found["assignment"], found["title"]) == (ASSIGNMENT, "The light lab")
    assert [each["points"] for each in found["exercises"]] == [12, 10]
    assert "SOMETHING ELSE" not in json.dumps(found)
    done = alpaca(course, "check", str(wrong), "--classroom")
    told = json.loads(base64.b64decode(done.stdout))
    assert (told["status"], told["max_score"]) == ("fail", 30)
    assert [(each["name"], each["status"], each["score"]) for each in told["tests"]] == [
        ("Doubling", "fail", 12.0),
        ("The total", "pass", 10.0),
    ]
    assert sum(each["score"] for each in told["tests"]) == found["points"]
    assert "22 of 30 points" in done.stderr


def test_what_needs_a_person_or_is_no_notebook_is_3(course: Course, tmp_path: Path) -> None:
    path = tmp_path / "light.ipynb"
    nbformat.write(light.solved(course, f"{DOUBLE}\nimport sys\n"), path)
    done = alpaca(course, "check", str(path))
    assert done.returncode == ATTENTION
    assert "needs a person" in done.stdout
    path.write_text("print('no notebook')")
    done = alpaca(course, "check", str(path))
    assert done.returncode == ATTENTION
    assert "State: refused. This submission could not be graded." in done.stdout
    told = json.loads(base64.b64decode(alpaca(course, "check", str(path), "--classroom").stdout))
    assert told["status"] == "error"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.ipynb"], "There is no nowhere.ipynb"),
        (["{wrong}", "--lab", "other"], f"no lab 'other'. There is: {ASSIGNMENT}"),
        (["{link}"], "is a link"),
        (["{wrong}", "--classroom", "--json"], "exclude each other"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], said: str, course: Course, wrong: Path, tmp_path: Path
) -> None:
    link = tmp_path / "light.ipynb"
    link.symlink_to(course.lab().instructor_notebook)
    given = [each.format(wrong=wrong, link=link) for each in arguments]
    done = alpaca(course, "check", *given)
    assert done.returncode == NOTHING_DONE
    assert said in done.stderr
    assert done.stdout == ""


def test_without_a_sandbox_nothing_is_run(
    course: Course, wrong: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    where = tmp_path / "course"
    shutil.copytree(course.root, where)
    config = where / "nbgrader_config.py"
    config.write_text(config.read_text().replace("isolation = 'trusted'", "isolation = 'warm'"))
    none = probe.ProbeResult(False, detail="no bwrap", advice="Install bubblewrap.")
    monkeypatch.setattr(probe, "probe", lambda: none)
    done = alpaca(Course.load(where), "check", str(wrong))
    assert done.returncode == NOTHING_DONE
    assert "Install bubblewrap." in done.stderr


def test_after_the_due_date_all_is_shown_and_to_the_right_students(
    course: Course, wrong: Path, tmp_path: Path
) -> None:
    where = tmp_path / "course"
    shutil.copytree(course.root, where)
    (where / "deadlines.toml").write_text(
        f'zone = "UTC"\n[labs.{ASSIGNMENT}]\ndue = 2026-01-01T00:00:00\n'
        f'[[labs.{ASSIGNMENT}.extensions]]\nstudent = "ann"\ndue = 2999-01-01T00:00:00\n'
    )
    late = Course.load(where)
    assert "It gave 8." in alpaca(late, "check", str(wrong)).stdout
    assert "It gave 8." not in alpaca(late, "check", str(wrong), "--student", "ann").stdout
