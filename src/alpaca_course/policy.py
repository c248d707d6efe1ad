"""What a page shows, how often a hand-in is run officially, and which run counts. Pure.

It is declared in ``[policy]`` of a ``lab.toml``, which is committed: so the build can tell students
of it, and it is there where nothing of a term is, as in another repository's CI. Sections are those
of the roster; due dates and the zone of a day are those of ``deadlines.toml``. Without a
declaration everything is shown at once, nothing is limited, and the last run counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from alpaca_course.contract.attempt import Attempt
from alpaca_course.contract.by_hand import Spelled, Table
from alpaca_course.contract.ids import spelled
from alpaca_course.contract.lateness import in_words
from alpaca_course.contract.spans import span

_NONE = timedelta(0)
# A clock may be set by so much without anybody's noticing it.
_DRIFT = timedelta(minutes=2)
ANY = "any"

Counts = Literal["best", "last"]


class Visibility(IntEnum):
    """How much of a result its student is shown; each has all that the one before it has."""

    POINTS = 1
    TITLES = 2
    ALL = 3

    @property
    def in_words(self) -> str:
        """What a page shows, for its student."""
        return _SHOWN[self]


_SHOWN = {
    Visibility.POINTS: "the points of each exercise",
    Visibility.TITLES: "the points, and which checks passed",
    Visibility.ALL: "everything that was checked, with the reasons",
}


def _visibility(value: object) -> object:
    try:
        return Visibility[value.upper()] if isinstance(value, str) else value
    except KeyError:
        raise ValueError(f"'{value}' is not 'points', 'titles' or 'all'") from None


def _length(value: object) -> object:
    return _NONE if value == "none" else span(value)


_Shows = Annotated[Visibility, BeforeValidator(_visibility)]
_Count = Annotated[int, Field(ge=1)] | Literal["any"]


class PolicyTable(Table):
    """What is said at one place; what is not said there, a wider one says.

    Attributes:
        shows: what a page shows until the due date, the grace included, and where there is none.
        shows_after: what it shows from then on.
        runs_a_day: official runs on one day of the course's zone, or "any".
        runs: official runs in all, or "any".
        cool_down: between two official runs, or "none".
        counts: the best run, after penalties, or the last one.
    """

    shows: _Shows | None = None
    shows_after: _Shows | None = None
    runs_a_day: _Count | None = None
    runs: _Count | None = None
    cool_down: Annotated[timedelta, BeforeValidator(_length)] | None = None
    counts: Counts | None = None


class SectionPolicy(PolicyTable):
    """What is other for the students of some sections of the roster."""

    sections: Annotated[tuple[Spelled, ...], Field(min_length=1)]


class LabPolicy(PolicyTable):
    """``[policy]`` of a ``lab.toml``."""

    for_sections: tuple[SectionPolicy, ...] = ()

    def policy(self, sections: Iterable[str] = (), zone: str = "UTC") -> Policy:
        """What counts for a student of ``sections``; of several tables for them the last."""
        own = {*map(spelled, sections)}
        tables = [self, *(t for t in self.for_sections if own & {*t.sections})]
        said: dict[str, Any] = {}
        for table in tables:
            said |= table.model_dump(include={*PolicyTable.model_fields}, exclude_none=True)
        limits: dict[str, Any] = {name: None if said[name] == ANY else said[name] for name in said}
        return Policy(zone=zone, **limits)


@dataclass(frozen=True)
class Admission:
    """Whether a hand-in is run officially now.

    Attributes:
        run: whether it is.
        until: from when on it may be, in UTC; None where it is now, or will never be.
        why: for its student; empty where there is nothing to say.
    """

    run: bool
    until: datetime | None = None
    why: str = ""


@dataclass(frozen=True)
class View:
    """What a page may show now, and what it says of the policy."""

    visible: Visibility = Visibility.ALL
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    """What counts for one student and one lab.

    Attributes:
        shows: until the due date, the grace included, and where there is no due date.
        shows_after: from then on.
        runs_a_day: official runs on one day of ``zone``; None where they are not limited.
        runs: in all; None where they are not limited.
        cool_down: between two of them.
        counts: the best run, after penalties, or the last one.
        zone: whose days are counted, and in which people are told times.
    """

    shows: Visibility = Visibility.ALL
    shows_after: Visibility = Visibility.ALL
    runs_a_day: int | None = None
    runs: int | None = None
    cool_down: timedelta = _NONE
    counts: Counts = "last"
    zone: str = "UTC"

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing that a student has to be told."""
        return self == Policy(zone=self.zone)

    @property
    def limits_runs(self) -> bool:
        """Whether a hand-in may have to wait."""
        return self.runs is not None or self.runs_a_day is not None or self.cool_down > _NONE

    def visible(self, now: datetime, due: datetime | None) -> Visibility:
        """What a page shows at ``now``; ``due`` is in UTC, the grace included."""
        return self.shows_after if due is not None and now > due else self.shows

    def admitted(
        self, attempts: Sequence[Attempt], now: datetime, submission: str = ""
    ) -> Admission:
        """Whether a hand-in is run officially at ``now``.

        A clock that was put back gives no further runs: see :func:`_times`.

        Args:
            attempts: so far, in their order.
            now: in UTC.
            submission: sha256 of the file; one that was run before costs no further run.
        """
        if submission and any(submission in each.files for each in attempts):
            return Admission(True, None, "This file was run before, so it is no further run.")
        if self.runs is not None and len(attempts) >= self.runs:
            return Admission(False, None, f"All {self.runs} official runs are used.")
        times = _times(attempts, now)
        until, why = now, ""
        if times and times[-1] + self.cool_down > now:
            until, why = times[-1] + self.cool_down, f"runs are {in_words(self.cool_down)} apart"
        if self.runs_a_day is not None and len(self._of_day(times, now)) >= self.runs_a_day:
            until = max(until, self._next_day(now))
            why = f"the {self.runs_a_day} official runs of this day are used"
        if not why:
            return Admission(True)
        text = f"Not run before {self.shown(until)}: {why}."
        if attempts and max(each.at for each in attempts) > now + _DRIFT:
            text += (
                " An earlier run is kept with a time that has not come yet, since a clock was "
                "wrong; your instructor can run this one."
            )
        return Admission(False, until, text)

    def left(self, attempts: Sequence[Attempt], now: datetime) -> str:
        """What is left of the runs at ``now``, in words that stay true; empty without a limit."""
        times, said = _times(attempts, now), []
        if self.runs_a_day is not None:
            left = max(0, self.runs_a_day - len(self._of_day(times, now)))
            day = f"{now.astimezone(ZoneInfo(self.zone)):%Y-%m-%d} ({self.zone})"
            said.append(f"{left} of {self.runs_a_day} on {day}")
        if self.runs is not None:
            said.append(f"{max(0, self.runs - len(attempts))} of {self.runs} in all")
        text = f"Official runs left: {', '.join(said)}." if said else ""
        next_one = self.admitted(attempts, now)
        if next_one.until is not None:
            text += f" The next one from {self.shown(next_one.until)}."
        return text.strip()

    def view(self, attempts: Sequence[Attempt], now: datetime, due: datetime | None) -> View:
        """What a page says; what is left is told as of the last run, and so never grows old."""
        if self.is_silent:
            return View()
        visible, words = self.visible(now, due), []
        if visible < Visibility.ALL:
            later = f"; from {self.shown(due)} on, {self.shows_after.in_words}" if due else ""
            later = later if self.shows_after > visible and due and now <= due else ""
            words.append(f"This page shows {visible.in_words}{later}.")
        if attempts:
            last = _times(attempts, max(now, attempts[-1].at))[-1]
            words.append(self.left(attempts, last))
        return View(visible, tuple(filter(None, words)))

    @property
    def in_words(self) -> tuple[str, ...]:
        """What a student should know before handing in, a sentence each; empty if nothing."""
        said = []
        if min(self.shows, self.shows_after) < Visibility.ALL:
            text = f"Your page shows {self.shows.in_words}"
            if self.shows != self.shows_after:
                text += f", and after the due date {self.shows_after.in_words}"
            said.append(f"{text}.")
        limits = [f"{self.runs_a_day} a day"] if self.runs_a_day is not None else []
        limits += [f"{self.runs} in all"] if self.runs is not None else []
        limits += [f"{in_words(self.cool_down)} apart"] if self.cool_down > _NONE else []
        if limits:
            said.append(
                f"What you hand in is run officially {', '.join(limits)}; the same file again is "
                "no further run."
            )
        if said or self.counts == "best":
            said.append(f"The {self.counts} run counts.")
        return tuple(said)

    def shown(self, moment: datetime) -> str:
        """A time for people, in the zone of the course and with its name."""
        return f"{moment.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M} {self.zone}"

    def _of_day(self, times: Sequence[datetime], now: datetime) -> list[datetime]:
        zone = ZoneInfo(self.zone)
        day = now.astimezone(zone).date()
        return [each for each in times if each.astimezone(zone).date() == day]

    def _next_day(self, now: datetime) -> datetime:
        """When the next day of the zone begins, in UTC, also where its midnight does not exist."""
        zone = ZoneInfo(self.zone)
        day = now.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(day, time(), zone).astimezone(UTC)


def _times(attempts: Sequence[Attempt], now: datetime) -> list[datetime]:
    """When each attempt was run, as far as that can be believed.

    None was run after the one that follows it, or after ``now``. So what a clock dated ahead counts
    as run now, until a later run says when it was at the latest: that may cost a run, and never
    gives one.
    """
    found: list[datetime] = []
    latest = now
    for each in reversed(attempts):
        latest = min(latest, each.at)
        found.append(latest)
    return found[::-1]
