"""Collecting hand-ins through nbgrader's exchange; ``options`` has nbgrader use it."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.abc import ExchangeCollect as AnyCollect
from nbgrader.exchange.default.collect import ExchangeCollect
from nbgrader.utils import parse_utc

from alpaca_course.contract.receipt import TIMESTAMP
from alpaca_course.contract.states import printable
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.files import moved_aside, scratch_folder
from alpaca_course.opened import Opened
from alpaca_course.sole_writer import sole_writer

_FROM_KILOBYTES = 1000
_LARGEST_TIME = 4096
HALF = ".collect-"
MAY_NOT = os.strerror(errno.EACCES)


class SoleCollector(AnyCollect):
    """Collects, by whatever plugin, as the course's only writer."""

    def start(self) -> None:
        """Collect, as the course's only writer.

        Raises:
            ExchangeError: nothing can be collected, or another process writes.
        """
        try:
            course = Course.from_config(Path(self.coursedir.root), self.config)
            with sole_writer(course):
                super().start()
        except CourseError as error:
            self.fail(f"{error} Nothing was collected.")


class CollectFiles(SoleCollector, ExchangeCollect):
    """Collects files, and of links no more than that they are links.

    Students write in the exchange, and who collects may read much more than they: nbgrader copies
    what a link leads to, be it the lab's solution, and stops at the first pipe or at the first
    folder whose name it cannot read. A link is put into ``submitted/`` as one, so that grading can
    say why it is no notebook. And a hand-in takes the place of an earlier one whole or not at all.

    Attributes:
        chosen: by student, the folder in the exchange that is collected of them, in place of
            whatever is there, and nothing of others; None collects as nbgrader chooses.
        collected: students of whom something was collected.
        failed: why something was not, by student.
    """

    chosen: dict[str, str] | None = None
    src_records: list[dict[str, Any]]

    def __init__(self, *args: Any, **traits: Any) -> None:
        super().__init__(*args, **traits)
        self.collected: list[str] = []
        self.failed: dict[str, str] = {}

    def init_src(self) -> None:
        """As nbgrader does, without the folders that no hand-in is called like."""
        if self.chosen is None:
            super().init_src()
            self.src_records = [each for each in self.src_records if each["username"]]
            return
        self.inbound_path = str(Path(self.root, self.coursedir.course_id, "inbound"))
        named = ((student, self._path_to_record(name)) for student, name in self.chosen.items())
        self.src_records = [record for student, record in named if record["username"] == student]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        name = Path(path).name
        with contextlib.suppress(ExchangeError, ValueError, OverflowError, IndexError):
            found: dict[str, Any] = super()._path_to_record(path)
            if _is_an_id(found["username"]):
                return found
        self.log.warning("Left out: %s (no hand-in is called like that)", printable(name))
        return {"username": "", "filename": name, "timestamp": datetime.min}

    def copy_files(self) -> None:
        """Collect what is new; what cannot be collected is named, and stops no other."""
        self.log.info("%s hand-ins of '%s'", len(self.src_records), self.coursedir.assignment_id)
        for record in self.src_records:
            student, source = record["username"], Path(self.inbound_path, record["filename"])
            self._compare_owner(student, source)
            target = Path(
                self.coursedir.format_path(
                    self.coursedir.submitted_directory, student, self.coursedir.assignment_id
                )
            )
            if not self._is_wanted(target, record["timestamp"]):
                self.log.info("There already: %s", printable(student))
                continue
            try:
                self.put(source, target)
            except OSError as error:
                why = self.failed[student] = error.strerror or type(error).__name__
                self.log.warning("Not collected: %s (%s)", printable(str(source)), why)
            else:
                self.collected.append(student)
                self.log.info("Collected: %s", printable(student))

    def _is_wanted(self, target: Path, time: datetime) -> bool:
        """As nbgrader decides it: what is new, and with ``update`` what is newer."""
        if not target.is_dir() or self.chosen is not None:
            return True
        there = time_of(target)
        newer = self.update and (there is None or time > there)
        return newer or (self.before_duedate and there != time)

    def _compare_owner(self, student: str, source: Path) -> None:
        owner = owner_of(source) if self.check_owner else student
        if owner != student:
            self.log.warning(
                "%s belongs to %s by its name and to %s by its owner; to compare them no more, set "
                "ExchangeCollect.check_owner to False.",
                *map(printable, (str(source), student, owner)),
            )

    def put(self, source: Path, target: Path) -> None:
        """Put ``source`` in the place of ``target``.

        Raises:
            OSError: it cannot be read or written; ``target`` is as it was.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        clear(target.parent)
        with scratch_folder(target.parent, HALF) as scratch:
            with Opened(source, own=1) as place:
                links = self._take(place, scratch / "hand-in")
            whole = scratch / "whole"
            super().do_copy(str(scratch / "hand-in"), str(whole))
            for name, link in links.items():
                with contextlib.suppress(OSError):
                    (whole / name).symlink_to(link)
            with moved_aside(target):
                whole.replace(target)

    def _take(self, place: Opened, copy: Path) -> dict[str, str]:
        """Copy the files of an open folder; returns the links in it."""
        links = {}
        locked: list[str] = []
        largest = int(self.coursedir.max_file_size) * _FROM_KILOBYTES
        for inside, folders, files in place.walk(locked):
            (copy / inside).mkdir(exist_ok=True)
            for name in [*folders, *files]:
                path = inside / name
                if target := place.link(path):
                    links[str(path)] = target
                elif name in files:
                    self._copy(place, path, copy, largest)
                else:
                    (copy / path).mkdir()
        for name in locked:
            self.log.warning("Left out: the folder %s (%s)", printable(name), MAY_NOT)
        return links

    def _copy(self, place: Opened, path: PurePosixPath, copy: Path, largest: int) -> None:
        try:
            data, modified = place.read(path, largest)
        except OSError as error:
            self.log.warning("Left out: %s (%s)", printable(str(path)), error.strerror)
            return
        if len(data) > largest:
            name = printable(str(path))
            self.log.warning("Left out: %s (larger than %s bytes)", name, largest)
            return
        (copy / path).write_bytes(data)
        os.utime(copy / path, (modified, modified))


def clear(folder: Path) -> None:
    """Remove from a student's folder what a process that was ended had begun to collect."""
    for half in folder.glob(f"{HALF}*"):
        shutil.rmtree(half, ignore_errors=True)


def owner_of(folder: Path) -> str:
    """Name of the user of the system who made ``folder``; "unknown id" where nobody has it."""
    if sys.platform == "win32":
        return ""
    import pwd

    try:
        return pwd.getpwuid(folder.lstat().st_uid).pw_name
    except (KeyError, OSError):
        return "unknown id"


def _is_an_id(name: str) -> bool:
    """Whether ``submitted/`` can have a folder of that name, which looks like what it is."""
    return bool(name) and not name.startswith(".") and name.isprintable() and "/" not in name


def time_of(folder: Path) -> datetime | None:
    """When what was collected had been handed in; None where that cannot be read."""
    try:
        with Opened(folder, own=2) as place:
            data, _ = place.read(PurePosixPath(TIMESTAMP), _LARGEST_TIME)
        time: datetime = parse_utc(data.decode().strip())
    except (OSError, ValueError, OverflowError):
        return None
    return time
