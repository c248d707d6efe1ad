"""What a warm process does to have a kernel: imports beforehand, a fork, and the kernel's start."""

# Paths arrive as text in JSON: plain calls of os, no pathlib.
# ruff: noqa: PTH118, PTH123, PTH208

from __future__ import annotations

import importlib
import json
import os
import random
import resource
import signal
import socket
import sys
from typing import Any

MESSAGE_LIMIT = 131_072


def preload(modules: list[str]) -> None:
    """Import what every kernel needs, and keep garbage collection off the shared pages.

    Importing TensorFlow leaves little garbage, but looking for it again and again takes a fifth of
    the time. Building a network makes many objects and few cycles: the usual 700 would look too
    often.
    """
    import gc

    gc.disable()
    for name in modules:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(100_000, 50, 100)


def drop_foreign_handlers() -> None:
    """Take back the signal handlers that imported libraries installed behind Python's back.

    GNU readline does so for SIGWINCH when it is imported, which ``pdb`` does from Python 3.13 on.
    Python still believes in the default there, so that is what has to be set again.
    """
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if signal.getsignal(number) in (signal.SIG_DFL, None):
            signal.signal(number, signal.SIG_DFL)


def detach_output() -> None:
    """From here on nothing that runs here can write to whoever started the sandbox."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def fork_kernel(
    control: socket.socket, setup: dict[str, Any], message: dict[str, Any], room: int = 0
) -> int:
    """Fork one kernel and pass its pidfd on; returns its process id in this namespace.

    ``room``: see :func:`run_kernel`.
    """
    if len(os.listdir("/proc/self/task")) != 1:
        send(control, {"error": "the warm process has more than one thread"})
        return 0
    try:
        child = os.fork()
    except OSError as error:
        send(control, {"error": f"fork failed: {error}"})
        return 0
    if child == 0:
        try:
            control.close()
            run_kernel(setup, message, room)
        finally:
            os._exit(1)
    tell_forked(control, child)
    return child


def tell_forked(control: socket.socket, child: int) -> None:
    """Pass the pidfd of a kernel on."""
    handle = os.pidfd_open(child)
    socket.send_fds(control, [json.dumps({"forked": child}).encode()], [handle])
    os.close(handle)


def run_kernel(setup: dict[str, Any], message: dict[str, Any], room: int = 0) -> None:
    """In the child: become an ipykernel.

    Args:
        setup: of the sandbox.
        message: the request for it.
        room: threads that are not the submission's, and count towards its limit all the same.
    """
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if "processes" in setup:
        most = setup["processes"] + room
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
    os.environ.update(message["environment"])
    os.chdir(setup["work"])
    # As in every notebook: modules that lie beside it can be imported.
    sys.path.insert(0, "")
    file = os.path.join(setup["sockets"], "connection.json")
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        json.dump(message["connection"], stream)
    from ipykernel.kernelapp import IPKernelApp

    # No history on disk: it would be a file of SQLite's for every submission.
    app = IPKernelApp.instance()
    app.initialize(["-f", file, "--HistoryManager.hist_file=:memory:"])
    assert app.shell is not None
    seed_before_first_cell(app.shell.events, message["seed"])
    app.start()


def seed_before_first_cell(events: Any, seed: int) -> None:
    """Not at the fork: the start of a kernel draws random numbers, not always as many."""

    def first(info: Any) -> None:
        events.unregister("pre_run_cell", first)
        reseed(seed)

    events.register("pre_run_cell", first)


def reseed(seed: int) -> None:
    """All children would inherit the same generators; the same challenge gives the same ones."""
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)


def usage_of(used: resource.struct_rusage) -> dict[str, Any]:
    """What the operating system counted of a process that has ended."""
    return {
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "max_rss_bytes": used.ru_maxrss * 1024,
    }


def send(control: socket.socket, message: dict[str, Any]) -> None:
    control.sendall(json.dumps(message).encode())
