"""What each group of tests takes, by the clock and of processors: ``pytest -p tests.costs``.

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
    """Seconds by the clock and of processors, by group, of this process or of all workers."""

    found: dict[str, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))
    group: str = ""
    since: tuple[float, float] = (0.0, 0.0)

    def turn_to(self, group: str) -> None:
        """What was used until now is the last group's; what follows is the next one's."""
        if group == self.group:
            return
        now = (time.monotonic(), _processor_seconds())
        if self.group:
            # What ended without being waited for has taken its time with it.
            used = max(0.0, now[1] - self.since[1])
            self.add({self.group: [now[0] - self.since[0], used]})
        self.group, self.since = group, now

    def add(self, more: dict[str, list[float]]) -> None:
        for group, (clock, processors) in more.items():
            self.found[group][0] += clock
            self.found[group][1] += processors

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
        terminalreporter.section(f"seconds and CPU seconds of the {SHOWN} longest groups")
        for group, (clock, processors) in longest[:SHOWN]:
            terminalreporter.write_line(f"{clock:8.1f} {processors:8.1f}  {group}")
        clock, processors = (sum(each[at] for each in self.found.values()) for at in (0, 1))
        terminalreporter.write_line(f"{clock:8.1f} {processors:8.1f}  all {len(self.found)}")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Costs(), "costs")
