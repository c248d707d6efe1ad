"""Put the hand-ins of a download into ``submitted/``: all of them, or none.

They are first unpacked beside ``submitted/``'s folders, where nobody looks, and compared with what
is there. Only when all of them lie there whole are they moved, each by renaming; what they take the
place of is kept. Where something fails, what was moved is moved back.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from alpaca_course.contract.receipt import EXCHANGE_FILES, TIMESTAMP
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.files import Tick, scratch_folder, sha256_of, tick_nothing, write_atomically
from alpaca_course.intake.submissions import folder_of
from alpaca_course.intake.timestamp import read_timestamp
from alpaca_course.lab import Lab
from alpaca_course.lms.choosing import HandIn
from alpaca_course.lms.collected import Collected, Taken
from alpaca_course.lms.downloads import DamagedError
from alpaca_course.lms.times import Time

_SPARE = 64 * 2**20
_SCRATCH = ".collecting-"
_THE_SAME = "it is there already"
_UNCLEAR = "another is there, and nothing tells which one is later; --replace takes this one"


class TakingError(CourseError):
    """Hand-ins could not be taken; nothing has changed."""


class What(StrEnum):
    """What becomes of a student's hand-in."""

    NEW = "new"
    NEWER = "newer"
    SAME = "unchanged"
    TIME = "time"  # the same files, and a time that was not known before
    OLDER = "older"
    UNCLEAR = "unclear"
    DAMAGED = "damaged"

    @property
    def is_written(self) -> bool:
        return self in (What.NEW, What.NEWER, What.TIME)


@dataclass(frozen=True)
class Decision:
    """What becomes of a student's hand-in, and why, in words for the instructor."""

    what: What
    why: str
    taken: Taken
    time: Time | None = None


@dataclass(frozen=True)
class There:
    """What lies in ``submitted/`` of a student.

    Attributes:
        files: sha256 by path, without what the exchange puts there.
        time: of its ``timestamp.txt``.
        kept: what was kept when it was collected.
    """

    files: Mapping[str, str]
    time: datetime | None
    kept: Taken | None


def decided(new: Taken, time: Time | None, there: There | None, *, anyway: bool) -> Decision:
    """Whether ``new`` takes the place of what is there. Pure.

    Args:
        new: what was downloaded.
        time: of its hand-in.
        there: what is there; None where nothing is.
        anyway: a person said that the download counts.
    """
    if there is None:
        return Decision(What.NEW, "", new, time)
    if there.files == new.files:
        known = time is not None and there.time != time.utc
        marked = there.kept is None or there.kept.marked_late != new.marked_late
        return Decision(What.TIME if known or marked else What.SAME, _THE_SAME, new, time)
    if anyway:
        return Decision(What.NEWER, "told by --replace", new, time)
    return Decision(*_compared(new, time, there), new, time)


def _compared(new: Taken, time: Time | None, there: There) -> tuple[What, str]:
    """Which of two hand-ins is later: by their times, else by the order of downloads."""
    if time is not None and there.time is not None and time.utc != there.time:
        if time.utc > there.time:
            return What.NEWER, ""
        return What.OLDER, f"a later hand-in is there, of {there.time:%Y-%m-%d %H:%M} UTC"
    kept = there.kept
    if kept is None or (kept.files, kept.source) != (there.files, new.source):
        return What.UNCLEAR, _UNCLEAR
    if kept.order == new.order:
        return What.UNCLEAR, _UNCLEAR
    newer = new.order > kept.order
    return (What.NEWER, "") if newer else (What.OLDER, "that of a later download is there")


