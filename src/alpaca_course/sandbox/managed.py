"""Jupyter's side of a kernel in a sandbox: manager, provisioner and client.

The kernel's sockets lie in the sandbox's own file system, where the code in the kernel can replace
them, by links to sockets of this machine for one. So every connection is made before that code runs
and never again: no automatic reconnection, and no heartbeat, which reconnects by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import select
import signal
import stat
import time
from collections.abc import Mapping
from queue import Empty
from typing import Any, Protocol

import zmq
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerBase

from alpaca_course.errors import CourseError

BIND_SECONDS = 60.0
POLL_SECONDS = 0.01
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
ENDED = 1
"""Return code of every kernel that has ended: its real one arrives with the reset."""


class Forks(Protocol):
    """What a provisioner needs of a sandbox, or of whatever forks kernels in its place.

    Attributes:
        root: what leads to the kernels' file system from here.
        sockets: the folder of their sockets, as they see it.
    """

    @property
    def root(self) -> str: ...

    @property
    def sockets(self) -> str: ...

    def fork(
        self,
        connection: Mapping[str, Any],
        environment: Mapping[str, str],
        seed: int,
        *,
        ready: bool = False,
    ) -> int: ...


# Messages of a kernel that this side holds at most, of a channel whose messages are read as they
# come; what libzmq does by itself.
QUEUE = 1000
# The same, and bytes of one, of a channel on which a kernel has next to nothing to say.
QUIET_QUEUE = 16
QUIET_BYTES = 65_536
QUIET = ("stdin", "control")
# libzmq lets a sender wait for ever where the other side has broken the connection.
SEND_MILLISECONDS = 2000


class _OneConnection:
    """Connects each socket once; see the module's text.

    Attributes:
        message_bytes: a larger message breaks its connection. libzmq counts each part of one, so
            what bounds them together is the limit of the process that holds the sockets.
    """

    message_bytes = 32 * 1024 * 1024

    def _create_connected_socket(self, channel: str, identity: bytes | None = None) -> Any:
        context: zmq.Context[Any] = self.context  # type: ignore[attr-defined]
        quiet = channel in QUIET
        # Options of the context are the defaults of the sockets it makes.
        context.setsockopt(zmq.RECONNECT_IVL, -1)
        context.setsockopt(zmq.MAXMSGSIZE, QUIET_BYTES if quiet else self.message_bytes)
        context.setsockopt(zmq.SNDTIMEO, SEND_MILLISECONDS)
        context.setsockopt(zmq.RCVHWM, QUIET_QUEUE if quiet else QUEUE)
        made = super()._create_connected_socket(channel, identity)  # type: ignore[misc]
        made.linger = 0
        return made


class SandboxClient(_OneConnection, AsyncKernelClient):
    """A client that never connects twice."""

    def start_channels(
        self,
        shell: bool = True,
        iopub: bool = True,
        stdin: bool = True,
        hb: bool = True,
        control: bool = True,
    ) -> None:
        """Start all channels but the heartbeat; the manager's pidfd tells of the kernel's end."""
        super().start_channels(shell, iopub, stdin, hb=False, control=control)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its output arrives.

        Unlike jupyter_client's, it does not then listen for a fifth of a second to what other
        clients may have asked before: there was none.

        Raises:
            RuntimeError: the kernel ended, or did not answer in ``timeout`` seconds; a minute
                where none is given.
        """
        seconds = BIND_SECONDS if timeout is None else timeout
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.kernel_info()
            with contextlib.suppress(Empty):
                reply = await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=1)
                self._handle_kernel_info_reply(reply)
                return
            if not await self.is_alive():
                raise RuntimeError("the kernel ended before it answered")
        raise RuntimeError(f"the kernel did not answer in {seconds:g} s")


