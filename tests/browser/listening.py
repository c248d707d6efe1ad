"""A server of this machine that is told of by hostile pages, and remembers who asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Listener:
    """Where it is, and the paths that were asked for."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.heard: list[str] = []


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on a free port; it answers every path with a script."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.heard.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript")
            self.end_headers()
            self.wfile.write(b"window.hit && window.hit('loaded')")

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Nothing: what was heard is asserted on."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Listener(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield found
        finally:
            server.shutdown()
