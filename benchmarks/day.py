"""A day of hand-ins in minutes, through `alpaca watch`, with everything that goes wrong.

    python -m benchmarks.day [--hand-ins 240] [--students 40] [--minutes 6] [--seed 1] [--json]

Students of the small lab hand in again and again, most of them towards the end, no two the same
program. Meanwhile the command is killed, stopped and started again; its clock jumps by a day and
more (with libfaketime, Debian's ``faketime``) and so do the times that hand-ins carry; its disk is
full for a while (as root, for a small disk of its own), and another program holds the gradebook. At
the end the command runs undisturbed until nothing is left to do. Looked for is what is lost, what
is graded twice, and whose page is not that of the last thing handed in.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alpaca_course.course import Course
from alpaca_course.judging.records import RecordStore
from alpaca_course.watching.receipts import page_name, read_receipt
from benchmarks import course as bench
from benchmarks import disturbed, machine
from benchmarks.timing import note, table
from benchmarks.watch import HandIn, Place, place_of
from tests import light

HELD_SECONDS = 12.0
# The last tenth of the day brings a third of the hand-ins.
LATE, LATE_SHARE = 0.1, 1 / 3
POINTS = {False: "30 of 30", True: "22 of 30"}
JUMPS = ("+26h", "-30h")
# Each kind of fault, and how often.
FAULTS = {"kill -9": 8, "stop": 3, "clock": 4, "full disk": 2, "locked gradebook": 2}
PATIENCE = 600.0


@dataclass
class Watched:
    """The command, started again whenever it has ended."""

    place: Place
    clock: Path | None
    folder: Path
    starts: int = 0
    unasked: list[str] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None

    def see(self) -> None:
        """Have it run."""
        if self._process is not None and self._process.poll() is None:
            return
        if self._process is not None and self._process.returncode > 0:
            self.unasked.append(f"code {self._process.returncode}, {self._last_words()!r}")
        words = ("watch", self.place.lab.name, "--json", "--workers", "2")
        command = bench.alpaca(self.place.course, *words)
        environment = dict(command.environment)
        if self.clock is not None:
            library = str(_libfaketime())
            environment |= {
                "LD_PRELOAD": library,
                "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                "FAKETIME_CACHE_DURATION": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "NO_FAKE_STAT": "1",
            }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command.words, cwd=command.folder, env=environment, stdout=log, stderr=log
            )
        self.starts += 1

    def end(self, how: signal.Signals) -> str:
        """End it, and say how it ended."""
        if self._process is None or self._process.poll() is not None:
            return "had ended"
        self._process.send_signal(how)
        code = self._process.wait(PATIENCE)
        self._process = None
        return "killed" if how is signal.SIGKILL else f"code {code}"

    @property
    def _log(self) -> Path:
        return self.folder / "watch.log"

    def _last_words(self) -> str:
        said = self._log.read_text(errors="replace").strip().splitlines() or [""]
        return said[-1][:90]


def _libfaketime() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


@dataclass
class Day:
    """What was handed in so far, and what went wrong meanwhile."""

    place: Place
    watched: Watched
    chance: random.Random
    handed_in: list[HandIn] = field(default_factory=list)
    last: dict[str, tuple[HandIn, bool]] = field(default_factory=dict)
    told: list[list[str]] = field(default_factory=list)
    stamps: dict[str, datetime] = field(default_factory=dict)

    def hand_in(self, student: str) -> bool:
        """Have one hand in; False where the disk has no room, which *Submit* says too."""
        wrong = self.chance.random() < 0.5
        self.place.made += 1
        mark = f"\nhanded_in_by = {self.place.made}\n"
        double = (light.WRONG_DOUBLE if wrong else light.DOUBLE) + mark
        notebook = light.solved(self.place.course, double=double)
        try:
            made = self.place.hand_in(student, notebook, at=self._stamp(student))
        except OSError:
            return False
        self.handed_in.append(made)
        self.last[student] = made, wrong
        return True

    def _stamp(self, student: str) -> datetime:
        """When it says that it was handed in.

        Of two that nobody has looked at, the time alone can say which is the newer one; once
        somebody has, it may be anything.
        """
        now = datetime.now(UTC)
        before = self.last.get(student)
        if before is None or self._receipt(before[0]) is not None:
            now += timedelta(hours=self.chance.choice((0, 0, self.chance.uniform(-48, 48))))
        else:
            now = max(now, self.stamps[student] + timedelta(seconds=1))
        self.stamps[student] = now
        return now

    def _receipt(self, hand_in: HandIn) -> object:
        folder = self.place.exchange / "feedback"
        return read_receipt(folder, hand_in.secret, self.place.lab.notebook)

    def tell(self, fault: str, outcome: str) -> None:
        note(f"{len(self.handed_in)} handed in; {fault}: {outcome}")
        self.told.append([fault, str(len(self.handed_in)), outcome])

    def is_over(self) -> bool:
        """Whether every hand-in has come to its end, and the last ones have their pages."""
        folder, notebook = self.place.exchange / "feedback", self.place.lab.notebook
        for each in self.handed_in:
            found = read_receipt(folder, each.secret, notebook)
            if found is None or not found.state.is_over:
                return False
        return all(self.place.has_page(made) for made, _ in self.last.values())


Change = Callable[[], None]


def faults_of(day: Day, minutes: float, *, own_disk: bool) -> list[tuple[float, Change]]:
    """When which fault begins and ends, in seconds from the start."""
    kinds = [kind for kind, count in FAULTS.items() for _ in range(count)]
    day.chance.shuffle(kinds)
    found: list[tuple[float, Change]] = []
    for number, kind in enumerate(kinds):
        at = 60 * minutes * (number + 1) / (len(kinds) + 1)
        if kind in ("kill -9", "stop"):
            how = signal.SIGKILL if kind == "kill -9" else signal.SIGTERM
            found.append((at, _ending(day, kind, how)))
        elif kind == "clock":
            jump = day.chance.choice(JUMPS)
            found.append((at, _jumping(day, jump)))
        elif kind == "full disk":
            found += [(at, _filling(day, own_disk)), (at + HELD_SECONDS, _freeing(day, own_disk))]
        else:
            held: list[sqlite3.Connection] = []
            found += [(at, _locking(day, held)), (at + HELD_SECONDS, _unlocking(day, held))]
    return sorted(found, key=lambda each: each[0])


def _ending(day: Day, kind: str, how: signal.Signals) -> Change:
    return lambda: day.tell(kind, day.watched.end(how))


def _jumping(day: Day, jump: str) -> Change:
    def change() -> None:
        if day.watched.clock is None:
            day.tell("clock", "left out: needs libfaketime")
            return
        now = day.watched.clock.read_text()
        day.watched.clock.write_text("+0" if now != "+0" else jump)
        day.tell("clock", f"from {now} to {day.watched.clock.read_text()}")

    return change


def _filler(day: Day) -> Path:
    return day.place.course.root / "filler"


def _filling(day: Day, own_disk: bool) -> Change:
    def change() -> None:
        if not own_disk:
            day.tell("full disk", "left out: needs root, for a small disk of its own")
            return
        disturbed.fill_disk(_filler(day))
        day.tell("full disk", f"for {HELD_SECONDS:.0f} s")

    return change


def _freeing(day: Day, own_disk: bool) -> Change:
    return lambda: _filler(day).unlink(missing_ok=True) if own_disk else None


def _locking(day: Day, held: list[sqlite3.Connection]) -> Change:
    def change() -> None:
        database = sqlite3.connect(day.place.course.root / "gradebook.db", timeout=60)
        database.isolation_level = None
        try:
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            day.tell("locked gradebook", f"not to be had: {error}")
            return
        held.append(database)
        day.tell("locked gradebook", f"for {HELD_SECONDS:.0f} s")

    return change


def _unlocking(day: Day, held: list[sqlite3.Connection]) -> Change:
    def change() -> None:
        for database in held:
            with closing(database), suppress(sqlite3.OperationalError):
                database.execute("ROLLBACK")

    return change


def live(day: Day, hand_ins: int, students: int, minutes: float, *, own_disk: bool) -> None:
    """The day, and then the command alone until nothing is left to do."""
    names = [bench.student(number) for number in range(students)]
    chance, length = day.chance, 60 * minutes
    times = [length * (1 - LATE * chance.random() if chance.random() < LATE_SHARE
                       else chance.random()) for _ in range(hand_ins)]  # fmt: skip
    waiting: list[tuple[float, str]] = sorted((at, chance.choice(names)) for at in times)
    faults = faults_of(day, minutes, own_disk=own_disk)
    began = time.monotonic()
    while waiting or faults:
        now = time.monotonic() - began
        while faults and faults[0][0] <= now:
            faults.pop(0)[1]()
        while waiting and waiting[0][0] <= now:
            _, student = waiting.pop(0)
            if not day.hand_in(student):
                waiting.append((now + 3, student))
                waiting.sort()
        day.watched.see()
        time.sleep(0.1)
    if day.watched.clock is not None:
        day.watched.clock.write_text("+0")
    end = time.monotonic() + PATIENCE
    while not day.is_over() and time.monotonic() < end:
        day.watched.see()
        time.sleep(0.2)


def amiss(day: Day) -> list[str]:
    """What is lost, there twice, or not of the last hand-in; empty where all is well."""
    place, course = day.place, day.place.course
    folder, store = place.exchange / "feedback", RecordStore(course, place.lab)
    found = []
    for student, (made, wrong) in sorted(day.last.items()):
        page = folder / page_name(made.secret, place.lab.notebook)
        if not page.exists():
            found.append(f"{student}: no page of the last hand-in")
        elif POINTS[wrong] not in page.read_text(encoding="utf-8"):
            found.append(f"{student}: the page of the last hand-in shows other points")
        record = store.load(student)
        runs = [file for attempt in (record.attempts if record else ()) for file in attempt.files]
        if len(runs) != len(set(runs)):
            found.append(f"{student}: one file was counted as two runs")
        graded = [*record.history, record.grade] if record is not None else []
        # Of one file there may be two, where its time was none by a clock that was wrong.
        points = {(each.submission, each.total) for each in graded if each is not None}
        if len({file for file, _ in points}) != len(points):
            found.append(f"{student}: one file got other points later")
    for each in day.handed_in:
        told = read_receipt(folder, each.secret, place.lab.notebook)
        if told is None or not told.state.is_over:
            found.append(f"{each.student}: a hand-in without an end")
    return found + disturbed.left_over(course, place.lab, sorted(day.last))


def graded_again(place: Place) -> list[str]:
    """Who is graded by one more run, which has nothing to do."""
    command = bench.alpaca(place.course, "watch", place.lab.name, "--once", "--json")
    done = subprocess.run(command.words, cwd=command.folder, env=dict(command.environment),
                          capture_output=True, text=True, check=False)  # fmt: skip
    said = [json.loads(line) for line in done.stdout.splitlines()]
    return [each["student"] for each in said if each["event"] == "graded"]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hand-ins", type=int, default=240)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=6.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    course = Course.find()
    root = bench.folder_of_benchmarks(course) / "watch-light"
    own_disk = disturbed.on_own_disk(root, 2 * options.hand_ins, "benchmarks.day")
    place = place_of(course, small=True, isolation="trusted")
    with tempfile.TemporaryDirectory(prefix="alpaca-day-") as folder:
        clock = Path(folder) / "clock" if _libfaketime() else None
        if clock is not None:
            clock.write_text("+0")
        watched = Watched(place, clock, Path(folder))
        day = Day(place, watched, random.Random(options.seed))
        began = time.monotonic()
        live(day, options.hand_ins, options.students, options.minutes, own_disk=own_disk)
        ended = watched.end(signal.SIGTERM)
        log = (Path(folder) / "watch.log").read_text(errors="replace")
    graded = sum('"event": "graded"' in line for line in log.splitlines())
    found = {
        "machine": machine.describe(),
        "hand_ins": len(day.handed_in),
        "students": len(day.last),
        "minutes": (time.monotonic() - began) / 60,
        "starts": watched.starts,
        "graded": graded,
        "ended": ended,
        "ended_unasked": watched.unasked,
        "tracebacks": log.count("Traceback (most recent call last)"),
        "faults": day.told,
        "amiss": amiss(day),
        "graded_again": graded_again(place),
    }
    print(json.dumps(found, indent=2) if options.json else text(found))
    if found["amiss"] or found["graded_again"] or found["tracebacks"]:
        sys.exit(1)


def text(found: dict[str, object]) -> str:
    rows = found["faults"]
    assert isinstance(rows, list)
    lines = [
        table(["fault", "handed in by then", "what became of the command"], rows),
        "",
        f"{found['hand_ins']} hand-ins of {found['students']} students in {found['minutes']:.1f} "
        f"minutes; started {found['starts']} times, at the end {found['ended']}; graded "
        f"{found['graded']}, the others were overtaken by newer ones of the same student.",
    ]
    for what in ("ended_unasked", "amiss", "graded_again"):
        listed = found[what]
        assert isinstance(listed, list)
        lines.append(f"{what.replace('_', ' ')}: {len(listed)}")
        lines += [f"  {each}" for each in listed]
    lines.append(f"tracebacks: {found['tracebacks']}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
