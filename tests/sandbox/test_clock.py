"""Time that counts: all of it on a quiet machine, and not what others or a pause took."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from alpaca_course.sandbox.clock import PATIENCE, PAUSE, Allowance, Elapsed, FairClock


class Machine:
    """A clock and threads that do what a test says."""

    def __init__(self) -> None:
        self.now = 0.0
        self.uses: dict[str, tuple[float, float]] = {}
        self.clock = FairClock(lambda: dict(self.uses), lambda: self.now)
        self.clock.look()

    def go(
        self, seconds: float, threads: Mapping[str, tuple[float, float]], step: float = 0.5
    ) -> Elapsed:
        """Let ``seconds`` pass in which each thread runs and waits by these parts of the time."""
        found = Elapsed()
        for _ in range(round(seconds / step)):
            self.now += step
            for name, (runs, waits) in threads.items():
                ran, waited = self.uses.get(name, (0.0, 0.0))
                self.uses[name] = (ran + runs * step, waited + waits * step)
            found = self.clock.look()
        return found


@pytest.mark.parametrize(
    ("threads", "part"),
    [
        ({}, 1.0),  # nothing known
        ({"a": (0.0, 0.0)}, 1.0),  # asleep
        ({"a": (1.0, 0.0)}, 1.0),  # busy, alone
        ({"a": (0.1, 0.01)}, 0.99),  # mostly asleep, hardly disturbed
        ({"a": (0.01, 0.99)}, 0.01),  # starved
        ({"a": (0.1, 0.9), "b": (0.1, 0.9)}, 0.2),  # starved, in two threads
        ({"a": (0.5, 0.5), "b": (0.5, 0.5)}, 1.0),  # two threads that share one processor
        # Somebody who keeps 200 processes busy has one or two processors all the time.
        ({str(n): (0.01, 0.99) for n in range(200)}, 1.0),
    ],
)
def test_what_counts_of_ten_seconds(threads: dict[str, tuple[float, float]], part: float) -> None:
    found = Machine().go(10, threads)
    assert found.counted == pytest.approx(10 * part)
    assert found.starved == pytest.approx(10 - 10 * part)
    assert found.passed == pytest.approx(10)


def test_a_pause_of_the_grader_does_not_count() -> None:
    machine = Machine()
    machine.go(2, {"a": (0.0, 0.0)})
    found = machine.go(3600, {"a": (0.0, 0.0)}, step=3600)
    assert found.counted == pytest.approx(2)
    assert found.passed == pytest.approx(2 + PAUSE)
    assert found.starved == pytest.approx(3600)


def test_what_ran_on_in_a_pause_counts() -> None:
    machine = Machine()
    assert machine.go(30, {"a": (1.0, 0.0)}, step=30).counted == pytest.approx(30)


def test_the_first_look_begins() -> None:
    now = [100.0]
    clock = FairClock(now=lambda: now[0])
    now[0] = 200.0
    assert clock.look() == Elapsed()


def test_an_allowance_is_over_by_what_counts_or_long_after() -> None:
    machine = Machine()
    machine.go(7, {"a": (1.0, 0.0)})
    allowance = Allowance(machine.clock, 10.0)
    assert not allowance.is_over
    machine.go(9, {"a": (1.0, 0.0)})
    assert not allowance.is_over
    machine.go(1, {"a": (1.0, 0.0)})
    assert allowance.is_over

    starved = Allowance(machine.clock, 10.0)
    machine.go(10 * PATIENCE - 1, {"a": (0.01, 0.99)})
    assert not starved.is_over
    machine.go(1, {"a": (0.01, 0.99)})
    assert starved.is_over
