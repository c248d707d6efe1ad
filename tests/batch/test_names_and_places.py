"""Names of students and of folders as they come, other locales, and a gradebook in use."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from alpaca_course.batch.grade import Batch
from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.errors import CourseError
from alpaca_course.gradebook import engine
from alpaca_course.gradebook.errors import GradebookBusyError, GradingError
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.intake.names import MOST_BYTES, sorted_out
from alpaca_course.intake.submissions import students
from alpaca_course.judging.session import GradingSession
from tests import commands, light
from tests.light import ASSIGNMENT, NOTEBOOK

NFC, NFD = (unicodedata.normalize(form, "José Núñez") for form in ("NFC", "NFD"))
ODD = [
    "x[1]", "o'brien, pat", "ann.b@x.org", "-dash", "=cmd", "back\\slash", "a#b", "x+y", "[", "*?",
    "a b  c", "{name}", "李", "%41", "$HOME", "&lt;", "z" * MOST_BYTES,
]  # fmt: skip


def run(course: Course, program: str, *arguments: str) -> commands.Done:
    return commands.run(course.root, program, *arguments)


def run_with(
    course: Course, environment: dict[str, str], program: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """The program itself: these variables are read when an interpreter starts."""
    return subprocess.run(
        [str(Path(sys.executable).with_name(program)), *arguments],
        cwd=course.root,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def bracketed(new_course: Callable[[Path], Course], tmp_path: Path) -> Course:
    """A course in a folder whose path is a pattern, too."""
    return new_course(tmp_path / "[2026] ü & o'x *" / "course")


@pytest.mark.skipif(os.name == "nt", reason="no such names of files there")
def test_ids_of_any_letters(bracketed: Course) -> None:
    course = bracketed
    for student in [*ODD, NFD]:
        light.hand_in(course, student, light.solved(course))
    wanted = {*ODD, NFC}
    done = run(course, "alpaca", "grade", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {each["student"] for each in json.loads(done.stdout)["submissions"]} == wanted
    made = run(course, "alpaca", "feedback", "--json")
    assert made.returncode == 0, made.stdout
    assert set(json.loads(made.stdout)["pages"]) == wanted
    assert run(course, "alpaca", "export").returncode == 0
    data = (course.root / "grades.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")  # by which Excel knows the letters
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert {row["student_id"].removeprefix("'") for row in table} == wanted
    for student in ("-dash", "x[1]", NFC):
        shown = run(course, "alpaca", "show", "--json", "--", student)
        assert json.loads(shown.stdout)["total"] == 30
    again = json.loads(run(course, "alpaca", "grade", "--json").stdout)
    assert {each["action"] for each in again["submissions"]} == {"up to date"}
    for command in ("generate_assignment", "autograde", "generate_feedback"):
        stock = run(course, "nbgrader", command, ASSIGNMENT, "--force")
        assert stock.returncode == 0, stock.stderr[-2000:]
    with Gradebook(course.db_url) as book:
        assert {each.id for each in book.students} == wanted


def test_ids_that_cannot_work_are_named_at_the_start(course: Course) -> None:
    light.hand_in(course, "ann", light.solved(course))
    for student in ("line\nfeed", " ann", "bell\x07", NFC, NFD):
        light.hand_in(course, student, light.solved(course))
    done = run(course, "alpaca", "grade", "--json")
    assert done.returncode == 3
    found = json.loads(done.stdout)
    assert [each["student"] for each in found["submissions"]] == ["ann"]
    assert set(found["left_out"]) == {ascii(n) for n in ("line\nfeed", " ann", "bell\x07", NFC)}
    assert "line feed" in found["left_out"][ascii("line\nfeed")]
    assert "written in two ways" in found["left_out"][ascii(NFC)]
    assert "Left out: 'line\\nfeed'" in done.stderr
    stock = run(course, "nbgrader", "autograde", ASSIGNMENT, "--force")
    assert "Left out: 'line\\nfeed'" in stock.stderr


def test_letters_that_are_not_utf8() -> None:
    assert sorted_out(["ann", "Jos\udce9"]) == (["ann"], {"Jos\udce9": "its letters are not UTF-8"})
    assert "longer" in sorted_out(["x" * 250])[1]["x" * 250]


LOCALES = {
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "streams": {"PYTHONIOENCODING": "cp1252"},
}


@pytest.mark.skipif(os.name == "nt", reason="its file system is always read as Unicode")
@pytest.mark.parametrize("name", LOCALES)
def test_other_locales_give_the_same_bytes(name: str, course: Course) -> None:
    for student in (NFC, "李 →"):
        light.hand_in(course, student, light.solved(course, double=light.WRONG_DOUBLE))
    for command in (("grade",), ("feedback",), ("report",), ("export", "-o", "-")):
        done = run_with(course, LOCALES[name], "alpaca", *command)
        assert done.returncode == 0, done.stderr
    assert f"{NFC}," in done.stdout
    with Gradebook(course.db_url) as book:
        assert {each.id for each in book.students} == {NFC, "李 →"}
    if name == "C":
        stock = run_with(course, LOCALES[name], "nbgrader", "autograde", ASSIGNMENT)
        assert stock.returncode != 0
        assert "PYTHONUTF8=1" in stock.stderr


def test_a_gradebook_in_use_is_waited_for(course: Course) -> None:
    """Held in the middle of a run and given back: everybody is written."""
    _hand_in_three(course)
    lab = course.lab()
    with GradingSession(course, lab, workers=2) as session:
        outcomes = []
        for outcome in Batch(session, NbGrader(course, lab)).run(students(course, lab)):
            outcomes.append(outcome)
            if len(outcomes) == 1:
                holder = threading.Thread(target=_hold, args=(course, 7))
                holder.start()
                time.sleep(0.5)
    holder.join()
    assert [each.error for each in outcomes] == ["", "", ""]
    assert all(each.ok for each in outcomes)


def test_a_gradebook_that_stays_in_use_ends_the_run_once(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hand_in_three(course)
    lab = course.lab()
    monkeypatch.setattr(engine, "BUSY_SECONDS", 1)
    done, holder = [], sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    with GradingSession(course, lab) as session:
        batch = Batch(session, NbGrader(course, lab)).run(students(course, lab))
        done.append(next(batch))
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(GradebookBusyError, match="formgrader, another nbgrader") as error:
            done.extend(batch)
        assert "db upgrade" not in str(error.value)
        with pytest.raises(GradebookBusyError):
            list(Batch(session, NbGrader(course, lab)).run(["ann"]))
        holder.execute("ROLLBACK")
        holder.close()
        assert [each.ok for each in done] == [True]
        again = list(Batch(session, NbGrader(course, lab)).run(students(course, lab)))
    assert [each.ok for each in again] == [True, True, True]


def _hand_in_three(course: Course) -> None:
    for number, student in enumerate(("ann", "bob", "cleo")):
        light.hand_in(course, student, light.solved(course, extra=[f"number = {number}"]))


def _hold(course: Course, seconds: float) -> None:
    with sqlite3.connect(course.root / "gradebook.db", isolation_level=None) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")


def test_a_course_with_another_package_of_its_own_stops(course: Course) -> None:
    """Last year's environment must not grade this year's copy of the course."""
    light.hand_in(course, "ann", light.solved(course))
    (course.root / "src" / "alpaca_course").mkdir(parents=True)
    with pytest.raises(CourseError, match="pip install -e"):
        Course.load(course.root)
    for command in (("alpaca", "grade"), ("nbgrader", "autograde", ASSIGNMENT)):
        done = run(course, *command)
        assert done.returncode == 1
        assert "make setup" in done.stdout + done.stderr
    assert not course.autograded.exists()


def test_another_assignment_is_refused_in_words(course: Course) -> None:
    shutil.copytree(course.lab().source, course.root / "source" / "ps1")
    assert run(course, "nbgrader", "generate_assignment", "ps1").returncode == 0
    folder = course.submitted / "ann" / "ps1"
    shutil.copytree(course.root / "release" / "ps1", folder)
    done = run(course, "nbgrader", "autograde", "ps1")
    assert done.returncode == 1
    assert "no lab 'ps1'" in done.stdout + done.stderr
    assert f"{NOTEBOOK}.ipynb" in {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("setting", ["student_id_exclude = 'bob, cem'", "student_id = 'an*'"])
def test_whom_nbgraders_settings_leave_out(course: Course, setting: str) -> None:
    for student in ("ann", "bob", "cem"):
        light.hand_in(course, student, light.solved(course))
    config = course.root / CONFIG_FILE
    text = config.read_text()
    config.write_text(
        text.replace("configure(c)\n", f"configure(c)\n    c.CourseDirectory.{setting}\n", 1)
    )
    found = commands.answer(course, "grade")
    assert [each["student"] for each in found["submissions"]] == ["ann"]
    assert found["excluded"] == ["bob", "cem"]
    assert commands.answer(course, "grade", "--dry-run")["plan"] == {"ann": "up to date"}
    # Who is named is graded all the same.
    named = commands.alpaca(course, "grade", "-s", "bob")
    assert (named.returncode, "30" in named.stdout) == (0, True)
    pages = commands.answer(course, "feedback")
    assert ([*pages["pages"]], pages["excluded"]) == (["ann"], ["bob"])
    config.write_text(text.replace("configure(c)\n", "configure(c)\n    "
                                   "c.CourseDirectory.student_id = 'x*'\n", 1))  # fmt: skip
    nobody = commands.alpaca(course, "grade")
    assert (nobody.returncode, "Nobody else is there" in nobody.stderr) == (1, True)


@pytest.mark.parametrize("kind", ["folder", "link to nowhere"])
def test_a_gradebook_that_cannot_be_opened_is_named_with_what_to_look_at(
    kind: str, course: Course
) -> None:
    path = course.root / "gradebook.db"
    path.unlink()
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(course.root / "nowhere" / "gradebook.db")
    with pytest.raises(GradingError, match=r"gradebook\.db cannot be opened .* Look whether"):
        NbGrader(course, course.lab()).ensure_assignment()
