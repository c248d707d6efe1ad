"""A throw-away course below ``.alpaca/bench/`` and classes of correct submissions in it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.lab import Lab
from alpaca_course.qualification.demo_class import prepare_course
from alpaca_course.qualification.submission import build_submission
from benchmarks.timing import Command, CommandFailed, Cost, run

# The lab that is measured.
LAB = "transfer_learning_mobilenet"
BIN = Path(sys.executable).parent
SOMEBODY_NEEDS_A_PERSON = (0, 3)
"""Exit codes of a command that did its work; with 3 somebody needs a person."""
# Seconds a cell may take on a busy machine; the demonstration's own limit is a short one.
CELL_SECONDS = 300


def lab_of(course: Course) -> Lab:
    """The measured lab in ``course``."""
    return course.lab(LAB)


def folder_of_benchmarks(course: Course) -> Path:
    return course.state / "bench"


def prepare(course: Course, name: str) -> Course:
    """An empty course that shares lab, hidden tests, pictures and weights with ``course``."""
    place = prepare_course(course, lab_of(course), folder_of_benchmarks(course) / name)
    config = place.root / CONFIG_FILE
    with config.open("a", encoding="utf-8") as file:
        file.write(f"c.AlpacaCourse.cell_timeout = {CELL_SECONDS}\n")
        file.write(f"c.AlpacaCourse.total_timeout = {2 * CELL_SECONDS}\n")
    place.dataset.unlink(missing_ok=True)
    place.dataset.symlink_to(pictures(course), target_is_directory=True)
    place = Course.load(place.root)
    empty(place)
    return place


def empty(place: Course) -> None:
    """Forget every submission and result; only the assignment is in the gradebook."""
    shutil.rmtree(place.submitted, ignore_errors=True)
    forget_results(place)


def forget_results(place: Course) -> None:
    """Make the class an ungraded one."""
    for folder in (
        place.autograded,
        place.feedback,
        place.execution_cache,
        place.evidence_store,
    ):
        shutil.rmtree(folder, ignore_errors=True)
    (place.root / "gradebook.db").unlink(missing_ok=True)
    NbGrader(place, lab_of(place)).ensure_assignment()


def pictures(course: Course) -> Path:
    """The lab's photographs where they lie beside the repository, else the course's pictures."""
    photographs = course.root.parent / "shared" / "data" / "alpaca_photos"
    return photographs if photographs.is_dir() else course.dataset


def student(number: int) -> str:
    return f"s{number:05d}"


def solutions(reference: Mapping[str, str], number: int) -> dict[str, str]:
    """The graded cells of submission ``number``: correct, and no two of them the same program."""
    return {
        exercise: f"{source.rstrip()}\nhanded_in_by = {number}\n"
        for exercise, source in reference.items()
    }


def submission(release: NotebookNode, reference: Mapping[str, str], number: int) -> NotebookNode:
    return build_submission(release, solutions(reference, number), (), ())


def hand_in(place: Course, release: NotebookNode, reference: Mapping[str, str], count: int) -> None:
    """Write ``count`` submissions to ``submitted/``."""
    lab = lab_of(place)
    for number in range(count):
        folder = place.submitted / student(number) / lab.name
        folder.mkdir(parents=True, exist_ok=True)
        notebook = submission(release, reference, number)
        nbformat.write(notebook, folder / lab.file_name)


def new_class(place: Course, count: int) -> None:
    """An ungraded class of ``count``."""
    empty(place)
    lab = lab_of(place)
    released = ReleasedLab.load(lab)
    hand_in(place, released.notebook, released.reference, count)


def environment(course: Course) -> dict[str, str]:
    """Of every measured command: quiet, with the course's weights and pictures."""
    dropped = ("PYTHONPATH", "ALPACA_COURSE_ROOT", "NBGRADER_EXECUTION")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {
        "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")]),
        "KERAS_HOME": str(course.keras_home),
        "ALPACA_DATASET": str(pictures(course)),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # As in the sandbox, so that everybody computes the same.
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }


def alpaca(place: Course, *words: str, done: Sequence[int] = (0,)) -> Command:
    """``alpaca <words>`` in ``place``."""
    return Command([str(BIN / "alpaca"), *words], place.root, environment(place), done)


def reported(place: Course, name: str, *options: str) -> tuple[Cost, dict[str, Any]]:
    """What ``alpaca <name>`` of the measured lab costs as a whole command, and what it reports."""
    cost = run(alpaca(place, name, LAB, "--json", *options))
    return cost, json.loads(cost.printed[0])


def grade_command(place: Course, isolation: str, workers: int, *, template: bool = True) -> Command:
    options = ["--isolation", isolation, "--workers", str(workers), "--json"]
    options += [] if template else ["--no-template"]
    return alpaca(place, "grade", LAB, *options)


def grade(place: Course, *, isolation: str, workers: int, template: bool = True) -> Cost:
    """What ``alpaca grade`` costs as a whole command.

    Raises:
        CommandFailed: not every submission got full marks.
    """
    cost = run(grade_command(place, isolation, workers, template=template))
    check_full_marks(place, json.loads(cost.printed[0]))
    return cost


def check_full_marks(place: Course, report: Mapping[str, Any]) -> None:
    """Raise CommandFailed where somebody in the report of ``alpaca grade`` got less."""
    full = sum(each.points for each in ReleasedLab.load(lab_of(place)).exercises)
    points = {each["student"]: each.get("points") for each in report["submissions"]}
    short = {name: found for name, found in points.items() if found != full}
    if short:
        raise CommandFailed(f"not graded with full marks: {short}")


def finished_at(place: Course) -> list[float]:
    """When each submission of the class was written, by the clock of the file system."""
    return sorted(path.stat().st_mtime for path in place.evidence_store.glob("*/*.json"))


def steady(times: list[float], skipped: int) -> float:
    """Seconds a submission after the first ``skipped``: what a longer class would cost."""
    return (times[-1] - times[skipped - 1]) / (len(times) - skipped)
