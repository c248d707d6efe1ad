"""A class through everything that changes results; after every step all places say the same."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import json
import re
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.server_extensions.formgrader import apihandlers

from alpaca_course.course import Course
from alpaca_course.judging.records import RecordStore
from tests import light
from tests.commands import ALL_GRADED, ATTENTION, alpaca, answer
from tests.light import ASSIGNMENT, NOTEBOOK
from tests.loops import in_a_loop_of_its_own

Truth = tuple[str, float, dict[str, float], float]


def _truth(found: dict[str, Any]) -> Truth:
    points = found["exercises"] if "exercises" in found else found["points"]
    return found["state"], found["total"], points, found["penalty"]


class Walk:
    """The class, and what every place says about it."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.csv = course.root / "grades.csv"

    def hand_in(self, student: str, when: str = "2026-11-20 10:00:00 UTC", **answers: str) -> None:
        self.give(student, light.solved(self.course, **answers), when)

    def give(self, student: str, work: Any, when: str) -> None:
        path = light.hand_in(self.course, student, work)
        path.with_name("timestamp.txt").write_text(when)

    def formgrader(
        self, student: str, entries: dict[str, dict[str, Any]], comment: str = ""
    ) -> None:
        """What formgrader's own handlers do with what its page sends."""
        with Gradebook(self.course.db_url) as book:
            where = (NOTEBOOK, ASSIGNMENT, student)
            sent = [
                (apihandlers.GradeHandler, book.find_grade(f"test_{name}", *where).id, data)
                for name, data in entries.items()
            ]
            if comment:
                found = book.find_comment("double", *where).id
                sent.append((apihandlers.CommentHandler, found, {"manual_comment": comment}))
            for handler, identity, data in sent:
                _put(handler, book, identity, data)

    def confirm(self, student: str) -> None:
        """A person types the scores that are there once more."""
        with Gradebook(self.course.db_url) as book:
            where = (NOTEBOOK, ASSIGNMENT, student)
            points = {n: book.find_grade(f"test_{n}", *where).score for n in ("double", "total")}
        self.formgrader(student, {n: {"manual_score": p} for n, p in points.items()})

    def grade(self) -> dict[str, Truth]:
        """Grade, write feedback, and compare all places; what they say."""
        done = alpaca(self.course, "grade", "--json")
        assert done.returncode in (ALL_GRADED, ATTENTION), done.stderr
        said = {each["student"]: each for each in json.loads(done.stdout)["submissions"]}
        truth = {name: _truth(each) for name, each in said.items()}
        all_graded = all(state.startswith("graded") for state, *_ in truth.values())
        assert done.returncode == (ALL_GRADED if all_graded else ATTENTION)
        self.compare(truth, said)
        self._table(truth)
        return truth

    def compare(self, truth: dict[str, Truth], said: dict[str, Any]) -> None:
        reported = answer(self.course, "report")["submissions"]
        assert {each["student"]: _truth(each) for each in reported} == truth
        for student, wanted in truth.items():
            shown = answer(self.course, "show", "--", student)
            assert _truth(shown) == wanted
            assert shown["receipt"] == said[student]["receipt"]
            self._record(student, wanted)
        self._gradebook(truth)
        self._csv(truth, said)
        assert alpaca(self.course, "feedback").returncode == 0
        for student, wanted in truth.items():
            self._page(student, wanted, said[student])

    def _record(self, student: str, wanted: Truth) -> None:
        record = RecordStore(self.course, self.course.lab()).load(student)
        assert record is not None
        assert record.grade is not None
        grade = record.grade
        assert (grade.state.value, grade.total, dict(grade.points), grade.penalty) == wanted

    def _gradebook(self, truth: dict[str, Truth]) -> None:
        with Gradebook(self.course.db_url) as book:
            booked = book.assignment_submissions(ASSIGNMENT)
            assert {each.student_id for each in booked} == set(truth)
            for each in booked:
                state, total, points, penalty = truth[each.student_id]
                assert max(0.0, each.score - each.late_submission_penalty) == total
                assert each.late_submission_penalty == penalty
                assert each.needs_manual_grade == (state == "needs a person")
                for name, score in points.items():
                    where = (NOTEBOOK, ASSIGNMENT, each.student_id)
                    assert book.find_grade(f"test_{name}", *where).score == score

    def _csv(self, truth: dict[str, Truth], said: dict[str, Any]) -> None:
        assert alpaca(self.course, "export", "-o", str(self.csv)).returncode == 0
        text = self.csv.read_text(encoding="utf-8-sig")
        table = {row["student_id"]: row for row in csv.DictReader(io.StringIO(text))}
        assert set(table) == set(truth)
        for student, (state, total, points, penalty) in truth.items():
            row, receipt = table[student], said[student]["receipt"]
            assert (row["state"], float(row["score"])) == (state, total)
            assert float(row["late_submission_penalty"]) == penalty
            assert row["needs_person"] == ("yes" if state == "needs a person" else "no")
            assert {name: float(row[name]) for name in points} == points
            assert (row["sha256"], row["received"]) == (receipt["sha256"], receipt["time"])

    def _page(self, student: str, wanted: Truth, said: dict[str, Any]) -> None:
        state, total, points, _ = wanted
        page = self.page(student)
        assert re.search(rf"<strong>{total:g} of (30|35) points</strong>", page)
        assert f"State: {state}." in page
        assert ("A person will look" in page) == (state == "needs a person")
        assert said["receipt"]["sha256"] in page
        for name, score in points.items():
            row = rf'<a href="#result-{name}">[^<]*</a></th><td class="n">{score:g}\D'
            assert re.search(row, page)

    def page(self, student: str) -> str:
        path = self.course.feedback / student / ASSIGNMENT / f"{NOTEBOOK}.html"
        return html.unescape(path.read_text())

    def _table(self, truth: dict[str, Truth]) -> None:
        graded = alpaca(self.course, "grade").stdout.splitlines()
        reported = alpaca(self.course, "report").stdout.splitlines()
        for student, (state, total, points, _) in truth.items():
            line = next(each for each in graded if each.split()[:1] == [student])
            assert line.split(student, 1)[1].strip().startswith(f"{state} ")
            cells = line.split(state, 1)[1].replace("*", "").split()
            assert list(map(float, cells[: len(points) + 1])) == [*points.values(), total]
            line = next(each for each in reported if each.split()[:1] == [student])
            cells = line.replace("*", "").split()
            assert (float(cells[3]), cells[4]) == (total, state.split()[0])


