"""What each group of tests takes, by the clock and of processors: ``pytest -p tests.costs``.

Of processors it says what all took and, beside it, what the worker took itself.

A group is what one worker of xdist takes at a time, as ``tests.groups`` has them. What its first
test waits for on behalf of others, such as a fixture of the session, counts for it.
"""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psutil
import pytest

from tests.groups import group_of

SHOWN = 40


def _processor_seconds() -> float:
    """Of this process, of those it has started, and of those that these have waited for."""
    here = psutil.Process()
    found = 0.0
    for process in (here, *here.children(recursive=True)):
        with suppress(psutil.Error):  # it has ended
            found += sum(process.cpu_times()[:4])
    return found


@dataclass
class Costs:
    """Seconds by group, of this process or of all workers: see the module's text."""

    found: dict[str, list[float]] = field(
        default_factory=lambda: defaultdict(lambda: [0.0, 0.0, 0.0])
    )
    group: str = ""
    since: tuple[float, ...] = (0.0, 0.0, 0.0)

    def turn_to(self, group: str) -> None:
        """What was used until now is the last group's; what follows is the next one's."""
        if group == self.group:
            return
        now = (time.monotonic(), _processor_seconds(), time.process_time())
        if self.group:
            # What ended without being waited for has taken its time with it.
            used = [max(0.0, new - old) for new, old in zip(now, self.since, strict=True)]
            self.add({self.group: used})
        self.group, self.since = group, now

    def add(self, more: dict[str, list[float]]) -> None:
        for group, used in more.items():
            self.found[group] = [a + b for a, b in zip(self.found[group], used, strict=True)]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.turn_to(group_of(item.nodeid))
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.turn_to("")
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["costs"] = dict(self.found)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.add(getattr(node, "workeroutput", {}).get("costs", {}))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        longest = sorted(self.found.items(), key=lambda each: -each[1][0])
        terminalreporter.section(f"seconds, CPU seconds and own ones of the {SHOWN} longest groups")
        summed = [sum(used) for used in zip(*self.found.values(), strict=True)]
        for group, used in (*longest[:SHOWN], (f"all {len(self.found)}", summed)):
            terminalreporter.write_line(" ".join(f"{each:8.1f}" for each in used) + f"  {group}")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Costs(), "costs")
