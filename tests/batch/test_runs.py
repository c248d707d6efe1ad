"""Runs of what a student handed in: all are kept, and the best counts where it is to."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from alpaca_course.contract.states import State
from alpaca_course.course import Course
from alpaca_course.judging.records import Record, RecordStore
from tests import light
from tests.commands import alpaca, answer
from tests.light import ASSIGNMENT, DOUBLE, WRONG_DOUBLE

HOSTILE = f"{DOUBLE}\nimport sys\n"
BEST = '\n[policy]\ncounts = "best"\nruns = 5\n'
DAY = "2026-11-0{} 10:00:00 UTC"


def hand_in(course: Course, day: int, double: str = DOUBLE, **others: Any) -> Path:
    path = light.hand_in(course, "ann", light.solved(course, double, **others))
    (path.parent / "timestamp.txt").write_text(DAY.format(day))
    return path


def grade(course: Course) -> Record:
    alpaca(course, "grade")
    return record(course)


def record(course: Course) -> Record:
    found = RecordStore(course, course.lab()).load("ann")
    assert found is not None
    return found


def booked(course: Course) -> tuple[float, float]:
    """Score and penalty as nbgrader has them."""
    with Gradebook(course.db_url) as gradebook:
        found = gradebook.find_submission(ASSIGNMENT, "ann")
        return found.score, found.late_submission_penalty


def page(course: Course) -> str:
    assert alpaca(course, "feedback").returncode == 0
    return (course.feedback / "ann" / ASSIGNMENT / "light.html").read_text()


@pytest.fixture(scope="module")
def twice(new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory) -> Course:
    """ann handed in the right answer on the first day, and a wrong one on the third."""
    course = new_course(tmp_path_factory.mktemp("runs") / "course")
    toml = course.lab().folder / "lab.toml"
    toml.write_text(toml.read_text() + BEST)
    course = Course.load(course.root)
    hand_in(course, 1)
    grade(course)
    hand_in(course, 3, WRONG_DOUBLE)
    grade(course)
    return course


@pytest.fixture
def course(twice: Course, tmp_path: Path) -> Course:
    shutil.copytree(twice.root, tmp_path / "course")
    return Course.load(tmp_path / "course")


def test_the_best_run_counts_everywhere_and_the_page_says_both(course: Course) -> None:
    kept = record(course)
    assert [each.earned for each in kept.attempts] == [30, 22]
    assert len({each.id for each in kept.attempts}) == 2
    assert (kept.points, kept.counted) == (22, kept.attempts[0].id)
    assert booked(course) == (30, 0)
    assert kept.grade is not None
    assert kept.grade.total == 30
    shown = answer(course, "show", "ann")
    assert (shown["total"], shown["state"]) == (30, "graded")
    assert [each["received"][:10] for each in shown["attempts"]] == ["2026-11-01", "2026-11-03"]
    listed = alpaca(course, "show", "ann").stdout
    assert [f"Run {n}, " in listed for n in (1, 2, 3)] == [True, True, False]
    # One spelling of times, whether of a run, an earlier grade or what was received.
    times = re.findall(r"\d{4}-\d\d-\d\d\S* \S* ?\S*", listed)
    assert "Before, since 20" in listed
    assert [each for each in times if not re.match(r"\S{10} \d\d:\d\d(:\d\d)? UTC", each)] == []
    alpaca(course, "export", "-o", str(course.root / "grades.csv"))
    (row,) = csv.DictReader(io.StringIO((course.root / "grades.csv").read_text("utf-8-sig")))
    assert float(row["score"]) == 30
    said = page(course)
    assert "30 of 30 points" in said
    assert "The best run counts: run 1 of 2, handed in 2026-11-01 10:00 UTC, with 30 of 30" in said
    assert "This file is run 2 and has 22." in said
    assert "This file has 12 of 20 points here" in said
    assert "Not passed: Doubles a negative number" in said
    assert "Official runs left: 3 of 5 in all." in said


def test_grading_once_more_changes_nothing(course: Course) -> None:
    path = RecordStore(course, course.lab()).path("ann")
    before = path.read_bytes()
    (done,) = answer(course, "grade")["submissions"]
    assert done["action"] == "up to date"
    assert answer(course, "regrade")["changed"] == 0
    assert path.read_bytes() == before


def test_the_same_file_or_the_same_cells_are_no_further_run(course: Course) -> None:
    path = course.submitted / "ann" / ASSIGNMENT / "light.ipynb"
    notebook = nbformat.read(path, as_version=4)
    path.write_text(json.dumps(notebook))
    again = grade(course)
    assert [len(each.files) for each in again.attempts] == [1, 2]
    # And so is the first file, which is the newest then.
    hand_in(course, 4)
    back = grade(course)
    assert [each.earned for each in back.attempts] == [30, 22]
    assert (back.counted, back.points) == ("", 30)
    assert [each.submission in back.attempts[1].files for each in back.others] == [True]
    assert "The best run counts" not in page(course)


def test_a_late_run_counts_only_if_it_is_better_after_the_penalty(course: Course) -> None:
    course.deadlines.write_text(
        f'zone = "UTC"\n[labs.{ASSIGNMENT}]\ndue = 2026-11-02T00:00:00\n'
        "penalty = { points = 9 }\n"
    )
    hand_in(course, 4, total="# UNQ_C2\ntotal = base + 7\nwords = 'again'\n")
    late = grade(course)
    assert [each.earned for each in late.attempts] == [30, 22, 30]
    assert late.counted == late.attempts[0].id
    assert booked(course) == (30, 0)
    # Had all been handed in late, the first would still be the best of them.
    course.deadlines.write_text(course.deadlines.read_text().replace("11-02", "10-31"))
    assert grade(course).counted == late.attempts[0].id
    assert booked(course) == (30, 18)


def test_changed_rules_judge_the_other_runs_again(course: Course) -> None:
    rules = course.lab().grader_tests / "rules" / "double.py"
    rules.write_text(rules.read_text().replace("_gave(e, 1) == -8", "_gave(e, 1) == 8"))
    done = answer(course, "regrade", "--dry-run")
    assert done["changed"] == 1
    assert booked(course) == (30, 0)
    assert answer(course, "regrade")["changed"] == 1
    now = record(course)
    assert [each.earned for each in now.attempts] == [22, 30]
    assert (now.counted, now.points) == ("", 30)
    assert booked(course) == (30, 0)
    # By `alpaca grade` as well, which judges what is kept instead of executing it.
    rules.write_text(rules.read_text().replace("_gave(e, 1) == 8", "False"))
    assert [each.earned for each in grade(course).attempts] == [22, 22]
    assert booked(course) == (22, 0)


@pytest.fixture(scope="module")
def asked(new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory) -> Course:
    """ann's right answer does more than it should, so that a person has to look at it."""
    course = new_course(tmp_path_factory.mktemp("asked") / "course")
    toml = course.lab().folder / "lab.toml"
    toml.write_text(toml.read_text() + BEST)
    course = Course.load(course.root)
    hand_in(course, 1, HOSTILE)
    assert grade(course).state is State.NEEDS_PERSON
    return course


@pytest.mark.parametrize("looked_at", [False, True])
def test_what_a_person_had_to_look_at_counts_only_if_somebody_did(
    looked_at: bool, asked: Course, tmp_path: Path
) -> None:
    shutil.copytree(asked.root, tmp_path / "course")
    course = Course.load(tmp_path / "course")
    if looked_at:
        assert alpaca(course, "accept", "ann").returncode == 0
    hand_in(course, 3, WRONG_DOUBLE)
    found = grade(course)
    assert [(each.earned, each.settled) for each in found.attempts] == [(30, looked_at), (22, True)]
    assert booked(course) == (30 if looked_at else 22, 0)
    told = "Run 1, handed in 2026-11-01 10:00 UTC has more points, 30 of 30, but a person had to"
    assert (told in page(course)) == (not looked_at)


def test_where_the_last_run_counts_the_others_are_kept_and_do_not(course: Course) -> None:
    toml = course.lab().folder / "lab.toml"
    toml.write_text(toml.read_text().replace('"best"', '"last"'))
    last = grade(Course.load(course.root))
    assert [each.earned for each in last.attempts] == [30, 22]
    assert (last.counted, booked(course)) == ("", (22, 0))
    assert "run counts" not in page(Course.load(course.root))