def _put(handler: Any, book: Gradebook, identity: str, data: dict[str, Any]) -> None:
    request = SimpleNamespace(gradebook=book, get_json_body=lambda: data, write=lambda _: None)
    put = handler.put
    while hasattr(put, "__wrapped__"):  # without the checks of who is asking
        put = put.__wrapped__
    done = put(request, identity)
    if asyncio.iscoroutine(done):
        in_a_loop_of_its_own(done)


@pytest.fixture
def walk(new_course: Callable[[Path], Course], tmp_path: Path) -> Walk:
    return Walk(new_course(tmp_path / "course"))


def _older(notebook: Any) -> Any:
    notebook.metadata.alpaca_course["lab_version"] = "1.0"
    return notebook


def test_all_places_say_the_same_after_every_step(walk: Walk) -> None:
    _first_run(walk)
    _points_and_confirmations(walk)
    _other_files_after_points_by_hand(walk)
    _due_date_and_extension(walk)
    _rule_and_points(walk)
    _somebody_leaves(walk)


FULL, LESS = {"double": 20.0, "total": 10.0}, {"double": 12.0, "total": 10.0}


def _first_run(walk: Walk) -> None:
    walk.hand_in("ann")
    walk.hand_in("bob", double=light.WRONG_DOUBLE)
    doubtful = _older(light.solved(walk.course, double=light.WRONG_DOUBLE))
    for student in ("dan", "eve"):
        walk.give(student, doubtful, "2026-11-20 11:00:00 +0100")
    walk.give("fay", b"{", "2026-11-20 10:00:00 UTC")
    found = walk.grade()
    assert found == {
        "ann": ("graded", 30.0, FULL, 0.0),
        "bob": ("graded", 22.0, LESS, 0.0),
        "dan": ("needs a person", 22.0, LESS, 0.0),
        "eve": ("needs a person", 22.0, LESS, 0.0),
        "fay": ("refused", 0.0, {"double": 0.0, "total": 0.0}, 0.0),
    }
    assert "(read in timestamp.txt as +0100)" in walk.page("dan")
    assert "2026-11-20 10:00:00 UTC" in walk.page("dan")


