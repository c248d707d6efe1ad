"""nbgrader's own commands, as an instructor runs them in a fresh clone."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from alpaca_course.course import Course
from alpaca_course.judging.records import RecordStore
from tests import commands, light
from tests.light import ASSIGNMENT, NOTEBOOK


def run(course: Course, program: str, *arguments: str) -> commands.Done:
    """A command from the course's folder, without an activated environment."""
    environment = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    environment["PATH"] = "/usr/bin:/bin"
    return commands.run(course.root, program, *arguments, environment=environment)


@pytest.fixture(scope="module")
def clone(new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A fresh clone with submissions: ``release/`` is there and no gradebook."""
    course = new_course(tmp_path_factory.mktemp("clone") / "course")
    (course.root / "gradebook.db").unlink()
    light.hand_in(course, "ann", light.solved(course))
    light.hand_in(course, "bob", light.solved(course, double=light.WRONG_DOUBLE), "mine.ipynb")
    light.hand_in(course, "cut", b'{"cells": [')
    light.hand_in(course, "zoe", light.released(course))
    return course


@pytest.fixture(scope="module")
def done(clone: Course) -> Course:
    before = clone.lab().released_notebook.read_bytes()
    for command in (
        ("generate_assignment", ASSIGNMENT),
        ("autograde", ASSIGNMENT),
        ("generate_feedback", ASSIGNMENT),
        ("export",),
    ):
        result = run(clone, "nbgrader", *command)
        assert result.returncode == 0, (command, result.stderr)
    assert clone.lab().released_notebook.read_bytes() == before
    return clone


def test_points_of_the_whole_chain(done: Course) -> None:
    wanted = {"ann": 30.0, "bob": 22.0, "cut": 0.0, "zoe": 0.0}
    with (done.root / "grades.csv").open(encoding="utf-8-sig") as file:
        table = {row["student_id"]: row for row in csv.DictReader(file)}
    with Gradebook(done.db_url) as gradebook:
        for student, points in wanted.items():
            assert gradebook.find_submission(ASSIGNMENT, student).score == points
            assert float(table[student]["score"]) == points
            page = done.feedback / student / ASSIGNMENT / f"{NOTEBOOK}.html"
            assert f"<strong>{points:g} of 30 points</strong>" in page.read_text()


def test_nothing_is_graded_twice_by_alpaca_grade(done: Course) -> None:
    """What nbgrader graded is up to date for ``alpaca grade``, which says so truthfully."""
    result = run(done, "alpaca", "grade", "--json")
    found = json.loads(result.stdout)
    assert {each["action"] for each in found["submissions"]} == {"up to date"}
    assert found["counts"] == {"graded": 2, "graded with repairs": 1, "refused": 1}
    assert result.returncode == 3  # one was refused


@pytest.mark.parametrize(
    "mistake",
    ["import no_such_package", "raise SystemExit(0)", "c.AlpacaCourse.workers = undefined_name"],
)
def test_a_configuration_that_fails_grades_nothing(mistake: str, course: Course) -> None:
    light.hand_in(course, "ann", light.solved(course))
    config = course.root / "nbgrader_config.py"
    config.write_text(
        config.read_text().replace("    configure(c)\n", f"    configure(c)\n    {mistake}\n")
    )
    result = run(course, "nbgrader", "autograde", ASSIGNMENT)
    assert result.returncode != 0
    assert "Nothing was graded" in result.stderr
    assert not course.autograded.exists()


def test_rules_that_cannot_load_grade_nothing(course: Course) -> None:
    light.hand_in(course, "ann", light.solved(course))
    (course.lab().grader_tests / "rules" / "double.py").write_text("import no_such_rules\n")
    result = run(course, "nbgrader", "autograde", ASSIGNMENT)
    assert result.returncode != 0
    assert "Nothing was graded" in result.stderr
    assert not course.autograded.exists()


def test_points_that_changed_after_grading(course: Course) -> None:
    """nbgrader's own command would write them beside the old ones; those of `alpaca` bring both."""
    light.hand_in(course, "ann", light.solved(course))
    assert run(course, "alpaca", "grade").returncode == 0
    rules = course.lab().grader_tests / "rules" / "double.py"
    rules.write_text(rules.read_text().replace("points=12", "points=17"))
    assert run(course, "alpaca", "build").returncode == 0
    stock = run(course, "nbgrader", "autograde", ASSIGNMENT, "--force")
    assert stock.returncode != 0
    assert f"nbgrader generate_assignment {ASSIGNMENT}" in stock.stderr
    assert "Nothing was graded" in stock.stderr
    for command in (("regrade",), ("grade", "--force")):
        ours = run(course, "alpaca", *command)
        assert ours.returncode == 0, ours.stderr
        with Gradebook(course.db_url) as gradebook:
            submission = gradebook.find_submission(ASSIGNMENT, "ann")
            assert (submission.score, submission.max_score) == (35, 35)


def test_a_run_that_was_killed_is_taken_up(course: Course) -> None:
    """Half a write, a lost gradebook, a damaged cache: the next run gives the same result."""
    for student in ("ann", "bob"):
        light.hand_in(course, student, light.solved(course))
    assert run(course, "alpaca", "grade", "--json").returncode == 0
    RecordStore(course, course.lab()).begin("ann")  # as if killed before the last write
    first = json.loads(run(course, "alpaca", "grade", "--json").stdout)
    assert [each["action"] for each in first["submissions"]] == ["judge", "up to date"]
    (course.root / "gradebook.db").unlink()
    shutil.rmtree(course.autograded / "bob")
    for path in course.execution_cache.rglob("*.json"):
        path.write_bytes(path.read_bytes()[:100])
    result = run(course, "alpaca", "grade", "--json")
    assert result.returncode == 0, result.stderr
    assert {each["points"] for each in json.loads(result.stdout)["submissions"]} == {30.0}
