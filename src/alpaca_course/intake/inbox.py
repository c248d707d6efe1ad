"""What lies in ``submitted/`` where nobody looks, and where it belongs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alpaca_course.contract.states import printable
from alpaca_course.course import Course
from alpaca_course.intake.files import is_theirs
from alpaca_course.lab import Lab


@dataclass(frozen=True)
class Stray:
    """An entry that is no hand-in.

    Attributes:
        path: below ``submitted/``.
        advice: where it belongs.
    """

    path: str
    advice: str

    @property
    def text(self) -> str:
        return printable(f"Not looked at: {self.path}; {self.advice}.")


def strays(course: Course, lab: Lab) -> list[Stray]:
    """Every entry of ``submitted/`` that is neither a hand-in nor one of another lab."""
    if not course.submitted.is_dir():
        return []
    known = {*course.labs, lab.name}
    found: list[Stray] = []
    for path in sorted(filter(_counts, course.submitted.iterdir())):
        if path.is_symlink():
            # Where it leads to a hand-in for this lab, that is refused, with its reason.
            if not (path / lab.name).is_dir():
                found.append(Stray(path.name, "it is a link, and a folder has to be there"))
        elif not path.is_dir():
            found.append(Stray(path.name, f"it belongs in <student>/{lab.name}/"))
        elif path.name in known:
            found.append(Stray(f"{path.name}/", f"the student's folder around it is missing: "
                               f"<student>/{path.name}/"))  # fmt: skip
        else:
            found += _of_student(path, lab, known)
    return found


def _of_student(folder: Path, lab: Lab, known: set[str]) -> Iterator[Stray]:
    if not os.access(folder, os.R_OK | os.X_OK):
        return  # it may be a hand-in: that is refused, with its reason
    try:
        entries = sorted(filter(_counts, folder.iterdir()))
    except OSError as error:
        yield Stray(f"{folder.name}/", f"it cannot be read ({error.strerror})")
        return
    right = f"{folder.name}/{lab.name}"
    small = {name.casefold(): name for name in known}
    if not entries:
        yield Stray(f"{folder.name}/", f"it is empty, and a hand-in would be in {right}/")
    for path in entries:
        if path.name in known and (path.is_dir() or path.is_symlink()):
            if folder.name.startswith("."):
                yield Stray(right, "a student's folder cannot begin with a dot")
            continue
        shown = f"{folder.name}/{path.name}"
        if not path.is_dir():
            name = lab.file_name if path.name in known else path.name
            yield Stray(shown, f"it belongs in {right}/, as {name}")
        elif path.name.casefold() in small:
            yield Stray(f"{shown}/", f"the folder has to be called {small[path.name.casefold()]}")
        else:
            yield Stray(f"{shown}/", f"what is handed in for this lab belongs in {right}/")


def _counts(path: Path) -> bool:
    """Whether somebody put it there, and not a system of files."""
    return is_theirs(path.name) or (path.is_dir() and any(path.glob("*/*.ipynb")))
