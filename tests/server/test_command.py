"""``alpaca lab`` without starting a server: dry runs and errors that say what to do."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from alpaca_course.course import Course
from alpaca_course.lab import Lab
from tests import commands


def alpaca_lab(course: Course, *arguments: str) -> commands.Done:
    environment = {**os.environ, "COLUMNS": "200"}
    return commands.run(course.root, "alpaca", "lab", *arguments, environment=environment)


def files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_dry_run_says_what_would_be_done_and_does_nothing(course: Course) -> None:
    before = files(course.root)
    done = alpaca_lab(course, "--student", "ada", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "students/ada/shapes" in done.stdout
    assert files(course.root) - before <= {course.root / "__pycache__"}


def test_without_release_it_says_how_to_make_one(course: Course, lab: Lab) -> None:
    lab.released_notebook.unlink()
    done = alpaca_lab(course, "--dry-run")
    assert done.returncode == 1
    assert "alpaca build" in done.stderr


def test_a_lab_that_is_not_there_is_named(course: Course) -> None:
    done = alpaca_lab(course, "colours", "--dry-run")
    assert done.returncode == 1
    assert "no lab 'colours'. There is: shapes." in done.stderr


def test_a_bad_name_is_refused(course: Course) -> None:
    done = alpaca_lab(course, "--student", "../grader_tests", "--dry-run")
    assert done.returncode == 1
    assert "student's name" in done.stderr


def test_reset_and_empty_contradict_each_other(course: Course) -> None:
    done = alpaca_lab(course, "--reset", "--empty", "--dry-run")
    assert done.returncode == 1
    assert "choose one of them" in done.stderr


def test_a_port_in_use_is_named_before_anything_is_fetched(course: Course) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        done = alpaca_lab(course, "--no-browser", "--for", "student", "--port", str(port))
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "--port" in done.stderr
    assert not (course.root / "students").exists()
