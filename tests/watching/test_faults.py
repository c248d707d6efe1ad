"""A day of hand-ins with everything that goes wrong: nothing is lost, nothing is graded twice, and
everybody has the page of the last thing handed in.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alpaca_course.course import Course
from alpaca_course.intake.submissions import students
from alpaca_course.judging.records import RecordStore
from alpaca_course.watching.arrivals import parsed, secret_in
from alpaca_course.watching.receipts import page_name, read_receipt
from tests import light
from tests.full_disk import run_without_room
from tests.light import ASSIGNMENT, NOTEBOOK
from tests.waiting import until
from tests.watching.running import events_of, start, watch_once
from tests.watching.students import Student, open_exchange, open_exchange_folder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nbgrader has no exchange there")

DRIVER = Path(__file__).with_name("crash_driver.py")
ROOT = Path(__file__).parents[2]


def assert_all_is_well(course: Course, last: dict[str, str]) -> None:
    """``last`` is by student the text that only the page of the last hand-in has."""
    exchange, store = open_exchange_folder(course), RecordStore(course, course.lab())
    secrets = {name: secret_in(course.submitted / name / ASSIGNMENT) for name in last}
    for student, text in last.items():
        page = (exchange / "feedback" / page_name(secrets[student], NOTEBOOK)).read_text()
        assert text in page, student
        receipt = read_receipt(exchange / "feedback", secrets[student], NOTEBOOK)
        assert receipt is not None
        assert (receipt.state.is_over, receipt.page) == (True, True)
        record = store.load(student)
        assert record is not None
        graded = [*record.history, record.grade]
        files = [each.submission for each in graded if each is not None]
        assert len(files) == len(set(files)), f"{student} was graded twice for one file"
    assert set(students(course, course.lab())) == {*last}
    for path in (exchange / "inbound").iterdir():
        arrival = parsed(path.name, ASSIGNMENT)
        assert arrival is not None
        told = read_receipt(exchange / "feedback", secret_in(path), NOTEBOOK)
        assert told is not None
        assert told.state.is_over
    halves = [path for path in course.submitted.rglob("*") if path.name.startswith(".collect-")]
    assert not halves


@dataclass(frozen=True)
class Morning:
    """Hand-ins that nobody has looked at yet, with every execution in the cache.

    Attributes:
        course: the course.
        last: what the pages of the last hand-ins say.
    """

    course: Course
    last: dict[str, str]


@pytest.fixture(scope="module")
def morning(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Morning:
    folder = tmp_path_factory.mktemp("morning")
    course = new_course(folder / "course")
    open_exchange(course)
    ann, bob = (Student(course, name, folder / name) for name in ("ann", "bob"))
    bob.submit(light.solved(course, double=light.WRONG_DOUBLE))
    ann.submit(light.solved(course))
    executed = folder / "executed"
    shutil.copytree(course.root, executed, symlinks=True)
    watch_once(Course.load(executed))
    shutil.copytree(executed / ".alpaca" / "executions", course.execution_cache)
    # The second hand-in of one of them came before anybody looked.
    ann.submit(light.solved(course, double=light.WRONG_DOUBLE))
    return Morning(course, {"ann": "22 of 30", "bob": "22 of 30"})


def test_killed_at_each_moment_of_writing(morning: Morning, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(morning.course.root), str(tmp_path), "37"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) > 100
    for root in sorted(tmp_path.iterdir()):
        course = Course.load(root)
        watch_once(course)
        assert_all_is_well(course, morning.last)


def test_a_day_with_kills_and_a_clock_that_jumps(
    new_course: Callable[[Path], Course], tmp_path: Path
) -> None:
    """The command itself, killed again and again while hand-ins come in."""
    course = new_course(tmp_path / "course")
    open_exchange(course)
    chance = random.Random(5)
    people = [Student(course, name, tmp_path / name) for name in ("ann", "bob", "cem")]
    now, last = datetime.now(UTC), {}
    for number in range(4):
        process = start(course, "--workers", "2")
        for student in chance.sample(people, 2):
            wrong = chance.random() < 0.5
            # No two are the same program, so no execution does for two.
            mark = f"mark_{student.name} = {number}\n"
            answer = (light.WRONG_DOUBLE if wrong else light.DOUBLE) + mark
            jump = timedelta(hours=chance.uniform(-48, 12))
            student.submit(light.solved(course, double=answer), at=now + jump)
            last[student.name] = "22 of 30" if wrong else "30 of 30"
        assert process.stdout is not None
        for _ in range(chance.randrange(1, 5)):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        # What an order of arrival can know it knows: somebody looked between two of a student's.
        watch_order(course)
    process = start(course, "--workers", "2")
    feedback = open_exchange_folder(course) / "feedback"

    def all_told() -> bool:
        found = [read_receipt(feedback, each.secrets[-1], NOTEBOOK) for each in people
                 if each.secrets]  # fmt: skip
        return all(each is not None and each.page for each in found)

    until(all_told)
    process.send_signal(signal.SIGTERM)
    assert events_of(process)[-1]["event"] == "stopped"
    assert process.returncode == 0
    assert watch_once(course).graded() == []
    assert_all_is_well(course, last)


def watch_order(course: Course) -> None:
    from alpaca_course.watching.inlets import ExchangeInlet
    from alpaca_course.watching.outside import kept

    lab = course.lab()
    ExchangeInlet(course, lab, kept(course, lab)).arrivals()


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_a_full_disk(morning: Morning, tmp_path: Path) -> None:
    """The course on a disk without room; then somebody makes some."""
    watch = "watch --once --json"
    course = run_without_room(morning.course, tmp_path, watch, mib=24, free=40, afterwards=watch)
    assert_all_is_well(course, morning.last)
