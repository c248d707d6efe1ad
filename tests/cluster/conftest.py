"""A cluster on this machine, made once, and classes for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from alpaca_course.cluster.link import Address
from alpaca_course.cluster.local import free_port
from alpaca_course.course import Course
from tests import light
from tests.cluster.machines import Machines, machines
from tests.lacking import need_sandbox
from tests.waiting import until


@pytest.fixture(scope="session")
def sandbox() -> None:
    """A sandbox can be had, which workers insist on; else the test is skipped, or fails."""
    need_sandbox()


@pytest.fixture(scope="session")
def cluster(sandbox: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler with the workers "one" and "two"."""
    folder = tmp_path_factory.mktemp("cluster")
    address = Address(f"tcp://127.0.0.1:{free_port()}")
    with machines(folder, address, address) as made:
        for name in ("one", "two"):
            made.start_worker(name)
        yield made


@pytest.fixture
def quiet(cluster: Machines) -> Machines:
    """The cluster with two workers that run and nothing noted."""
    for name in ("one", "two"):
        until(cluster.process_of(name).is_running, f"{name} runs")
    cluster.begin()
    return cluster


@pytest.fixture
def aside(quiet: Machines) -> Iterator[ThreadPoolExecutor]:
    """A thread beside the test's own, for a run that the test disturbs."""
    with ThreadPoolExecutor(1) as threads:
        yield threads
        quiet.go()  # what a test that failed still holds, and this would wait for


@pytest.fixture
def class_of(new_course: Callable[[Path], Course], tmp_path: Path) -> Callable[..., Course]:
    """Makes a course in which each student hands in a program of their own with some words."""

    def make(name: str = "course", /, **words: str) -> Course:
        course = new_course(tmp_path / name)
        for number, (student, word) in enumerate(words.items()):
            own = f"{light.TOTAL}own_{number} = {number}  # {word}\n"
            light.hand_in(course, student, light.solved(course, total=own))
        return course

    return make
