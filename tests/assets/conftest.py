"""A course in a temporary folder, and a server that stands for Open Images' bucket."""

from __future__ import annotations

import csv
import shutil
import ssl
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from traitlets.config import Config

from alpaca_course.assets.drawn import draw_set
from alpaca_course.assets.manifest import LABELS
from alpaca_course.assets.weights import WeightsInUse, ensure_weights
from alpaca_course.course import Course
from alpaca_course.files import sha256_of

MakeCourse = Callable[..., Course]
SLOW_SECONDS = 60.0
"""Longer than any timeout here; the wait ends with the test."""


@pytest.fixture
def make_course(tmp_path: Path) -> MakeCourse:
    """Makes a course below ``tmp_path``, with the settings given."""

    def make(name: str = "course", **settings: Any) -> Course:
        root = tmp_path / name
        (root / "dataset").mkdir(parents=True, exist_ok=True)
        return Course.from_config(root, Config({"AlpacaCourse": settings}))

    return make


@dataclass
class Bucket:
    """What a server serves, how it misbehaves, and what it was asked for.

    Attributes:
        url: its base address.
        files: contents by path.
        misbehaviour: "missing", "wrong", "slow", "cut" or "busy once", by path.
        asked: GET requests by path.
        closing: set at the end of the test.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    misbehaviour: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    closing: threading.Event = field(default_factory=threading.Event)


def _handler(bucket: Bucket) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            bucket.asked[self.path] += 1
            self._answer(body=True)

        def _answer(self, *, body: bool) -> None:
            content = bucket.files.get(self.path)
            how = bucket.misbehaviour.get(self.path, "")
            if content is None or how == "missing":
                self.send_error(403)  # as the bucket, which does not say what it lacks
                return
            if how == "busy once" and bucket.asked[self.path] == 1:
                self.send_error(503)
                return
            if how == "slow":
                bucket.closing.wait(SLOW_SECONDS)
            if how == "wrong":
                content = content[:-1] + bytes([content[-1] ^ 1])
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if body:
                self.wfile.write(content[: len(content) // 2] if how == "cut" else content)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing on the terminal."""

    return Handler


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    served = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield served
    served.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


class _SilentServer(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A handshake that fails is what is wanted here: nothing on the terminal."""


@pytest.fixture
def untrusted(tmp_path: Path) -> Iterator[str]:
    """The address of a server whose certificate nobody has signed, as of a firewall in between."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    pair = tmp_path / "server.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    subprocess.run(
        [*command, "-keyout", str(pair), "-out", str(tmp_path / "certificate.pem")],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", pair)
    server = _SilentServer(("127.0.0.1", 0), _handler(Bucket()))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def serve(bucket: Bucket, course: Course, originals: dict[str, list[Path]]) -> list[str]:
    """Serve ``originals`` from changing splits, and write the course's manifest of them.

    Returns:
        The paths on the server, in the manifest's order.
    """
    splits = ("train", "validation", "test", "train")
    paths = []
    with course.manifest.open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["id", "label", "sha256", "bytes", "width", "height"])
        for label, files in originals.items():
            for number, file in enumerate(files):
                name = f"{LABELS.index(label):02x}{number:014x}"
                with Image.open(file) as image:
                    size = image.size
                table.writerow([name, label, sha256_of(file), file.stat().st_size, *size])
                path = f"/{splits[number % len(splits)]}/{name}.jpg"
                bucket.files[path] = file.read_bytes()
                paths.append(path)
    return paths


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Six pictures of each class, larger than the lab needs them."""
    folder = tmp_path_factory.mktemp("originals")
    draw_set(folder, seed=3, counts=dict.fromkeys(LABELS, 6))
    found = {label: sorted((folder / label).iterdir()) for label in LABELS}
    for path in [*found["alpaca"], *found["not alpaca"]]:
        with Image.open(path) as image:
            large = image.resize((image.width * 3, image.height * 3))
        large.save(path, quality=95)
    return found


@pytest.fixture(scope="session")
def standin(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, WeightsInUse]:
    """A course with the stand-in weights, fetched with pip."""
    course = Course.from_config(tmp_path_factory.mktemp("standin"), Config())
    return course, ensure_weights(course, "standin")
