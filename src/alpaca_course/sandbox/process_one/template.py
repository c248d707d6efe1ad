"""A child of process 1 that has done more before it forks kernels: the template.

A lab may name a module that prepares it (``prepare()``): networks that are built, operations that
ran once. Kernels that are forks of it inherit all that, in memory of their own as soon as either
side writes. It has threads, which its forks lack, so a kernel made this way may wait for ever where
another would not, and whoever asks for one takes another way then.

The template is a process like those of submissions, and none of the sandbox's promises rests on it:
process 1 can kill it and make it again. It is undumpable like process 1, blocks every signal that
can be blocked, keeps no descriptor but its connection to process 1, and forgets nothing that it was
not told. Before each fork it is compared with what it was when it had become ready, from outside
by process 1 and from inside by itself; the lab's module adds a ``fingerprint()`` of what is ready.
"""

# Names of files of /proc are text: plain calls of os, no pathlib.
# ruff: noqa: PTH109, PTH208

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import traceback
from typing import Any

from .kernel import MESSAGE_LIMIT, run_kernel, send, usage_of
from .state import LIBC, descriptors, differences, limits, read, seen_from_outside

PR_SET_PDEATHSIG = 1
PREPARE_SECONDS = 150.0
ANSWER_SECONDS = 5.0
# What it may grow by before it is made again: the allocator's own room.
GROWTH_KIB = 32 * 1024


class TemplateError(Exception):
    """The template cannot be made, is not as it was, or does not answer; the text says which."""


class Template:
    """Process 1's hold on it.

    Raises:
        TemplateError: it did not become ready.
    """

    def __init__(self, setup: dict[str, Any], close: socket.socket) -> None:
        self._control, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self.pid = os.fork()
        except OSError as error:
            self._control.close()
            inside.close()
            raise TemplateError(f"fork failed: {error}") from error
        if self.pid == 0:
            try:
                close.close()
                self._control.close()
                _become(inside, setup)
            finally:
                os._exit(1)
        inside.close()
        try:
            self._receive(PREPARE_SECONDS)
            self._first = self._seen()
        except TemplateError:
            self.end()
            raise
        self.tasks = int(self._first["Threads"])

    def fork(self, message: dict[str, Any]) -> int:
        """Have a kernel forked; returns its process id.

        Raises:
            TemplateError: it was not.
        """
        return int(self._ask(message)["forked"])

    def settle(self) -> dict[str, Any] | None:
        """Have its kernel, which was killed, collected, and compare; what the kernel had used.

        Raises:
            TemplateError: something is not as at the start.
        """
        self._compare()
        usage = self._ask({"do": "settle"})["usage"]
        self._compare()
        return usage

    def end(self) -> None:
        """Kill it, which is all that there is to do; process 1 collects it."""
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _compare(self) -> None:
        now = self._seen()
        if now["State"] in "TtZX":
            raise TemplateError(f"its state is {now['State']}")
        grown = now.pop("VmData") - self._first["VmData"]
        if grown > GROWTH_KIB:
            raise TemplateError(f"it has grown by {grown} KiB")
        odd = [name for name in differences(self._first, now) if name not in ("State", "VmData")]
        if odd:
            raise TemplateError(f"it is not as at the start: {', '.join(odd)}")

    def _seen(self) -> dict[str, Any]:
        try:
            found = seen_from_outside(str(self.pid))
            found["limits"] = read(f"/proc/{self.pid}/limits")
            lines = read(f"/proc/{self.pid}/status").splitlines()
        except OSError as error:
            raise TemplateError(f"it cannot be seen: {error}") from error
        fields = dict(line.split(":", 1) for line in lines)
        return {
            **found,
            "State": fields.get("State", "X").strip()[:1],
            "VmData": int(fields.get("VmData", "0 kB").split()[0]),
        }

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            send(self._control, message)
        except OSError as error:
            raise TemplateError(f"it cannot be reached: {error}") from error
        return self._receive(ANSWER_SECONDS)

    def _receive(self, seconds: float) -> dict[str, Any]:
        self._control.settimeout(seconds)
        try:
            data = self._control.recv(MESSAGE_LIMIT)
        except OSError as error:
            raise TemplateError(f"it does not answer: {error}") from error
        if not data:
            raise TemplateError("it has ended")
        answer: dict[str, Any] = json.loads(data)
        if "error" in answer:
            raise TemplateError(str(answer["error"]))
        return answer


def _become(control: socket.socket, setup: dict[str, Any]) -> None:
    """In the child: prepare, then serve process 1 until it is gone."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.setsid()
    # Before any thread starts: all of them inherit it. Forks take it back. The end of a kernel is
    # told by a signal that nobody waits for; blocked, it would stay.
    blocked = signal.valid_signals() - {signal.SIGCHLD}
    signals = signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
    try:
        module = importlib.import_module(setup["template"])
        module.prepare()
        _freeze()
        served = _Served(control, setup, module, signals)
    except BaseException:
        send(control, {"error": traceback.format_exc(limit=-3)[-4000:]})
        return
    send(control, {"ready": True})
    served.until_gone()


def _freeze() -> None:
    """Keep garbage collection off the pages that forks share."""
    import gc

    gc.collect()
    gc.freeze()


class _Served:
    """The template's own side: one kernel at a time."""

    def __init__(
        self, control: socket.socket, setup: dict[str, Any], module: Any, signals: Any
    ) -> None:
        self._control = control
        self._setup = setup
        self._module = module
        self._signals = signals
        self._first = self._inside()

    def until_gone(self) -> None:
        while request := self._control.recv(MESSAGE_LIMIT):
            message = json.loads(request)
            try:
                answer = self._fork(message) if message["do"] == "fork" else self._settle()
            except OSError as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            send(self._control, answer)

    def _fork(self, message: dict[str, Any]) -> dict[str, Any]:
        room = len(os.listdir("/proc/self/task"))
        child = os.fork()
        if child == 0:
            try:
                self._control.close()
                signal.pthread_sigmask(signal.SIG_SETMASK, self._signals)
                self._module.begin()
                run_kernel(self._setup, message, room)
            finally:
                os._exit(1)
        return {"forked": child}

    def _settle(self) -> dict[str, Any]:
        """Collect kernels; they were killed, so that nothing is waited for."""
        usage = None
        while True:
            try:
                _, _, used = os.wait4(-1, 0)
            except ChildProcessError:
                break
            usage = usage_of(used)
        odd = differences(self._first, self._inside())
        return {"error": f"it is not as at the start: {odd}"} if odd else {"usage": usage}

    def _inside(self) -> dict[str, Any]:
        return {
            **limits(),
            "descriptors": descriptors(),
            "cwd": os.getcwd(),
            "session": [os.getpgid(0), os.getsid(0)],
            "fingerprint": self._module.fingerprint(),
        }
