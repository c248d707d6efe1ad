"""What one sandbox can hold of the machine, and what the others notice of it: nothing."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.contract.inputs import InputMount
from alpaca_course.execution.warm import SandboxKernelSource, WarmKernelSource
from alpaca_course.sandbox.watchdog import sockets
from tests.sandbox.hostile.driving import run
from tests.sandbox.hostile.holding import ATTEMPTS, BOUNDED, ENDED, HOLDER, HONEST, PRELUDE

pytestmark = pytest.mark.sandbox

HELD_SECONDS = 6.0


@pytest.fixture(scope="module")
def outcomes(warm: WarmKernelSource) -> Any:
    lines = [f"{name!r}: outcome(lambda: {body})," for name, (body, _) in ATTEMPTS.items()]
    return run(warm, PRELUDE, "\n".join(["print(json.dumps({", *lines, "}))"])).json()


@pytest.mark.parametrize("name", ATTEMPTS)
def test_nothing_that_others_need_can_be_held(name: str, outcomes: Any) -> None:
    assert outcomes[name] == ATTEMPTS[name][1]


@pytest.mark.parametrize("name", BOUNDED)
def test_what_can_be_held_is_bounded(name: str, warm: WarmKernelSource) -> None:
    program, most = BOUNDED[name]
    assert 0 < int(run(warm, PRELUDE, program).text()) <= most


@pytest.mark.parametrize("name", ENDED)
def test_a_flood_of_kernel_memory_ends_the_submission_alone(
    name: str, warm: WarmKernelSource
) -> None:
    program, reason = ENDED[name]
    ran = run(warm, program, "print('still here')")
    assert (ran.ended, ran.usage.exit_reason) == ("died", reason)
    assert run(warm, "print('next')").text() == "next\n"


def test_a_kernel_at_rest_has_few_sockets(warm: WarmKernelSource) -> None:
    sandbox = warm._take(_nothing())
    try:
        assert sockets(sandbox.root) < 100
    finally:
        sandbox.kill()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's sandboxes are that user")
def test_watches_that_one_sandbox_takes_are_not_taken_from_another(warm: WarmKernelSource) -> None:
    """The kernel counts them by user (``fs.epoll.max_user_watches``): each sandbox is another."""
    look = "import os; print(os.getuid())"
    one, other = warm._take(_nothing()), warm._take(_nothing())
    try:
        assert one._uid is not None
        assert other._uid is not None
        assert one._uid.number != other._uid.number
    finally:
        one.kill()
        other.kill()
    assert int(run(warm, look).text()) > 1000


def test_a_file_that_a_neighbour_tries_to_hold_is_read_at_once(
    warm: WarmKernelSource, tmp_path: Path
) -> None:
    """Two sandboxes and one read-only file, as with weights: nobody waits, nobody fails."""
    h5py = pytest.importorskip("h5py")
    models = tmp_path / "models"
    models.mkdir()
    with h5py.File(models / "weights.h5", "w") as file:
        file["x"] = [1.0, 2.0]
    given = (InputMount(models, "keras/models", ("KERAS_HOME", "keras")),)
    holding: list[str] = []

    def hold() -> None:
        program = HOLDER.replace("SECONDS", str(HELD_SECONDS))
        holding.append(run(warm, program, inputs=given).text())

    neighbour = threading.Thread(target=hold)
    neighbour.start()
    read = f"""
import h5py, os, time
path = os.environ["KERAS_HOME"] + "/models/weights.h5"
start, number = time.monotonic(), 0
while time.monotonic() - start < {HELD_SECONDS - 2}:
    with h5py.File(path, "r") as f: f["x"][:]
    with open(path, "rb") as f: f.read()
    number += 1
    time.sleep(0.05)
print(number > 5)
"""
    assert run(warm, read, inputs=given).text() == "True\n"
    neighbour.join()
    assert holding == ["1\n"]


@pytest.mark.parametrize("name", HONEST)
def test_what_honest_notebooks_do_goes_on_working(name: str, fresh: SandboxKernelSource) -> None:
    assert run(fresh, HONEST[name]).text().endswith("True\n")


def _nothing() -> Any:
    from alpaca_course.execution.kernels import RunSpec

    return RunSpec("0" * 32)


@pytest.fixture
def canaries() -> Iterator[list[str]]:
    """Files beside what a Python environment and the system have to show."""
    places = [Path(sys.prefix), Path(sys.prefix, "etc"), Path(sys.prefix, "share", "local-lab")]
    places += [Path("/usr/local/etc"), Path("/usr/local/share"), Path("/usr/src"), Path("/usr")]
    made, folders = [], []
    for place in places:
        try:
            if not place.is_dir():
                place.mkdir(parents=True)
                folders.append(place)
            path = place / f"canary-{os.getpid()}.conf"
            path.write_text("canary")
        except OSError:
            continue
        made.append(path)
    yield [str(path) for path in made]
    for path in made:
        path.unlink()
    for folder in folders:
        folder.rmdir()


def test_of_the_system_only_what_programs_need_is_shown(
    canaries: list[str], warm: WarmKernelSource
) -> None:
    look = f"""
import json, os
def read(path):
    try: return open(path).read()
    except OSError as error: return type(error).__name__
shown = {{p: sorted(os.listdir(p)) if os.path.isdir(p) else [] for p in ("/usr", "/usr/share", "/etc")}}
print(json.dumps([[read(path) for path in {canaries!r}], shown]))
"""  # noqa: E501
    answers, shown = run(warm, look, inputs=()).json()
    assert set(answers) == {"FileNotFoundError"}
    programs = {"bin", "sbin", "lib", "lib32", "lib64", "libx32", "share"}
    assert set(shown["/usr"]) <= programs | (
        {"local"} if "/usr/local" in sys.base_prefix else set()
    )
    assert {"doc", "keyrings", "polkit-1"}.isdisjoint(shown["/usr/share"])
    assert set(shown["/etc"]) <= {"ld.so.cache", "localtime", "fonts", "alternatives"}
