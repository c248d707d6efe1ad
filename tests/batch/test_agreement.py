"""Gradebook, autograded notebook, record and release: where one of them is not what the others
say, the next run makes it good or says so, and never passes over it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import text

from alpaca_course.batch.grade import Action, Batch, Outcome, autograded_notebook
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.results import read_results
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.light import ASSIGNMENT


def grade(course: Course) -> dict[str, Outcome]:
    lab = course.lab()
    with GradingSession(course, lab) as session:
        batch = Batch(session, NbGrader(course, lab))
        return {outcome.student: outcome for outcome in batch.run(["ann", "bob"])}


def points(outcome: Outcome) -> float:
    assert outcome.result is not None, outcome.error
    return outcome.result.total


def booked(course: Course, student: str = "ann") -> float:
    with Gradebook(course.db_url) as gradebook:
        return float(gradebook.find_submission(ASSIGNMENT, student).score)


@pytest.fixture(scope="module")
def whole(new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory) -> Course:
    """ann handed in a wrong answer, which was graded, and then the right one, which was, too."""
    course = new_course(tmp_path_factory.mktemp("agreement") / "course")
    light.hand_in(course, "ann", light.solved(course, double=light.WRONG_DOUBLE))
    light.hand_in(course, "bob", light.solved(course))
    grade(course)
    shutil.copy(course.root / "gradebook.db", course.root / "older.db")
    light.hand_in(course, "ann", light.solved(course))
    folder = course.submitted / "ann" / ASSIGNMENT
    (folder / "timestamp.txt").write_text("2026-03-01 10:00:00 UTC", encoding="utf-8")
    (folder / "submission_secret.txt").write_text("secret", encoding="utf-8")
    assert points(grade(course)["ann"]) == 30
    return course


@pytest.fixture
def graded(whole: Course, tmp_path: Path) -> Course:
    shutil.copytree(whole.root, tmp_path / "course")
    return Course.load(tmp_path / "course")


def older_gradebook(course: Course) -> None:
    (course.root / "older.db").replace(course.root / "gradebook.db")


def gradebook_without_grades(course: Course) -> None:
    with Gradebook(course.db_url) as gradebook:
        for table in ("grade", "comment"):
            gradebook.db.execute(text(f"delete from {table}"))
        gradebook.db.commit()


def points_changed(course: Course) -> None:
    with Gradebook(course.db_url) as gradebook:
        gradebook.db.execute(text("update grade set auto_score = 1"))
        gradebook.db.commit()


def notebook(content: Callable[[bytes], bytes]) -> Callable[[Course], None]:
    def damage(course: Course) -> None:
        path = autograded_notebook(course, course.lab(), "ann")
        path.chmod(0o644)
        path.write_bytes(content(path.read_bytes()))

    return damage


def without_tests(data: bytes) -> bytes:
    read = json.loads(data)
    read["cells"] = [c for c in read["cells"] if not c["metadata"].get("nbgrader", {}).get("grade")]
    return json.dumps(read).encode()


def lose(name: str) -> Callable[[Course], None]:
    def damage(course: Course) -> None:
        (autograded_notebook(course, course.lab(), "ann").parent / name).unlink()

    return damage


DAMAGES: dict[str, Callable[[Course], None]] = {
    "older gradebook": older_gradebook,
    "gradebook without grades": gradebook_without_grades,
    "points changed": points_changed,
    "notebook emptied": notebook(lambda data: b""),
    "notebook cut": notebook(lambda data: data[: len(data) // 2]),
    "notebook of another kind": notebook(lambda data: b"[1]"),
    "notebook of nothing": notebook(lambda data: b'{"cells": [], "nbformat": 4}'),
    "notebook without tests": notebook(without_tests),
    "time lost": lose("timestamp.txt"),
    "secret lost": lose("submission_secret.txt"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_does_not_agree_is_made_good(damage: Callable[[Course], None], graded: Course) -> None:
    path = autograded_notebook(graded, graded.lab(), "ann")
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    damage(graded)
    again = grade(graded)
    assert (points(again["ann"]), points(again["bob"])) == (30, 30)
    assert (booked(graded), booked(graded, "bob")) == (30, 30)
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before
    NbGrader(graded, graded.lab()).generate_feedback("ann")
    results = read_results(graded, graded.lab()).results
    assert {name: result.total for name, result in results.items()} == {"ann": 30, "bob": 30}
    assert {each.action for each in grade(graded).values()} == {Action.KEEP}


def test_what_a_person_wrote_into_a_notebook_stays(graded: Course) -> None:
    path = autograded_notebook(graded, graded.lab(), "ann")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b'"cells"', b'"cells" ', 1))
    before = path.read_bytes()
    assert grade(graded)["ann"].action is Action.KEEP
    assert path.read_bytes() == before


def helper(course: Course) -> Path:
    (path,) = (p for p in course.lab().release.iterdir() if p.suffix != ".ipynb")
    return path


@pytest.mark.parametrize("damage", ["missing", "emptied", "a link to nothing"])
def test_a_release_that_is_not_whole_grades_nobody(damage: str, graded: Course) -> None:
    path = helper(graded)
    if damage == "emptied":
        path.write_bytes(b"")
    else:
        path.unlink()
        if damage != "missing":
            path.symlink_to("nowhere")
    with pytest.raises(CourseError, match="Run `alpaca build`") as error:
        GradingSession(graded, graded.lab())
    assert path.name in str(error.value)
