"""`alpaca watch` over nbgrader's own exchange: from *Submit* to a page that can be fetched."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbformat import NotebookNode

from alpaca_course.course import Course
from alpaca_course.execution import pool
from alpaca_course.execution.runner import Execution
from alpaca_course.gradebook import engine
from alpaca_course.judging.records import RecordStore
from alpaca_course.policy import LabPolicy
from alpaca_course.watching.pending import pending
from alpaca_course.watching.receipts import Stage
from tests import light
from tests.commands import alpaca, answer
from tests.light import ASSIGNMENT, NOTEBOOK
from tests.waiting import until
from tests.watching.running import ALPACA, Events, running, watch_once, watcher
from tests.watching.students import Student, open_exchange

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nbgrader has no exchange there")

REACHING = "# UNQ_C1\nimport sys\ndef double(x):\n    return 2 * x\n"
FULL, LESS = "30 of 30", "22 of 30"


@dataclass
class Day:
    """A course with hand-ins of a day, all of them dealt with."""

    course: Course
    students: dict[str, Student]
    events: Events

    def history(self, student: str) -> int:
        """How many grades a student had."""
        record = RecordStore(self.course, self.course.lab()).load(student)
        assert record is not None
        return 1 + len(record.history)


@pytest.fixture(scope="module")
def day(new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory) -> Day:
    """What was handed in before anybody watched; then one look at all of it."""
    folder = tmp_path_factory.mktemp("day")
    course = new_course(folder / "course")
    inbound = open_exchange(course) / "inbound"
    names = ("ann", "bob", "cem", "odd")
    students = {name: Student(course, name, folder / name) for name in names}
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    students["odd"].submit(light.solved(course, double=REACHING))
    students["ann"].submit(light.solved(course, double=light.WRONG_DOUBLE), at=noon)
    students["ann"].submit(light.solved(course), at=noon + timedelta(minutes=5))
    students["bob"].submit(light.solved(course, double=light.WRONG_DOUBLE), called="mine")
    students["cem"].submit('{"cells": [')
    for junk in ("x", f"ann+{ASSIGNMENT}+soon", f"..+{ASSIGNMENT}+2026-03-01 10:00:00 UTC"):
        (inbound / junk).mkdir()
    (inbound / f"fay+{ASSIGNMENT}+2026-03-01 10:00:00 UTC").symlink_to(course.root)
    os.mkfifo(inbound / f"gil+{ASSIGNMENT}+2026-03-01 10:00:00 UTC")
    return Day(course, students, watch_once(course))


def test_everybody_has_a_page_for_the_last_hand_in(day: Day) -> None:
    pages = {name: each.fetch() for name, each in day.students.items()}
    assert {name: len(found) for name, found in pages.items()} == dict.fromkeys(pages, 1)
    assert FULL in pages["ann"][0]
    assert LESS in pages["bob"][0]
    assert sorted(day.events.graded()) == ["ann", "bob", "cem", "odd"]
    assert day.events.graded()[-1] == "odd"  # what is not plain comes last
    assert not (day.course.root / ASSIGNMENT).exists()


def test_receipts_say_what_became_of_each(day: Day) -> None:
    found = {
        (name, number): each.receipt(number, "mine" if name == "bob" else NOTEBOOK)
        for name, each in day.students.items()
        for number in range(len(each.secrets))
    }
    states = {key: receipt.state for key, receipt in found.items() if receipt}
    assert states == {
        ("odd", 0): Stage.DONE,
        ("ann", 0): Stage.SUPERSEDED,
        ("ann", 1): Stage.DONE,
        ("bob", 0): Stage.DONE,
        ("cem", 0): Stage.REFUSED,
    }
    superseded, last = found["ann", 0], found["ann", 1]
    assert superseded is not None
    assert last is not None
    assert (superseded.page, last.page) == (False, True)
    record = RecordStore(day.course, day.course.lab()).load("ann")
    assert record is not None
    assert last.sha256 == record.receipt.sha256 != superseded.sha256
    assert day.events.of("superseded")[0]["student"] == "ann"


def test_nothing_is_done_twice(day: Day) -> None:
    before = {name: day.history(name) for name in day.students}
    assert watch_once(day.course).graded() == []
    assert {name: day.history(name) for name in day.students} == before
    # Its pages are those that the other command makes.
    assert answer(day.course, "feedback")["made"] == []
    assert answer(day.course, "grade")["counts"]
    assert watch_once(day.course).graded() == []


def test_status_when_nobody_watches(day: Day) -> None:
    found = answer(day.course, "watch", "--status")
    assert found["assignment"] == found["status"]["assignment"] == ASSIGNMENT
    assert found["running"] is False
    assert found["pending"] == []
    assert found["status"]["counts"]["failed"] == {}
    assert "not running" in alpaca(day.course, "watch", "--status").stdout
    page = (day.course.state / "watch" / ASSIGNMENT / "status.html").read_text()
    assert "<script" not in page


@pytest.fixture
def exchange(course: Course) -> Course:
    open_exchange(course)
    return course


def test_a_correction_in_one_session_beside_others(exchange: Course, tmp_path: Path) -> None:
    ann, bob = (Student(exchange, name, tmp_path / name) for name in ("ann", "bob"))
    events = Events()
    with watcher(exchange, events) as watching, running(watching, warm=True):
        ann.submit(light.solved(exchange, double=light.WRONG_DOUBLE))
        bob.submit(light.solved(exchange, total="# UNQ_C2\ntotal = base + 8\nwords = 'sum'\n"))
        until(lambda: (found := ann.receipt()) and found.page)
        assert LESS in ann.fetch()[0]
        # Somebody works beside it.
        done = subprocess.run(
            [ALPACA, "grade"], cwd=exchange.root, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        # The clock of the exchange is set back by a day meanwhile.
        ann.submit(light.solved(exchange), at=datetime.now(UTC) - timedelta(days=1))
        until(lambda: (found := ann.receipt()) and found.page)
        until(lambda: (found := bob.receipt()) and found.page)
        until(lambda: answer(exchange, "watch", "--status")["status"]["queue"] == [])
    assert any(FULL in page for page in ann.fetch())
    first = ann.receipt(0)
    assert first is not None
    assert first.state is Stage.DONE
    assert sorted(events.graded()) == ["ann", "ann", "bob"]


def test_the_policy_keeps_a_run_waiting_and_the_same_file_is_no_further_one(
    exchange: Course, tmp_path: Path
) -> None:
    ann = Student(exchange, "ann", tmp_path / "ann")
    policy = LabPolicy(runs_a_day=1)
    exchange.labs[ASSIGNMENT] = replace(exchange.lab(), policy=policy)
    ann.submit(light.solved(exchange))
    assert watch_once(exchange).graded() == ["ann"]
    ann.submit(light.solved(exchange, double=light.WRONG_DOUBLE))
    assert watch_once(exchange).graded() == []
    waits = ann.receipt()
    assert waits is not None
    assert waits.state is Stage.WAITS
    assert datetime.fromisoformat(waits.until) > datetime.now(UTC)
    assert "1 official runs of this day" in waits.why
    assert FULL in ann.fetch()[0]
    ann.submit(light.solved(exchange))
    watch_once(exchange)
    done = ann.receipt()
    assert done is not None
    assert done.state is Stage.DONE
    exchange.labs[ASSIGNMENT] = replace(exchange.lab(), policy=LabPolicy(runs=1))
    ann.submit(light.solved(exchange, double=light.WRONG_DOUBLE))
    assert watch_once(exchange).graded() == []
    never = ann.receipt()
    assert never is not None
    assert (never.state, never.page) == (Stage.REFUSED, False)
    assert "official runs are used" in never.why


def test_a_locked_gradebook_is_waited_for(
    exchange: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 1)
    ann = Student(exchange, "ann", tmp_path / "ann")
    executed: list[object] = []
    once = pool.ExecutionPool._once

    def counted(
        self: pool.ExecutionPool, notebook: NotebookNode, **how: bool
    ) -> tuple[Execution, bool]:
        executed.append(notebook)
        return once(self, notebook, **how)

    monkeypatch.setattr(pool.ExecutionPool, "_once", counted)
    events = Events()
    with watcher(exchange, events) as watching:
        other = sqlite3.connect(exchange.root / "gradebook.db", check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        with running(watching):
            ann.submit(light.solved(exchange))
            until(lambda: events.of("fault"))
            delayed = ann.receipt()
            assert delayed is not None
            assert delayed.state is Stage.QUEUED
            assert "is kept" in delayed.why
            other.rollback()
            other.close()
            until(lambda: (found := ann.receipt()) and found.page)
    assert "gradebook" in events.of("fault")[0]["why"]
    assert len(executed) == 1
    assert FULL in ann.fetch()[0]


def test_a_folder_that_somebody_fills(course: Course, tmp_path: Path) -> None:
    handed_in = tmp_path / "drop"
    elsewhere = dataclasses.replace(course)
    for name in ("ann", "bob"):
        path = light.hand_in(course, name, light.solved(course))
        target = handed_in / name / ASSIGNMENT / path.name
        target.parent.mkdir(parents=True)
        path.rename(target)
        os.utime(target, (1.7e9, 1.7e9))
    assert sorted(watch_once(elsewhere, source=str(handed_in)).graded()) == ["ann", "bob"]
    page = course.feedback / "ann" / ASSIGNMENT / f"{NOTEBOOK}.html"
    assert FULL in page.read_text()
    assert watch_once(elsewhere, source=str(handed_in)).graded() == []
    # In submitted/ itself, too, and what was put there while nobody watched.
    light.hand_in(course, "bob", light.solved(course, double=light.WRONG_DOUBLE))
    assert watch_once(course, source="submitted").graded() == ["bob"]


def test_whom_nbgraders_settings_leave_out(course: Course) -> None:
    for student in ("ann", "bob"):
        light.hand_in(course, student, light.solved(course))
    course.config.CourseDirectory.student_id_exclude = "bob"
    found = watch_once(course, source="submitted")
    assert found.graded() == ["ann"]
    assert [each["about"] for each in found.of("fault")] == ["bob"]
    assert pending(course, course.lab(), "submitted") == []


def test_a_folder_is_one_whatever_exchange_the_course_has(course: Course, tmp_path: Path) -> None:
    course.config.ExchangeFactory.collect = "ngshare_exchange.ExchangeCollect"
    path = light.hand_in(course, "ann", light.solved(course))
    target = tmp_path / "drop" / "ann" / ASSIGNMENT / path.name
    target.parent.mkdir(parents=True)
    path.rename(target)
    os.utime(target, (1.7e9, 1.7e9))
    assert watch_once(course, source=str(tmp_path / "drop")).graded() == ["ann"]


def test_changed_rules_need_a_new_process(exchange: Course, tmp_path: Path) -> None:
    ann = Student(exchange, "ann", tmp_path / "ann")
    ann.submit(light.solved(exchange))
    events, ended = Events(), []
    with watcher(exchange, events) as watching:
        thread = threading.Thread(target=lambda: ended.append(watching.run(threading.Event())))
        thread.start()
        until(lambda: (found := ann.receipt()) and found.page)
        rules = exchange.root / "grader_tests" / ASSIGNMENT / "rules" / "double.py"
        rules.write_text(rules.read_text().replace("Doubles a positive", "Doubles one positive"))
        thread.join(timeout=60)
    assert ended == ["changed"]


def test_a_second_watcher_says_so(exchange: Course) -> None:
    from filelock import FileLock

    folder = exchange.state / "watch" / ASSIGNMENT
    folder.mkdir(parents=True)
    with FileLock(folder / "watch.lock"):
        done = alpaca(exchange, "watch", "--once")
        assert done.returncode == 1
        assert "Another `alpaca watch`" in done.stderr


def test_without_a_release_nobody_can_hand_in(course: Course) -> None:
    done = alpaca(course, "watch", "--once")
    assert done.returncode == 1
    assert "release_assignment" in done.stderr
