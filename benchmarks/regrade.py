"""How fast stored evidence is judged again.

    python -m benchmarks.regrade [--sizes 1000 10000] [--written 100] [--json]

Evidence is real: a correct submission and a few wrong ones are graded, and their records are
copied under other names. Then, for each size,

* ``alpaca regrade --dry-run``: read, judge and compare, as a whole command;
* ``alpaca regrade``: the same, and every record is stored again by the rules of today.

What else is written depends on how many results change. So a class of ``--written`` is graded,
the words of a rule are changed, and ``alpaca regrade`` writes every notebook, every row of the
gradebook and every record anew. Last, the judge alone, in a process without TensorFlow.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import nbformat

from alpaca_course.course import Course
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.judging.records import Record, RecordStore
from alpaca_course.qualification.case import load_cases
from alpaca_course.qualification.demo_class import hand_in
from alpaca_course.qualification.plan import select
from benchmarks import course as bench
from benchmarks import machine
from benchmarks.timing import Command, note, run, table

# One mistake in each exercise: their verdicts have more to say than a correct one's.
WRONG = ("c1_flip_vertical", "c2_base_not_frozen", "c3_froze_all")
GOAL_SECONDS = 60.0
GOAL_JUDGE = 10.0
JUDGED = 300


def real_records(course: Course) -> list[Record]:
    """Grade a correct submission and the wrong ones; their records."""
    place = bench.prepare(course, "regrade-seed")
    lab = bench.lab_of(place)
    hand_in(place, lab, select(load_cases(lab), WRONG))
    released = ReleasedLab.load(lab)
    bench.hand_in(place, released.notebook, released.reference, 1)
    command = bench.grade_command(place, "warm", 2)
    run(Command(command.words, command.folder, command.environment))
    return list(RecordStore(place, bench.lab_of(place)))


def fill(place: Course, records: list[Record], count: int) -> None:
    """``count`` records of students who exist in the gradebook alone."""
    lab = bench.lab_of(place)
    store, nbgrader = RecordStore(place, lab), NbGrader(place, lab)
    shutil.rmtree(store.folder, ignore_errors=True)
    store.folder.mkdir(parents=True)
    with nbgrader.gradebook() as gradebook:
        for number in range(count):
            gradebook.update_or_create_student(bench.student(number))
            gradebook.update_or_create_submission(lab.name, bench.student(number))
    with nbgrader.ledger() as ledger:
        for number in range(count):
            record = replace(records[number % len(records)], student=bench.student(number))
            record, _ = ledger.enter(record, None)
            # Without waiting for the disk each time, unlike the store itself.
            store.path(record.student).write_text(record.text(), encoding="utf-8")


def stored(place: Course, records: list[Record], sizes: Iterable[int]) -> list[dict[str, Any]]:
    """Regrade classes of ``sizes`` in which nothing changes."""
    found = []
    for count in sizes:
        note(f"{count} stored evidences ...")
        fill(place, records, count)
        judged, report = bench.reported(place, "regrade", "--dry-run")
        assert report["judged"] == count
        assert report["changed"] == 0
        whole, _ = bench.reported(place, "regrade")
        found.append(
            {
                "records": count,
                "judged": judged.wall,
                "judged_cpu": judged.cpu,
                "judged_and_stored": whole.wall,
                "judged_and_stored_cpu": whole.cpu,
            }
        )
        note(f"  judged {judged.wall:.1f} s, and stored {whole.wall:.1f} s")
    return found


def written(course: Course, count: int) -> dict[str, Any]:
    """Regrade a class of ``count`` in which everything changes.

    Everybody hands in the same notebook, so one execution gives all their evidence; gradebook and
    notebooks are each student's own.
    """
    note(f"a class of {count} in which everything changes ...")
    place = bench.prepare(course, "regrade-written")
    lab = bench.lab_of(place)
    released = ReleasedLab.load(lab)
    text = nbformat.writes(bench.submission(released.notebook, released.reference, 0))
    for number in range(count):
        folder = place.submitted / bench.student(number) / lab.name
        folder.mkdir(parents=True)
        (folder / lab.file_name).write_text(text, encoding="utf-8")
    graded = bench.grade(place, isolation="warm", workers=2)
    store = RecordStore(place, bench.lab_of(place))
    for record in list(store):
        store.store(_other_words(record))
    judged, _ = bench.reported(place, "regrade", "--dry-run")
    whole, report = bench.reported(place, "regrade")
    assert report["changed"] == count
    return {
        "submissions": count,
        "graded": graded.wall,
        "judged": judged.wall,
        "judged_and_written": whole.wall,
        "written_each_ms": 1000 * (whole.wall - judged.wall) / count,
        "written_each_cpu_ms": 1000 * (whole.cpu - judged.cpu) / count,
    }


def _other_words(record: Record) -> Record:
    """As if a rule had had another title when ``record`` was made."""
    name, verdict = next(iter(record.verdicts.items()))
    first, *rest = verdict.results
    changed = replace(verdict, results=(replace(first, title=f"{first.title} (before)"), *rest))
    return replace(record, verdicts={**record.verdicts, name: changed})


def judge_alone(place: Course, records: list[Record]) -> dict[str, Any]:
    """Validation and judgement of one submission's evidence, without TensorFlow."""
    from alpaca_course.judging import assessment
    from alpaca_course.judging.judge import load_judge

    lab = bench.lab_of(place)
    released, judge = ReleasedLab.load(lab), load_judge(place, lab)
    times = []
    for number in range(JUDGED):
        record = records[number % len(records)]
        started = time.perf_counter()
        judged = assessment.judged(record, released, judge)
        times.append(1000 * (time.perf_counter() - started))
        assert judged.points == record.points
    tensorflow = any(name in sys.modules for name in ("tensorflow", "keras"))
    return {
        "median_ms": statistics.median(times),
        "largest_ms": max(times),
        "tensorflow_imported": tensorflow,
    }


def text(found: dict[str, Any]) -> str:
    rows = [
        [
            str(each["records"]),
            f"{each['judged']:.1f}",
            f"{each['judged_cpu']:.1f}",
            f"{each['judged_and_stored']:.1f}",
            f"{each['judged_and_stored_cpu']:.1f}",
        ]
        for each in found["stored"]
    ]
    alone, all_changed = found["judge"], found["written"]
    return "\n\n".join(
        [
            table(["stored evidences", "judged s", "CPU-s", "and stored s", "CPU-s"], rows),
            f"Goal: 10,000 in less than {GOAL_SECONDS:g} s.",
            f"A class of {all_changed['submissions']} in which every result changes: "
            f"judged {all_changed['judged']:.1f} s, "
            f"judged and written {all_changed['judged_and_written']:.1f} s, "
            f"{all_changed['written_each_ms']:.0f} ms "
            f"({all_changed['written_each_cpu_ms']:.0f} CPU-ms) to write each.",
            f"The judge alone: {alone['median_ms']:.2f} ms a submission "
            f"(largest {alone['largest_ms']:.1f}), TensorFlow "
            f"{'imported' if alone['tensorflow_imported'] else 'not imported'}; "
            f"goal less than {GOAL_JUDGE:g} ms.",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--written", type=int, default=100, help="submissions written anew")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    facts = machine.describe()
    course = Course.find()
    records = real_records(course)
    place = bench.prepare(course, "regrade")
    found: dict[str, Any] = {
        "machine": facts,
        "judge": judge_alone(place, records),
        "stored": stored(place, records, options.sizes),
        "written": written(course, options.written),
    }
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{machine.text(facts)}\n\n{text(found)}")


if __name__ == "__main__":
    main()
