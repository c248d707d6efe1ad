"""Functions that a bounded process is asked to run: some answer, some do what they must not."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from alpaca_course.bounded import lifted


def act(request: bytes) -> bytes:
    """Do what ``request`` names."""
    name, _, rest = request.decode().partition(" ")
    actions: dict[str, Callable[[], object]] = {
        "echo": rest.encode,
        "size": lambda: str(len(rest)).encode(),
        "pid": lambda: str(os.getpid()).encode(),
        "length": lambda: b"x" * int(rest),
        "raise": lambda: _raise(rest),
        "recurse": lambda: act(request),
        "abort": os.abort,
        "exit": lambda: os._exit(3),
        "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "heap": lambda: bytes(bytearray(int(rest))),
        "spin": _spin,
        "sleep": lambda: time.sleep(float(rest)),
        "print": _print,
        "files": _files,
        "child": _memory_of_a_child,
        "tidy": lambda: _tidy(rest),
        "at_the_end": lambda: atexit.register(Path(rest).touch),
    }
    found = actions[name]()
    return found if isinstance(found, bytes) else b"done"


def _raise(text: str) -> bytes:
    raise ValueError(text)


def _spin() -> bytes:
    while True:
        pass


def _print() -> bytes:
    print("x" * 100_000)
    print("x" * 100_000, file=sys.stderr)
    subprocess.run(["/bin/echo", "more"], check=True)
    return b"printed"


def _files() -> bytes:
    held = [os.open("/dev/null", os.O_RDONLY) for _ in range(10_000)]
    return str(len(held)).encode()


def _memory_of_a_child() -> bytes:
    """Whether a process started from here may have more than this one."""
    program = "print(len(bytearray(200_000_000)))"
    with lifted():
        child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    out, _ = child.communicate()
    try:
        return out.strip() + bytes(bytearray(200_000_000))[:1]
    except MemoryError:
        return out.strip()


def _tidy(path: str) -> bytes:
    """Leave a file that is removed by an orderly end."""
    Path(path).touch()
    atexit.register(Path(path).unlink)
    try:
        time.sleep(600)
    finally:
        Path(path + ".unwound").touch()
    return b""
