"""Sources of sandboxed kernels for the tests of isolation."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from alpaca_course.execution.warm import KERNEL_MODULES, SandboxKernelSource, WarmKernelSource
from alpaca_course.sandbox.probe import ProbeResult, probe
from alpaca_course.sandbox.sandbox import Setup
from tests.sandbox.hostile.driving import REPOSITORY, SMALL


@pytest.fixture(scope="session")
def isolation() -> ProbeResult:
    """The sandbox of this machine; without one the test is skipped, or fails where it must not."""
    result = probe()
    if not result.ok:
        reason = f"no sandbox here: {result.detail}"
        if os.environ.get("ALPACA_REQUIRE_SANDBOX") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return result


@pytest.fixture(scope="module")
def warm(isolation: ProbeResult) -> Iterator[WarmKernelSource]:
    """A warm source without TensorFlow, whose import most of these tests do not need."""
    setup = Setup(limits=SMALL, hidden=(REPOSITORY,), bwrap=isolation.bwrap)
    source = WarmKernelSource(setup, ("numpy",))
    yield source
    source.close()


@pytest.fixture(scope="module")
def fresh(isolation: ProbeResult) -> Iterator[SandboxKernelSource]:
    source = SandboxKernelSource(
        Setup(limits=SMALL, hidden=(REPOSITORY,), bwrap=isolation.bwrap),
        preload=(*KERNEL_MODULES, "numpy"),
    )
    yield source
    source.close()
