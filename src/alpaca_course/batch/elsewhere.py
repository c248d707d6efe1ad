"""A batch whose executions run on the workers of a cluster."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from alpaca_course.cluster.bundle import pack
from alpaca_course.cluster.cluster import Cluster
from alpaca_course.cluster.executor import ClusterExecutor
from alpaca_course.cluster.link import Address, ClusterError, require_dask
from alpaca_course.execution.sources import SANDBOXED
from alpaca_course.judging.session import GradingSession


@dataclass(frozen=True)
class _Workers:
    cluster: Cluster

    @property
    def slots(self) -> int:
        return self.cluster.slots

    @property
    def machines(self) -> int:
        return max(1, len(self.cluster.workers))

    def executor(self, *, apart: bool) -> ClusterExecutor:
        return ClusterExecutor(self.cluster, apart=apart)


@contextlib.contextmanager
def on_cluster(
    session: GradingSession, address: Address, say: Callable[[str], None], **how: float
) -> Iterator[Cluster]:
    """Let ``session`` execute on the workers of a scheduler.

    Args:
        session: that has executed nothing yet; it is closed before the connection is.
        address: of the scheduler.
        say: is told what a person should know, a line each.
        how: patience and silence, as :class:`Cluster` takes them.

    Raises:
        ClusterError: the cluster cannot be used; nothing was sent.
    """
    if session.isolation not in SANDBOXED:
        raise ClusterError(
            f"On a cluster students' code always runs in a sandbox: isolation is "
            f"{' or '.join(SANDBOXED)}, not {session.isolation}."
        )
    address.check()
    require_dask()
    if address.is_open:
        say(
            f"{address.url} is not encrypted: who reaches that network reads submissions, and can "
            "run programs on scheduler, workers and this machine. See docs/cluster.md, TLS."
        )
    kernel = session.lab.kernel
    libraries = [*kernel.libraries]
    with Cluster(
        address, pack(session.spec), libraries, kernel.memory_mib, say=say, **how
    ) as cluster:
        session.elsewhere = _Workers(cluster)
        try:
            yield cluster
        finally:
            session.close()
