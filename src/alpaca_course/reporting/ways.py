"""How many executions inherited what the lab prepares, and how many were executed again without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from alpaca_course.judging.result import Result

_WHY = {
    "late": "took long",
    "ended early": "did not run to their end",
    "error": "raised an exception",
    "evidence": "sent no evidence, or more than one",
    "disturbed": "disturbed what they were forks of",
    "none": "got no such fork",
}


def counted_ways(results: Iterable[Result]) -> dict[str, int]:
    """How many executions went which way, the most frequent first; see ``execution.runner.Way``."""
    return dict(Counter(each.way for each in results if each.way).most_common())


def ways_in_words(ways: Mapping[str, int]) -> str:
    """One sentence on :func:`counted_ways`; empty where no kernel was a fork of a template."""
    again = {why: ways[way] for way, why in _WHY.items() if ways.get(way)}
    if not again and not ways.get("template"):
        return ""
    said = f"{ways.get('template', 0)} of {sum(ways.values())} executions inherited what was ready"
    if not again:
        return f"{said}."
    whys = ", ".join(f"{count} {why}" for why, count in again.items())
    count = sum(again.values())
    return f"{said}; {count} {'was' if count == 1 else 'were'} executed again without it ({whys})."
