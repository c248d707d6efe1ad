"""The demonstration class: named submissions with a known result, graded as any class is.

It lives in a course of its own below ``.alpaca/demo/``, so that it never mixes with a real class:
its configuration is the course's with a shorter time limit, and lab, hidden tests, pictures and
weights are the course's own. Whatever is up to date there is used again.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from alpaca_course.authoring.trees import apply, read_tree
from alpaca_course.authoring.trees import plan as plan_changes
from alpaca_course.batch.grade import Action, Batch, Outcome
from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.database_url import file_url
from alpaca_course.execution.pool import workers_to_use
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.results import read_results
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.assessment import MACHINE
from alpaca_course.judging.records import Record
from alpaca_course.judging.session import GradingSession
from alpaca_course.lab import Lab
from alpaca_course.qualification.case import Case
from alpaca_course.qualification.plan import files_of
from alpaca_course.reporting import page, reading, records
from alpaca_course.sandbox.probe import SandboxUnavailableError
from alpaca_course.sole_writer import sole_writer

CELL_SECONDS = 30
# Seen from the demonstration's course, the course itself.
_SHARED = ("notebooks", "grader_tests", "dataset", ".alpaca/keras")
_CONFIG = '''\
"""Configuration of the demonstration class; `alpaca demo` writes it."""
import os
import sys

if not os.path.isfile(os.path.join({root!r}, {name!r})):
    # An empty configuration would let nbgrader grade in its own way.
    sys.exit("The course of this demonstration has moved: run `alpaca demo` there again.")
load_subconfig({name!r}, path={root!r})
c = get_config()
c.CourseDirectory.db_url = {db_url!r}
# One of the submissions never ends.
c.AlpacaCourse.cell_timeout = {seconds}
'''

Tick = Callable[[int, int], None]


@dataclass(frozen=True)
class Member:
    """One submission of the demonstration class.

    Attributes:
        case: what it is and what is expected of it.
        outcome: what grading made of it.
        few_words: what went wrong, in a few words.
        problems: what was not as expected; empty when all is well.
    """

    case: Case
    outcome: Outcome
    few_words: str
    problems: tuple[str, ...]

    @property
    def name(self) -> str:
        return student_of(self.case)

    def to_json(self) -> dict[str, Any]:
        return {
            **self.outcome.to_json(),
            "title": self.case.header.title,
            "expected": dict(self.case.points),
            "what_went_wrong": self.few_words,
            "problems": list(self.problems),
        }


@dataclass(frozen=True)
class DemoClass:
    """The graded class, and where everything lies."""

    members: tuple[Member, ...]
    exercises: tuple[str, ...]
    isolation: str
    course: Course
    report: Path

    @property
    def as_expected(self) -> bool:
        return not any(member.problems for member in self.members)

    @property
    def reused(self) -> int:
        return sum(member.outcome.action is Action.KEEP for member in self.members)


def prepare_course(
    course: Course,
    lab: Lab,
    root: Path | None = None,
    *,
    db_url: str = "",
    cell_seconds: int = CELL_SECONDS,
) -> Course:
    """The demonstration's own course, beside which nothing of ``course`` is changed.

    Args:
        course: whose hidden tests, pictures and weights are used.
        lab: what the class works on.
        root: where it goes; ``.alpaca/demo/`` by default.
        db_url: of its gradebook; a file in ``root`` by default.
        cell_seconds: what one cell may take. One of the submissions takes it twice and more.
    """
    root = root or course.state / "demo"
    root.mkdir(parents=True, exist_ok=True)
    text = _CONFIG.format(
        name=CONFIG_FILE,
        root=str(course.root),
        db_url=db_url or file_url(root / "gradebook.db"),
        seconds=cell_seconds,
    )
    (root / CONFIG_FILE).write_text(text, encoding="utf-8")
    # Copies, because nbgrader writes to release/ when it takes an assignment into its gradebook.
    for folder in (lab.source, lab.release):
        copy = root / folder.relative_to(course.root)
        wanted = read_tree(folder)
        copy.mkdir(parents=True, exist_ok=True)
        apply(copy, wanted, plan_changes(wanted, read_tree(copy)))
    for name in _SHARED:
        _share(course.root / name, root / name)
    return Course.load(root)


def hand_in(course: Course, lab: Lab, cases: Sequence[Case]) -> None:
    """Write the submissions of ``cases`` to ``submitted/``; nobody else is in that class."""
    released = ReleasedLab.load(lab)
    students = {student_of(case) for case in cases}
    for folder in course.submitted.glob("*"):
        if folder.name not in students:
            shutil.rmtree(folder)
    for case in cases:
        wanted = {**released.files, **files_of(case, released)}
        folder = course.submitted / student_of(case) / lab.name
        folder.mkdir(parents=True, exist_ok=True)
        apply(folder, wanted, plan_changes(wanted, read_tree(folder)))


def grade_class(
    course: Course,
    lab: Lab,
    cases: Sequence[Case],
    *,
    isolation: str | None = None,
    workers: int = 0,
    tick: Tick = lambda done, total: None,
    opened: Callable[[], AbstractContextManager[GradingSession]] | None = None,
) -> DemoClass:
    """Grade the class through nbgrader, with feedback pages and the class report.

    Args:
        course: from :func:`prepare_course`.
        lab: of that course.
        cases: what was handed in.
        isolation: other than the course's setting.
        workers: executions side by side; 0 chooses.
        tick: told how many of how many are graded.
        opened: a session that executes in another way than isolation and workers say.

    Raises:
        CourseError: nothing more can be graded.
        SandboxUnavailableError: this machine cannot have the sandbox asked for.
    """
    by_student = {student_of(case): case for case in cases}
    outcomes: dict[str, Outcome] = {}
    nbgrader = NbGrader(course, lab)
    tick(0, len(by_student))
    here = opened or (lambda: _session(course, lab, isolation, workers))
    with here() as session, sole_writer(course):
        for outcome in Batch(session, nbgrader).run(sorted(by_student)):
            outcomes[outcome.student] = outcome
            tick(len(outcomes), len(by_student))
        exercises = tuple(exercise.id for exercise in session.released.exercises)
    with sole_writer(course):
        _feedback(nbgrader, outcomes)
    record = reading.read_class(course, lab)
    report = page.write(record, course.reports / f"{lab.name}.html", datetime.now().astimezone())
    words = {s.student: records.in_few_words(s, most=2) for s in record.submissions}
    members = tuple(
        Member(case, outcomes[name], words.get(name, ""), tuple(differences(case, outcomes[name])))
        for name, case in sorted(by_student.items())
    )
    return DemoClass(members, exercises, session.isolation, course, report)


def differences(case: Case, outcome: Outcome) -> Iterator[str]:
    """What grading made of a case against what its header says."""
    header, record = case.header, outcome.record
    if record is None:
        yield f"was not graded: {outcome.error}"
        return
    if header.state is not None and record.state is not header.state:
        if MACHINE in {note.code for note in record.reasons}:
            yield "this machine was too busy with other work; the next run tries it again"
            return
        yield f"ended as {record.state.value!r} instead of {header.state.value!r}"
    for exercise, verdict in record.verdicts.items():
        if verdict.points != case.points[exercise]:
            expected = case.points[exercise]
            yield f"{exercise}: {verdict.points:g} instead of {expected:g} points"
    failed = {rule.id for verdict in record.verdicts.values() for rule in verdict.failed}
    if failed != set(header.fails):
        yield f"failing rules: {sorted(failed)} instead of {sorted(header.fails)}"
    said = _said(record)
    for word in header.message:
        if word.lower() not in said:
            yield f"no message says {word!r}"


def student_of(case: Case) -> str:
    """The id under which a case is handed in: its name without the folder."""
    return case.name.partition("/")[2]


def _said(record: Record) -> str:
    return " ".join(verdict.text() for verdict in record.verdicts.values()).lower()


@contextlib.contextmanager
def _session(
    course: Course, lab: Lab, isolation: str | None, workers: int
) -> Iterator[GradingSession]:
    count = workers_to_use(lab.kernel.memory_mib, workers, course.settings.workers)
    with GradingSession(course, lab, isolation=isolation, workers=count) as session:
        try:
            session.check_isolation()
        except SandboxUnavailableError:
            if isolation is not None:
                raise
        else:
            yield session
            return
    # The submissions are this project's own: they may run where no sandbox can be had.
    with GradingSession(course, lab, isolation="trusted", workers=count) as session:
        yield session


def _feedback(nbgrader: NbGrader, outcomes: Mapping[str, Outcome]) -> None:
    """Write the pages of all that were graded."""
    written = [name for name, outcome in outcomes.items() if outcome.record is not None]
    for made in nbgrader.feedback(read_results(nbgrader.course, nbgrader.lab), written):
        if made.error is not None:
            raise made.error


def _share(target: Path, link: Path) -> None:
    """Let ``link`` be ``target``; a copy where links cannot be made."""
    if not target.exists() or link.is_symlink():
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    try:
        link.symlink_to(target, target_is_directory=True)
    except OSError:
        shutil.rmtree(link, ignore_errors=True)
        shutil.copytree(target, link)
