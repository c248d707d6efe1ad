"""What goes wrong around a grader while it grades a class: each disturbance, and what came of it.

The grader is started again whenever it has ended, as a teacher would do, until all have come.
"""

from __future__ import annotations

import functools
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from alpaca_course.course import Course
from alpaca_course.lab import Lab
from benchmarks import course as bench
from benchmarks.timing import note

HELD_SECONDS = 20
PATIENCE = 3600
# Bytes of the small disk a submission, and for the course itself: about twice what is needed.
DISK_EACH, DISK_BASE = 2 << 20, 64 << 20
_INSIDE = "ALPACA_BENCH_MOUNTS"


@dataclass(frozen=True)
class Grader:
    """One ``alpaca grade --json`` that runs; its output goes to files, which never block it."""

    process: subprocess.Popen[bytes]
    errors: Path

    @classmethod
    def start(cls, place: Course, name: str = "grader") -> Grader:
        folder = place.root.parent / f"{place.root.name}-said"
        folder.mkdir(exist_ok=True)
        errors = folder / f"{name}.err"
        with (folder / f"{name}.out").open("wb") as out, errors.open("wb") as err:
            process = subprocess.Popen(
                [str(bench.BIN / "alpaca"), "grade", "--json"],
                cwd=place.root,
                env=bench.environment(place),
                stdout=out,
                stderr=err,
            )
        return cls(process, errors)

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def wait(self) -> int:
        return self.process.wait(PATIENCE)

    def last_words(self) -> str:
        said = self.errors.read_text(errors="replace").strip().splitlines() or [""]
        if any("Traceback (most recent call last)" in line for line in said):
            return "TRACEBACK"
        return said[-1][:70]


Disturbance = Callable[[Course, Grader], str]
"""Does it, and says in a few words what became of the grader."""


def second_grader(place: Course, first: Grader) -> str:
    """Started while the first one works; it must end at once, and the first one go on."""
    other = Grader.start(place, "second")
    code = other.wait()
    return f"second: code {code}, {other.last_words()!r}; first {'runs' if first.runs else 'ended'}"


def kill(place: Course, grader: Grader) -> str:
    grader.process.send_signal(signal.SIGKILL)
    grader.wait()
    return "killed"


def kill_while_writing(place: Course, grader: Grader) -> str:
    """Killed as soon as the gradebook's journal is there: in the middle of a transaction."""
    journal = place.root / "gradebook.db-journal"
    wait_for(lambda: journal.exists() or not grader.runs, pause=0.0005)
    found = journal.exists()
    return kill(place, grader) + (" with a journal open" if found else "")


def fill_disk(filler: Path) -> None:
    """Leave no room on the disk of ``filler``, until that is removed."""
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"\0" * (1 << 20)):
            pass


def full_disk(place: Course, grader: Grader) -> str:
    """Nothing more can be written for a while."""
    filler = place.root / "filler"
    fill_disk(filler)
    try:
        wait_for(lambda: not grader.runs, seconds=2 * HELD_SECONDS)
        return _ended(grader)
    finally:
        filler.unlink()


def locked_gradebook(place: Course, grader: Grader) -> str:
    """Another program holds the gradebook, as a backup or a form that was left open."""
    with closing(sqlite3.connect(place.root / "gradebook.db", timeout=60)) as database:
        database.isolation_level = None
        database.execute("BEGIN EXCLUSIVE")
        time.sleep(HELD_SECONDS)
        database.execute("ROLLBACK")
    return _ended(grader)


def _ended(grader: Grader) -> str:
    return "runs on" if grader.runs else f"code {grader.process.returncode}, {grader.last_words()}"


# When: the share of the class that is written by then.
PLAN: Sequence[tuple[float, str, Disturbance]] = (
    (0.0, "second grader", second_grader),
    (0.0, "kill -9", kill),
    (0.1, "kill -9 while writing", kill_while_writing),
    (0.25, "full disk", full_disk),
    (0.4, "locked gradebook", locked_gradebook),
    (0.5, "second grader", second_grader),
    (0.6, "kill -9", kill),
    (0.7, "full disk", full_disk),
    (0.8, "kill -9 while writing", kill_while_writing),
    (0.9, "locked gradebook", locked_gradebook),
)


def disturb(place: Course, size: int, *, own_disk: bool) -> list[list[str]]:
    """Grade ``size`` hand-ins with all of PLAN; a row for each: what, written by then, outcome."""
    rows, grader = [], Grader.start(place)
    for share, name, disturbance in PLAN:
        if disturbance is full_disk and not own_disk:
            rows.append([name, "", "left out: needs root, for a small disk of its own"])
            continue
        if not grader.runs and written(place) < size:
            grader = Grader.start(place)
        # From the first one on, the grader holds the course.
        wait_for(functools.partial(_come, place, max(1, share * size), grader))
        by_then = written(place)
        note(f"{name} at {by_then} of {size} ...")
        rows.append([name, str(by_then), disturbance(place, grader)])
    grader.wait()
    return rows


def _come(place: Course, wanted: float, grader: Grader) -> bool:
    return written(place) >= wanted or not grader.runs


def written(place: Course) -> int:
    """Submissions with a record."""
    return len(list(place.evidence_store.glob("*/*.json")))


def wait_for(condition: Callable[[], bool], seconds: float = PATIENCE, pause: float = 0.05) -> None:
    """Until ``condition`` holds, or the time is over."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(pause)


def left_over(place: Course, lab: Lab, students: Sequence[str]) -> list[str]:
    """What is lost, there twice, or half: by student where it is one's."""
    found = []
    places = {
        "record": [path.stem for path in place.evidence_store.glob("*/*.json")],
        "notebook": [p.parts[-3] for p in place.autograded.glob(f"*/{lab.name}/{lab.file_name}")],
        "page": [path.parts[-3] for path in place.feedback.glob("*/*/*.html")],
    }
    with closing(sqlite3.connect(place.root / "gradebook.db")) as database:
        places["gradebook"] = [
            name for (name,) in database.execute("SELECT student_id FROM submitted_assignment")
        ]
        found += [f"gradebook: {each}" for (each,) in database.execute("PRAGMA integrity_check")
                  if each != "ok"]  # fmt: skip
    for what, names in places.items():
        for student in sorted({*students, *names}):
            count = names.count(student)
            if count != (student in students):
                found.append(f"{student}: {what} there {count} times")
    half = [*place.autograded.rglob(".*"), *place.evidence_store.rglob(".*")]
    half += [*place.root.glob("gradebook.db-*")]
    return found + [f"left half written: {path.relative_to(place.root)}" for path in half]


def on_own_disk(folder: Path, size: int, module: str) -> bool:
    """Have ``folder`` on a small disk in memory, which is gone when this process ends.

    The process begins anew, as ``module``, with mounts of its own for that. False where that is
    not to be had.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    if os.environ.get(_INSIDE) != str(os.getpid()):
        os.environ[_INSIDE] = str(os.getpid())
        words = [sys.executable, "-m", module, *sys.argv[1:]]
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", *words])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    most = f"size={DISK_BASE + size * DISK_EACH}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", most, "none", str(folder)],
        capture_output=True,
        check=False,
    )
    return mounted.returncode == 0
