"""A download of hand-ins from its file to ``submitted/``, with what became of each of its files."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from alpaca_course.contract.ids import spelled
from alpaca_course.course import Course
from alpaca_course.deadlines import Deadlines
from alpaca_course.errors import CourseError
from alpaca_course.files import Tick, tick_nothing
from alpaca_course.intake.handed_in import LARGEST_EXCHANGE_FILE
from alpaca_course.lab import Lab
from alpaca_course.lms import times as told
from alpaca_course.lms.choosing import Choice, HandIn, chosen, with_decisions
from alpaca_course.lms.downloads import DamagedError, opened
from alpaca_course.lms.formats import FORMATS, TITLES, format_of, is_a_download
from alpaca_course.lms.matching import Known
from alpaca_course.lms.roster import Roster
from alpaca_course.lms.tables import read_table
from alpaca_course.lms.taking import Decision, Taking, What
from alpaca_course.lms.times import Time, Times


@dataclass(frozen=True)
class Outcome:
    """What became of a download.

    Attributes:
        system: whose it is.
        choice: hand-ins and lines, after what was decided.
        decisions: by student.
        absent: students of the roster of whom nothing is in it.
    """

    system: str
    choice: Choice
    decisions: Mapping[str, Decision]
    absent: tuple[str, ...] = ()

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody may miss a file."""
        return any(line.needs_a_look for line in self.choice.lines)


@dataclass
class Collecting:
    """Collecting for one lab.

    Attributes:
        course: whose.
        lab: what was handed in.
        system: whose download it is; found by its files where it is empty.
        said: ids by owner of the download, for whom a person told who it is.
        anyway: hand-ins that are there give way.
        zone: of times that name none; that of ``deadlines.toml`` where it is empty.
        times: from a list.
    """

    course: Course
    lab: Lab
    system: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    anyway: bool = False
    zone: str = ""
    times: Times = field(default_factory=Times)

    def __post_init__(self) -> None:
        if self.system and self.system not in FORMATS:
            raise CourseError(f"--from is one of {', '.join(FORMATS)}, not '{self.system}'.")
        self._known = Known(Roster.load(self.course))
        self.zone = self.zone or Deadlines.read(self.course.deadlines).named_zone
        ids = self._known.roster.by_id
        if ids and (unknown := sorted({spelled(each) for each in self.said.values()} - {*ids})):
            raise CourseError(f"--match: the roster has no student {', '.join(unknown)}.")

    def read_times(self, path: Path, columns: Mapping[str, str], encoding: str) -> None:
        """Take times of hand-ins from a list.

        Raises:
            CourseError: it cannot be read.
        """
        table = read_table(path, encoding)
        try:
            self.times = told.read_times(table, self._known, self.zone, columns)
        except CourseError as error:
            raise CourseError(f"{path}: {error}") from None

    def run(self, source: Path, *, dry: bool = False, tick: Tick = tick_nothing) -> Outcome:
        """Put the hand-ins of ``source`` into ``submitted/``, all or none.

        Raises:
            CourseError: it cannot be read, or not written; nothing was taken.
        """
        with opened(source, is_a_download) as entries:
            system = self.system or format_of(entries)
            if system != "plain" and not self._known.roster.students:
                raise CourseError(
                    f"It is a download of {TITLES[system]}, and there is no roster that says "
                    "whose its files are. Import one first: `alpaca roster import FILE`."
                )
            choice = chosen(entries, system, self.lab.name, self._known, self.said)
            times = {name: self._time(each, source) for name, each in choice.hand_ins.items()}
            known = {name: time for name, time in times.items() if time is not None}
            taking = Taking(self.course, self.lab, system)
            with taking.staged(choice.hand_ins, known, anyway=self.anyway, dry=dry, tick=tick) as (
                place,
                decisions,
            ):
                if place is not None:
                    taking.write(place, decisions)
        present = {each.id for each in self._known.roster.present}
        return Outcome(
            system,
            with_decisions(choice, _why(decisions)),
            decisions,
            tuple(sorted(present - {*choice.hand_ins})),
        )

    def _time(self, hand_in: HandIn, source: Path) -> Time | None:
        """When it was handed in: by the list, else by what the download has."""
        if hand_in.student in self.times.of:
            return self.times.of[hand_in.student]
        if hand_in.named_time:
            return told.of_name(hand_in.named_time, self.zone)
        if hand_in.stamp is not None and hand_in.stamp.size <= LARGEST_EXCHANGE_FILE:
            text = io.BytesIO()
            try:
                hand_in.stamp.copy(text)
            except DamagedError:
                return None
            return told.of_stamp(text.getvalue())
        if hand_in.clone and source.is_dir():
            return told.of_clone(source.joinpath(*hand_in.clone[:-1]))
        return None


def _why(decisions: Mapping[str, Decision]) -> dict[str, tuple[str, bool]]:
    """Why a student's files are not taken, and whether somebody may miss them."""
    return {
        student: (each.why, each.what in (What.UNCLEAR, What.DAMAGED))
        for student, each in decisions.items()
        if not each.what.is_written
    }
