"""Estimates against queues that are played: within a factor of two of what then comes."""

from __future__ import annotations

import heapq
import random

import pytest

from alpaca_course.watching.estimates import Rate, differs, moved


def played(
    count: int, workers: int, mean: float, spread: float, seed: int
) -> list[tuple[float, float]]:
    """What a class handed in at once is told, and what it then takes, in seconds.

    Each hand-in is told once it is known what one takes, and again at each end of another.
    """
    chance = random.Random(seed)
    work = [mean * (1 + spread * (2 * chance.random() - 1)) for _ in range(count)]
    rate, now = Rate(), 0.0
    running = [(work[i], i, 0.0) for i in range(min(workers, count))]
    heapq.heapify(running)
    waiting, ends = list(range(len(running), count)), {}
    estimates: list[tuple[int, float, float]] = []
    while running:
        end, number, began = heapq.heappop(running)
        rate.passed(end - now, busy=len(running) + 1 >= workers)
        now = end
        ends[number] = now
        rate.finished(now - began, accompanied=bool(running or waiting), executed=True)
        if waiting:
            following = waiting.pop(0)
            heapq.heappush(running, (now + work[following], following, now))
        for place, each in enumerate(waiting):
            seconds = rate.seconds(len(running) + place, workers)
            assert seconds is not None
            estimates.append((each, now, seconds))
    return [(seconds, ends[each] - at) for each, at, seconds in estimates]


@pytest.mark.parametrize("workers", [1, 2, 8])
@pytest.mark.parametrize("spread", [0.0, 0.5, 0.9])
def test_what_is_told_is_true_within_a_factor_of_two(workers: int, spread: float) -> None:
    told = played(200, workers, 4.0, spread, seed=workers)
    # The first few are told what one hand-in says of all.
    told = told[len(told) // 10 :]
    true = [0.5 <= seconds / took <= 2 for seconds, took in told]
    assert sum(true) >= 0.95 * len(true)


def test_nobody_is_told_what_nobody_knows() -> None:
    assert Rate().seconds(5, 2) is None
    assert Rate(alone=4.0).seconds(0, 2) == 4.0


def test_a_rate_follows_a_change() -> None:
    rate = Rate()
    for seconds in [1.0] * 50 + [5.0] * 50:
        rate.passed(seconds, busy=True)
        rate.finished(seconds, accompanied=True, executed=True)
    assert rate.each == 5.0


def test_idle_time_is_not_work() -> None:
    rate = Rate()
    rate.passed(2.0, busy=True)
    rate.finished(4.0, accompanied=True, executed=True)
    rate.passed(3600.0, busy=False)
    rate.passed(2.0, busy=True)
    rate.finished(4.0, accompanied=True, executed=True)
    assert rate.each == 2.0


def test_what_has_to_be_told_anew() -> None:
    assert not differs(100.0, 40.0, 60.0)
    assert differs(100.0, 40.0, 120.0)
    assert differs(None, 0.0, 1.0)
    assert not differs(None, 5.0, None)
    assert moved(2, 1)
    assert not moved(100, 95)
    assert moved(100, 80)
    assert not moved(3, 3)


def test_what_starts_the_sandboxes_says_nothing_of_the_others() -> None:
    rate = Rate(cold=2)
    for seconds in (30.0, 30.0, 2.0):
        rate.passed(seconds, busy=True)
        rate.finished(seconds, accompanied=True, executed=True)
    assert rate.each == 2.0
    # Beside others its own time says how long it stood behind them.
    assert rate.alone is None
    assert rate.seconds(0, 2) == 4.0
