"""What breaks while a class is executed on a cluster costs nobody anything, and one run more.

The scheduler and both workers are real, and so are the ways in which they are ended.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from alpaca_course.batch.grade import Action, Outcome
from alpaca_course.contract.states import State
from alpaca_course.course import Course
from alpaca_course.gradebook.results import read_results
from alpaca_course.judging.records import RecordStore
from tests.cluster.machines import ALPACA, Machines, grade
from tests.cluster.proxy import Proxy
from tests.waiting import until

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(900)]

Class = Callable[..., Course]
FULL = 30.0


def all_are_well(course: Course, found: dict[str, Outcome]) -> None:
    """Everybody is graded, once, with full points, in what came back and in the gradebook."""
    assert {name: each.error for name, each in found.items() if each.error} == {}
    for name, outcome in found.items():
        assert outcome.result is not None
        assert (name, outcome.result.state, outcome.result.total) == (name, State.GRADED, FULL)
    once_in_the_gradebook(course, sorted(found))


def once_in_the_gradebook(course: Course, students: list[str]) -> None:
    results = read_results(course, course.lab()).results
    assert sorted(results) == students
    records = RecordStore(course, course.lab())
    for name in students:
        record = records.load(name)
        assert record is not None
        assert record.history == ()  # nobody was graded twice


def test_a_class_is_spread_over_both_and_gets_what_it_gets_here(
    quiet: Machines, class_of: Class, aside: ThreadPoolExecutor
) -> None:
    course = class_of(ann="", bob="", cem="HOLD", dee="HOLD")
    running = aside.submit(grade, course, quiet.address)
    until(lambda: len(set(quiet.started("HOLD"))) == 2, "both workers are at it")
    quiet.go()
    all_are_well(course, running.result())
    again = grade(course, quiet.address)
    assert {each.action for each in again.values()} == {Action.KEEP}
    assert len(quiet.started()) == 4


def test_a_worker_killed_in_the_middle(
    quiet: Machines, class_of: Class, aside: ThreadPoolExecutor
) -> None:
    course = class_of(ann="HOLD", bob="", cem="", dee="")
    running = aside.submit(grade, course, quiet.address)
    until(lambda: quiet.started("HOLD"), "ann is executed")
    _kill(quiet, quiet.started("HOLD")[0])
    quiet.go()
    all_are_well(course, running.result())
    assert len(set(quiet.started("HOLD"))) == 2


def test_all_workers_gone_and_others_started(
    quiet: Machines, class_of: Class, aside: ThreadPoolExecutor
) -> None:
    course = class_of(ann="HOLD", bob="")
    said: list[str] = []
    running = aside.submit(grade, course, quiet.address, said)
    until(lambda: quiet.started("HOLD"), "ann is executed")
    (busy,) = quiet.started("HOLD")
    # The idle one first: ann would lose that one, too, and be left to a person.
    for name in sorted(("one", "two"), key=lambda each: quiet.process_of(each).pid == busy):
        quiet.stop_worker(name)
    until(lambda: any("No worker is left; waiting up to" in line for line in said), "it is said")
    for name in ("one", "two"):
        quiet.start_worker(name)
    quiet.go()
    all_are_well(course, running.result())


def test_a_worker_that_hangs(quiet: Machines, class_of: Class, aside: ThreadPoolExecutor) -> None:
    course = class_of(ann="HOLD", bob="", cem="", dee="")
    running = aside.submit(grade, course, quiet.address, silent=6.0)
    until(lambda: quiet.started("HOLD"), "ann is executed")
    hanging = quiet.started("HOLD")[0]
    _signal(hanging, signal.SIGSTOP)
    try:
        until(lambda: len(quiet.started("HOLD")) == 2, "ann is tried on the other worker")
        quiet.go()
        all_are_well(course, running.result())
    finally:
        _signal(hanging, signal.SIGCONT)
        _kill(quiet, hanging)


def test_what_kills_every_worker_it_meets_is_refused_after_two(
    quiet: Machines, class_of: Class
) -> None:
    course = class_of(ann="", bob="", eve="POISON", joe="", kim="")
    found = grade(course, quiet.address)
    eve = found.pop("eve").result
    assert eve is not None
    assert eve.state is State.NEEDS_PERSON
    assert len(quiet.started("POISON")) == 2
    assert {each.result and each.result.total for each in found.values()} == {FULL}
    once_in_the_gradebook(course, ["ann", "bob", "eve", "joe", "kim"])


def test_a_scheduler_started_again(
    quiet: Machines, class_of: Class, aside: ThreadPoolExecutor
) -> None:
    course = class_of(ann="HOLD", bob="HOLD", cem="", dee="")
    said: list[str] = []
    running = aside.submit(grade, course, quiet.address, said)
    until(lambda: len(quiet.started("HOLD")) == 2, "two are executed")
    quiet.stop_scheduler()
    until(lambda: any("does not answer" in line for line in said), "it is said")
    quiet.go()
    quiet.start_scheduler()
    all_are_well(course, running.result())


def test_a_coordinator_killed_and_started_again(quiet: Machines, class_of: Class) -> None:
    course = class_of(ann="", bob="HOLD", cem="HOLD")
    command = [ALPACA, "grade", "--isolation", "warm"]
    command += ["--scheduler", quiet.address.url]
    first = subprocess.Popen(command, cwd=course.root, stderr=subprocess.PIPE)
    until(lambda: len(quiet.started("HOLD")) == 2 or first.poll() is not None, "two are executed")
    assert first.poll() is None, first.stderr and first.stderr.read()
    first.kill()
    first.communicate()
    quiet.go()
    all_are_well(course, grade(course, quiet.address))


def test_a_network_between_coordinator_and_scheduler_that_is_away_for_a_while(
    quiet: Machines, class_of: Class, aside: ThreadPoolExecutor
) -> None:
    scheme, _, port = quiet.address.url.rpartition(":")
    with Proxy(int(port)) as network:
        course = class_of(ann="HOLD", bob="HOLD", cem="", dee="")
        there = replace(quiet.address, url=f"{scheme}:{network.port}")
        said: list[str] = []
        running = aside.submit(grade, course, there, said)
        until(lambda: len(set(quiet.started("HOLD"))) == 2, "both workers are at it")
        network.cut()
        until(lambda: any("does not answer" in line for line in said), "it is said")
        quiet.go()
        network.mend()
        all_are_well(course, running.result())
    assert len(quiet.started("HOLD")) > 2  # what came home too late was nobody's


def test_a_network_between_a_worker_and_the_scheduler_that_is_away_for_a_while(
    quiet: Machines, class_of: Class, aside: ThreadPoolExecutor
) -> None:
    with Proxy(int(quiet.address.url.rpartition(":")[2])) as network:
        quiet.stop_worker("two")
        quiet.start_worker_through("two", network.port)
        course = class_of(ann="HOLD", bob="HOLD", cem="", dee="")
        running = aside.submit(grade, course, quiet.address)
        until(lambda: len(set(quiet.started("HOLD"))) == 2, "both workers are at it")
        before = quiet.process_of("two").pid
        network.cut()
        until(lambda: quiet.process_of("two").pid != before, "the worker starts again")
        quiet.go()
        network.mend()
        all_are_well(course, running.result())
        quiet.stop_worker("two")
    quiet.start_worker("two")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own of 256 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    done = shutil.which("mount") and subprocess.run(mount, capture_output=True, check=False)
    if not done or done.returncode:
        pytest.skip("a small disk can be had as root only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("when", ["from the beginning", "in the middle"])
def test_a_worker_whose_disk_is_full(
    when: str, quiet: Machines, class_of: Class, small_disk: Path, aside: ThreadPoolExecutor
) -> None:
    course = class_of(ann="HOLD", bob="HOLD", cem="", dee="", eve="")
    quiet.stop_worker("two")
    before = quiet.registered("two")
    quiet.start_worker("two", folder=small_disk / "two")
    until(lambda: quiet.registered("two") > before, "the scheduler knows it")
    said: list[str] = []
    if when == "from the beginning":
        _fill(small_disk)
        running = aside.submit(grade, course, quiet.address, said)
        until(lambda: any("not used" in each and "No space left" in each for each in said), "why")
        quiet.go()
        all_are_well(course, running.result())
        (small_disk / "full").unlink()
        course = class_of("again", ann="HOLD", bob="HOLD")
        quiet.begin()
        running = aside.submit(grade, course, quiet.address)
        until(lambda: len(set(quiet.started("HOLD"))) == 2, "it is used where there is room again")
        quiet.go()
        all_are_well(course, running.result())
    else:
        running = aside.submit(grade, course, quiet.address, said)
        until(lambda: len(set(quiet.started("HOLD"))) == 2, "both workers are at it")
        _fill(small_disk)
        quiet.go()
        all_are_well(course, running.result())
    quiet.stop_worker("two")
    quiet.start_worker("two")


def test_nothing_of_rules_and_gradebook_is_on_a_worker(quiet: Machines, class_of: Class) -> None:
    course = class_of(ann="")
    grade(course, quiet.address)
    found = {
        path: path.read_bytes()
        for name in ("one", "two")
        for path in quiet.folder_of(name).rglob("*")
        if path.is_file()
    }
    names = {path.name for path in found}
    assert "bundle.json" in names
    assert "helper.py" in names
    assert not {"gradebook.db", "rules", "nbgrader_config.py"} & names
    for path, data in found.items():
        assert b"SECRET-RULE-TEXT" not in data, path
        assert b"ann" not in path.name.encode(), path
    manifests = [json.loads(data) for path, data in found.items() if path.name == "bundle.json"]
    assert {member.partition("/")[0] for each in manifests for member in each["members"]} == {
        "evidence",
        "files",
    }


def _fill(folder: Path) -> None:
    with (folder / "full").open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return


def _kill(cluster: Machines, pid: int) -> None:
    _signal(pid, signal.SIGKILL)
    name = next((n for n in cluster.workers if cluster.process_of(n).pid == pid), None)
    if name is not None:
        until(lambda: cluster.process_of(name).pid != pid, "the next process starts")


def _signal(pid: int, number: int) -> None:
    os.kill(pid, number)