class SandboxProvisioner(KernelProvisionerBase):
    """A kernel process behind a pidfd: exit and signals without its number."""

    pidfd: int | None = None

    @property
    def has_process(self) -> bool:
        return self.pidfd is not None

    async def poll(self) -> int | None:
        if self.pidfd is None:
            return ENDED
        return ENDED if select.select([self.pidfd], [], [], 0)[0] else None

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(POLL_SECONDS)
        self._close()
        return ENDED

    async def send_signal(self, signum: int) -> None:
        if self.pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signum)

    async def kill(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        await self.send_signal(signal.SIGTERM)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        # What a caller asks for in addition (folder, environment) is the source's to decide.
        return {"cmd": []}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        manager = self.parent
        assert isinstance(manager, SandboxKernelManager)
        self.pidfd = await asyncio.to_thread(manager.fork)
        await self._until_bound(manager.socket_paths())
        return manager.get_connection_info()

    async def _until_bound(self, paths: list[str]) -> None:
        deadline = time.monotonic() + BIND_SECONDS
        while not all(_is_socket(path) for path in paths):
            if await self.poll() is not None:
                raise CourseError("the kernel ended while it started")
            if time.monotonic() > deadline:
                raise CourseError(f"the kernel made no sockets in {BIND_SECONDS:.0f} s")
            await asyncio.sleep(POLL_SECONDS)

    async def cleanup(self, restart: bool = False) -> None:
        self._close()

    def _close(self) -> None:
        if self.pidfd is not None:
            os.close(self.pidfd)
            self.pidfd = None


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.lstat(path).st_mode)
    except OSError:
        return False


class SandboxKernelManager(_OneConnection, AsyncKernelManager):
    """Manages one kernel of a sandbox.

    Args:
        sandbox: where the kernel is forked.
        environment: environment variables in addition to those of the sandbox.
        seed: seeds the kernel's random generators.
        ready: the kernel is a fork of the template.
    """

    def __init__(
        self, sandbox: Forks, environment: Mapping[str, str], seed: int, *, ready: bool = False
    ) -> None:
        super().__init__()
        self._from_template = ready
        self._sandbox = sandbox
        self._environment = dict(environment)
        self._seed = seed
        self.client_factory = SandboxClient
        self.transport = "ipc"
        # A name nobody can guess is no secret from the kernel; it only keeps runs apart.
        self._socket_name = f"k{secrets.token_hex(4)}"
        self.ip = f"{sandbox.root}{sandbox.sockets}/{self._socket_name}"
        for number, channel in enumerate(CHANNELS, start=1):
            setattr(self, f"{channel}_port", number)
        # Whatever kernelspec a notebook names, this is the kernel it gets.
        self._kernel_spec = KernelSpec(
            display_name="Python 3", language="python", interrupt_mode="message"
        )
        self.provisioner = SandboxProvisioner(parent=self)
        self.clients: list[AsyncKernelClient] = []

    def client(self, **kwargs: Any) -> Any:
        made = super().client(**kwargs)
        self.clients.append(made)
        return made

    def fork(self) -> int:
        """Have the kernel forked; returns its pidfd."""
        connection = {
            "transport": "ipc",
            "ip": f"{self._sandbox.sockets}/{self._socket_name}",
            **{f"{channel}_port": getattr(self, f"{channel}_port") for channel in CHANNELS},
            "key": self.session.key.decode(),
            "signature_scheme": self.session.signature_scheme,
            "kernel_name": "python3",
        }
        return self._sandbox.fork(
            connection, self._environment, self._seed, ready=self._from_template
        )

    def socket_paths(self) -> list[str]:
        """The kernel's sockets as seen from here."""
        return [f"{self.ip}-{getattr(self, f'{channel}_port')}" for channel in CHANNELS]

    def write_connection_file(self, **kwargs: Any) -> None:
        """Write none: the sandbox is told by other means, and a killed worker would leave it."""

    def cleanup_ipc_files(self) -> None:
        """The sandbox empties its folders itself; names in them cannot be trusted from here."""

    async def end(self) -> None:
        """Close every connection and descriptor of this side; the kernel itself may live on."""
        for client in self.clients:
            client.stop_channels()
            client.context.destroy(linger=0)
        self._close_control_socket()
        self.context.destroy(linger=0)
        if self.provisioner is not None:
            await self.provisioner.cleanup()
