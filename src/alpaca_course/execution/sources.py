"""Which kernels an isolation level means."""

from __future__ import annotations

from alpaca_course.course import Course
from alpaca_course.execution.kernels import KernelSource


def kernel_source(course: Course, isolation: str | None = None) -> KernelSource:
    """Kernels for ``isolation`` (default: the course's setting).

    Args:
        course: the course whose limits the kernels get.
        isolation: "warm", "fresh" or "trusted".

    Raises:
        ValueError: no such isolation.
    """
    chosen = isolation or course.settings.isolation
    if chosen == "trusted":
        from alpaca_course.execution.local import LocalKernelSource

        return LocalKernelSource()
    raise ValueError(f"isolation is 'warm', 'fresh' or 'trusted', not {chosen!r}")
