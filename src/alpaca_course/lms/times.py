"""When things were handed in: by a list of another system's, by a clone, by the exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alpaca_course.errors import CourseError
from alpaca_course.intake.handed_in import LARGEST_EXCHANGE_FILE
from alpaca_course.intake.timestamp import TwoMeaningsError, parse_time, whole_time
from alpaca_course.lms.matching import Known
from alpaca_course.lms.roster_files import read_listing
from alpaca_course.lms.tables import Table, TableError

# As they are called in small letters: Moodle's grading worksheet, GitHub Classroom's grades,
# Canvas's API, and lists that people make.
_COLUMNS = (
    "last modified (submission)", "submission_timestamp", "submitted_at", "submitted at",
    "timestamp", "handed in", "handed_in", "time",
)  # fmt: skip
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Time:
    """A time, and what told it.

    Attributes:
        utc: the time.
        told_by: by what, and in which zone.
    """

    utc: datetime
    told_by: str

    @property
    def stamp(self) -> str:
        """As nbgrader's exchange writes it."""
        return f"{self.utc:%Y-%m-%d %H:%M:%S.%f} UTC\n"


def zone_named(name: str) -> ZoneInfo:
    """The zone of this name.

    Raises:
        CourseError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CourseError(f"No zone is called '{name}'; write one as 'Europe/Berlin'.") from None


@dataclass(frozen=True)
class Times:
    """What a list of times tells.

    Attributes:
        of: the time of each student.
        of_nobody: lines with a time of which it is not clear whose it is.
    """

    of: Mapping[str, Time] = field(default_factory=dict)
    of_nobody: tuple[int, ...] = ()


def read_times(
    table: Table, known: Known, zone: str, columns: Mapping[str, str] | None = None
) -> Times:
    """When each student handed in, by a list that has a column with times.

    Of several times of one student the latest counts.

    Args:
        table: the list.
        known: the roster's students.
        zone: of times that name none; empty where nobody said.
        columns: of the list for what is named otherwise; "time" is the one with times.

    Raises:
        CourseError: it has none, or one cannot be read.
    """
    columns = {**(columns or {})}
    small = {name.lower(): name for name in table.columns}
    wanted = columns.pop("time", "").lower()
    column = next(
        (small[name] for name in ((wanted,) if wanted else _COLUMNS) if name in small), ""
    )
    if not column:
        raise TableError(
            f"It has no column with times. It has {', '.join(table.columns)}; say which one it is: "
            '--column "time=…".'
        )
    cells = {row.line: row.get(column) for row in table.rows}
    found: dict[str, Time] = {}
    of_nobody = []
    for named in read_listing(table, columns=columns).people:
        text, told = cells[named.line], named.student
        if text in ("", "-"):
            continue
        time = _time(text, zone, named.line, column)
        who = known.by_ids(told) or known.by_identifier(named.identifier)
        who = who or known.by_name(f"{told.first_name} {told.last_name}")
        if len(who) != 1:
            of_nobody.append(named.line)
            continue
        student = next(iter(who))
        if student not in found or found[student].utc < time.utc:
            found[student] = time
    return Times(found, tuple(of_nobody))


def _time(text: str, zone: str, line: int, column: str) -> Time:
    try:
        time, named = whole_time(text), True
    except TwoMeaningsError:
        raise TableError(
            f"Line {line}: which is the day in '{text}', and which the month? Write times as "
            "2026-12-04 23:59."
        ) from None
    except (ValueError, OverflowError):
        raise TableError(
            f"Line {line}: '{text}' cannot be read as a time. Export the list in English, or write "
            "times as 2026-12-04 23:59."
        ) from None
    if time.tzinfo is None:
        if not zone:
            raise TableError(
                f"Line {line}: in which zone is '{text}'? Say it once, as zone in deadlines.toml, "
                "or with --zone Europe/Berlin."
            )
        time, named = time.replace(tzinfo=zone_named(zone), fold=0), False
    utc = time.astimezone(UTC)
    if not _can_be(utc):
        raise TableError(f"Line {line}: '{text}' cannot be that of a hand-in.")
    return Time(utc, f"{column}: {text}" + ("" if named else f" ({zone})"))


def of_stamp(data: bytes) -> Time | None:
    """The time in a ``timestamp.txt``; None where it says none that can have been."""
    try:
        if len(data) > LARGEST_EXCHANGE_FILE:
            return None
        time, zone = parse_time(data.decode("utf-8-sig"))
    except (ValueError, OverflowError):
        return None
    return Time(time, f"timestamp.txt ({zone})") if _can_be(time) else None


def of_name(text: str, zone: str) -> Time:
    """The time in the name of a file, as 2026-12-04-23-59-00.

    Raises:
        CourseError: it is none, or nobody said in which zone it is.
    """
    if not zone:
        raise CourseError(
            f"In which zone is '{text}', which names of its files tell? Say it once, as zone in "
            "deadlines.toml, or with --zone Europe/Berlin. Nothing was taken."
        )
    try:
        time = datetime.strptime(text, "%Y-%m-%d-%H-%M-%S").replace(tzinfo=zone_named(zone))
    except ValueError:
        raise CourseError(
            f"'{text}' in the name of a file is no time. Nothing was taken."
        ) from None
    return Time(time.astimezone(UTC), f"name of the file: {text} ({zone})")


def of_clone(folder: Path) -> Time | None:
    """The time of the last commit of a clone, which the student's own machine said.

    ``folder`` is the one that holds ``.git``; None where that is none that can be read.
    """
    from dulwich.objects import Commit
    from dulwich.repo import Repo

    if not (folder / ".git").is_dir() or (folder / ".git").is_symlink():
        return None
    try:
        with Repo(str(folder)) as repository:
            commit = repository[repository.head()]
            if not isinstance(commit, Commit):
                return None
            time = datetime.fromtimestamp(commit.commit_time, UTC)
            offset = timedelta(seconds=commit.commit_timezone)
            shown = f"{time + offset:%Y-%m-%d %H:%M:%S}"
    except Exception:
        # A repository may be damaged, or empty, in as many ways as Git has files.
        return None
    hours = offset.total_seconds() / 3600
    return Time(time, f"last commit: {shown} (UTC{hours:+g})") if _can_be(time) else None


def _can_be(time: datetime) -> bool:
    return _FIRST <= time <= datetime.now(UTC) + _AHEAD
