"""A student's workspace: a copy of the release, made once and never overwritten."""

from __future__ import annotations

import filecmp
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.lab import Lab

STUDENTS = "students"
SET_ASIDE = "set aside"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class StudentNameError(CourseError):
    """The name cannot be a folder's name and an nbgrader student id at once."""


@dataclass(frozen=True)
class Workspace:
    """Where one student works. The student's server shows this folder and nothing above it."""

    student: str
    folder: Path
    lab: Lab

    @classmethod
    def of(cls, course: Course, lab: Lab, student: str) -> Workspace:
        """The workspace of ``student``.

        Raises:
            StudentNameError: for anything but letters, digits, dot, dash and underscore (nbgrader
                takes ``+`` as a separator and ``*`` as a pattern).
        """
        if not _NAME.fullmatch(student):
            raise StudentNameError(
                f"{student!r} cannot be a student's name here: use up to 64 letters, digits, "
                "dots, dashes and underscores, beginning with a letter or digit."
            )
        return cls(student, course.root / STUDENTS / student, lab)

    @property
    def assignment(self) -> Path:
        return self.folder / self.lab.name

    @property
    def notebook(self) -> Path:
        return self.assignment / self.lab.file_name

    @property
    def hand_ins(self) -> Path:
        """nbgrader's own record of what was handed in; without it no feedback can be fetched."""
        return self.folder / ".nbgrader"


@dataclass(frozen=True)
class Plan:
    """What preparing a workspace would do.

    Attributes:
        fresh: a copy of the release is taken.
        set_aside: where the present copy goes first, or None.
        missing: files of the release that are put back into the present copy.
        outdated: helper files of the present copy that the release has in another version; they
            stay as they are.
    """

    fresh: bool
    set_aside: Path | None
    missing: tuple[Path, ...]
    outdated: tuple[Path, ...]

    def sentences(self, workspace: Workspace) -> list[str]:
        """The plan for people, one sentence each; empty where nothing is to be done."""
        said = []
        if self.set_aside is not None:
            said.append(f"{workspace.assignment} moves to {self.set_aside}.")
        if self.fresh:
            said.append(f"The release is copied to {workspace.assignment}.")
        if self.missing:
            said.append(f"Missing files are put back: {_listed(self.missing)}.")
        if self.outdated:
            said.append(
                f"The release has other versions of {_listed(self.outdated)}; this copy stays as "
                "it is. A fresh copy, with this one set aside: alpaca lab --reset"
            )
        return said


def _listed(paths: tuple[Path, ...]) -> str:
    return ", ".join(map(str, paths))


def plan(workspace: Workspace, *, reset: bool, now: datetime) -> Plan:
    """Decide what to do, without doing it.

    Args:
        workspace: the student's; its lab's release is what students receive.
        reset: set the present copy aside and take a fresh one.
        now: names the folder for what is set aside.

    Raises:
        CourseError: there is no release.
    """
    lab = workspace.lab
    notebook = lab.released_notebook
    if not notebook.is_file():
        raise CourseError(f"There is no {notebook}. Make the release first: alpaca build")
    if not workspace.assignment.exists():
        return Plan(True, None, (), ())
    if reset:
        aside = workspace.folder / SET_ASIDE / f"{now:%Y-%m-%d %H.%M.%S}"
        return Plan(True, aside, (), ())
    released = _files(lab.release)
    present = {path for path in released if (workspace.assignment / path).exists()}
    return Plan(
        fresh=False,
        set_aside=None,
        missing=tuple(path for path in released if path not in present),
        # The notebook is what the student works on; only the files beside it can be outdated.
        outdated=tuple(
            path
            for path in released
            if path in present
            and path.suffix != ".ipynb"
            and not filecmp.cmp(lab.release / path, workspace.assignment / path, shallow=False)
        ),
    )


def _files(folder: Path) -> list[Path]:
    return sorted(
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )


def carry_out(workspace: Workspace, planned: Plan) -> None:
    """Do what ``planned`` says. An existing file is moved or left alone, never written over."""
    workspace.folder.mkdir(parents=True, exist_ok=True)
    if planned.set_aside is not None:
        planned.set_aside.parent.mkdir(parents=True, exist_ok=True)
        workspace.assignment.rename(planned.set_aside)
    if planned.fresh:
        shutil.copytree(
            workspace.lab.release,
            workspace.assignment,
            ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"),
        )
    for path in planned.missing:
        target = workspace.assignment / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(workspace.lab.release / path, target)
