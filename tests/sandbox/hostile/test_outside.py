"""Nothing outside a sandbox is read, written or reached from it."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alpaca_course.execution.warm import WarmKernelSource
from tests.sandbox.hostile.conftest import TemplateSource
from tests.sandbox.hostile.driving import REPOSITORY, run
from tests.sandbox.hostile.scripts import STEAL

pytestmark = pytest.mark.sandbox

SECRET = "canary-5ec2e7"


class Outside:
    """Things on this machine that a submission must not get at."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self.secret = folder / "secret.txt"
        self.secret.write_text(SECRET)
        self.secret.chmod(0o644)
        self.folder = folder / "open"
        self.folder.mkdir()
        self.folder.chmod(0o777)
        self.abstract = f"canary-{os.getpid()}"
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.unix = _listen(str(folder / "s"))
        self.hidden = _listen("\0" + self.abstract)

    def close(self) -> None:
        for listener in (self.tcp, self.unix, self.hidden):
            listener.close()

    def visitors(self) -> list[str]:
        """Listeners that somebody connected to."""
        found = []
        for name, listener in (("tcp", self.tcp), ("unix", self.unix), ("abstract", self.hidden)):
            listener.settimeout(0)
            try:
                listener.accept()
            except BlockingIOError:
                continue
            found.append(name)
        return found


def _listen(address: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    return listener


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    monkeypatch.setenv("SECRET_OF_THE_GRADER", SECRET)
    # Not tmp_path: the name of a Unix socket is short, pytest's folders are not.
    with tempfile.TemporaryDirectory() as folder:
        made = Outside(Path(folder))
        yield made
        made.close()


@pytest.fixture
def stolen(warm: WarmKernelSource, outside: Outside) -> dict[str, Any]:
    values = {
        "PATHS": [
            str(outside.secret),
            f"/proc/1/root{outside.secret}",
            "/etc/shadow",
            "/etc/passwd",
            str(REPOSITORY / "pyproject.toml"),
            str(REPOSITORY / "nbgrader_config.py"),
            str(REPOSITORY / "src/alpaca_course/course.py"),
            str(REPOSITORY / "src/alpaca_course/sandbox/sandbox.py"),
            str(REPOSITORY / "src/alpaca_course/judging/judge.py"),
        ],
        "WRITES": [str(outside.folder / "x"), "/x", "/usr/x", "/run/x", "/run/course/x", "/dev/x"],
        "FOLDERS": [
            str(REPOSITORY / "grader_tests"),
            str(REPOSITORY / "source"),
            str(REPOSITORY / "tests"),
            str(REPOSITORY / ".git"),
            "/home",
            "/var",
            "/sys",
        ],
        "PORT": outside.tcp.getsockname()[1],
        "UNIX": str(outside.secret.with_name("s")),
        "ABSTRACT": outside.abstract,
    }
    settings = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    result: dict[str, Any] = run(warm, settings, STEAL).json()
    return result


def test_canaries_outside_stay_untouched(outside: Outside, stolen: dict[str, Any]) -> None:
    told = {name: answer for name, answer in stolen.items() if not answer.startswith("refused")}
    assert SECRET not in json.dumps(stolen)
    assert told.pop("environment") == "[]"
    assert "pytest" not in told.pop("processes")
    # Datagrams are taken, by a network of its own that leads nowhere.
    told.pop("udp", None)
    assert told == {}
    assert outside.visitors() == []
    assert list(outside.folder.iterdir()) == []


def test_only_the_sandbox_own_processes_are_listed(warm: WarmKernelSource) -> None:
    names = run(
        warm,
        "import os; print([open(f'/proc/{n}/comm').read().strip()"
        " for n in os.listdir('/proc') if n.isdecimal()])",
    ).text()
    # Process 1, the kernel, and the template where it is a fork of one.
    expected = 2 + isinstance(warm, TemplateSource)
    assert names.count("python") == expected
    assert names.count(",") == expected - 1


def test_of_the_package_only_what_collects_is_there(warm: WarmKernelSource) -> None:
    ran = run(
        warm,
        "import alpaca_course, os\n"
        "print(sorted(os.listdir(os.path.dirname(alpaca_course.__file__))))",
        "import alpaca_course.kernel.collect; print('collector')",
        "import alpaca_course.execution",
        "import grader_tests",
    )
    assert ran.text(0).strip() == "['__init__.py', 'keras_probe', 'kernel']"
    assert ran.text(1).strip() == "collector"
    assert ran.text(2).startswith("ModuleNotFoundError")
    assert ran.text(3).startswith("ModuleNotFoundError")


def test_a_socket_replaced_by_a_link_is_not_followed(
    warm: WarmKernelSource, outside: Outside
) -> None:
    """A client that connected again would be led to a socket of this machine."""
    target = str(outside.secret.with_name("s"))
    swap = f"""
import glob, os, socket
for path in glob.glob("/run/lab/kernel/k*"):
    os.unlink(path); os.symlink({target!r}, path)
for fd in range(3, 100):
    try:
        s = socket.socket(fileno=os.dup(fd))
        if s.family == socket.AF_UNIX: s.shutdown(socket.SHUT_RDWR)
        s.close()
    except OSError: pass
"""
    ran = run(warm, "print('before')", swap, "print('after')", cell_timeout=3)
    assert ran.text(0) == "before\n"
    assert outside.visitors() == []
