"""The trusted side's connection to a warm process that forks kernels when it is asked to."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from typing import Any

from alpaca_course.sandbox.launch import SandboxError

MESSAGE_LIMIT = 131_072
FORK_SECONDS = 30.0
# More than the warm process gives its template.
PREPARE_SECONDS = 180.0


class Control:
    """One connection; the warm process gets its end, ``inside``, which is closed here then."""

    def __init__(self) -> None:
        self._socket, self.inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def greeting(self, seconds: float) -> dict[str, Any]:
        """What the warm process says when it is ready.

        Raises:
            SandboxError: it does not become ready; the text says why.
            OSError: it says nothing in ``seconds``.
        """
        hello, _ = self._receive(seconds)
        if not hello.get("ready"):
            raise SandboxError(str(hello.get("error", "the warm process did not start")))
        return hello

    def fork(
        self,
        connection: Mapping[str, Any],
        environment: Mapping[str, str],
        seed: int,
        *,
        ready: bool = False,
    ) -> int:
        """Start a kernel; returns its pidfd, which the caller closes.

        Args:
            connection: what Jupyter writes into a connection file.
            environment: further variables of the kernel.
            seed: of its random generators.
            ready: have it from the template, which :meth:`prepare` made.

        Raises:
            SandboxError: the warm process refuses or does not answer.
        """
        request = {
            "do": "fork",
            "connection": dict(connection),
            "environment": dict(environment),
            "seed": seed,
            "ready": ready,
        }
        answer, handles = self._ask(request, FORK_SECONDS)
        if "error" in answer or len(handles) != 1:
            raise SandboxError(str(answer.get("error", "no handle for the kernel")))
        return handles[0]

    def prepare(self) -> dict[str, Any]:
        """Have a template made where there is none; its process id as ``template``, 0 without one.

        Raises:
            SandboxError: no answer.
        """
        return self.ask({"do": "prepare"}, PREPARE_SECONDS)

    def ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The answer to ``request``.

        Raises:
            SandboxError: there is none in ``seconds``.
        """
        return self._ask(request, seconds)[0]

    def close(self) -> None:
        """The warm process ends with this connection."""
        self._socket.close()

    def _ask(self, request: Mapping[str, Any], seconds: float) -> tuple[dict[str, Any], list[int]]:
        try:
            self._socket.sendall(json.dumps(request).encode())
            return self._receive(seconds)
        except (OSError, ValueError) as error:
            raise SandboxError(f"the warm process does not answer: {error}") from error

    def _receive(self, seconds: float) -> tuple[dict[str, Any], list[int]]:
        """One message; the only writer of this connection is the warm process."""
        self._socket.settimeout(seconds)
        data, handles, _, _ = socket.recv_fds(self._socket, MESSAGE_LIMIT, 1)
        if not data:
            raise SandboxError("the warm process has ended")
        return json.loads(data), handles
