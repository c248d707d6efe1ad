"""When what is due, and what lateness costs. Pure, but for reading ``deadlines.toml``.

The file stands beside ``nbgrader_config.py``. Of a lab that it names, its due date counts, and of
every other one that of formgrader. All times are in the one zone that the file names, or bring
their own; all that comes out of here is in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, ValidationError

from alpaca_course.contract.by_hand import Spelled, Table, problems, read_toml
from alpaca_course.contract.ids import spelled
from alpaca_course.contract.lateness import Lateness, in_words
from alpaca_course.contract.penalty import TAGS, Penalty, PenaltyOption
from alpaca_course.contract.spans import Span
from alpaca_course.errors import CourseError
from alpaca_course.files import read_ordinary

_NONE = timedelta(0)
_FIRST_YEAR = 1970
# "Never", as people write it, is at the end of the calendar, where nothing can be added any more.
_FAR = datetime(9000, 1, 1, tzinfo=UTC)


class DeadlinesError(CourseError):
    """``deadlines.toml`` cannot be used; the text says where and why."""


def _time(value: object) -> datetime:
    """A time; of a day alone nobody knows whether its beginning or its end is meant."""
    if not isinstance(value, datetime):
        raise ValueError("it is no time with its hour; write it as 2026-12-04T23:59:00, unquoted")
    if not _FIRST_YEAR <= value.year < _FAR.year:
        raise ValueError("nothing is due in such a year; what is never due has no due date here")
    return value


_Time = Annotated[datetime, BeforeValidator(_time)]


class _ToSome(Table):
    """For some students or sections: that nothing is asked of them, or what a subclass says."""

    student: Spelled = ""
    students: tuple[Spelled, ...] = ()
    section: Spelled = ""
    sections: tuple[Spelled, ...] = ()
    why: str = ""

    def named(self) -> set[str]:
        return {each for each in (self.student, *self.students) if each}

    def of_sections(self) -> set[str]:
        return {each for each in (self.section, *self.sections) if each}

    @property
    def everybody(self) -> set[str]:
        return self.named() | self.of_sections()

    def is_for(self, student: str, sections: Iterable[str]) -> bool:
        return student in self.named() or bool(self.of_sections() & {*sections})


class Extension(_ToSome):
    """A later due date: a time, or how much later."""

    due: _Time | None = None
    by: Span | None = None


class _LabTable(Table):
    due: _Time | None = None
    grace: Span | None = None
    penalty: PenaltyOption | None = None
    extensions: tuple[Extension, ...] = ()
    excused: tuple[_ToSome, ...] = ()


class _File(Table):
    zone: str = ""
    grace: Span = _NONE
    penalty: PenaltyOption = "plugin"
    labs: dict[str, _LabTable] = Field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """What counts for one student and one lab.

    Attributes:
        due: in UTC; None where there is no due date.
        grace: after it.
        penalty: by a rule; None where nbgrader's plugin is asked.
        excused: why nothing is asked; empty where it is.
        extended: why the due date is a later one; empty where it is not.
        zone: in which people are told times.
    """

    due: datetime | None = None
    grace: timedelta = _NONE
    penalty: Penalty | None = None
    excused: str = ""
    extended: str = ""
    zone: str = "UTC"

    @property
    def until(self) -> datetime | None:
        """The last moment that is in time, in UTC; None where there is no due date."""
        return self.due + self.grace if self.due is not None else None

    def late_by(self, handed_in: datetime | None) -> timedelta:
        """How long after the due date; zero where it counts as in time, or is excused."""
        if self.due is None or handed_in is None or self.excused:
            return _NONE
        late = handed_in - self.due
        return late if late > self.grace else _NONE

    def lateness(
        self, handed_in: datetime | None, penalty: float, *, said: str = "", unsure: bool = False
    ) -> Lateness:
        """What is told of a hand-in, of whose points ``penalty`` are taken off.

        Args:
            handed_in: in UTC; None where nobody knows.
            penalty: points.
            said: what another system says of the lateness, where the time is not known.
            unsure: whether that is that it was late.
        """
        unsure = unsure and handed_in is None and self.due is not None and not self.excused
        return Lateness(
            due=self.due,
            handed_in=handed_in,
            late_by=self.late_by(handed_in),
            grace=self.grace,
            penalty_points=penalty,
            excused=self.excused,
            why=self._why(handed_in, penalty, said),
            zone=self.zone,
            unsure=said if unsure else "",
        )

    def _why(self, handed_in: datetime | None, penalty: float, said: str) -> str:
        if self.excused:
            return f"Excused ({self.excused}): lateness does not count."
        if self.due is None:
            return ""
        due = f"due {self.shown(self.due)}" + (f", {self.extended}" if self.extended else "")
        if handed_in is None:
            return f"When this was handed in is not known ({due}){f': {said}' * bool(said)}."
        late = self.late_by(handed_in)
        if late:
            cost = f"-{penalty:g} points" if penalty else "no points are taken off"
            return f"Handed in {in_words(late)} late ({due}): {cost}."
        if handed_in > self.due:
            after, grace = in_words(handed_in - self.due), in_words(self.grace)
            return f"Handed in {after} after it was {due}, within the grace of {grace}: in time."
        return f"Handed in in time ({due})."

    def shown(self, time: datetime) -> str:
        """A time for people, in the zone of the course and with its name."""
        return _shown(time, self.zone)


@dataclass(frozen=True)
class Deadlines:
    """What ``deadlines.toml`` says; of an absent one nothing, so that formgrader's dates count."""

    zone: str = "UTC"
    _file: _File = field(default_factory=_File)

    @classmethod
    def read(cls, path: Path) -> Deadlines:
        """The file ``path``; without one, nothing is said by it.

        Raises:
            DeadlinesError: it cannot be used.
        """
        try:
            return cls.parse(read_ordinary(path, "utf-8-sig"))
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise DeadlinesError(f"{path} cannot be read: {error.strerror or error}.") from None
        except UnicodeDecodeError:
            raise DeadlinesError(f"{path} cannot be read: save it as UTF-8.") from None
        except DeadlinesError as error:
            raise DeadlinesError(f"{path} cannot be used.\n{error}") from None

    @classmethod
    def parse(cls, text: str) -> Deadlines:
        """What ``text`` says.

        Raises:
            DeadlinesError: it says something that cannot be meant.
        """
        try:
            file = _File.model_validate(read_toml(text))
        except ValidationError as error:
            raise DeadlinesError("\n".join(problems(error, TAGS))) from None
        except ValueError as error:
            raise DeadlinesError(str(error)) from None
        found = cls(file.zone or "UTC", file)
        found._check()
        return found

    @property
    def named_zone(self) -> str:
        """The zone that it names; empty where it names none."""
        return self._file.zone

    @property
    def labs(self) -> tuple[str, ...]:
        """The labs that it names."""
        return tuple(self._file.labs)

    def due(self, lab: str) -> datetime | None:
        """The due date of ``lab`` for everybody, in UTC; None where it names none."""
        table = self._file.labs.get(lab)
        return self._utc(table.due, f"{lab}: due") if table and table.due else None

    def named(self, lab: str) -> tuple[set[str], set[str]]:
        """The students and sections that it names for ``lab``: what is misspelt shows by these."""
        table = self._file.labs.get(lab, _LabTable())
        some = (*table.extensions, *table.excused)
        return (
            {name for each in some for name in each.named()},
            {name for each in some for name in each.of_sections()},
        )

    def without_effect(self, lab: str, formgrader_due: datetime | None = None) -> list[str]:
        """A sentence for each thing that it says of ``lab``, and that changes nothing.

        Args:
            lab: its name.
            formgrader_due: the due date of nbgrader's gradebook, in UTC.
        """
        table = self._file.labs.get(lab, _LabTable())
        base = self.due(lab) or formgrader_due
        if base is None:
            parts = {"extensions": table.extensions, "grace": table.grace, "penalty": table.penalty}
            vain = " and ".join(name for name, value in parts.items() if value)
            why = "neither it nor formgrader has a due date, so that nothing is late"
            return [f"deadlines.toml, {lab}: its {vain} change nothing: {why}."] * bool(vain)
        return [
            f"deadlines.toml, {lab}: an extension for {', '.join(sorted(each.everybody))} changes "
            f"nothing, since it is not later than the due date, {_shown(base, self.zone)}."
            for each in table.extensions
            if self._later(base, each) <= base
        ]

    def term(
        self,
        lab: str,
        student: str,
        sections: Iterable[str] = (),
        *,
        formgrader_due: datetime | None = None,
        formgrader_extension: timedelta = _NONE,
    ) -> Term:
        """What counts for one student.

        Of several extensions that are for them, and that of formgrader, the latest counts.

        Args:
            lab: its name.
            student: id.
            sections: in which the student is.
            formgrader_due: the due date of nbgrader's gradebook, in UTC.
            formgrader_extension: that of nbgrader's gradebook for this student.
        """
        table = self._file.labs.get(lab, _LabTable())
        base = self.due(lab) or (min(formgrader_due, _FAR) if formgrader_due else None)
        sections = [*map(spelled, sections)]
        excuse = next((each for each in table.excused if each.is_for(student, sections)), None)
        due, extended = base, ""
        if base is not None:
            other = base + formgrader_extension
            due, extended = self._extended(base, table, student, sections, other)
        rule = table.penalty if table.penalty is not None else self._file.penalty
        return Term(
            due=due,
            grace=table.grace if table.grace is not None else self._file.grace,
            penalty=Penalty() if rule == "none" else None if rule == "plugin" else rule,
            excused=(excuse.why or "no reason given") if excuse else "",
            extended=extended,
            zone=self.zone,
        )

    def _extended(
        self, base: datetime, table: _LabTable, student: str, sections: list[str], other: datetime
    ) -> tuple[datetime, str]:
        """The due date with the extension that counts, and what that is.

        One that is not later, since all have more time now, takes nobody's time away.
        """
        found: list[tuple[datetime, str]] = [(base, "")]
        for each in table.extensions:
            if student in each.named():
                found.append((self._later(base, each), _said("extended", each.why)))
            elif shared := each.of_sections() & {*sections}:
                what = f"as for {', '.join(sorted(shared))}"
                found.append((self._later(base, each), _said(what, each.why)))
        found.append((other, "extended in formgrader"))
        return max(found, key=lambda each: each[0])

    def _later(self, base: datetime, extension: Extension) -> datetime:
        if extension.due is not None:
            return self._utc(extension.due, "due of an extension")
        # Days are those of the clock on the wall, also where it is put forward or back meanwhile.
        by = extension.by or _NONE
        wall = base.astimezone(ZoneInfo(self.zone)) + timedelta(days=by.days)
        return wall.astimezone(UTC) + (by - timedelta(days=by.days))

    def _utc(self, time: datetime, where: str) -> datetime:
        """A time of the file in UTC; of an hour that comes twice in autumn, the later one."""
        if time.tzinfo is not None:
            return time.astimezone(UTC)
        if not self._file.zone:
            raise DeadlinesError(
                f"{where}: in which zone is {time:%Y-%m-%d %H:%M}? Say it once, at the top: "
                'zone = "Europe/Berlin".'
            )
        zone = ZoneInfo(self._file.zone)
        found = time.replace(tzinfo=zone, fold=1).astimezone(UTC)
        if found.astimezone(zone).replace(tzinfo=None) != time:
            raise DeadlinesError(
                f"{where}: {time:%Y-%m-%d %H:%M} does not exist in {self._file.zone}, where clocks "
                "are put forward then."
            )
        return found

    def _check(self) -> None:
        """All that a reader would stumble over later.

        Raises:
            DeadlinesError: there is something.
        """
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise DeadlinesError(
                f"zone: no zone is called '{self.zone}'; write one as 'Europe/Berlin'."
            ) from None
        for name, table in self._file.labs.items():
            self.due(name)
            for each in table.extensions:
                where = f"{name}: an extension"
                if (each.due is None) == (each.by is None):
                    raise DeadlinesError(f"{where} needs either 'due' or 'by'.")
                self._later(datetime.now(UTC), each)
            for some in (*table.extensions, *table.excused):
                if not some.everybody:
                    raise DeadlinesError(f"{name}: an extension or excuse names nobody.")


def _shown(time: datetime, zone: str) -> str:
    return f"{time.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def _said(what: str, why: str) -> str:
    return f"{what} ({why})" if why else what
