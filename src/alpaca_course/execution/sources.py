"""Which kernels an isolation level means."""

from __future__ import annotations

from alpaca_course.course import Course
from alpaca_course.execution.kernels import KernelSource

ISOLATIONS = ("warm", "fresh", "trusted")


def kernel_source(course: Course, isolation: str | None = None) -> KernelSource:
    """Kernels for ``isolation`` (default: the course's setting); close the source after use.

    Args:
        course: the course whose limits the kernels get and whose folder is hidden from them.
        isolation: "warm", "fresh" or "trusted".

    Raises:
        ValueError: no such isolation.
        SandboxUnavailableError: no sandbox can be had on this machine; the text says what to
            do. Where the course says that none is required, local kernels are given instead.
    """
    chosen = isolation or course.settings.isolation
    if chosen not in ISOLATIONS:
        raise ValueError(f"isolation is 'warm', 'fresh' or 'trusted', not {chosen!r}")
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
    from alpaca_course.sandbox.limits import Limits
    from alpaca_course.sandbox.sandbox import Setup

    setup = Setup(limits=Limits.from_settings(course.settings), hidden=(course.root,), bwrap=bwrap)
    return WarmKernelSource(setup) if chosen == "warm" else SandboxKernelSource(setup)


def _local() -> KernelSource:
    from alpaca_course.execution.local import LocalKernelSource

    return LocalKernelSource()
