"""Where kernels for executions come from.

A :class:`KernelSource` gives one kernel for each execution. The runner does not know whether that
kernel is a plain local process (trusted code only), a fresh sandbox, or a fork of a warm process.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from jupyter_client.manager import AsyncKernelManager

from alpaca_course.contract.inputs import EvidenceCode, InputMount
from alpaca_course.sandbox.clock import FairClock


@dataclass(frozen=True)
class RunSpec:
    """What one execution needs besides its notebook.

    Attributes:
        challenge: 32 hexadecimal digits, fresh for each execution; ``ALPACA_CHALLENGE``.
        files: helper files of the lab, by name, that lie in the kernel's working folder.
        inputs: pictures, weights and their like.
        evidence: the lab's collectors; None where no evidence is wanted.
        environment: further environment variables of the kernel.
        ready: a fork of the lab's template, from a source that has one.
    """

    challenge: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    inputs: tuple[InputMount, ...] = ()
    evidence: EvidenceCode | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: bool = False


@dataclass(frozen=True)
class KernelUsage:
    """What a kernel used, as the operating system counted it; None where it is not known.

    Attributes:
        cpu_seconds: user and system time of the kernel and the children it waited for.
        max_rss_bytes: largest resident set of the kernel process.
        exit_reason: why the kernel ended if not by itself: "memory", "processes", "time", …; "lost"
            where what it ran in ended under it.
        disturbed: what is not as it was of the template that the kernel may be a fork of, and was
            ended therefore; empty where all is well.
    """

    cpu_seconds: float | None = None
    max_rss_bytes: int | None = None
    exit_reason: str | None = None
    disturbed: str = ""


class Kernel(Protocol):
    """One kernel that runs, and what it used after it ended."""

    @property
    def manager(self) -> AsyncKernelManager:
        """A started kernel manager, for ``nbclient.NotebookClient(nb, km=...)``."""
        ...

    @property
    def clock(self) -> FairClock:
        """Counts the time that the kernel could use."""
        ...

    @property
    def usage(self) -> KernelUsage:
        """Valid after the context of :meth:`KernelSource.kernel` was left."""
        ...


class KernelSource(Protocol):
    """Gives kernels, one after the other; close it when the batch is done."""

    def kernel(self, spec: RunSpec) -> AbstractAsyncContextManager[Kernel]:
        """Start a kernel; on leaving the context it is gone, with everything it started."""
        ...

    def close(self) -> None:
        """End everything that the source keeps between executions. Safe to call twice."""
        ...
