"""What a page shows, how often is run, and what is told of it."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpaca_course.contract.attempt import Attempt
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.policy import LabPolicy, Policy, View, Visibility

FILE = """
shows = "points"
shows_after = "titles"
runs_a_day = 2
runs = 20
cool_down = "30 min"
counts = "best"

[[for_sections]]
sections = ["evening", "Tuesday"]
runs_a_day = 5
shows_after = "all"

[[for_sections]]
sections = ["longer"]
runs = "any"
runs_a_day = "any"
cool_down = "none"
"""
NOON = datetime(2026, 12, 4, 11, 0, tzinfo=UTC)


def policy(*sections: str, text: str = FILE) -> Policy:
    declared = LabPolicy.model_validate(tomllib.loads(text))
    return declared.policy(sections, "Europe/Berlin")


def attempts(*times: datetime) -> list[Attempt]:
    return [Attempt((f"file {n}",), each.isoformat()) for n, each in enumerate(times)]


def test_without_a_declaration_nothing_changes() -> None:
    found = policy(text="")
    assert (found.is_silent, found.limits_runs, found.counts) == (True, False, "last")
    assert found.visible(NOON, None) is Visibility.ALL
    assert found.admitted(attempts(*[NOON] * 500), NOON).run
    assert found.view(attempts(NOON), NOON, None) == View()
    assert found.in_words == ()


def test_what_is_said_of_a_section_counts_there() -> None:
    everybody = policy("morning")
    assert (everybody.shows, everybody.shows_after) == (Visibility.POINTS, Visibility.TITLES)
    assert (everybody.runs_a_day, everybody.runs, everybody.counts) == (2, 20, "best")
    evening = policy("evening")
    assert (evening.runs_a_day, evening.shows_after, evening.runs) == (5, Visibility.ALL, 20)
    both = policy("longer", "Tuesday")
    assert (both.limits_runs, both.shows_after) == (False, Visibility.ALL)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('shows = "nothing"', "'nothing' is not 'points', 'titles' or 'all'"),
        ("runs_a_day = 0", "policy.runs_a_day"),
        ("run = 3", "policy.run: there is no such setting"),
        ('cool_down = "soon"', "'soon' is no length of time"),
        ("[[policy.for_sections]]\nruns = 3", "sections: it has to be there"),
        ("[[policy.for_sections]]\nsections = []", "sections: Tuple should have at least 1"),
    ],
)
def test_what_cannot_be_meant_is_said(text: str, said: str, course: Course) -> None:
    path = course.lab().folder / "lab.toml"
    path.write_text(f"{path.read_text()}\n[policy]\n{text}\n")
    with pytest.raises(CourseError, match=re.escape(said)):
        Course.load(course.root).lab()


def test_a_page_shows_more_once_it_is_due() -> None:
    found = policy("evening")
    due = NOON + timedelta(hours=1)
    assert found.visible(due, due) is Visibility.POINTS
    assert found.visible(due + timedelta(seconds=1), due) is Visibility.ALL
    assert found.visible(NOON + timedelta(days=999), None) is Visibility.POINTS
    before, after = found.view([], NOON, due), found.view([], due + timedelta(hours=1), due)
    assert "from 2026-12-04 13:00 Europe/Berlin on, everything" in before.words[0]
    assert after == View(Visibility.ALL)


def test_runs_are_apart_and_so_many_a_day_and_in_all() -> None:
    found = policy()
    assert found.admitted([], NOON).run
    soon = found.admitted(attempts(NOON), NOON + timedelta(minutes=29))
    assert (soon.run, soon.until) == (False, NOON + timedelta(minutes=30))
    assert "30 minutes apart" in soon.why
    assert found.admitted(attempts(NOON), NOON + timedelta(minutes=30)).run
    full = found.admitted(attempts(NOON, NOON + timedelta(hours=1)), NOON + timedelta(hours=3))
    assert full.until == datetime(2026, 12, 4, 23, 0, tzinfo=UTC)  # midnight in Berlin
    days = [NOON - timedelta(days=n) for n in range(20, 0, -1)]
    used = found.admitted(attempts(*days), NOON)
    assert (used.run, used.until) == (False, None)
    assert "All 20" in used.why


def test_the_same_file_is_no_further_run() -> None:
    used = attempts(*[NOON] * 20)
    assert policy().admitted(used, NOON, "file 7").run
    assert not policy().admitted(used, NOON, "another").run


@pytest.mark.parametrize(
    ("zone", "now", "begins"),
    [
        # 23 and 25 hours long, and a day that begins at one o'clock.
        ("Europe/Berlin", "2026-03-29T10:00+02:00", "2026-03-30T00:00+02:00"),
        ("Europe/Berlin", "2026-10-25T00:30+02:00", "2026-10-26T00:00+01:00"),
        ("Africa/Cairo", "2026-04-23T12:00+02:00", "2026-04-24T01:00+03:00"),
        ("Pacific/Kiritimati", "2026-12-04T11:00+00:00", "2026-12-05T10:00+00:00"),
    ],
)
def test_a_day_is_one_of_the_zone(zone: str, now: str, begins: str) -> None:
    moment = datetime.fromisoformat(now).astimezone(UTC)
    found = Policy(runs_a_day=1, zone=zone)
    until = found.admitted(attempts(moment), moment).until
    assert until == datetime.fromisoformat(begins)
    assert not found.admitted(attempts(moment), until - timedelta(seconds=1)).run
    assert found.admitted(attempts(moment), until).run


def test_a_clock_that_was_ahead_takes_a_run_and_is_told() -> None:
    found = Policy(runs_a_day=1, cool_down=timedelta(hours=1))
    ahead = attempts(NOON + timedelta(days=3650))
    told = found.admitted(ahead, NOON)
    assert not told.run
    assert "a clock was wrong" in told.why
    assert not Policy(runs_a_day=1).admitted(attempts(NOON + timedelta(days=1)), NOON).run
    assert Policy(runs_a_day=2).admitted(ahead, NOON).run
    # A later run says when the other one was at the latest.
    mended = [*ahead, *attempts(NOON)]
    assert found.admitted(mended, NOON + timedelta(days=1)).run


JUMPS = st.lists(st.integers(-3 * 24, 3 * 24), min_size=1, max_size=60)


@given(jumps=JUMPS)
def test_no_jumps_of_a_clock_give_more_runs_than_days_were_seen(jumps: list[int]) -> None:
    found, now = Policy(runs_a_day=2), NOON
    run: list[Attempt] = []
    days = set()
    for hours in jumps:
        now += timedelta(hours=hours)
        days.add(now.date())
        if found.admitted(run, now).run:
            run += attempts(now)
    assert len(run) <= 2 * len(days)


def test_what_is_left_is_told_as_of_the_last_run() -> None:
    found = policy()
    run = attempts(NOON)
    told = found.view(run, NOON + timedelta(days=3), None).words[-1]
    assert told == (
        "Official runs left: 1 of 2 on 2026-12-04 (Europe/Berlin), 19 of 20 in all. The next one "
        "from 2026-12-04 12:30 Europe/Berlin."
    )
    assert found.view(run, NOON, None).words[-1] == told


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"counts": "best"}, ["The best run counts."]),
        (
            {"shows": Visibility.POINTS, "runs": 5},
            [
                "Your page shows the points of each exercise, and after the due date everything "
                "that was checked, with the reasons.",
                "What you hand in is run officially 5 in all; the same file again is no further "
                "run.",
                "The last run counts.",
            ],
        ),
    ],
)
def test_the_policy_in_words(settings: dict[str, Any], said: list[str]) -> None:
    assert list(Policy(**settings).in_words) == said
