"""The commands of the workflows in ``docs/github``, run as GitHub's runner runs them."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from alpaca_course.course import Course
from tests import light
from tests.lacking import lacking
from tests.light import REPOSITORY, WRONG_DOUBLE

WORKFLOWS = REPOSITORY / "docs" / "github"
# What a stand-in for GitHub's command is told, a line each; it knows of one commit already.
GH = """#!/bin/sh
printf '%s ' "$@" | tr '\\n' ' ' >> "$TOLD"; echo >> "$TOLD"
for each in "$@"; do
  case $each in body=@*) cat "${each#body=@}" >> "$TOLD" ;; esac
done
case "$2" in *bob*statuses) echo alpaca ;; esac
"""


def workflow(name: str) -> Any:
    """The one job of a workflow; YAML takes its key "on" for a truth value."""
    found = yaml.safe_load((WORKFLOWS / name).read_text(encoding="utf-8"))
    assert set(found) >= {"name", True, "permissions", "jobs"}
    (job,) = found["jobs"].values()
    return job


def step(name: str, title: str) -> Any:
    return next(each for each in workflow(name)["steps"] if each["name"] == title)


def commit(folder: Path) -> None:
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "answers"], check=True)


@pytest.fixture(scope="module")
def git() -> None:
    if shutil.which("git") is None:
        lacking("GIT", "no git here")


@pytest.fixture(scope="module")
def origin(
    git: None, new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A course and the repositories of two students, committed."""
    place = tmp_path_factory.mktemp("origin")
    course = new_course(place / "course")
    for path in ("gradebook.db", ".alpaca"):
        shutil.rmtree(course.root / path, ignore_errors=True)
        (course.root / path).unlink(missing_ok=True)
    for name, double in (("lab-ann", WRONG_DOUBLE), ("lab-bob", light.DOUBLE)):
        (place / name).mkdir()
        nbformat.write(light.solved(course, double), place / name / "light.ipynb")
        (place / name / "README.md").write_text("::error::mine\n")
        commit(place / name)
    (course.root / ".gitignore").write_text("__pycache__/\n")
    commit(course.root)
    return place


@pytest.fixture
def workspace(origin: Path, tmp_path: Path) -> Path:
    """Clean clones, as the steps before leave them; the environment is the one of this test."""
    clone(origin / "course", tmp_path / "course")
    programs = tmp_path / "course" / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "alpaca").symlink_to(Path(sys.executable).parent / "alpaca")
    (tmp_path / "temp").mkdir()
    return tmp_path


def clone(source: Path, target: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(source), str(target)], check=True)


def run(found: Any, workspace: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A step as the runner has it: bash with -e, the output in a file."""
    known = {
        **os.environ,
        "GITHUB_OUTPUT": str(workspace / "output"),
        "RUNNER_TEMP": str(workspace / "temp"),
        **environment,
    }
    script = workspace / "step.sh"
    script.write_text(found["run"], encoding="utf-8")
    where = workspace / found.get("working-directory", ".")
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    return subprocess.run(
        command, cwd=where, env=known, capture_output=True, text=True, check=False
    )


def test_the_check_of_a_students_repository(origin: Path, workspace: Path) -> None:
    clone(origin / "lab-ann", workspace / "student")
    done = run(step("classroom.yml", "Check"), workspace)
    assert done.returncode == 0, done.stderr
    name, _, result = (workspace / "output").read_text().strip().partition("=")
    told = json.loads(base64.b64decode(result))
    assert (name, told["status"], told["max_score"]) == ("result", "fail", 30)
    assert sum(each["score"] for each in told["tests"]) == 22
    first, last = done.stdout.splitlines()
    assert first == f"::stop-commands::{last.strip(':')}"
    # The course's clone is as it was.
    state = ["git", "-C", str(workspace / "course"), "status", "--porcelain"]
    changed = subprocess.run(state, capture_output=True, text=True, check=True).stdout
    assert [line for line in changed.splitlines() if ".venv" not in line] == []


def test_a_check_that_cannot_be_done_fails_its_step(workspace: Path) -> None:
    done = run(step("classroom.yml", "Check"), workspace)
    assert done.returncode == 1
    assert "There is no ../student" in done.stderr
    assert not (workspace / "output").exists()


def test_the_check_of_a_class_tells_each_new_commit_once(origin: Path, workspace: Path) -> None:
    for name in ("lab-ann", "lab-bob"):
        clone(origin / name, workspace / "temp" / "clones" / "lab-submissions" / name)
    programs = workspace / "programs"
    programs.mkdir()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    told = workspace / "told"
    done = run(
        step("grade.yml", "Check what is new"),
        workspace,
        PATH=f"{programs}:{os.environ['PATH']}",
        TOLD=str(told),
        ORGANIZATION="school",
        GH_TOKEN="secret",
    )
    assert done.returncode == 0, done.stderr
    assert "lab-ann: The light lab: 22 of 30 points." in done.stdout
    said = told.read_text()
    assert "repos/school/lab-ann/statuses/" in said
    assert "description=The light lab: 22 of 30 points." in said
    assert "    The light lab: 22 of 30 points.\n" in said
    assert "lab-bob/comments" not in said
    assert said.count("/statuses/") == 1


def test_what_a_workflow_needs_is_there() -> None:
    for name in ("classroom.yml", "grade.yml"):
        titles = [each["name"] for each in workflow(name)["steps"]]
        assert len(set(titles)) == len(titles)
        for each in workflow(name)["steps"]:
            assert ("run" in each) != ("uses" in each)
    reporter = step("classroom.yml", "Tell GitHub Classroom")
    (runner,) = reporter["with"]["runners"].split(",")
    assert step("classroom.yml", "Check")["id"] == runner
    assert list(reporter["env"]) == [f"{runner.upper()}_RESULTS"]
