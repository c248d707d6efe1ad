"""A class in a real nbgrader gradebook, with records as grading stores them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from alpaca_course.contract.states import Note, State
from alpaca_course.contract.verdict import Advisory, Message, RuleResult, Verdict
from alpaca_course.course import Course
from alpaca_course.judging.records import Record, RecordStore

ASSIGNMENT = "reported_lab"
NOTEBOOK = "reported"
TITLES = {"data_augmenter": "Augmentation", "alpaca_model": "The model", "fine_tuning": "Tuning"}
POINTS = {"data_augmenter": 20, "alpaca_model": 50, "fine_tuning": 30}


def rule(
    exercise: str, name: str, points: int, seen: str = "", status: str = "passed"
) -> RuleResult:
    """A result; with ``seen`` it failed and lost all its points."""
    if seen:
        status = "failed"
    return RuleResult(
        id=f"{exercise}.{name}",
        title=f"Title of {name}",
        status=status,  # type: ignore[arg-type]
        points=points if status == "passed" else 0,
        max_points=points,
        message=Message(seen, "Something else.", "It matters.") if seen else None,
        because="the model is missing" if status == "undecided" else "",
    )


def verdict(
    exercise: str, *results: RuleResult, advisories: tuple[Advisory, ...] = (), reason: str = ""
) -> Verdict:
    lost = sum(r.max_points - r.points for r in results)
    most = POINTS[exercise]
    return Verdict(
        exercise=exercise,
        title=TITLES[exercise],
        points=0 if reason else most - lost,
        max_points=most,
        results=results,
        advisories=advisories,
        reason=reason,
    )


def passed(*exercises: str) -> dict[str, Verdict]:
    return {e: verdict(e, rule(e, "first", 5), rule(e, "second", 3)) for e in exercises}


NOTED = Advisory("alpaca_model.uses_argument", "A fresh augmenter is built.")
FLIPPED = "The flip is vertical: pictures are upside down. Nobody photographs alpacas like this."


def records() -> list[Record]:
    """A small class: perfect, two with mistakes, repaired, broken off, doubtful, refused."""
    first = rule("data_augmenter", "first", 5, FLIPPED)
    frozen = rule("alpaca_model", "second", 3, "The base is not frozen.")
    late = rule("fine_tuning", "first", 5, status="undecided")
    crash = "Your code stopped the kernel."
    return [
        Record("ada", State.GRADED, (), (), passed(*TITLES)),
        Record(
            "bob",
            State.GRADED,
            (),
            (),
            {
                "data_augmenter": verdict(
                    "data_augmenter", rule("data_augmenter", "second", 3), first
                ),
                "alpaca_model": verdict("alpaca_model", frozen, advisories=(NOTED,)),
                "fine_tuning": verdict("fine_tuning", late),
            },
        ),
        Record(
            "cleo",
            State.REPAIRED,
            (),
            (Note("test.changed", "A test cell was put back."),),
            passed(*TITLES) | {"data_augmenter": verdict("data_augmenter", first)},
        ),
        Record(
            "dan",
            State.GRADED,
            (),
            (),
            {e: verdict(e, reason=crash) for e in TITLES},
        ),
        Record(
            "eve",
            State.NEEDS_PERSON,
            (Note("evidence.twice", "Two messages came from <one> test cell."),),
            (),
            passed(*TITLES),
        ),
        Record(
            "fay [red]",
            State.REFUSED,
            (Note("notebook.broken", "The file is not a notebook: download it again."),),
            (),
            {e: verdict(e, reason="not a notebook") for e in TITLES},
        ),
    ]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders ``empty`` and ``graded``: nbgrader takes seconds to make a gradebook."""
    root = tmp_path_factory.mktemp("class")
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader starts the program `alembic` by its name.
        programs = str(Path(sys.executable).parent)
        patch.setenv("PATH", os.pathsep.join([programs, os.environ.get("PATH", "")]))
        empty = _course(root / "empty")
        (empty.root / "notebooks" / ASSIGNMENT).mkdir(parents=True)
        (empty.root / "notebooks" / ASSIGNMENT / "lab.toml").write_text(_declared())
        (empty.root / "nbgrader_config.py").write_text("")
        with Gradebook(empty.db_url) as book:
            book.add_assignment(ASSIGNMENT)
            book.add_notebook(NOTEBOOK, ASSIGNMENT)
            for exercise, points in POINTS.items():
                name = f"test_{exercise}"
                book.add_grade_cell(name, NOTEBOOK, ASSIGNMENT, max_score=points, cell_type="code")
            book.add_student("zoe")
    shutil.copytree(empty.root, root / "graded")
    graded = _course(root / "graded")
    store = RecordStore(graded, graded.lab())
    with Gradebook(graded.db_url) as book:
        for record in records():
            store.store(record)
            enter(book, record)
    return root


@pytest.fixture
def course(tmp_path: Path, made_once: Path) -> Course:
    """The lab declared and in the gradebook; nobody but Zoe, who hands in nothing."""
    shutil.copytree(made_once / "empty", tmp_path / "course")
    return _course(tmp_path / "course")


@pytest.fixture
def graded(tmp_path: Path, made_once: Path) -> Course:
    """The small class, as grading leaves it in gradebook and store."""
    shutil.copytree(made_once / "graded", tmp_path / "graded")
    return _course(tmp_path / "graded")


@contextmanager
def gradebook(course: Course) -> Iterator[Gradebook]:
    """The gradebook, to be changed; it is committed at the end."""
    with Gradebook(course.db_url) as book:
        yield book
        book.db.commit()


def _course(root: Path) -> Course:
    return Course.from_config(root, Config())


def _declared() -> str:
    """The lab's ``lab.toml``: its exercises, in their order."""
    head = f'notebook = "{NOTEBOOK}"\ntitle = "A lab"\nversion = "1"\n'
    exercises = (
        f'\n[[exercises]]\ncell = "{name}"\nmarker = "UNQ_C{number}"\ntitle = "{title}"\n'
        for number, (name, title) in enumerate(TITLES.items(), start=1)
    )
    return head + "".join(exercises)


def enter(book: Gradebook, record: Record) -> None:
    """What ``nbgrader autograde`` leaves in the gradebook."""
    book.update_or_create_student(record.student, first_name=record.student.title())
    book.add_submission(ASSIGNMENT, record.student)
    for exercise, judged in record.verdicts.items():
        grade = book.find_grade(f"test_{exercise}", NOTEBOOK, ASSIGNMENT, record.student)
        grade.auto_score = judged.points
        grade.needs_manual_grade = record.state is State.NEEDS_PERSON
    book.db.commit()
