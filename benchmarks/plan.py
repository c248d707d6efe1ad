"""What a class of 1,000, a course of 20,000 and a MOOC of 500,000 submissions need of machines.

    python -m benchmarks.plan [--seconds 1.0] [--writer 0.085] [--core-hour 0.05] [--json]

A simulation. Submissions arrive before a deadline, more and more of them, or are graded together
when it has come; slots execute them in their order, some twice since a worker went away; then
coordinators judge and write them, one at a time each. Looked for is the smallest number of slots,
and of coordinators, with which 99 of 100 have their feedback in time. What a slot, a coordinator
and the database take is measured: ``benchmarks.throughput``, ``.cluster`` and ``.database``.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from benchmarks.timing import note, table

SIZES = (1_000, 20_000, 500_000)
HOUR = 3600.0
TARGETS = {"10 minutes": HOUR / 6, "an hour": HOUR, "a night": 10 * HOUR}
WEEK = 7 * 24 * HOUR
IN_TIME = 0.99
# Graded as they are handed in, or all of them when the deadline has come.
AS_THEY_COME, AT_ONCE = "as they come", "at the deadline"
# A cluster is started so long before, and with submissions as they come one day more.
BEGIN_SECONDS, BEFORE = 300.0, 24 * HOUR
MOST = 50_000  # that are simulated one by one
FULL = 0.7  # part of the time that a database may be written to, so that nobody waits long for it


@dataclass(frozen=True)
class Assumed:
    """What the simulation is told.

    Attributes:
        seconds: of a core for one execution; a slot has one core.
        writer: seconds of a coordinator for one submission: read, gate, judge, write.
        transaction: seconds of the database for it, of all coordinators one after the other.
        lost: executions out of 1 whose worker goes away in the middle.
        shared: submissions out of 1 that share an earlier one's execution.
        last_hours: mean of the time before the deadline at which is handed in, in hours.
        core_hour: what a core-hour costs.
        seed: of everything that is drawn.
    """

    seconds: float = 1.0
    writer: float = 0.085
    transaction: float = 0.01
    lost: float = 0.005
    shared: float = 0.0
    last_hours: float = 6.0
    core_hour: float = 0.05
    seed: int = 1


@dataclass(frozen=True)
class Plan:
    """What one size needs for one target.

    Attributes:
        size: submissions.
        when: they are graded.
        target: by when feedback is there.
        slots: cores that execute.
        coordinators: machines that judge and write, each its part of the class.
        databases: that hold the gradebook, each its part of the course.
        hours: for which all of them run.
        cost: of these cores and hours.
        busiest: submissions written a second, in the busiest of all minutes.
        waited: seconds that 99 of 100 waited at most.
    """

    size: int
    when: str
    target: str
    slots: int
    coordinators: int
    databases: int
    hours: float
    cost: float
    busiest: float
    waited: float


def arrivals(size: int, when: str, assumed: Assumed) -> list[float]:
    """Seconds from the beginning of the week before the deadline, in order."""
    if when == AT_ONCE:
        return [WEEK] * size
    draw = random.Random(assumed.seed)
    mean = assumed.last_hours * HOUR
    # The exponential distribution without what lies before the week.
    within = 1 - math.exp(-WEEK / mean)
    return sorted(WEEK + mean * math.log(1 - draw.random() * within) for _ in range(size))


def executions(size: int, assumed: Assumed) -> list[float]:
    """Slot-seconds of each submission: none where shared, more where a worker went away."""
    draw = random.Random(assumed.seed + 1)
    return [
        0.0 if draw.random() < assumed.shared else assumed.seconds * _tries(draw, assumed.lost)
        for _ in range(size)
    ]


def _tries(draw: random.Random, lost: float) -> float:
    """A worker that goes away does so on average half way; of two, a person is asked."""
    if draw.random() >= lost:
        return draw.uniform(0.8, 1.2)
    return draw.random() + draw.uniform(0.8, 1.2)


def served(come: Sequence[float], work: Sequence[float], servers: int) -> list[float]:
    """When each is done that comes at ``come``, in that order, to ``servers`` side by side."""
    free = [0.0] * servers
    ends = []
    for at, seconds in zip(come, work, strict=True):
        end = max(at, free[0]) + seconds
        heapq.heapreplace(free, end)
        ends.append(end)
    return ends


@dataclass(frozen=True)
class Run:
    """When each was written, and how long each had waited by then; both in order of size."""

    written: list[float]
    waited: list[float]


def run(
    come: Sequence[float], work: Sequence[float], writer: float, slots: int, writers: int
) -> Run:
    """Execute, then judge and write, each in the order in which they come."""
    executed = served(come, work, slots)
    order = sorted(range(len(come)), key=executed.__getitem__)
    written = served([executed[at] for at in order], [writer] * len(come), writers)
    waited = (end - come[at] for at, end in zip(order, written, strict=True))
    return Run(sorted(written), sorted(waited))


def quantile(values: Sequence[float], part: float = IN_TIME) -> float:
    return values[min(len(values) - 1, math.ceil(part * len(values)) - 1)]


def smallest(most: int, fits: Callable[[int], bool]) -> int:
    """The smallest number up to ``most`` with which it fits, where more is never worse."""
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle + 1
    return low


def plan(size: int, when: str, target: str, assumed: Assumed) -> Plan:
    """What ``size`` submissions need so that feedback is there within ``target``."""
    # Of very many, each that is simulated stands for some that come together and take as long.
    group = math.ceil(size / MOST)
    size_simulated = size // group
    come = arrivals(size_simulated, when, assumed)
    work = [group * each for each in executions(size_simulated, assumed)]
    limit, writer = TARGETS[target], group * assumed.writer
    # More than enough: as if all of the busiest hour came at once, or had to be done in time.
    rate = group * max(busiest(come, HOUR), min(size_simulated, busiest(come) * 60) / limit)
    most = math.ceil(3 * rate * max(assumed.seconds, assumed.writer)) + 2

    def fits(slots: int, writers: int) -> bool:
        return quantile(run(come, work, writer, slots, writers).waited) <= limit

    writers = smallest(most, lambda count: fits(most, count))
    slots = smallest(most, lambda count: fits(count, writers))
    found = run(come, work, writer, slots, writers)
    begin = WEEK - BEGIN_SECONDS - (0.0 if when == AT_ONCE else BEFORE)
    hours = (found.written[-1] - begin) / HOUR
    written = group * busiest(found.written)
    return Plan(
        size=size,
        when=when,
        target=target,
        slots=slots,
        coordinators=writers,
        databases=max(1, math.ceil(written * assumed.transaction / FULL)),
        hours=hours,
        cost=(slots + writers) * hours * assumed.core_hour,
        busiest=written,
        waited=quantile(found.waited),
    )


def busiest(come: Sequence[float], window: float = 60.0) -> float:
    """Submissions a second at the busiest of all minutes."""
    most, first = 0, 0
    for last, at in enumerate(come):
        while come[first] < at - window:
            first += 1
        most = max(most, last - first + 1)
    return most / window


def limit_in_words(found: Plan) -> str:
    """What gives out first beyond slots, and what is done then."""
    if found.databases > 1:
        return "database: one for each part of the course"
    if found.coordinators > 1:
        return "coordinator: one for each part of the class"
    return "slots"


def text(plans: Sequence[Plan], assumed: Assumed) -> str:
    rows = [
        [
            f"{each.size:,} {each.when}, within {each.target}",
            f"{each.slots:,}",
            f"{each.coordinators}",
            f"{each.databases}",
            f"{each.hours:.1f}",
            f"{each.cost:,.2f}",
            f"{each.busiest:.1f}",
            f"{each.waited / 60:.1f}",
            limit_in_words(each),
        ]
        for each in plans
    ]
    header = ["submissions", "slots", "coordinators", "databases", "hours", "cost"]
    header += ["written a second", "waited, min", "what limits"]
    return f"{table(header, rows)}\n\nAssumed: {json.dumps(asdict(assumed))}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    defaults = Assumed()
    for name, value in asdict(defaults).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = vars(parser.parse_args())
    sizes, as_json = options.pop("sizes"), options.pop("json")
    assumed = Assumed(**options)
    plans = []
    for size in sizes:
        for when, target in itertools.product((AS_THEY_COME, AT_ONCE), TARGETS):
            note(f"{size:,} {when}, feedback within {target} ...")
            plans.append(plan(size, when, target, assumed))
    if as_json:
        found = {"assumed": asdict(assumed), "plans": [asdict(each) for each in plans]}
        print(json.dumps(found, indent=2))
    else:
        print(text(plans, assumed))


if __name__ == "__main__":
    main()
