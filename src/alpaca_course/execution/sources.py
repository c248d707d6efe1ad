"""Which kernels an isolation level means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from alpaca_course.errors import CourseError
from alpaca_course.execution.kernels import KernelSource

if TYPE_CHECKING:
    # A worker is told which kernels, and starts in three quarters of the time without these two.
    from alpaca_course.course import Course
    from alpaca_course.lab import Lab
    from alpaca_course.sandbox.sandbox import Setup

# What collects evidence in every lab; its own collectors follow.
COLLECTOR_MODULES = ("alpaca_course.kernel.publish", "alpaca_course.kernel.collect")
SANDBOXED = ("warm", "fresh")
ISOLATIONS = (*SANDBOXED, "trusted", "forked")


@dataclass(frozen=True)
class SourceSpec:
    """Which kernels, as plain data that another process can be told.

    Attributes:
        kind: "warm" or "fresh" in a sandbox; "local" (a process each) or "forked" without one.
        setup: of the sandboxes.
        modules: what a warm process or the forking one imports.
        environment: variables that the forking process is started with.
        template: name of the module that prepares the lab's template, in a warm process or the
            forking one; empty without one.
    """

    kind: Literal["warm", "fresh", "local", "forked"]
    setup: Setup | None = None
    modules: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    template: str = ""

    def open(self) -> KernelSource:
        """The source itself; close it after use."""
        if self.kind == "forked":
            from alpaca_course.execution.forked import ForkedKernelSource

            return ForkedKernelSource(self.modules, self.environment, self.template)
        if self.setup is None:
            from alpaca_course.execution.local import LocalKernelSource

            return LocalKernelSource()
        from alpaca_course.execution.warm import SandboxKernelSource, WarmKernelSource

        if self.kind == "fresh":
            return SandboxKernelSource(self.setup)
        return WarmKernelSource(replace(self.setup, template=self.template), self.modules)


def source_spec(
    course: Course, lab: Lab, isolation: str | None = None, *, here: bool = True
) -> SourceSpec:
    """What kernels ``isolation`` means (default: the course's setting).

    Args:
        course: the course whose limits the kernels get and whose folder is hidden from them.
        lab: whose modules a warm process imports.
        isolation: "warm" or "fresh" in a sandbox; without one, and so for the course's own code
            alone, "trusted" (a process each) or "forked" (forks of one process).
        here: on this machine. Elsewhere there is always a sandbox, and the machine that runs it
            fills in what hides its folders and makes it.

    Raises:
        CourseError: this shell allows less than those limits.
        ValueError: no such isolation, or none that is to be had elsewhere.
        SandboxUnavailableError: no sandbox can be had on this machine; the text says what to
            do. Where the course says that none is required, local kernels are given instead.
    """
    chosen = isolation or course.settings.isolation
    if chosen not in ISOLATIONS:
        raise ValueError(f"isolation is one of {', '.join(ISOLATIONS)}, not {chosen!r}")
    if not here and chosen not in SANDBOXED:
        raise ValueError(f"elsewhere isolation is one of {', '.join(SANDBOXED)}, not {chosen!r}")
    if chosen == "forked":
        environment = dict(lab.kernel.environment)
        return SourceSpec("forked", None, lab_modules(lab), environment, template_of(lab))
    from alpaca_course.sandbox.limits import SandboxLimits

    limits = SandboxLimits.from_settings(course.settings)
    if here and (why := limits.beyond_the_shell()):
        raise CourseError(why)
    if chosen == "trusted":
        return SourceSpec("local")
    from alpaca_course.sandbox.probe import SandboxUnavailableError, require
    from alpaca_course.sandbox.sandbox import Setup

    setup = Setup(
        limits=limits,
        environment=dict(lab.kernel.environment),
    )
    if here:
        try:
            setup = replace(setup, hidden=(course.root,), bwrap=require().bwrap)
        except SandboxUnavailableError:
            if course.settings.sandbox_required:
                raise
            return SourceSpec("local")
    if chosen == "fresh":
        return SourceSpec("fresh", setup, lab_modules(lab))
    return SourceSpec("warm", setup, lab_modules(lab), template=template_of(lab))


def template_of(lab: Lab) -> str:
    """The module that prepares the lab's template, as kernels import it; empty without one."""
    name = lab.kernel.template
    return name and f"notebooks.{lab.name}.evidence.{name}"


def lab_modules(lab: Lab) -> tuple[str, ...]:
    """What a process imports before the lab's first submission: its libraries and collectors."""
    collectors = (f"notebooks.{lab.name}.evidence.{each.cell}" for each in lab.exercises)
    return (*lab.kernel.preload, *COLLECTOR_MODULES, *collectors)
