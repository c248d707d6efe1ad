"""What one submission leaves behind, and what the next one sees of it: nothing."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

import pytest

from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.warm import SandboxKernelSource, WarmKernelSource
from alpaca_course.sandbox.sandbox import Setup
from tests.loops import in_a_loop_of_its_own
from tests.sandbox.hostile.conftest import TemplateSource
from tests.sandbox.hostile.driving import CHALLENGE, PREPARED, run
from tests.sandbox.hostile.scripts import FORK_BOMB, PLANTS, WORLD

pytestmark = pytest.mark.sandbox

AGE_OF_SANDBOX = "print(open('/proc/1/stat').read().rsplit(')')[1].split()[19])"


@pytest.fixture(scope="module")
def alone(warm: WarmKernelSource, fresh: SandboxKernelSource, setup: Setup) -> Any:
    """What a submission sees that is the only one its sandbox ever runs."""
    if not isinstance(warm, TemplateSource):
        return run(fresh, WORLD, challenge=CHALLENGE).json()
    source = TemplateSource(replace(setup, template=PREPARED), ("numpy",))
    try:
        return run(source, WORLD, challenge=CHALLENGE).json()
    finally:
        source.close()


@pytest.mark.parametrize("name", PLANTS)
def test_the_next_submission_sees_the_same_as_alone(
    name: str, warm: WarmKernelSource, alone: Any
) -> None:
    planted = run(warm, PLANTS[name])
    assert planted.ended == "died" if name == "killed kernel" else "planted" in planted.text()
    assert run(warm, WORLD, challenge=CHALLENGE).json() == alone


def test_the_next_submission_is_well_after_a_fork_bomb(warm: WarmKernelSource, alone: Any) -> None:
    bomb = run(warm, FORK_BOMB)
    assert bomb.text().startswith("BlockingIOError")
    assert int(bomb.text().split()[1]) < 64
    assert run(warm, WORLD, challenge=CHALLENGE).json() == alone


def test_honest_submissions_share_one_sandbox(warm: WarmKernelSource) -> None:
    first = run(warm, AGE_OF_SANDBOX).text()
    run(
        warm,
        "open('notes.txt', 'w').write('mine')",
        "import subprocess; subprocess.Popen(['sleep', '60'])",
    )
    assert run(warm, AGE_OF_SANDBOX).text() == first


@pytest.mark.parametrize("name", ["ports", "unreadable folders", "deep folders"])
def test_a_sandbox_that_is_not_as_at_the_start_is_thrown_away(
    name: str, warm: WarmKernelSource
) -> None:
    before = run(warm, AGE_OF_SANDBOX, PLANTS[name])
    assert run(warm, AGE_OF_SANDBOX).text() != before.text(0)


@pytest.mark.parametrize(
    "name",
    [
        "signals to the warm process",
        "signal to everything",
        "files",
        "priority",
        "affinity",
        "scheduler",
        "io priority",
    ],
)
def test_attacks_without_effect_cost_no_new_sandbox(name: str, warm: WarmKernelSource) -> None:
    before = run(warm, AGE_OF_SANDBOX, PLANTS[name])
    assert run(warm, AGE_OF_SANDBOX).text() == before.text(0)


def test_memory_and_descriptors_of_the_warm_process_are_closed(warm: WarmKernelSource) -> None:
    lines = dict(
        line.split(" ", 1)
        for line in run(warm, PLANTS["memory of the warm process"]).text().splitlines()
        if " " in line
    )
    for name in ("mem", "maps", "environ", "fd", "cwd", "oom"):
        assert lines[name] == "PermissionError", name
    for name in ("ptrace", "vm_writev", "pidfd_getfd"):
        assert lines[name] == "-1", name


@pytest.mark.parametrize("name", ["shared memory", "message queues"])
def test_no_object_of_system_v_or_posix_ipc_can_be_made(name: str, warm: WarmKernelSource) -> None:
    calls = [line for line in run(warm, PLANTS[name]).text().splitlines() if " -1 " in line]
    assert calls
    assert all(line.endswith("EPERM") for line in calls)


def test_nothing_of_the_environment_can_be_patched(warm: WarmKernelSource) -> None:
    text = run(warm, PLANTS["patched modules"]).text()
    assert "PATCHED" not in text
    assert "OSError" in text
    assert text.endswith("planted\n")


def test_kernels_of_one_source_side_by_side_do_not_meet(warm: WarmKernelSource) -> None:
    async def roots() -> set[str]:
        async with warm.kernel(RunSpec(secrets.token_hex(16))) as one:
            async with warm.kernel(RunSpec(secrets.token_hex(16))) as other:
                return {one.manager.ip.rsplit("/", 1)[0], other.manager.ip.rsplit("/", 1)[0]}

    assert len(in_a_loop_of_its_own(roots())) == 2
