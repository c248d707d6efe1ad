"""The status page for browsers of this machine, and for nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from alpaca_course.errors import CourseError
from alpaca_course.watching.status import LIVE, LIVE_SECONDS

HOST = "127.0.0.1"
_CALLED = (HOST, "localhost")


@contextmanager
def served(page: Path, port: int) -> Iterator[str]:
    """Serve ``page``, as it is at each moment, and nothing else; its address.

    At ``LIVE`` it loads itself anew, until its reader leaves that.

    Args:
        page: a file, which may not be there yet.
        port: on the loopback; 0 takes a free one.

    Raises:
        CourseError: the port cannot be had.
    """

    class Handler(BaseHTTPRequestHandler):
        server_version, sys_version = "alpaca", ""

        def do_GET(self) -> None:
            # A page elsewhere may give a name of its own to this address, and read what it sends.
            called = (self.headers.get("Host") or "").rpartition(":")[0]
            if self.path not in ("/", LIVE) or called not in _CALLED:
                self.send_error(404)
                return
            try:
                data = page.read_bytes()
            except OSError:
                self.send_error(503)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Cache-Control", "no-store")
            if self.path == LIVE:
                self.send_header("Refresh", str(LIVE_SECONDS))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing: standard error is for faults."""

    try:
        server = ThreadingHTTPServer((HOST, port), Handler)
    except (OSError, OverflowError) as error:
        raise CourseError(f"Port {port} cannot be had: {error}") from error
    thread = threading.Thread(target=server.serve_forever, name="status-page", daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
