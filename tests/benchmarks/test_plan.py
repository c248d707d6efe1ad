"""The plan's simulation, where its answer can be told without it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.cluster import busy_in
from benchmarks.plan import (
    AS_THEY_COME,
    AT_ONCE,
    HOUR,
    TARGETS,
    WEEK,
    Assumed,
    arrivals,
    executions,
    plan,
    run,
    served,
)

EVEN = Assumed(seconds=10.0, writer=0.0, transaction=0.0, lost=0.0)


def test_who_comes_first_is_served_first_by_who_is_free() -> None:
    assert served([0.0, 0.0, 1.0, 9.0], [4.0, 2.0, 1.0, 1.0], 2) == [4.0, 2.0, 3.0, 10.0]


def test_half_of_all_come_in_the_last_hours_and_none_after_the_deadline() -> None:
    come = arrivals(2000, AS_THEY_COME, Assumed(last_hours=6.0))
    assert come == sorted(come)
    assert come[0] >= 0
    assert come[-1] <= WEEK
    late = sum(at > WEEK - 6 * HOUR for at in come) / len(come)
    assert late == pytest.approx(1 - 1 / 2.71828, abs=0.03)


def test_who_loses_a_worker_takes_longer_and_who_shares_takes_nothing() -> None:
    even = sum(executions(2000, EVEN))
    assert even == pytest.approx(20_000, rel=0.02)
    assert sum(executions(2000, replace(EVEN, lost=0.2))) == pytest.approx(1.1 * even, rel=0.03)
    assert sum(executions(2000, replace(EVEN, shared=0.5))) == pytest.approx(even / 2, rel=0.1)


def test_at_the_deadline_the_slots_are_the_work_through_the_time() -> None:
    found = plan(3600, AT_ONCE, "an hour", EVEN)
    assert found.slots == pytest.approx(10, abs=1)
    assert found.coordinators == 1
    assert found.waited <= TARGETS["an hour"]
    one_less = run([WEEK] * 3600, executions(3600, EVEN), 0.0, found.slots - 1, 1)
    assert one_less.waited[int(0.99 * 3600) - 1] > TARGETS["an hour"]


def test_where_writing_takes_longer_than_the_time_there_are_more_coordinators() -> None:
    slow = replace(EVEN, seconds=0.1, writer=1.0, transaction=0.9)
    found = plan(7200, AT_ONCE, "an hour", slow)
    assert found.coordinators == 2
    assert found.databases == 3  # two a second, of 0.9 s each, in 0.7 of the time


def test_how_many_were_busy_is_told_from_the_middle(tmp_path: Path) -> None:
    log = tmp_path / "log"
    times = [
        (start + worker / 10, start + worker / 10 + 8.0)
        for worker in range(4)
        for start in range(0, 200, 10)
    ]
    log.write_text("".join(json.dumps(each) + "\n" for each in times))
    busy, a_second = busy_in(log, 4)
    assert busy == pytest.approx(3.2, abs=0.1)
    assert a_second == pytest.approx(0.4, abs=0.03)
