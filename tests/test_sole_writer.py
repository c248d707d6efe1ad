"""One writer at a time: others wait for one that writes now and then, or are told who writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.sole_writer import CourseBusyError, sole_writer, writer_of
from tests import light
from tests.light import ASSIGNMENT

HOLDER = """
import sys, time
from pathlib import Path
from alpaca_course.course import Course
from alpaca_course.sole_writer import sole_writer
with sole_writer(Course.load(Path(sys.argv[2])), brief=sys.argv[3] == "brief"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def holder(course: Course, kind: str = "long") -> Iterator[subprocess.Popen[str]]:
    """Another process that writes in ``course``, until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, "grade", str(course.root), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_who_writes_at_length_is_named_with_the_time(course: Course) -> None:
    with holder(course) as process, pytest.raises(CourseBusyError) as raised, sole_writer(course):
        pass
    assert f"process {process.pid}, since 20" in str(raised.value)
    assert "UTC" in str(raised.value)


def test_who_writes_now_and_then_is_waited_for(course: Course) -> None:
    said: list[str] = []
    with holder(course, "brief") as process:

        def let_go() -> None:
            while not said:
                time.sleep(0.05)
            process.communicate("\n")

        thread = threading.Thread(target=let_go)
        thread.start()
        with sole_writer(course, say=said.append):
            assert writer_of(course).pid == os.getpid()  # type: ignore[union-attr]
        thread.join()
    assert str(process.pid) in said[0]


def test_patience_ends(course: Course) -> None:
    with holder(course, "brief"), pytest.raises(CourseBusyError), sole_writer(course, patience=0.2):
        pass


def test_a_killed_writer_holds_nothing(course: Course) -> None:
    with holder(course) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with sole_writer(course):
            pass
    assert writer_of(course) is None


def test_within_itself_it_is_held_already_and_by_another_thread_not(course: Course) -> None:
    raised: list[Exception] = []

    def other() -> None:
        try:
            with sole_writer(course, patience=0.0):
                pass
        except CourseBusyError as error:
            raised.append(error)

    with sole_writer(course), sole_writer(course):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(raised) == 1
    with sole_writer(course, patience=0.0):
        pass


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_where_nothing_can_be_written_that_is_said(course: Course) -> None:
    course.state.mkdir(exist_ok=True)
    course.state.chmod(0o500)
    with pytest.raises(CourseError, match="Nothing can be written"), sole_writer(course):
        pass


@pytest.mark.parametrize(
    "command",
    [
        ["nbgrader", "autograde", ASSIGNMENT],
        ["nbgrader", "generate_feedback", ASSIGNMENT],
        ["nbgrader", "generate_assignment", ASSIGNMENT],
        ["nbgrader", "collect", ASSIGNMENT],
        ["alpaca", "grade"],
        ["alpaca", "feedback"],
        ["alpaca", "watch", "--once", "--from", "submitted"],
    ],
    ids=" ".join,
)
def test_every_command_that_writes_says_who_writes(command: list[str], held: Course) -> None:
    before = sorted(str(path) for path in held.root.rglob("*") if ".alpaca" not in str(path))
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run(
        [str(program), *command[1:]], cwd=held.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "is running in this course" in done.stderr
    assert "Traceback" not in done.stderr
    after = sorted(str(path) for path in held.root.rglob("*") if ".alpaca" not in str(path))
    assert after == before


@pytest.fixture(scope="module")
def held(pristine: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    from tests.conftest import copy_course

    course = copy_course(pristine, tmp_path_factory.mktemp("held") / "course")
    light.hand_in(course, "ann", light.solved(course))
    inbound = course.root / ".exchange" / "alpaca" / "inbound"
    inbound.mkdir(parents=True)
    (course.root / ".exchange").chmod(0o777)
    with holder(course):
        yield course
