"""Sources of sandboxed kernels for the tests of isolation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from alpaca_course.execution.kernels import RunSpec
from alpaca_course.execution.warm import (
    KERNEL_MODULES,
    SandboxKernel,
    SandboxKernelSource,
    WarmKernelSource,
)
from alpaca_course.sandbox.probe import ProbeResult
from alpaca_course.sandbox.sandbox import Setup
from tests.lacking import need_sandbox
from tests.sandbox.hostile.driving import PREPARED, REPOSITORY, SMALL, SMALL_LAB


@pytest.fixture(scope="session")
def isolation() -> ProbeResult:
    """The sandbox of this machine; without one the test is skipped, or fails where it must not."""
    return need_sandbox()


class TemplateSource(WarmKernelSource):
    """Every kernel is a fork of the small lab's template."""

    @asynccontextmanager
    async def kernel(self, spec: RunSpec) -> AsyncIterator[SandboxKernel]:
        async with super().kernel(replace(spec, evidence=SMALL_LAB, ready=True)) as kernel:
            yield kernel


@pytest.fixture(scope="module")
def setup(isolation: ProbeResult) -> Setup:
    return Setup(limits=SMALL, hidden=(REPOSITORY,), bwrap=isolation.bwrap)


@pytest.fixture(scope="module")
def plain(setup: Setup) -> Iterator[WarmKernelSource]:
    """A warm source without TensorFlow, whose import most of these tests do not need."""
    source = WarmKernelSource(setup, ("numpy",))
    yield source
    source.close()


@pytest.fixture(scope="module")
def template(setup: Setup) -> Iterator[TemplateSource]:
    """The same, and kernels are forks of a template."""
    source = TemplateSource(replace(setup, template=PREPARED), ("numpy",))
    yield source
    source.close()


@pytest.fixture(scope="module", params=["plain", "template"])
def warm(request: pytest.FixtureRequest) -> WarmKernelSource:
    """One and the other: what is promised of kernels holds whatever they are forks of."""
    source: WarmKernelSource = request.getfixturevalue(request.param)
    return source


@pytest.fixture(scope="module")
def fresh(isolation: ProbeResult) -> Iterator[SandboxKernelSource]:
    source = SandboxKernelSource(
        Setup(limits=SMALL, hidden=(REPOSITORY,), bwrap=isolation.bwrap),
        preload=(*KERNEL_MODULES, "numpy"),
    )
    yield source
    source.close()
