"""The connection to a scheduler: all that Dask is asked on the side that grades.

Everything here runs in one event loop. Of what a worker sends only bytes are taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from alpaca_course.cluster.bundle import Bundle
from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

ANSWER_SECONDS = 15.0
DESCRIBE_SECONDS = 60.0
CLOSE_SECONDS = 5.0
NEEDED = "pip install -c constraints.txt '.[cluster]'"


class DisconnectedError(Exception):
    """The scheduler does not answer, or not any more."""


class ClusterError(CourseError):
    """A cluster cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Address:
    """A scheduler's address, and the files that prove who is who.

    Attributes:
        url: ``tcp://HOST:PORT`` or ``tls://HOST:PORT``.
        ca: certificate of the cluster's own authority.
        certificate: of this side.
        key: that belongs to it.
    """

    url: str
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    @property
    def is_open(self) -> bool:
        """Whether everything travels unencrypted, and not only within this machine."""
        parts = urlsplit(self.url)
        return parts.scheme == "tcp" and parts.hostname not in ("127.0.0.1", "localhost", "::1")

    def check(self) -> None:
        """Whether it is an address, and its files are there.

        Raises:
            ClusterError: it is not, or they are not.
        """
        parts = urlsplit(self.url)
        try:
            port = parts.port
        except ValueError:
            port = None
        if parts.scheme not in ("tcp", "tls") or not parts.hostname or port is None:
            raise ClusterError(
                f"'{self.url}' is no address of a scheduler: tls://HOST:PORT, or tcp://HOST:PORT "
                "without encryption."
            )
        files = (self.ca, self.certificate, self.key)
        if any(files) and not all(files):
            raise ClusterError("--tls-ca, --tls-cert and --tls-key belong together.")
        if parts.scheme == "tcp" and any(files):
            raise ClusterError(f"{self.url} has no TLS: with certificates it is tls://….")
        for path in files:
            if path is not None and not path.is_file():
                raise ClusterError(f"There is no file {path}.")

    def security(self) -> Security:
        """As Dask takes it; what is not given here, its own configuration says.

        Raises:
            ClusterError: neither says anything, and it is to be TLS.
        """
        from distributed.security import Security

        if self.ca is None:
            encrypted = self.url.startswith("tls")
            found = Security(require_encryption=encrypted)
            if encrypted and found.get_connection_args("client").get("ssl_context") is None:
                raise ClusterError(
                    f"{self.url} asks for TLS, and no certificates are given: --tls-ca, --tls-cert "
                    "and --tls-key, or Dask's own configuration. `alpaca certificates` makes them."
                )
            return found
        return Security(
            require_encryption=True,
            tls_ca_file=str(self.ca),
            tls_client_cert=str(self.certificate),
            tls_client_key=str(self.key),
        )


def require_dask() -> None:
    """Whether Dask is installed.

    Raises:
        ClusterError: it is not; the text says how to have it.
    """
    try:
        import distributed
    except ImportError as error:
        raise ClusterError(
            f"A cluster needs Dask, which is not installed ({error}): {NEEDED}"
        ) from error
    # Dask's own configuration gives the client's logger a level of its own.
    for name in (distributed.__name__, f"{distributed.__name__}.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


class Link:
    """One connection to a scheduler; when it breaks, make another.

    Args:
        address: of the scheduler.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._client: Client | None = None

    async def open(self) -> None:
        """Connect.

        Raises:
            DisconnectedError: nobody answers, or not as this address asks.
        """
        from distributed import Client

        with _trouble():
            client = Client(
                self._address.url,
                asynchronous=True,
                set_as_default=False,
                security=self._address.security(),
                timeout=ANSWER_SECONDS,
                name="alpaca",
            )
            try:
                self._client = await asyncio.wait_for(client, 2 * ANSWER_SECONDS)
            except BaseException:
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(client.close(), CLOSE_SECONDS)
                raise

    async def heartbeats(self) -> dict[str, float]:
        """When each worker was last heard of, by its address, in the scheduler's seconds.

        Raises:
            DisconnectedError: the scheduler does not answer.
        """
        client = self._connected()
        with _trouble():
            asked = client.scheduler.identity(n_workers=-1)
            found = await asyncio.wait_for(asked, ANSWER_SECONDS)
            return {str(a): float(each["last_seen"]) for a, each in found["workers"].items()}

    async def describe(self, address: str, libraries: list[str], memory_mib: int) -> object:
        """What a worker says of itself: bytes where it is well, else whatever went wrong.

        Raises:
            DisconnectedError: neither comes.
        """
        from alpaca_course.cluster.plugin import described

        asked = self._connected().run(
            described, libraries, memory_mib, workers=[address], on_error="return"
        )
        with _trouble():
            return (await asyncio.wait_for(asked, DESCRIBE_SECONDS)).get(address)

    async def bring(self, bundle: Bundle) -> None:
        """Have every worker have ``bundle``, also those that come later.

        Raises:
            DisconnectedError: not all have said so in time; they may have it all the same.
        """
        from alpaca_course.cluster.plugin import BundlePlugin

        plugin = BundlePlugin(bundle)
        with _trouble():
            registered = self._connected().register_plugin(plugin, name=plugin.name)
            await asyncio.wait_for(registered, DESCRIBE_SECONDS)

    async def send(self, address: str, data: bytes, gone: asyncio.Future[None]) -> object:
        """What a worker's :func:`~alpaca_course.cluster.on_worker.run_item` says to ``data``.

        Args:
            address: of the worker.
            data: an item.
            gone: done when there is nothing to wait for any more; then None is returned.

        Raises:
            DisconnectedError: the scheduler went away meanwhile.
        """
        from distributed.scheduler import KilledWorker

        from alpaca_course.cluster.on_worker import run_item

        with _trouble():
            task = self._connected().submit(
                run_item,
                data,
                key=f"alpaca-{secrets.token_hex(12)}",
                workers=[address],
                allow_other_workers=False,
                pure=False,
                retries=0,
            )
            answer = asyncio.ensure_future(task.result())
            try:
                await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
                return await answer if answer.done() else None
            except KilledWorker:
                return None
            finally:
                answer.cancel()
                task.release()

    async def close(self, bundle: Bundle | None = None) -> None:
        """Take ``bundle`` off the scheduler's list, if somebody answers, and disconnect."""
        from alpaca_course.cluster.plugin import PREFIX

        client, self._client = self._client, None
        if client is None:
            return
        with contextlib.suppress(Exception):
            if bundle is not None and client.status == "running":
                removed = client.unregister_worker_plugin(PREFIX + bundle.digest)
                await asyncio.wait_for(removed, CLOSE_SECONDS)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(client.close(), CLOSE_SECONDS)

    def _connected(self) -> Any:
        if self._client is None or self._client.status != "running":
            raise DisconnectedError("the connection is gone")
        return self._client


@contextlib.contextmanager
def _trouble() -> Iterator[None]:
    """Whatever Dask raises of a broken connection is one thing: it is broken."""
    from concurrent.futures import CancelledError as Cancelled

    from distributed.comm import CommClosedError

    try:
        yield
    except Cancelled as error:  # what was asked was forgotten with the connection
        raise DisconnectedError(str(error)) from error
    except (OSError, TimeoutError, CommClosedError, ValueError, RuntimeError) as error:
        raise DisconnectedError(f"{error}" or type(error).__name__) from error
