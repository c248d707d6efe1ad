"""Two classes, each graded once by the commands that an instructor types."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbformat import NotebookNode

from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.weights import ensure_weights
from alpaca_course.batch.grade import autograded_notebook
from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.judging.assessment import MACHINE
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.lab import Lab
from alpaca_course.qualification.demo_class import prepare_course
from tests import light
from tests.batch.hostile_class import machine, members
from tests.batch.hostile_class.canaries import Canaries
from tests.lacking import need_sandbox
from tests.processes import family_of, grader_and_workers, peak_of, still_running

ROOT = Path(__file__).resolve().parents[3]
# Low, so that attacks meet them soon; an honest submission needs a tenth of the time and half of
# the memory.
_SETTINGS = """
c.AlpacaCourse.cell_timeout = {cell}
c.AlpacaCourse.total_timeout = {total}
c.AlpacaCourse.memory_limit = {memory}
c.AlpacaCourse.process_limit = 128
c.AlpacaCourse.file_size_limit = 8
c.AlpacaCourse.disk_limit = 64
"""


@dataclass(frozen=True)
class Run:
    """One command, ended.

    Attributes:
        code: its exit code.
        out, err: what it printed.
        left: process ids of its descendants that still ran.
        temporary: what it left in its folder for temporary files.
        memory: the most that the grader and its workers took together, in MiB.
    """

    code: int
    out: str
    err: str
    left: tuple[int, ...]
    temporary: tuple[str, ...]
    memory: float

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class GradedClass:
    """A class after `alpaca grade`, a second `alpaca grade`, and `alpaca feedback`.

    Attributes:
        alone: records of the honest submissions, each graded in a sandbox that nobody used before.
    """

    course: Course
    lab: Lab
    members: Mapping[str, members.Member]
    alone: Mapping[str, Record]
    graded: Run
    again: Run
    feedback: Run
    challenges: Mapping[str, str]
    canaries: Canaries

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        return {each["student"]: each for each in self.graded.json["submissions"]}

    @property
    def starved(self) -> set[str]:
        """Who ended by a limit on a machine that was busy with others: the next run tries again."""
        return {
            student
            for student, row in self.rows.items()
            if MACHINE in {each["code"] for each in row["reasons"]}
        }

    def record(self, student: str) -> Record:
        record = RecordStore(self.course, self.lab).load(student)
        assert record is not None, student
        return record

    def notebook(self, student: str) -> NotebookNode:
        return nbformat.read(autograded_notebook(self.course, self.lab, student), as_version=4)

    def page(self, student: str) -> str:
        return (
            self.course.feedback / student / self.lab.name / f"{self.lab.notebook}.html"
        ).read_text()


@pytest.fixture(scope="session")
def sandbox() -> None:
    need_sandbox()


@pytest.fixture(scope="session", params=["machine", "lab"])
def graded(
    request: pytest.FixtureRequest, sandbox: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GradedClass]:
    """Attacks on the machine in a light lab; attacks on the tests in the repository's lab."""
    make = _light_course if request.param == "machine" else _course
    course, apart = (
        make(tmp_path_factory.mktemp(name) / "course") for name in ("hostile", "alone")
    )
    release = nbformat.read(course.lab().released_notebook, as_version=4)
    # Not pytest's folder: the name of a Unix socket is short.
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.closing(Canaries(course, course.lab(), Path(folder))) as canaries:
            if request.param == "machine":
                whole, honest = machine.whole_class(course, canaries.targets), machine.alone(course)
            else:
                cases = members.READER.all()
                whole = members.whole_class(cases, release)
                honest = members.alone(cases, release)
            yield _graded(course, whole, _alone(apart, honest), canaries)


def _alone(course: Course, honest: Mapping[str, members.Member]) -> dict[str, Record]:
    lab = course.lab()
    _hand_in(course, lab, honest)
    run = alpaca(course, "grade", "--workers", "2", "--isolation", "fresh", "--json")
    assert run.code == 0, run.err
    store = RecordStore(course, lab)
    return {name: record for name in honest if (record := store.load(name)) is not None}


def alpaca(course: Course, *arguments: str) -> Run:
    """Run the `alpaca` command in ``course``, with a folder of its own for temporary files."""
    with tempfile.TemporaryDirectory() as temporary:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("alpaca")), *arguments],
            cwd=course.root,
            env={**os.environ, "TMPDIR": temporary, "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        seen: set[psutil.Process] = set()
        try:
            with peak_of(lambda: grader_and_workers(process.pid), every=0.25) as peak:
                out, err = _ended(process, seen)
        finally:
            process.kill()
        return Run(
            process.returncode,
            out,
            err,
            tuple(each.pid for each in still_running(seen)),
            tuple(path.name for path in Path(temporary).iterdir()),
            peak[0],
        )


def _ended(process: subprocess.Popen[str], seen: set[psutil.Process]) -> tuple[str, str]:
    """What ``process`` printed, once it has ended; its descendants are noted in ``seen``."""
    while True:
        try:
            return process.communicate(timeout=2)
        except subprocess.TimeoutExpired:
            seen.update(family_of(process.pid))


def _graded(
    course: Course,
    whole: Mapping[str, members.Member],
    alone: Mapping[str, Record],
    canaries: Canaries,
) -> GradedClass:
    lab = course.lab()
    _hand_in(course, lab, whole)
    canaries.remember()
    # All own cells: most of the attacks are in one that no graded cell needs.
    how = ("grade", "--workers", "2", "--isolation", "warm", "--execute-all")
    graded = alpaca(course, *how, "--json")
    challenges = {each.student: each.challenge for each in RecordStore(course, lab)}
    again = alpaca(course, *how)
    feedback = alpaca(course, "feedback", "--json")
    return GradedClass(course, lab, whole, alone, graded, again, feedback, challenges, canaries)


def _light_course(root: Path) -> Course:
    """The light course, with limits as low as its honest submissions allow."""
    light.make_course(root)
    return _limited(root, cell=4, total=10, memory=600)


def _course(root: Path) -> Course:
    """A course with the repository's lab, hidden tests and weights, and low limits."""
    origin = Course.load(ROOT)
    own = prepare_course(origin, origin.lab(members.LAB), root)
    try:
        ensure_weights(own)
    except AssetError as error:
        pytest.skip(f"no weights to be had: {error}")
    # Copies: what happens to the course's own files must be the doing of this class.
    for name in ("grader_tests", "notebooks"):
        own_files = root / name
        if own_files.is_symlink():
            own_files.unlink()
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, own_files, ignore=ignored)
    return _limited(root, cell=12, total=40, memory=1200)


def _limited(root: Path, **limits: int) -> Course:
    config = root / CONFIG_FILE
    config.write_text(config.read_text() + _SETTINGS.format(**limits))
    return Course.load(root)


def _hand_in(course: Course, lab: Lab, whole: Mapping[str, members.Member]) -> None:
    for student, member in whole.items():
        folder = course.submitted / student / lab.name
        folder.mkdir(parents=True)
        for name, content in member.files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
