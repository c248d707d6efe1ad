"""What a cluster's workers say of themselves, each asked once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from alpaca_course.cluster.link import Address, ClusterError, DisconnectedError, Link
from alpaca_course.cluster.members import described
from alpaca_course.cluster.on_worker import Described


async def describe_all(
    link: Link, libraries: list[str], memory_mib: int
) -> dict[str, Described | str]:
    """What each worker of an open connection is, or why it does not say, by address.

    Raises:
        DisconnectedError: the scheduler does not answer.
    """
    names = list(await link.heartbeats())
    asked = (link.describe(name, libraries, memory_mib) for name in names)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return {name: described(answer) for name, answer in zip(names, answers, strict=True)}


def examine(
    address: Address, libraries: list[str], memory_mib: int
) -> Mapping[str, Described | str]:
    """Connect, ask every worker, and disconnect.

    Raises:
        ClusterError: the scheduler does not answer.
    """

    async def ask() -> dict[str, Described | str]:
        link = Link(address)
        try:
            await link.open()
            return await describe_all(link, libraries, memory_mib)
        finally:
            await link.close()

    try:
        return asyncio.run(ask())
    except DisconnectedError as error:
        raise ClusterError(silent(address, error)) from error


def silent(address: Address, error: Exception) -> str:
    """That a scheduler does not answer, and what that may come of."""
    return (
        f"The scheduler {address.url} does not answer: {error}\nIs it running, is the address "
        "right, and do both sides use TLS, or neither?"
    )