class Taking:
    """One download on its way into ``submitted/``.

    Args:
        course: whose.
        lab: what was handed in.
        source: the system that the download is from.
    """

    def __init__(self, course: Course, lab: Lab, source: str) -> None:
        self._course, self._lab, self._source = course, lab, source
        self._collected = Collected.load(course, lab.name)

    @contextlib.contextmanager
    def staged(
        self,
        hand_ins: Mapping[str, HandIn],
        times: Mapping[str, Time],
        *,
        anyway: bool = False,
        dry: bool = False,
        tick: Tick = tick_nothing,
    ) -> Iterator[tuple[Path | None, dict[str, Decision]]]:
        """The hand-ins, unpacked beside ``submitted/``, and what is to become of each.

        Args:
            hand_ins: by student.
            times: by student, as far as they are known.
            anyway: what is there gives way.
            dry: nothing is unpacked; what would become of it is the same.
            tick: told how many are done.

        Raises:
            TakingError: there is no room, or it cannot be written.
        """
        with contextlib.ExitStack() as stack:
            place = None
            if not dry:
                self._check_room(hand_ins)
                place = stack.enter_context(self._scratch())
            found = {}
            for number, (student, each) in enumerate(hand_ins.items(), start=1):
                folder = place / student / self._lab.name if place else None
                found[student] = self._decide(each, times.get(student), folder, anyway=anyway)
                tick("reading", number, len(hand_ins))
            yield place, found

    def write(self, place: Path, decisions: Mapping[str, Decision]) -> None:
        """Move what is to be written from ``place`` into ``submitted/``.

        Raises:
            TakingError: that failed; all is as it was.
        """
        stamp = f"{datetime.now(UTC):%Y-%m-%dT%H%M%S.%fZ}"
        aside = self._course.state / "replaced" / self._lab.name / stamp
        with contextlib.ExitStack() as undo:
            try:
                for student, decision in decisions.items():
                    if decision.what.is_written:
                        self._move(student, decision, place, aside, undo)
                kept = {
                    student: each.taken
                    for student, each in decisions.items()
                    if each.what.is_written or each.what is What.SAME
                }
                Collected({**self._collected.students, **kept}).save(self._course, self._lab.name)
            except OSError as error:
                raise TakingError(
                    f"{error}\nWhat was moved is moved back: {self._course.submitted} is as it was."
                ) from error
            undo.pop_all()

    def _move(
        self,
        student: str,
        decision: Decision,
        place: Path,
        aside: Path,
        undo: contextlib.ExitStack,
    ) -> None:
        target = folder_of(self._course, self._lab, student)
        staged = place / student / self._lab.name
        if decision.time is not None:
            write_atomically(staged / TIMESTAMP, decision.time.stamp.encode())
        if target.exists() or target.is_symlink():
            former = aside / student
            former.parent.mkdir(parents=True, exist_ok=True)
            if decision.what is What.TIME:
                # What the exchange put there besides stays: releasing feedback needs it.
                for name in EXCHANGE_FILES:
                    if (target / name).is_file() and not (staged / name).exists():
                        shutil.copy2(target / name, staged / name)
            shutil.move(target, former)
            undo.callback(_back, former, target)
        else:
            undo.callback(shutil.rmtree, target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(staged, target)

    def _decide(
        self, hand_in: HandIn, time: Time | None, folder: Path | None, *, anyway: bool
    ) -> Decision:
        taken = Taken(
            source=self._source,
            time=time.utc.isoformat() if time else "",
            time_from=time.told_by if time else "",
            order=hand_in.order,
            marked_late=hand_in.marked_late,
        )
        files = {}
        for name, entry in hand_in.files.items():
            try:
                files[name] = self._unpack(hand_in, name, folder)
            except DamagedError as error:
                why = f"'{entry.name}': {error}; download it again"
                return Decision(What.DAMAGED, why, taken, time)
            except OSError as error:
                raise TakingError(f"{error}\nNothing was taken.") from error
        new = replace(taken, files=files)
        return decided(new, time, self._there(hand_in.student), anyway=anyway)

    def _unpack(self, hand_in: HandIn, name: str, folder: Path | None) -> str:
        entry = hand_in.files[name]
        if folder is None:
            return entry.copy(None)
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            target = path.open("xb")
        except (FileExistsError, NotADirectoryError):
            raise DamagedError("a folder is called as a file is") from None
        with target:
            digest = entry.copy(target)
        if not entry.is_zipped:
            # Where nothing else tells a time, the receipt has that of the file.
            os.utime(path, (entry.modified, entry.modified))
        return digest

    def _there(self, student: str) -> There | None:
        folder = folder_of(self._course, self._lab, student)
        if folder.is_symlink():
            return There({}, None, None)
        if not folder.exists():
            return None
        files = {
            path.relative_to(folder).as_posix(): sha256_of(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.is_symlink() and path.name not in EXCHANGE_FILES
        }
        kept = self._collected.students.get(student)
        return There(files, read_timestamp(folder).time, kept) if files or kept else None

    def _check_room(self, hand_ins: Mapping[str, HandIn]) -> None:
        """Whether all that the download says to hold has room; bombs end here."""
        needed = sum(entry.size for each in hand_ins.values() for entry in each.files.values())
        near = next(
            p for p in (self._course.submitted, *self._course.submitted.parents) if p.exists()
        )
        free = shutil.disk_usage(near).free
        if needed + _SPARE > free:
            raise TakingError(
                f"Unpacked, it has {needed / 2**20:.0f} MiB, and on the disk of "
                f"{self._course.submitted} {free / 2**20:.0f} MiB are free. Nothing was taken."
            )

    @contextlib.contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A folder on the disk of ``submitted/``, whose name begins with a dot: no student's."""
        try:
            for left in self._course.submitted.glob(f"{_SCRATCH}*"):
                shutil.rmtree(left, ignore_errors=True)
            with scratch_folder(self._course.submitted, _SCRATCH) as place:
                yield place
        except PermissionError as error:
            raise TakingError(f"{error}\nNothing was taken.") from error


def _back(former: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(former, target)