def _points_and_confirmations(walk: Walk) -> None:
    course = walk.course
    walk.formgrader("bob", {"double": {"manual_score": 16, "extra_credit": 1}}, "well tried")
    assert walk.grade()["bob"] == ("graded", 27.0, {"double": 17.0, "total": 10.0}, 0.0)
    assert "A person gave 17 of 20 points for Doubling, where grading gives 12." in walk.page("bob")
    assert "well tried" in walk.page("bob")

    # A person confirms: one in formgrader, one on the command line.
    walk.confirm("dan")
    foreseen = alpaca(course, "accept", "--dry-run", "eve")
    assert (foreseen.returncode, "would be taken" in foreseen.stdout) == (0, True)
    assert alpaca(course, "accept", "eve").returncode == 0
    found = walk.grade()
    assert (found["dan"][0], found["eve"][0]) == ("graded", "graded")
    assert alpaca(course, "accept", "eve").returncode == 1  # needs nobody any more

    # Only what changed is written.
    assert answer(course, "feedback")["made"] == []
    walk.formgrader("ann", {}, "a word")
    assert answer(course, "feedback")["made"] == ["ann"]
    assert "a word" in walk.page("ann")
    assert answer(course, "feedback", "--force")["made"] == sorted(found)

    # The same again, executed anew: what was confirmed stays confirmed.
    assert alpaca(course, "grade", "--force").returncode == ATTENTION
    assert walk.grade() == found


def _other_files_after_points_by_hand(walk: Walk) -> None:
    """They stay, and every place says whose they are."""
    walk.hand_in("bob", when="2026-11-21 10:00:00 UTC")
    assert walk.grade()["bob"] == ("needs a person", 27.0, {"double": 17.0, "total": 10.0}, 0.0)
    assert "for double are about an earlier file, received 2026-11-20 10:00:00 UTC" in walk.page(
        "bob"
    )
    assert "comment on double is about an earlier file" in walk.page("bob")
    assert walk.grade()["bob"][0] == "needs a person"
    walk.formgrader("bob", {"double": {"manual_score": None, "extra_credit": None}})
    assert walk.grade()["bob"] == ("graded", 30.0, FULL, 0.0)

    # A file that is refused.
    walk.confirm("ann")
    walk.give("ann", b"{", "2026-11-22 10:00:00 UTC")
    assert walk.grade()["ann"][:2] == ("needs a person", 30.0)
    walk.hand_in("ann", when="2026-11-22 11:00:00 UTC")
    assert walk.grade()["ann"] == ("needs a person", 30.0, FULL, 0.0)
    assert alpaca(walk.course, "accept", "ann").returncode == ALL_GRADED
    assert walk.grade()["ann"] == ("graded", 30.0, FULL, 0.0)


