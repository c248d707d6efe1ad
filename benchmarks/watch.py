"""From *Submit* to a page, through `alpaca watch`: how long, how many, how true, how much memory.

    python -m benchmarks.watch [--light] [--alone 20] [--class 200] [--memory 0] [--workers 2]
                               [--rounds 1] [--json]

``--alone``: hand-ins one after the other, each from the moment at which it is whole in nbgrader's
exchange until its page can be fetched from there; the first one, which starts the sandboxes, by
itself. ``--class``: so many at once, all of them in the exchange when the command is started, until
the last page is there; in turn with ``alpaca grade`` of the same class, a whole command that makes
no pages. Meanwhile the receipts are read every two seconds, as students would, and compared with
what then came. ``--memory``: so many hand-ins by 25 students in turn, and what the processes held
after each eighth. ``--light`` takes the small lab of the tests instead of the course's: its
hand-ins cost about a second, so it shows what is not the execution.
"""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbformat import NotebookNode

from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.exchange.publishing import course_id, ensure_exchange, publish
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.lab import Lab
from alpaca_course.watching.receipts import page_name, read_receipt
from benchmarks import course as bench
from benchmarks import machine
from benchmarks.timing import note, run, spread, table
from tests import light

EVERY = 2.0
MIB = 2**20


@dataclass
class HandIn:
    """One hand-in of the benchmark: whose, its secret, and when it was whole."""

    student: str
    secret: str
    at: float


