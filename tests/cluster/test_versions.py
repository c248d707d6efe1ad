"""A worker that would give other results gets nothing, and both sides' versions are said."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from alpaca_course.cluster.facts import MismatchError
from alpaca_course.contract.states import State
from alpaca_course.course import Course
from tests.cluster.machines import OTHER, Machines, grade
from tests.commands import alpaca
from tests.waiting import until

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]

HERE = importlib.metadata.version("ipykernel")


def checks(course: Course, cluster: Machines) -> dict[str, dict[str, str]]:
    done = alpaca(course, "doctor", "--json", "--scheduler", cluster.address.url)
    found = json.loads(done.stdout)["checks"]
    return {each["name"]: each for each in found if each["name"].startswith(("Work", "Sched"))}


def test_one_that_differs_is_refused_at_the_start_and_not_used_later(
    quiet: Machines, class_of: Callable[..., Course], aside: ThreadPoolExecutor
) -> None:
    course = class_of(ann="HOLD", bob="")
    said: list[str] = []
    running = aside.submit(grade, course, quiet.address, said)
    until(lambda: quiet.started("HOLD"), "ann is executed")
    quiet.start_worker(OTHER)
    until(lambda: any("not used" in line for line in said), "it is said")
    quiet.go()
    found = running.result()
    assert {each.result and each.result.state for each in found.values()} == {State.GRADED}
    others = quiet.process_of(OTHER).pid
    assert others not in quiet.started()
    both = (f"ipykernel {HERE}", "ipykernel 0.1")
    assert all(each in "\n".join(said) for each in both)

    (course.state / "executions").rename(course.root / "executions-before")
    with pytest.raises(MismatchError) as raised:
        grade(course, quiet.address)
    assert all(each in str(raised.value) for each in both)
    assert len(quiet.started()) == 2

    done = alpaca(course, "doctor", "--scheduler", quiet.address.url)
    assert done.returncode == 1
    assert f"ipykernel 0.1 (here: {HERE})" in " ".join(done.stdout.split())
    quiet.stop_worker(OTHER)


def test_the_doctor_tells_slots_and_versions(quiet: Machines, pristine: Course) -> None:
    found = checks(pristine, quiet)
    assert "2 workers, 2 executions side by side" in found["Scheduler"]["found"]
    workers = [each for name, each in found.items() if name.startswith("Worker ")]
    assert [each["state"] for each in workers] == ["ok", "ok"]
    assert all("1 slots; python 3." in each["found"] for each in workers)
