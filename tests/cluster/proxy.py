"""A network that can be taken away: TCP passed on between two places on loopback."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from types import TracebackType


class Proxy:
    """Passes connections on to ``port``; what is cut passes nothing until it is mended.

    Attributes:
        port: where it listens.
        sent, got: bytes that were passed on to ``port`` and back.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._open: list[socket.socket] = []
        self._whole = threading.Event()
        self._whole.set()
        self._ended = False
        self.sent = self.got = 0

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended = True
        self._listening.close()
        self.cut()

    def cut(self) -> None:
        """End all connections, and take no new one."""
        self._whole.clear()
        open_now, self._open = self._open, []
        for each in open_now:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._whole.set()

    def _accept(self) -> None:
        while not self._ended:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if not self._whole.is_set():
                near.close()
                continue
            threading.Thread(target=self._pass, args=(near,), daemon=True).start()

    def _pass(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError):
            with socket.create_connection(("127.0.0.1", self._to)) as far:
                self._open += [near, far]
                other = {near: far, far: near}
                while True:
                    for each in select.select([near, far], [], [])[0]:
                        data = each.recv(65_536)
                        if not data:
                            return
                        other[each].sendall(data)
                        if each is near:
                            self.sent += len(data)
                        else:
                            self.got += len(data)
