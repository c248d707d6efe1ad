"""Pictures and weights as they lie on students' disks; prints what the helpers say, as JSON.

A process of its own: it changes the working folder, ``KERAS_HOME`` and how names are looked up.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SAID: dict[str, Any] = {}
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)


def heard(work: Callable[[], Any]) -> tuple[Any, str]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        result = work()
    return result, said.getvalue()


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """An empty working folder."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        try:
            yield Path(name).resolve()
        finally:
            os.chdir(before)


def draw(path: Path, **options: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(len(path.name)).integers(0, 255, (40, 50, 3), dtype="uint8")
    Image.fromarray(noise).save(path, **options)


def twelve() -> None:
    for name in ("alpaca", "not alpaca"):
        for number in range(6):
            draw(Path("dataset") / name / f"{number}.jpg")


def look(name: str, lay: Callable[[], None]) -> None:
    """Lay out a folder, find the pictures, and read all that Keras then finds."""
    import keras
    import lab_setup

    with folder():
        twelve()
        lay()
        path, said = heard(lambda: lab_setup.find_pictures("dataset/"))
        read: dict[str, Any] = {}
        if Path(path).is_dir():
            with contextlib.redirect_stdout(io.StringIO()):
                dataset = keras.utils.image_dataset_from_directory(path, image_size=(40, 40))
            read = {
                "classes": dataset.class_names,
                "read": sum(len(labels) for _, labels in dataset),
            }
        SAID[name] = {"said": said, "unchanged": path == "dataset/", **read}


def pictures() -> None:
    data = Path("dataset")

    def extra() -> None:
        shutil.copytree(data / "alpaca", data / "alpaca copy")
        (data / "__MACOSX/alpaca").mkdir(parents=True)
        (data / "__MACOSX/alpaca/._0.jpg").write_bytes(b"\0\5\x16\7Mac OS X")
        draw(data / "my results/r.png")
        (data / ".cache").mkdir()

    def unreadable() -> None:
        (data / "alpaca/zzz.jpg").write_bytes(b"")
        (data / "alpaca/._0.jpg").write_bytes(b"\0\5\x16\7Mac OS X" + bytes(100))
        (data / "alpaca/bb.jpg").write_bytes(HEIC)
        (data / "not alpaca/IMG_1.HEIC").write_bytes(HEIC)
        whole = (data / "not alpaca/0.jpg").read_bytes()
        (data / "not alpaca/cut.jpg").write_bytes(whole[: len(whole) // 2])
        (data / "alpaca/Thumbs.db").write_bytes(b"x")

    def unusual() -> None:
        draw(data / "alpaca/webp.jpg", format="WEBP")
        draw(data / "alpaca/UPPER.JPG")
        draw(data / "alpaca/deeper/1.png")
        draw(data / "alpaca/bmp.bmp")
        draw(data / "alpaca/gif.gif")
        with (data / "alpaca/0.jpg").open("ab") as file:
            file.write(b"what a telephone writes behind")

    def one_too_deep() -> None:
        Path("dataset").rename("inner")
        Path("dataset").mkdir()
        Path("inner").rename("dataset/dataset")

    def one_class_empty() -> None:
        for path in (data / "alpaca").iterdir():
            path.unlink()

    look("clean", lambda: None)
    look("extra", extra)
    look("unreadable", unreadable)
    look("unusual", unusual)
    look("one too deep", one_too_deep)
    look("empty class", one_class_empty)
    look("none", lambda: shutil.rmtree(data))


def weights() -> None:
    import lab_weights

    origin = Path(os.environ.pop("KERAS_HOME")) / "models"

    def tell(name: str, lay: Callable[[Path], None], home: str | None = None) -> None:
        with folder() as here:
            models = here / "keras/models"
            shutil.copytree(origin, models)
            lay(models)
            if home:
                os.environ["KERAS_HOME"] = str(here / home)
            lab_weights.use_own_weights()
            SAID[name] = lab_weights.trouble().replace(str(here), "HERE")
            os.environ.pop("KERAS_HOME", None)

    file = lab_weights.FILE.format(160)

    def cut(models: Path) -> None:
        (models / file).write_bytes((models / file).read_bytes()[:1_000_000])

    def page(models: Path) -> None:
        (models / file).write_text("<html>quota exceeded</html>")

    def up(models: Path) -> None:
        for path in models.glob("*.h5"):
            path.rename(models.parent / path.name)

    def down(models: Path) -> None:
        (models / "models").mkdir()
        up_names = list(models.glob("*.h5"))
        for path in up_names:
            path.rename(models / "models" / path.name)

    tell("weights", lambda models: None)
    tell("weights cut", cut)
    tell("weights are a page", page)
    tell("weights one up", up)
    tell("weights one up, KERAS_HOME", up, "keras")
    tell("weights one down", down)
    tell("weights gone", shutil.rmtree)
    tell("one file gone", lambda models: (models / file).unlink())


def untrusted_server() -> int:
    """A server whose certificate nobody has signed; every name leads to it. Returns its port."""
    scratch = Path(tempfile.mkdtemp())
    command = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout k -out c"
    subprocess.run(command.split(), cwd=scratch, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(scratch / "c", scratch / "k")
    shutil.rmtree(scratch)

    class Silent(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    server = Silent(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def fetching() -> None:
    """The visible check of right code where ``keras/`` is not there."""
    import answer
    import keras
    import lab_checks
    import lab_messages

    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            del os.environ[name]
    names: dict[str, Any] = {}
    exec(answer.NOTEBOOK + answer.MODEL, names)
    look_up = socket.getaddrinfo

    def check(name: str) -> None:
        with folder() as here:
            os.environ["KERAS_HOME"] = str(here / "keras")
            (here / "keras/models").mkdir(parents=True)
            keras.src.utils.file_utils.config.keras_home = lambda: str(here / "keras")
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    lab_checks.check_alpaca_model(names)
                SAID[name] = "passed"
            except lab_messages.LabMessage as message:
                SAID[name] = str(message).replace(str(here), "HERE")

    def no_network(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    socket.getaddrinfo = no_network
    check("fetched without network")
    import lab_models

    with folder() as here:
        os.environ["KERAS_HOME"] = str(here / "keras")
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                lab_models.pretrained_network((160, 160, 3))
        except lab_messages.LabMessage as message:
            SAID["lesson without network"] = str(message).replace(str(here), "HERE")
    port = untrusted_server()
    socket.getaddrinfo = lambda host, _, *rest, **named: look_up("127.0.0.1", port, *rest, **named)
    check("fetched past a firewall")


def main(helpers: str) -> None:
    sys.path[:0] = [helpers, str(Path(__file__).parent)]
    import lab_setup

    with lab_setup.quiet():
        import tensorflow  # noqa: F401
    pictures()
    weights()
    if shutil.which("openssl"):
        fetching()
    print(json.dumps(SAID))


if __name__ == "__main__":
    main(sys.argv[1])
