"""Which kernels an isolation level means."""

from __future__ import annotations

from alpaca_course.course import Course
from alpaca_course.execution.kernels import KernelSource
from alpaca_course.lab import Lab

# What collects evidence in every lab; its own collectors follow.
COLLECTOR_MODULES = ("alpaca_course.kernel.publish", "alpaca_course.kernel.collect")
ISOLATIONS = ("warm", "fresh", "trusted", "forked")


def kernel_source(course: Course, lab: Lab, isolation: str | None = None) -> KernelSource:
    """Kernels for ``isolation`` (default: the course's setting); close the source after use.

    Args:
        course: the course whose limits the kernels get and whose folder is hidden from them.
        lab: whose modules a warm process imports.
        isolation: "warm" or "fresh" in a sandbox; without one, and so for the course's own code
            alone, "trusted" (a process each) or "forked" (forks of one process).

    Raises:
        ValueError: no such isolation.
        SandboxUnavailableError: no sandbox can be had on this machine; the text says what to
            do. Where the course says that none is required, local kernels are given instead.
    """
    chosen = isolation or course.settings.isolation
    if chosen not in ISOLATIONS:
        raise ValueError(f"isolation is one of {', '.join(ISOLATIONS)}, not {chosen!r}")
    if chosen == "forked":
        from alpaca_course.execution.forked import ForkedKernelSource

        return ForkedKernelSource(lab_modules(lab), lab.kernel.environment)
    if chosen == "trusted":
        return _local()
    from alpaca_course.sandbox.probe import SandboxUnavailableError, require

    try:
        bwrap = require().bwrap
    except SandboxUnavailableError:
        if course.settings.sandbox_required:
            raise
        return _local()
    from alpaca_course.execution.warm import SandboxKernelSource, WarmKernelSource
    from alpaca_course.sandbox.limits import SandboxLimits
    from alpaca_course.sandbox.sandbox import Setup

    setup = Setup(
        limits=SandboxLimits.from_settings(course.settings),
        environment=lab.kernel.environment,
        hidden=(course.root,),
        bwrap=bwrap,
    )
    if chosen == "fresh":
        return SandboxKernelSource(setup)
    return WarmKernelSource(setup, lab_modules(lab))


def lab_modules(lab: Lab) -> tuple[str, ...]:
    """What a process imports before the lab's first submission: its libraries and collectors."""
    collectors = (f"notebooks.{lab.name}.evidence.{each.cell}" for each in lab.exercises)
    return (*lab.kernel.preload, *COLLECTOR_MODULES, *collectors)


def _local() -> KernelSource:
    from alpaca_course.execution.local import LocalKernelSource

    return LocalKernelSource()
