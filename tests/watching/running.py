"""`alpaca watch` in this process, or in one of its own that can be killed."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alpaca_course.course import Course
from alpaca_course.watching.desk import Desk
from alpaca_course.watching.estimates import Rate
from alpaca_course.watching.inlets import Inlet, inlet
from alpaca_course.watching.loop import Watch
from alpaca_course.watching.outside import Outside, kept
from alpaca_course.watching.telling import Receipts

ALPACA = Path(sys.executable).with_name("alpaca")


@dataclass
class Events:
    """What a watcher said."""

    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __call__(self, event: str, facts: dict[str, Any]) -> None:
        self.said.append((event, facts))

    def of(self, event: str) -> list[dict[str, Any]]:
        return [facts for name, facts in self.said if name == event]

    def graded(self) -> list[str]:
        """Who was graded, in this order."""
        return [facts["student"] for facts in self.of("graded")]


@contextmanager
def watcher(
    course: Course, events: Events, *, source: str = "exchange", workers: int = 2
) -> Iterator[Watch]:
    """A watcher of the course's lab that nobody runs yet."""
    lab = course.lab()
    hand_ins: Inlet = inlet(course, lab, source, kept(course, lab))
    with Desk(course, lab, hand_ins, workers=workers) as desk:
        desk.prepare()
        receipts = Receipts(hand_ins.receipts, lab.name, lab.notebook)
        outside = Outside(course, lab, lambda: None)
        yield Watch(desk, hand_ins, receipts, Rate(), say=events, outside=outside)


def watch_once(course: Course, *, source: str = "exchange", workers: int = 2) -> Events:
    """Grade what is there, and say what happened."""
    events = Events()
    with watcher(course, events, source=source, workers=workers) as watching:
        assert watching.run(threading.Event(), once=True) == "done"
    return events


@contextmanager
def running(watching: Watch, *, warm: bool = False) -> Iterator[None]:
    """Have it run in a thread of its own during the block."""
    stop = threading.Event()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            watching.run(stop, warm=warm)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=120)
        assert not thread.is_alive()
        assert not failed, failed


def start(course: Course, *arguments: str) -> subprocess.Popen[str]:
    """The command, in a process of its own."""
    return subprocess.Popen(
        [str(ALPACA), "watch", "--json", *arguments],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def events_of(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """What a process that has ended said; of one that was killed, whole lines alone."""
    out, _ = process.communicate(timeout=120)
    lines = out.splitlines() if out.endswith("\n") else out.splitlines()[:-1]
    return [json.loads(line) for line in lines]
