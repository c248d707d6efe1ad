"""A class of 1,000 from a Canvas download to the files that go back, and its archive.

    python -m benchmarks.term [--size 1000] [--json]

A correct hand-in and a few wrong ones are graded; their results and graded copies stand in for
those of the whole class, so nothing else is executed: what grading costs is ``benchmarks.growth``.
Everything else is done for everybody, each by its own command, and its seconds are printed: the
roster, collecting from a zip in Canvas's shape (with a second attempt of every tenth), pages, the
same once more with nothing to do, the report, both exports, the return of grades and pages, what is
alike, and the archive with names and with pseudonyms.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import nbformat

from alpaca_course.course import Course
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.records import Record
from benchmarks import course as bench
from benchmarks import machine, regrade
from benchmarks.everybody import measured
from benchmarks.timing import Cost, note, table

FIRST_NUMBER = 100_000
ASSIGNMENT = "Lab 1 (77)"


def canvas_export(path: Path, size: int, points: float) -> None:
    """The gradebook export of a class of ``size``."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", ASSIGNMENT])
        writer.writerow(["    Points Possible", "", "", "", "", f"{points:.2f}"])
        for number in range(size):
            writer.writerow(
                [f"Family{number}, Given{number}", FIRST_NUMBER + number, f"S{number}",
                 bench.student(number), f"Section {number % 20}", ""]
            )  # fmt: skip


def canvas_download(place: Course, path: Path, size: int) -> None:
    """The zip of hand-ins of a class of ``size``; every tenth handed in twice."""
    released = ReleasedLab.load(bench.lab_of(place))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(size):
            made = bench.submission(released.notebook, released.reference, number)
            text = nbformat.writes(made)
            name = f"family{number}given{number}_{FIRST_NUMBER + number}"
            archive.writestr(f"{name}_{number + 1}_lab.ipynb", text)
            if number % 10 == 0:
                archive.writestr(f"{name}_{size + number + 1}_lab-1.ipynb", text)


def stand_in(place: Course, seed: Course, records: list[Record], size: int) -> None:
    """Results and graded copies of the few that were graded, for the whole class."""
    lab = bench.lab_of(place)
    regrade.fill(place, records, size)
    for number in range(size):
        student = records[number % len(records)].student
        target = place.autograded / bench.student(number) / lab.name
        shutil.copytree(seed.autograded / student / lab.name, target)


def measure(course: Course, size: int) -> dict[str, Cost]:
    """What each command takes."""
    records = regrade.real_records(course)
    seed = bench.folder_of_benchmarks(course) / "regrade-seed"
    place = bench.prepare(course, "term")
    files = place.root / "files"
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir()
    export, download = files / "export.csv", files / "submissions.zip"
    points = sum(record.max_points for record in records[:1])
    canvas_export(export, size, points)
    canvas_download(place, download, size)
    found = {
        "roster import": measured(place, "roster", "import", str(export)),
        "collect": measured(place, "collect", str(download), "--json"),
        "collect, the same again": measured(place, "collect", str(download), "--json"),
    }
    note(f"{size} results stand in ...")
    stand_in(place, Course.load(seed), records, size)
    back = ("return", "--to", "canvas", "--grades", str(export), "--column", "Lab 1", "--json")
    for name, *words in (
        ("feedback", "feedback", "--json"),
        ("feedback, nothing changed", "feedback", "--json"),
        ("report", "report", "--json"),
        ("export, CSV", "export", "--output", str(files / "grades.csv")),
        ("export, JSON Lines", "export", "--output", str(files / "grades.jsonl")),
        ("return, dry run", *back, "--dry-run"),
        ("return", *back),
        ("similar", "similar", "--json"),
        ("archive", "archive", str(files / "term.zip")),
        ("archive, anonymous", "archive", str(files / "anonymous.zip"), "--anonymous"),
        ("archive, read to its end", "archive", str(files / "term.zip"), "--check"),
    ):
        found[name] = measured(place, *words)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    facts = machine.describe()
    seconds = measure(Course.find(), options.size)
    result: dict[str, Any] = {
        "machine": facts,
        "size": options.size,
        "seconds": {name: {"wall": c.wall, "cpu": c.cpu} for name, c in seconds.items()},
    }
    if options.json:
        print(json.dumps(result, indent=2))
        return
    rows = [[name, f"{each.wall:.1f}", f"{each.cpu:.1f}"] for name, each in seconds.items()]
    print(f"{machine.text(facts)}\n\n{options.size} students\n")
    print(table(["command", "s", "CPU-s"], rows))


if __name__ == "__main__":
    main()
