"""``--scheduler`` and what belongs to it, for the commands that have it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alpaca_course.cli.console import err
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from alpaca_course.cluster.link import Address

_TLS = "Cluster"
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        help="Execute on the workers of this Dask scheduler: tls://HOST:PORT, or tcp://HOST:PORT.",
        rich_help_panel=_TLS,
    ),
]
TlsCaOption = Annotated[
    Path | None,
    typer.Option(help="Certificate of the cluster's own authority.", rich_help_panel=_TLS),
]
TlsCertOption = Annotated[
    Path | None, typer.Option(help="This side's certificate.", rich_help_panel=_TLS)
]
TlsKeyOption = Annotated[
    Path | None, typer.Option(help="The key that belongs to it.", rich_help_panel=_TLS)
]


def address_of(
    scheduler: str | None,
    ca: Path | None,
    certificate: Path | None,
    key: Path | None,
    workers: int = 0,
) -> Address | None:
    """The scheduler that is meant; None where this machine executes.

    Raises:
        CourseError: the options do not fit together, or Dask is not installed.
    """
    if scheduler is None:
        if ca or certificate or key:
            raise CourseError("--tls-ca, --tls-cert and --tls-key belong to a --scheduler.")
        return None
    if workers:
        raise CourseError(
            "--workers is for this machine. On a cluster each worker has as many executions side "
            "by side as its cores and memory allow."
        )
    from alpaca_course.cluster.link import Address, require_dask

    address = Address(scheduler, ca, certificate, key)
    address.check()
    require_dask()
    return address


def say(text: str) -> None:
    """A line on the cluster for the person at the terminal."""
    err.print(text)
