"""A lab begun with ``alpaca new-lab``: from nothing to exported grades, beside another lab.

The commands are run as a person runs them; no file of the package is touched.
"""

from __future__ import annotations

import csv
import json
import os
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import nbformat
import pytest

from alpaca_course.lab import Exercise, GateNeeds, KernelNeeds, _Declared
from tests import commands

ROOT = Path(__file__).resolve().parents[2]
RIGHT = "# UNQ_C1\ndef row_means(table):\n    return table.mean(axis=1)\n"
SUMS = "# UNQ_C1\ndef row_means(table):\n    return table.sum(axis=1)\n"
CLASS = {"anna": RIGHT, "ben": SUMS, "cleo": None}


def run(course: Path, *words: str, program: str = "alpaca") -> commands.Done:
    environment = {k: v for k, v in os.environ.items() if k != "ALPACA_COURSE_ROOT"}
    return commands.run(course, program, *words, environment=environment)


def done(course: Path, *words: str, program: str = "alpaca") -> str:
    finished = run(course, *words, program=program)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def found(course: Path, *words: str) -> Any:
    return json.loads(done(course, *words, "--json"))


def hand_in(course: Path, lab: str) -> None:
    for student, answer in CLASS.items():
        notebook = nbformat.read(course / "release" / lab / f"{lab}.ipynb", as_version=4)
        if answer is not None:
            cell = next(c for c in notebook.cells if c.get("id") == "row_means")
            cell.source = answer
        path = course / "submitted" / student / lab / f"{lab}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("course")
    text = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    settings = "    configure(c)\n    c.AlpacaCourse.isolation = 'trusted'\n"
    (root / "nbgrader_config.py").write_text(text.replace("    configure(c)\n", settings))
    for lab in ("row_statistics", "second_lab"):
        assert found(root, "new-lab", lab)["assignment"] == lab
    done(root, "build")
    for lab in ("row_statistics", "second_lab"):
        hand_in(root, lab)
    return root


def test_its_lab_file_explains_every_key(course: Path) -> None:
    """The documentation sends authors there."""
    text = (course / "notebooks/row_statistics/lab.toml").read_text(encoding="utf-8")
    keys = {
        each.name for part in (_Declared, Exercise, KernelNeeds, GateNeeds) for each in fields(part)
    }
    assert not {key for key in keys if not re.search(rf"^(# )?\[*(\w+\.)?{key}\b", text, re.M)}


def test_it_holds_what_it_says_of_itself(course: Path) -> None:
    done(course, "build", "--check")
    assert found(course, "validate", "row_statistics")["ok"]
    qualified = found(course, "qualify", "row_statistics")
    assert qualified["surprises"] == []
    assert qualified["wrong"]["total"] == 6
    assert {qualified[kind]["total"] for kind in ("alternative", "habits", "hostile")} == {1}
    assert qualified["mutants"]["killed"] > 5


def test_it_is_graded_judged_again_and_exported_beside_another(course: Path) -> None:
    several = run(course, "grade")
    assert several.returncode != 0
    assert "name one of row_statistics, second_lab" in several.stderr
    for lab in ("row_statistics", "second_lab"):
        graded = found(course, "grade", lab)
        points = {each["student"]: each["points"] for each in graded["submissions"]}
        assert points == {"anna": 20, "ben": 10, "cleo": 0}
        assert found(course, "report", lab)["assignment"] == lab
        assert len(found(course, "feedback", lab)["pages"]) == 3
    again = found(course, "regrade", "row_statistics")
    assert (again["judged"], again["changed"]) == (3, 0)
    done(course, "export", "--output", "grades.csv")
    rows = list(
        csv.DictReader((course / "grades.csv").read_text(encoding="utf-8-sig").splitlines())
    )
    assert {(row["assignment"], row["student_id"], float(row["score"])) for row in rows} == {
        (lab, student, points)
        for lab in ("row_statistics", "second_lab")
        for student, points in (("anna", 20.0), ("ben", 10.0), ("cleo", 0.0))
    }


def test_nbgrader_grades_it_by_the_same_rules(course: Path) -> None:
    done(course, "autograde", "second_lab", "--force", "--student", "ben", program="nbgrader")
    record = json.loads((course / ".alpaca/evidence/second_lab/ben.json").read_text())
    assert record["points"] == 10


def test_points_are_changed_in_one_place(course: Path) -> None:
    rules = course / "grader_tests/second_lab/rules/row_means.py"
    before = rules.read_text(encoding="utf-8")
    rules.write_text(before.replace("points=10", "points=15"), encoding="utf-8")
    stale = run(course, "build", "second_lab", "--check")
    assert stale.returncode != 0
    assert "second_lab" in stale.stderr
    done(course, "build", "second_lab")
    notebook = nbformat.read(course / "release/second_lab/second_lab.ipynb", as_version=4)
    test = next(c for c in notebook.cells if c.get("id") == "test_row_means")
    assert test.metadata.nbgrader.points == 25
    assert "(25 points)" in "".join(c.source for c in notebook.cells)
    assert found(course, "qualify", "second_lab", "--no-mutants")["surprises"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Row-Means"], "cannot be a lab's name"),
        (["class"], "cannot be a lab's name"),
        (["second_lab"], "is there already"),
        (["third", "--title", 'a "title"'], "A title"),
        (["third", "--title", "two\nlines"], "A title"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(course: Path, words: list[str], said: str) -> None:
    refused = run(course, "new-lab", *words)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert not (course / "notebooks" / "third").exists()


def test_a_dry_run_writes_nothing(course: Path) -> None:
    assert "would write" in done(course, "new-lab", "fourth", "--dry-run")
    assert not (course / "notebooks" / "fourth").exists()
