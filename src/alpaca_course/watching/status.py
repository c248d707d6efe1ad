"""What `alpaca watch` is at, as data, as text and as a page. Pure."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from alpaca_course.contract.moments import in_utc
from alpaca_course.contract.states import State, printable
from alpaca_course.watching.estimates import Rate
from alpaca_course.watching.receipts import Stage
from alpaca_course.watching.telling import News

FORMAT = 1
MOST_ROWS = 500
LIVE, LIVE_SECONDS = "/live", 5
"""Where the page loads itself anew, and how often."""
SILENT = 60.0
"""Seconds without a sign after which a process that runs is called silent."""


@dataclass
class Counts:
    """What became of hand-ins since the process began; ``failed`` could not be graded so far."""

    graded: int = 0
    refused: int = 0
    people: int = 0
    superseded: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def ended(self, student: str, state: State) -> None:
        """A hand-in was graded, and ended in ``state``."""
        self.failed.pop(student, None)
        if state is State.REFUSED:
            self.refused += 1
        elif state.is_graded:
            self.graded += 1
        else:
            self.people += 1


@dataclass(frozen=True)
class Row:
    """One hand-in that waits or is being graded."""

    student: str
    news: News


@dataclass(frozen=True)
class Status:
    """The whole at one moment.

    Attributes:
        lab: nbgrader's assignment.
        source: where hand-ins come from.
        workers: executions side by side.
        rows: hand-ins, those that are being graded first.
        looks: how many that were graded before are still to be looked at.
        counts: since the process began.
        rate: as measured.
        blocked: who else writes in the course, where that is waited for.
    """

    lab: str
    source: str
    workers: int
    rows: tuple[Row, ...]
    looks: int
    counts: Counts
    rate: Rate
    blocked: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is kept for others to read."""
        return {
            "format": FORMAT,
            "assignment": self.lab,
            "from": self.source,
            "workers": self.workers,
            "queue": [_row(each) for each in self.rows[:MOST_ROWS]],
            "waiting": sum(each.news.state is not Stage.GRADING for each in self.rows),
            "grading": sum(each.news.state is Stage.GRADING for each in self.rows),
            "to_look_at": self.looks,
            "counts": {**vars(self.counts), "failed": dict(self.counts.failed)},
            "rate": {
                "seconds_alone": _rounded(self.rate.alone),
                "seconds_each": _rounded(self.rate.each),
                "an_hour": _rounded(self.rate.an_hour()),
            },
            "blocked": self.blocked,
        }


def _row(row: Row) -> dict[str, Any]:
    news = row.news
    return {
        "student": row.student,
        "state": news.state.value,
        "position": news.position,
        "seconds": _rounded(news.seconds),
        "until": news.until,
        "why": news.why,
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def lines(status: Mapping[str, Any], now: datetime) -> list[str]:
    """A status as it is kept, for a terminal."""
    counts, rate = status["counts"], status["rate"]
    found = [
        f"{status['assignment']}: {_alive(status, now)}; hand-ins from {status['from']}.",
        f"{status['waiting']} waiting, {status['grading']} being graded"
        f" ({status['workers']} side by side), {status['to_look_at']} to look at again.",
        f"Since {status['since']}: {counts['graded']} graded, {counts['people']} for a person, "
        f"{counts['refused']} refused, {len(counts['failed'])} that could not be graded so far.",
        f"A hand-in alone takes {_seconds(rate['seconds_alone'])}; in a queue "
        f"{_seconds(rate['seconds_each'])} each.",
    ]
    if status["blocked"]:
        found.append(f"It waits: {status['blocked']}")
    for row in status["queue"]:
        place = f"{row['position']}." if row["position"] else "-"
        told = [row["state"], f"until {row['until']}" if row["until"] else "", row["why"]]
        left = f"about {_seconds(row['seconds'])}" if row["seconds"] is not None else ""
        about = ", ".join(filter(None, [*told, left]))
        found.append(f"{place:>5} {row['student']}: {about}")
    found += [f"Fault at {each['time']}: {_fault(each)}" for each in status["faults"]]
    return [printable(each) for each in found]


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("alpaca_course.watching", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["line"] = printable
    return environment


def page(status: Mapping[str, Any], now: datetime, *, served: bool = False) -> str:
    """The same as a page; no scripts, and nothing from elsewhere.

    What loads itself anew unasked takes a reader's place away, so that is another address of
    whoever serves it, ``LIVE``: the page leads to it, and back.
    """
    return (
        _environment()
        .get_template("status.html.j2")
        .render(
            lab=status["assignment"],
            said=lines({**status, "queue": [], "faults": []}, now),
            updated=in_utc(status["updated"]),
            served=served,
            live=LIVE,
            seconds=LIVE_SECONDS,
            columns=_COLUMNS,
            queue=status["queue"],
            faults=[f"{each['time']}: {_fault(each)}" for each in status["faults"]],
        )
    )


_COLUMNS = ("position", "student", "state", "seconds", "until", "why")


def _fault(each: Mapping[str, str]) -> str:
    return f"{each['about']}: {each['why']}" if each["about"] else each["why"]


def _alive(status: Mapping[str, Any], now: datetime) -> str:
    if not status["running"]:
        return "not running"
    silent = (now - datetime.fromisoformat(status["updated"])).total_seconds()
    return f"no sign for {silent:.0f} s" if silent > SILENT else "running"


def _seconds(number: float | None) -> str:
    if number is None:
        return "a time that is not known yet"
    return f"{number:.1f} s" if number < 100 else f"{number / 60:.0f} min"
