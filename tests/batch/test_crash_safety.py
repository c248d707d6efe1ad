"""`alpaca grade` ended at any moment: what was finished is kept, nothing is half written, and a
second run finishes the rest, with the result of a run that nothing disturbed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from alpaca_course.batch.grade import Action, Batch, Outcome, autograded_notebook
from alpaca_course.contract.states import State
from alpaca_course.course import Course
from alpaca_course.execution.cache import ExecutionCache
from alpaca_course.execution.sources import SourceSpec
from alpaca_course.gradebook.nbgrader_api import GradingError, NbGrader
from alpaca_course.intake.submissions import students
from alpaca_course.judging.records import RecordStore
from alpaca_course.judging.session import GradingSession
from alpaca_course.sole_writer import sole_writer
from tests import light
from tests.full_disk import ALPACA, run_without_room
from tests.light import ASSIGNMENT, NOTEBOOK

DRIVER = Path(__file__).with_name("crash_driver.py")
# Still runs when those before it are written, and stays below the time limit of a cell.
SLOW = light.DOUBLE + "import time\ntime.sleep(4)\n"


def grade(course: Course) -> dict[str, Outcome]:
    """Grade the class in this process."""
    with GradingSession(course, course.lab(), workers=2) as session:
        batch = Batch(session, NbGrader(course, course.lab()))
        return {each.student: each for each in batch.run(students(course, course.lab()))}


def result(course: Course) -> dict[str, Any]:
    """What grading made of each student: record, gradebook, and the autograded notebook.

    Without what belongs to an execution and not to its result.
    """
    found: dict[str, Any] = {}
    with NbGrader(course, course.lab()).gradebook() as gradebook:
        for record in RecordStore(course, course.lab()):
            submission = gradebook.find_submission(ASSIGNMENT, record.student)
            comment = gradebook.find_comment("double", NOTEBOOK, ASSIGNMENT, record.student)
            notebook = nbformat.read(
                autograded_notebook(course, course.lab(), record.student), as_version=4
            )
            found[record.student] = (
                replace(
                    record,
                    seconds=0.0,
                    memory=None,
                    challenge="",
                    evidence={},
                    versions={},
                    execution_key="",
                    fingerprint="",
                    grade=None,
                    attempts=tuple(replace(each, run="") for each in record.attempts),
                ),
                submission.score,
                submission.needs_manual_grade,
                comment.auto_comment,
                [(cell.source, cell.get("outputs")) for cell in notebook.cells],
            )
    return found


def assert_whole(course: Course) -> None:
    """No file of grading is half written; what is there can be read."""
    store, cache = RecordStore(course, course.lab()), ExecutionCache(course.execution_cache)
    for path in course.evidence_store.rglob("*.json"):
        assert store.load(path.stem) is not None, path
    for path in course.execution_cache.rglob("*.json"):
        assert cache.load(path.stem) is not None, path
    for path in course.autograded.rglob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
    book = course.root / "gradebook.db"
    if book.exists():
        with sqlite3.connect(book) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def start(course: Course, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(ALPACA), "grade", "--json", *arguments],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@dataclass(frozen=True)
class Class:
    """A class with every kind of ending, and the result of a run that nothing disturbed.

    Attributes:
        fresh: handed in, and nothing graded.
        executed: the same with every execution in the cache, and no gradebook.
        graded: the same, graded.
    """

    fresh: Course
    executed: Course
    graded: Course
    result: dict[str, Any]


@pytest.fixture(scope="module")
def whole(new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory) -> Class:
    folder = tmp_path_factory.mktemp("crashes")
    fresh = new_course(folder / "fresh")
    light.hand_in(fresh, "ann", light.solved(fresh))
    light.hand_in(fresh, "bob", light.solved(fresh, double=light.WRONG_DOUBLE), "mine.ipynb")
    light.hand_in(fresh, "cut", b'{"cells": [')
    light.hand_in(fresh, "zoe", light.solved(fresh, extra=["1 / 0"]))
    graded = copy(fresh, folder / "graded")
    grade(graded)
    executed = copy(fresh, folder / "executed")
    shutil.copytree(graded.execution_cache, executed.execution_cache)
    (executed.root / "gradebook.db").unlink()
    return Class(fresh, executed, graded, result(graded))


def copy(course: Course, root: Path) -> Course:
    shutil.copytree(course.root, root)
    return Course.load(root)


@pytest.mark.skipif(os.name == "nt", reason="needs fork and SIGKILL")
def test_killed_at_any_moment_of_writing(whole: Class, tmp_path: Path) -> None:
    """Killed before each 7th change of a file or of the gradebook, with a run after it.

    From the start, so that making the gradebook is among what is interrupted.
    """
    step = 7
    driven = subprocess.run(
        [sys.executable, str(DRIVER), str(whole.executed.root), str(tmp_path), str(step)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert driven.returncode == 0, driven.stderr
    moments = int(driven.stdout)
    assert moments > 50
    for deadly in range(0, moments, step):
        course = Course.load(tmp_path / str(deadly))
        assert_whole(course)
        finished = {record.student: record for record in RecordStore(course, course.lab())}
        outcomes = grade(course)
        assert result(course) == whole.result, f"killed at moment {deadly} of {moments}"
        kept = {name for name, each in outcomes.items() if each.action is Action.KEEP}
        assert kept == set(finished), f"killed at moment {deadly} of {moments}"


@pytest.mark.skipif(os.name == "nt", reason="other signals")
@pytest.mark.parametrize("ending", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_ended_by_a_signal_while_a_notebook_runs(ending: str, whole: Class, tmp_path: Path) -> None:
    course = copy(whole.fresh, tmp_path / "course")
    light.hand_in(course, "slow", light.solved(course, double=SLOW))
    process = start(course, "--workers", "1")
    store = RecordStore(course, course.lab())
    # By then the slow one runs, and cannot be ready.
    wait_until(lambda: store.load("cut") is not None or process.poll() is not None)
    process.send_signal(getattr(signal, ending))
    _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in said
    if ending == "SIGINT":
        assert process.returncode == 130
        assert "What was finished is kept" in said
    assert_whole(course)
    before = {record.student: record.challenge for record in RecordStore(course, course.lab())}
    assert "slow" not in before
    outcomes = grade(course)
    now = result(course)
    assert now.pop("slow")[1] == 30
    assert now == whole.result
    for student, challenge in before.items():
        assert outcomes[student].action is Action.KEEP
        record = RecordStore(course, course.lab()).load(student)
        assert record is not None
        assert record.challenge == challenge


def wait_until(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
@pytest.mark.parametrize("free", [0, 60])
def test_a_full_disk(free: int, whole: Class, tmp_path: Path) -> None:
    """The course on a disk with so many KiB left; then somebody makes room."""
    course = run_without_room(whole.fresh, tmp_path, "grade --json", mib=16, free=free)
    assert_whole(course)
    grade(course)
    assert result(course) == whole.result


def lose_gradebook(course: Course) -> None:
    (course.root / "gradebook.db").unlink()


def empty_gradebook(course: Course) -> None:
    (course.root / "gradebook.db").write_bytes(b"")


def cut_notebooks(course: Course) -> None:
    """As if killed between opening and writing: the record is gone by then."""
    for path in course.autograded.rglob("*.ipynb"):
        path.write_bytes(path.read_bytes()[:1000])
        RecordStore(course, course.lab()).begin(path.parent.parent.name)


def cut_cache(course: Course) -> None:
    for path in course.execution_cache.rglob("*.json"):
        path.write_bytes(path.read_bytes()[:-10])
    shutil.rmtree(course.evidence_store)


def change_cache(course: Course) -> None:
    """One changed digit: still JSON, and not what was stored."""
    for path in course.execution_cache.rglob("*.json"):
        path.write_bytes(path.read_bytes().replace(b'"messages": 1', b'"messages": 2', 1))
    shutil.rmtree(course.evidence_store)


def pipes_for_files(course: Course) -> None:
    for folder in (course.autograded, course.execution_cache):
        for path in [each for each in folder.rglob("*") if each.is_file()]:
            path.unlink()
            os.mkfifo(path)


def records_of(content: bytes) -> Callable[[Course], None]:
    def damage(course: Course) -> None:
        for path in course.evidence_store.rglob("*.json"):
            path.write_bytes(content)

    return damage


DAMAGES: dict[str, Callable[[Course], None]] = {
    "no gradebook": lose_gradebook,
    "empty gradebook": empty_gradebook,
    "notebooks cut": cut_notebooks,
    "no notebooks": lambda course: shutil.rmtree(course.autograded),
    "cache cut": cut_cache,
    "cache changed": change_cache,
    **({"pipes in place of notebooks and cache": pipes_for_files} if hasattr(os, "mkfifo") else {}),
    "nothing but the gradebook": lambda course: shutil.rmtree(course.state),
    **{
        f"records {content[:12]!r}": records_of(content)
        for content in (
            b"",
            b"\xff\xfe",
            b"null",
            b"[1]",
            b"[" * 100_000,
            b'{"format": 1}',
            b'{"format": 1, "student": "x", "state": "graded", "reasons": [], "repairs": [], '
            b'"verdicts": [1]}',
        )
    },
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_damaged_or_lost_is_made_again(
    damage: Callable[[Course], None], whole: Class, tmp_path: Path
) -> None:
    course = copy(whole.graded, tmp_path / "course")
    damage(course)
    assert all(outcome.record is not None for outcome in grade(course).values())
    assert result(course) == whole.result


def test_a_gradebook_that_is_none_stops_with_what_to_do(whole: Class, tmp_path: Path) -> None:
    """It may hold points that a person gave, so nothing overwrites it."""
    course = copy(whole.graded, tmp_path / "course")
    book = course.root / "gradebook.db"
    book.write_bytes(b"no database " * 1000)
    process = start(course)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert "gradebook.db" in said
    assert book.read_bytes() == b"no database " * 1000


def test_a_gradebook_lost_while_grading(whole: Class, tmp_path: Path) -> None:
    course = copy(whole.executed, tmp_path / "course")
    with GradingSession(course, course.lab()) as session:
        for outcome in Batch(session, NbGrader(course, course.lab())).run(
            students(course, course.lab())
        ):
            if outcome.student == "bob":
                (course.root / "gradebook.db").unlink()
    assert_whole(course)
    grade(course)
    assert result(course) == whole.result


def test_a_machine_that_gives_no_kernels_stops_the_batch(
    whole: Class, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No student's code has run by then; nothing of the class is lost, and no trace is shown."""
    course = copy(whole.fresh, tmp_path / "course")

    def broken(*_: object) -> SourceSpec:
        raise OSError('Traceback (most recent call last):\n  File "/x.py"\nno such interpreter')

    with monkeypatch.context() as patched:
        patched.setattr("alpaca_course.judging.session.source_spec", broken)
        with pytest.raises(GradingError, match="No submission can be executed here"):
            grade(course)
    for record in RecordStore(course, course.lab()):
        assert all("Traceback" not in note.text for note in record.reasons)
        assert record.state in (State.NEEDS_PERSON, State.REFUSED)
    grade(course)
    assert result(course) == whole.result


def test_a_second_grader_says_so_and_changes_nothing(whole: Class, tmp_path: Path) -> None:
    course = copy(whole.fresh, tmp_path / "course")
    with sole_writer(course):
        process = start(course)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "is running in this course" in said
    assert not course.autograded.exists()
    assert list(RecordStore(course, course.lab())) == []