def _due_date_and_extension(walk: Walk) -> None:
    """The penalty follows them, by a plugin beside the configuration."""
    course = walk.course
    _late_plugin(course)
    _due(course, datetime(2026, 11, 20, 9))
    dry = answer(course, "grade", "--dry-run")
    assert set(dry["plan"].values()) == {"up to date"}
    assert dry["changes"]["dan"] == {"before": 22.0, "after": 20.0}
    found = walk.grade()
    assert (found["dan"], found["fay"][3]) == (("graded", 20.0, LESS, 2.0), 0.0)
    assert 'Taken off for lateness</th><td class="n">−2</td>' in walk.page("dan")
    _extend(course, "dan", timedelta(days=3))
    again = {each["student"]: each for each in answer(course, "regrade", "--dry-run")["students"]}
    assert again["dan"]["exercises"] == {"penalty": 2.0}
    assert answer(course, "regrade")["written"]
    assert walk.grade()["dan"] == ("graded", 22.0, LESS, 0.0)
    before = answer(course, "show", "dan")["history"]
    assert [each["total"] for each in before] == [22.0, 22.0, 20.0]


def _rule_and_points(walk: Walk) -> None:
    course = walk.course
    rules = course.lab().grader_tests / "rules" / "double.py"
    text = rules.read_text()
    rules.write_text(text.replace("_gave(e, 1) == -8", "_gave(e, 1) in (8, -8)"))
    assert answer(course, "regrade")["changed"]
    found = walk.grade()
    assert found["eve"][2] == FULL
    assert found["dan"][0] == "needs a person"  # the points by hand are for other points
    rules.write_text(rules.read_text().replace("points=12", "points=17"))
    assert alpaca(course, "build").returncode == 0
    assert answer(course, "regrade")["changed"]
    assert walk.grade()["eve"][2] == {"double": 25.0, "total": 10.0}
    # A change of the author's, which is no edit of a student's.
    assert walk.grade()["bob"][0] == "graded"
    assert "had been changed" not in walk.page("bob")


def _somebody_leaves(walk: Walk) -> None:
    course = walk.course
    with Gradebook(course.db_url) as book:
        book.remove_student("fay")
    shutil.rmtree(course.submitted / "fay")
    found = walk.grade()
    assert "fay" not in found
    for command in (("report",), ("feedback",), ("regrade", "--dry-run")):
        done = alpaca(course, *command)
        assert done.returncode == 0, (command, done.stderr)
        assert "not in the course any more: fay" in done.stdout + done.stderr


def _late_plugin(course: Course) -> None:
    """Two points off, by a plugin in nbgrader's documented place."""
    (course.root / "penalty.py").write_text(
        "from nbgrader.plugins import BasePlugin\n\n\n"
        "class Two(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return 2\n"
    )
    config = course.root / "nbgrader_config.py"
    line = "    configure(c)\n"
    config.write_text(
        config.read_text().replace(
            line, f"{line}    c.AssignLatePenalties.plugin_class = 'penalty.Two'\n"
        )
    )


def _due(course: Course, when: datetime) -> None:
    with Gradebook(course.db_url) as book:
        book.update_or_create_assignment(ASSIGNMENT, duedate=when)


def _extend(course: Course, student: str, by: timedelta) -> None:
    with Gradebook(course.db_url) as book:
        book.find_submission(ASSIGNMENT, student).extension = by
        book.db.commit()


def test_a_graded_cell_that_goes_is_named_before_anything_is_written(walk: Walk) -> None:
    course = walk.course
    walk.hand_in("ann")
    found = walk.grade()
    script = course.lab().folder / "light.py"
    text = script.read_text()
    script.write_text(re.sub(r'"grade_id": "setup"', '"grade_id": "other"', text))
    assert alpaca(course, "build").returncode == 0
    kept = {p: p.read_bytes() for p in course.root.rglob("*") if p.is_file() and "db" in p.name}
    for command in (("grade",), ("grade", "--dry-run"), ("regrade",), ("regrade", "--dry-run")):
        done = alpaca(course, *command)
        assert done.returncode == 1, command
        assert "removed setup and added other" in done.stderr
    assert {p: p.read_bytes() for p in kept} == kept
    script.write_text(text)
    assert alpaca(course, "build").returncode == 0
    assert walk.grade() == found
