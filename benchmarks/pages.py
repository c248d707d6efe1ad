"""How fast feedback pages and the class report are written.

    python -m benchmarks.pages [--sizes 200 1000] [--workers 2] [--json]

A correct submission and a few wrong ones of the lab are graded; their records and autograded
notebooks are copied under other names. Then, as whole commands,

* ``alpaca feedback`` where no page is there, where nothing changed, and where one comment did;
* ``alpaca report``.
"""

from __future__ import annotations

import argparse
import json
import shutil
from typing import Any

from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.written import autograded_notebook
from alpaca_course.judging.records import Record
from benchmarks import course as bench
from benchmarks import machine
from benchmarks.regrade import fill, real_records
from benchmarks.timing import note, table

GOAL_NEW, GOAL_SAME = 30.0, 5.0


def copy_notebooks(seed: Course, place: Course, records: list[Record], count: int) -> None:
    """Each student's autograded notebook, that of whose record it has."""
    for folder in (place.autograded, place.feedback, place.state / "pages"):
        shutil.rmtree(folder, ignore_errors=True)
    for number in range(count):
        student = records[number % len(records)].student
        source = autograded_notebook(seed, bench.lab_of(seed), student).parent
        target = autograded_notebook(place, bench.lab_of(place), bench.student(number)).parent
        target.mkdir(parents=True)
        for path in source.iterdir():
            shutil.copy(path, target / path.name)


def comment(place: Course, student: str) -> None:
    """A person's word to one student."""
    lab = bench.lab_of(place)
    with NbGrader(place, lab).gradebook() as gradebook:
        found = gradebook.find_comment(lab.exercises[0].cell, lab.notebook, lab.name, student)
        found.manual_comment = "Well done."
        gradebook.db.commit()


def measured(
    course: Course, seed: Course, records: list[Record], count: int, workers: int
) -> dict[str, Any]:
    """What the pages of ``count`` students cost."""
    note(f"{count} pages ...")
    place = bench.prepare(course, "pages")
    with (place.root / CONFIG_FILE).open("a", encoding="utf-8") as file:
        file.write(f"c.AlpacaCourse.workers = {workers}\n")
    fill(place, records, count)
    copy_notebooks(seed, place, records, count)
    new, said = bench.reported(place, "feedback")
    assert len(said["made"]) == count
    same, said = bench.reported(place, "feedback")
    assert said["made"] == []
    comment(place, bench.student(0))
    one, said = bench.reported(place, "feedback")
    assert said["made"] == [bench.student(0)]
    report, _ = bench.reported(place, "report")
    pages = [path.stat().st_size for path in place.feedback.rglob("*.html")]
    costs = {"new": new, "same": same, "one": one, "report": report}
    return {
        "students": count,
        "page_kib": sum(pages) / len(pages) / 1024,
        **{name: cost.wall for name, cost in costs.items()},
        **{f"{name}_cpu": cost.cpu for name, cost in costs.items()},
    }


def text(found: list[dict[str, Any]]) -> str:
    head = ["students", "KiB a page", "new s", "unchanged s", "one changed s", "report s"]
    rows = [
        [
            str(each["students"]),
            f"{each['page_kib']:.0f}",
            *(f"{each[n]:.1f} ({each[f'{n}_cpu']:.1f})" for n in ("new", "same", "one", "report")),
        ]
        for each in found
    ]
    return (
        f"{table(head, rows)}\n\nIn brackets seconds of processor time. Goal: 200 new in less "
        f"than {GOAL_NEW:g} s, unchanged in less than {GOAL_SAME:g} s."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[200])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    facts, course = machine.describe(), Course.find()
    records = real_records(course)
    seed = Course.load(bench.folder_of_benchmarks(course) / "regrade-seed")
    found = [measured(course, seed, records, size, options.workers) for size in options.sizes]
    if options.json:
        print(json.dumps({"machine": facts, "pages": found}, indent=2))
        return
    print(f"{machine.text(facts)}\n\n{text(found)}")


if __name__ == "__main__":
    main()