@dataclass
class Place:
    """A course with its exchange, and correct hand-ins of which no two are the same program."""

    course: Course
    lab: Lab
    small: bool
    made: int = 0
    _released: ReleasedLab | None = None

    @property
    def exchange(self) -> Path:
        return ensure_exchange(self.course) / course_id(self.course)

    def notebook(self) -> NotebookNode:
        self.made += 1
        if self.small:
            double = f"{light.DOUBLE}\nhanded_in_by = {self.made}\n"
            return light.solved(self.course, double=double)
        if self._released is None:
            self._released = ReleasedLab.load(self.lab)
        return bench.submission(self._released.notebook, self._released.reference, self.made)

    def hand_in(
        self, student: str, notebook: NotebookNode | None = None, *, at: datetime | None = None
    ) -> HandIn:
        """As nbgrader's *Submit* leaves it: whole at one moment, which is when it counts.

        ``at`` is what it says of that moment.
        """
        secret = secrets.token_hex(64)
        stamp = f"{at or datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
        half = Path(tempfile.mkdtemp(dir=self.exchange))
        nbformat.write(notebook or self.notebook(), half / self.lab.file_name)
        (half / "timestamp.txt").write_text(stamp)
        (half / "submission_secret.txt").write_text(secret)
        half.chmod(0o777)
        name = f"{student}+{self.lab.name}+{stamp}+{secrets.token_hex(6)}"
        half.rename(self.exchange / "inbound" / name)
        return HandIn(student, secret, time.monotonic())

    def has_page(self, hand_in: HandIn) -> bool:
        page = page_name(hand_in.secret, self.lab.notebook)
        return (self.exchange / "feedback" / page).exists()

    def forget(self) -> None:
        """Make it a course in which nobody handed in anything."""
        for folder in ("inbound", "feedback"):
            for path in (self.exchange / folder).glob("*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.rmtree(self.course.state / "watch", ignore_errors=True)
        for folder in (self.course.submitted, self.course.autograded, self.course.feedback,
                       self.course.execution_cache, self.course.evidence_store):  # fmt: skip
            shutil.rmtree(folder, ignore_errors=True)
        (self.course.root / "gradebook.db").unlink(missing_ok=True)
        NbGrader(self.course, self.lab).ensure_assignment()


def place_of(course: Course, *, small: bool, isolation: str) -> Place:
    """An empty course below ``.alpaca/bench/``."""
    if small:
        root = bench.folder_of_benchmarks(course) / "watch-light"
        shutil.rmtree(root, ignore_errors=True)
        made = light.make_course(root)
        with (root / CONFIG_FILE).open("a", encoding="utf-8") as file:
            file.write(f"c.AlpacaCourse.isolation = {isolation!r}\n")
        made = Course.load(root)
        found = Place(made, made.lab(), small)
    else:
        made = bench.prepare(course, "watch")
        root = made.root
        with (root / CONFIG_FILE).open("a", encoding="utf-8") as file:
            # Not the course's own exchange, in which there may be hand-ins.
            file.write(f"c.Exchange.root = {str(root / '.exchange')!r}\n")
        made = Course.load(root)
        found = Place(made, bench.lab_of(made), small)
    if not found.exchange.is_relative_to(root):
        sys.exit(f"The exchange of a benchmark cannot be {found.exchange}.")
    publish(found.course, found.lab)
    return found


@contextmanager
def watching(place: Place, workers: int) -> Iterator[subprocess.Popen[bytes]]:
    """The command, until the end of the block; it has to end well."""
    command = bench.alpaca(place.course, "watch", place.lab.name, "--workers", str(workers))
    with (place.course.root / "watch.log").open("ab") as log:
        process = subprocess.Popen(
            command.words,
            cwd=command.folder,
            env=dict(command.environment),
            stdout=log,
            stderr=log,
        )
        try:
            yield process
            process.terminate()
            if process.wait(300) != 0:
                sys.exit(f"alpaca watch ended with {process.returncode}: see {log.name}")
        finally:
            process.kill()
            process.wait()


def until_page(place: Place, hand_in: HandIn, process: subprocess.Popen[bytes]) -> float:
    """Seconds from the hand-in to its page."""
    while not place.has_page(hand_in):
        if process.poll() is not None:
            sys.exit(f"alpaca watch ended: see {place.course.root / 'watch.log'}")
        time.sleep(0.02)
    return time.monotonic() - hand_in.at


def alone(place: Place, count: int, workers: int) -> dict[str, Any]:
    """One at a time."""
    place.forget()
    with watching(place, workers) as process:
        first = until_page(place, place.hand_in("first"), process)
        times = []
        for number in range(count):
            notebook = place.notebook()
            times.append(until_page(place, place.hand_in(bench.student(number), notebook), process))
            note(f"{number + 1} of {count}: {times[-1]:.2f} s")
    return {"first": first, "seconds": times}


@dataclass
class Told:
    """What receipts said: when, for how long, which position, and of which hand-in."""

    told: list[tuple[float, float | None, int, HandIn]] = field(default_factory=list)

    def read(self, place: Place, hand_ins: list[HandIn]) -> None:
        now = datetime.now(UTC)
        for each in hand_ins:
            found = read_receipt(place.exchange / "feedback", each.secret, place.lab.notebook)
            if found is not None and found.position:
                left = found.seconds_left(now)
                self.told.append((time.monotonic(), left, found.position, each))

    def compared(self, ends: dict[str, float]) -> dict[str, Any]:
        """How true it was: told over true, for each time that somebody looked."""
        seconds = [
            max(left, EVERY) / max(ends[each.secret] - at, EVERY)
            for at, left, _, each in self.told
            if left is not None
        ]
        in_order = sorted(ends.values())
        positions = []
        for at, _, position, each in self.told:
            before = sum(at < end < ends[each.secret] for end in in_order)
            positions.append(position / max(1, before + 1))
        return {
            "looks": len(self.told),
            "seconds_told": len(seconds),
            "seconds_within_two": _within(seconds),
            "positions_within_two": _within(positions),
            "median": statistics.median(seconds) if seconds else None,
        }


def _within(ratios: list[float]) -> float | None:
    return sum(0.5 <= each <= 2 for each in ratios) / len(ratios) if ratios else None


def at_once(place: Place, count: int, workers: int) -> dict[str, Any]:
    """A class that is in the exchange when the command is started."""
    place.forget()
    hand_ins = [place.hand_in(bench.student(number)) for number in range(count)]
    began, told, ends = time.monotonic(), Told(), {}
    next_look = began
    with watching(place, workers) as process:
        while len(ends) < count:
            if process.poll() is not None:
                sys.exit(f"alpaca watch ended: see {place.course.root / 'watch.log'}")
            left = [each for each in hand_ins if each.secret not in ends]
            for each in left:
                if place.has_page(each):
                    ends[each.secret] = time.monotonic()
            if time.monotonic() >= next_look:
                told.read(place, [each for each in left if each.secret not in ends])
                next_look += EVERY
            time.sleep(0.1)
    return {"wall": max(ends.values()) - began, **told.compared(ends)}


def graded(place: Place, count: int, workers: int) -> float:
    """Seconds of ``alpaca grade`` for the same class, as a whole command."""
    place.forget()
    for number in range(count):
        folder = place.course.submitted / bench.student(number) / place.lab.name
        folder.mkdir(parents=True)
        nbformat.write(place.notebook(), folder / place.lab.file_name)
    words = ("grade", place.lab.name, "--workers", str(workers), "--json")
    return run(bench.alpaca(place.course, *words, done=bench.SOMEBODY_NEEDS_A_PERSON)).wall


def memory(place: Place, count: int, workers: int) -> list[dict[str, float]]:
    """MiB after each eighth of ``count`` hand-ins: of the command, and of all its processes."""
    place.forget()
    found = []
    with watching(place, workers) as process:
        done = 0
        for part in range(8):
            while done < count * (part + 1) / 8:
                wave = [place.hand_in(bench.student(number)) for number in range(25)]
                for each in wave:
                    until_page(place, each, process)
                done += len(wave)
            own = psutil.Process(process.pid)
            family = [own, *own.children(recursive=True)]
            together = sum(each.memory_full_info().pss for each in family)
            uss = own.memory_full_info().uss
            found.append({"hand_ins": done, "command": uss / MIB, "together": together / MIB})
            note(f"{done} hand-ins: {uss / MIB:.0f} MiB, together {together / MIB:.0f} MiB")
    return found


def measure(options: argparse.Namespace) -> dict[str, Any]:
    place = place_of(Course.find(), small=options.light, isolation=options.isolation)
    found: dict[str, Any] = {"machine": machine.describe(), "lab": place.lab.name}
    if options.alone:
        found["alone"] = alone(place, options.alone, options.workers)
    if options.size:
        rounds = []
        for number in range(options.rounds):
            steps = [lambda: at_once(place, options.size, options.workers),
                     lambda: {"grade": graded(place, options.size, options.workers)}]  # fmt: skip
            both: dict[str, Any] = {}
            for step in steps if number % 2 == 0 else steps[::-1]:
                both |= step()
            rounds.append({**both, "ratio": both["grade"] / both["wall"]})
            note(f"round {number + 1}: {rounds[-1]}")
        found["class"] = {"size": options.size, "rounds": rounds}
    if options.memory:
        found["memory"] = memory(place, options.memory, options.workers)
    return found


def text(found: dict[str, Any]) -> str:
    lines = [machine.text(found["machine"]), f"lab: {found['lab']}"]
    if "alone" in found:
        times = sorted(found["alone"]["seconds"])
        high = times[min(len(times) - 1, round(0.95 * len(times)))]
        lines.append(
            f"One at a time: median {statistics.median(times):.2f} s, 95 % {high:.2f} s "
            f"(of {len(times)}); the first one {found['alone']['first']:.2f} s. Goals 10 and 20 s."
        )
    if "class" in found:
        rounds, size = found["class"]["rounds"], found["class"]["size"]
        lines.append(
            f"{size} at once: {spread([each['wall'] for each in rounds], 1)} s, alpaca grade "
            f"{spread([each['grade'] for each in rounds], 1)} s: "
            f"{spread([each['ratio'] for each in rounds])} of its throughput. Goal 0.9."
        )
        for each in rounds:
            seconds, positions = each["seconds_within_two"], each["positions_within_two"]
            lines.append(
                f"Within a factor of two, of {each['looks']} looks: "
                f"{_percent(positions)} of positions, {_percent(seconds)} of the "
                f"{each['seconds_told']} estimates."
            )
    if "memory" in found:
        rows = [[str(each["hand_ins"]), f"{each['command']:.0f}", f"{each['together']:.0f}"]
                for each in found["memory"]]  # fmt: skip
        lines.append(table(["hand-ins", "command, MiB", "all processes, MiB"], rows))
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--light", action="store_true", help="the small lab of the tests")
    parser.add_argument("--isolation", default="warm", help="of the small lab")
    parser.add_argument("--alone", type=int, default=20, help="hand-ins one at a time; 0: none")
    parser.add_argument("--class", dest="size", type=int, default=200, help="at once; 0: none")
    parser.add_argument("--memory", type=int, default=0, help="hand-ins in all; 0: none")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1, help="of the class")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    found = measure(options)
    print(json.dumps(found, indent=2) if options.json else text(found))


if __name__ == "__main__":
    main()
