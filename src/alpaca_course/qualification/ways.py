"""Whether kernels that inherit what the lab prepares give the verdicts of those that do not.

All cases and mutants are executed both ways with the same challenge, and compared: verdicts, which
must be the same, and evidence, of which it is told how much is the same byte for byte.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from alpaca_course.contract.verdict import Verdict
from alpaca_course.course import Course
from alpaca_course.execution.runner import Way
from alpaca_course.judging.records import Record
from alpaca_course.lab import Lab
from alpaca_course.qualification.execute import Bench
from alpaca_course.qualification.plan import Task

# Both ways take turns, so that a machine that becomes slower does so for both.
PARTS = 4


@dataclass(frozen=True)
class Pair:
    """One case or mutant, both ways.

    Attributes:
        name: of it.
        way: that its execution took where the template was to be had.
        differences: of verdicts and state, in words.
        evidence: exercises whose evidence is not the same byte for byte, with the first place.
        cpu_seconds: of the kernel whose result counts: without the template, and with it.
    """

    name: str
    way: Way
    differences: tuple[str, ...]
    evidence: Mapping[str, str]
    cpu_seconds: tuple[float, float]


@dataclass(frozen=True)
class Ways:
    """All pairs, and seconds by the clock that each way took together."""

    pairs: tuple[Pair, ...]
    seconds: tuple[float, float]

    @property
    def differences(self) -> list[str]:
        return [f"{pair.name}: {'; '.join(pair.differences)}" for pair in self.pairs
                if pair.differences]  # fmt: skip

    @property
    def ways(self) -> dict[str, int]:
        return dict(Counter(pair.way for pair in self.pairs).most_common())

    def to_json(self) -> dict[str, Any]:
        inherited = [pair for pair in self.pairs if pair.way == "template"]
        return {
            "pairs": len(self.pairs),
            "differences": self.differences,
            "ways": self.ways,
            "same_evidence": sum(not pair.evidence for pair in inherited),
            "seconds": [round(each, 1) for each in self.seconds],
            "cpu_seconds": [round(sum(p.cpu_seconds[way] for p in self.pairs), 1)
                            for way in (0, 1)],
            "cases": [asdict(pair) for pair in self.pairs],
        }  # fmt: skip


def both_ways(
    course: Course,
    lab: Lab,
    tasks: Sequence[Task],
    bench: Bench,
    tick: Callable[[int, int], None] = lambda done, total: None,
) -> Ways:
    """Execute and judge ``tasks`` without and with the lab's template.

    Raises:
        NoKernelError, SandboxUnavailableError: they cannot be executed here.
    """
    bench = replace(
        bench, challenge=secrets.token_hex(16), many=True, stored=False, raising=frozenset()
    )
    found: dict[str, dict[bool, tuple[Record, float]]] = {task.name: {} for task in tasks}
    seconds = {False: 0.0, True: 0.0}
    size = -(-len(tasks) // PARTS) or 1
    tick(0, 2 * len(tasks))
    for number, part in enumerate(_parts(tasks, size)):
        # Neither is always the first.
        for template in (False, True) if number % 2 else (True, False):
            started = time.monotonic()
            for task, judged in replace(bench, template=template).run(course, lab, part):
                found[task.name][template] = (judged.record, judged.cpu_seconds)
                tick(sum(map(len, found.values())), 2 * len(tasks))
            seconds[template] += time.monotonic() - started
    pairs = tuple(_pair(name, each) for name, each in found.items())
    return Ways(pairs, (seconds[False], seconds[True]))


def _parts(tasks: Sequence[Task], size: int) -> Iterator[Sequence[Task]]:
    for start in range(0, len(tasks), size):
        yield tasks[start : start + size]


def _pair(name: str, both: Mapping[bool, tuple[Record, float]]) -> Pair:
    (plain, plain_cpu), (inherited, inherited_cpu) = both[False], both[True]
    return Pair(
        name,
        inherited.way,
        tuple(compared(plain, inherited)),
        differing(plain, inherited),
        (plain_cpu, inherited_cpu),
    )


def compared(plain: Record, inherited: Record) -> Iterator[str]:
    """What differs of what two records say of a submission, in words; nothing where they agree."""
    if plain.state != inherited.state:
        yield f"{plain.state.value} and {inherited.state.value}"
    for exercise in plain.verdicts:
        one, other = (_gist(each.verdicts.get(exercise)) for each in (plain, inherited))
        for what in one.keys() | other.keys():
            if one.get(what) != other.get(what):
                yield f"{exercise}: {what} is {one.get(what)} and {other.get(what)}"


def _gist(verdict: Verdict | None) -> dict[str, Any]:
    if verdict is None:
        return {}
    statuses = {result.id: result.status for result in verdict.results}
    advisories = [advisory.id for advisory in verdict.advisories]
    return {"points": verdict.points, "advisories": advisories, **statuses}


def differing(plain: Record, inherited: Record) -> dict[str, str]:
    """By exercise the first place at which evidence is not the same, and both values."""
    found = {}
    for exercise, test in plain.evidence.items():
        other = inherited.evidence.get(exercise)
        places = _places(test.payload, other.payload if other else None, "")
        if first := next(places, None):
            found[exercise] = first
    return found


def _places(one: Any, other: Any, path: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from _places(one.get(key), other.get(key), f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from _places(*pair, f"{path}[{number}]")
    elif one != other or type(one) is not type(other):
        yield f"{path}: {one!r:.60} and {other!r:.60}"
