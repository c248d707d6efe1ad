"""The caller's side of a bounded process: start, ask, watch, end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass
from typing import IO, Literal

from alpaca_course.bounded.child import ANSWER, ERROR_BYTES, FAILED, OK, REQUEST
from alpaca_course.units import MIB

TICK = 0.25
END_SECONDS = 5.0

Kind = Literal["failed", "died", "memory", "seconds", "cpu", "answer", "closed"]


@dataclass(frozen=True)
class Bounds:
    """What a bounded process may use.

    Attributes:
        memory: bytes of its data segment, heap and mappings (``RLIMIT_DATA``).
        seconds: that one call may take, by the clock. Time in which the caller was stopped does not
            count.
        cpu_seconds: processor time of one call; None leaves it to the clock.
        start_seconds: by the clock, in addition, for the call that starts the process.
        open_files: descriptors at one time (``RLIMIT_NOFILE``).
        answer: bytes of one answer.
    """

    memory: int | None
    seconds: float
    cpu_seconds: float | None = None
    start_seconds: float = 60.0
    open_files: int = 256
    answer: int = 32 * MIB


class BoundedError(Exception):
    """A call gave no answer.

    Attributes:
        kind: "failed": the function raised, and the text says what; "memory", "cpu", "seconds",
            "answer": beyond that bound; "died": it ended in another way; "closed": by the caller.
    """

    def __init__(self, kind: Kind, text: str) -> None:
        super().__init__(text)
        self.kind = kind


_TEXT: dict[Kind, str] = {
    "memory": "it needed more memory than is allowed",
    "cpu": "it needed more processor time than is allowed",
    "seconds": "it took longer than is allowed",
    "answer": "its answer was larger than is allowed",
    "closed": "it was ended from outside",
}
# How Python, C++ and libzmq end when they get no memory.
_OUT_OF_MEMORY = ("MemoryError", "bad_alloc", "OUT OF MEMORY")


class BoundedProcess:
    """Calls one function in a process of its own; see the package's text.

    Calls from several threads wait for each other; :meth:`close` waits for nobody.

    Args:
        function: "package.module:name", takes bytes and returns bytes.
        bounds: of the process and of each call.
        lifetime: calls before another process takes its place; None for as many as come.
    """

    def __init__(self, function: str, bounds: Bounds, *, lifetime: int | None = None) -> None:
        self.function = function
        self.bounds = bounds
        self._lifetime, self._calls = lifetime, 0
        self._one_call = threading.Lock()
        self._changing = threading.Lock()
        self._child: _Child | None = None
        self._closed = False

    def __enter__(self) -> BoundedProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Of the process that runs at the moment; None where none does."""
        child = self._child
        return None if child is None else child.process.pid

    def start(self) -> None:
        """Start the process already, so that its imports need not be waited for later.

        Raises:
            BoundedError: it was closed.
            OSError: no process can be had.
        """
        self._running()

    def call(self, request: bytes) -> bytes:
        """The function's answer to ``request``.

        Raises:
            BoundedError: there is none, and why. The next call gets a new process, unless the
                function only raised something.
            OSError: no process can be had.
        """
        with self._one_call:
            child = self._running()
            try:
                answer = child.ask(request, self.bounds)
            except BoundedError as error:
                if self._closed:
                    raise BoundedError("closed", _TEXT["closed"]) from error
                if error.kind != "failed":
                    self._drop(child)
                raise
            except BaseException:
                # An interrupt in the middle of an answer: its rest would be taken for the next.
                self._drop(child)
                raise
            self._calls += 1
            if self._lifetime is not None and self._calls >= self._lifetime:
                self._calls = 0
                self._let_go(child)
                child.end()
            return answer

    def close(self) -> None:
        """End the process, also in the middle of a call. Safe to call twice."""
        with self._changing:
            self._closed = True
            child, self._child = self._child, None
        if child is not None:
            child.end()

    def _running(self) -> _Child:
        with self._changing:
            if self._closed:
                raise BoundedError("closed", _TEXT["closed"])
            if self._child is None:
                self._child = _Child(self.function, self.bounds)
            return self._child

    def _drop(self, child: _Child) -> None:
        self._let_go(child)
        child.kill()

    def _let_go(self, child: _Child) -> None:
        with self._changing:
            if self._child is child:
                self._child = None


class _Child:
    """One process; it is thrown away after whatever went wrong with it."""

    def __init__(self, function: str, bounds: Bounds) -> None:
        self._start_left = bounds.start_seconds
        self._beyond = False
        # A file, which blocks nobody however much is written into it.
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "alpaca_course.bounded.child",
                    json.dumps({"function": function, **asdict(bounds)}),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                # Ctrl-C at the terminal is for the caller, which then ends this; and when Ctrl-Z
                # stops the caller, a call under way goes on.
                process_group=0 if os.name != "nt" else None,
            )
        except BaseException:
            self._errors.close()
            raise

    def ask(self, request: bytes, bounds: Bounds) -> bytes:
        """The answer to ``request``, or a :class:`BoundedError`."""
        allowed, self._start_left = bounds.seconds + self._start_left, 0.0
        done = threading.Event()
        watch = threading.Thread(
            target=self._watch, args=(done, allowed), name="bounded-process", daemon=True
        )
        watch.start()
        try:
            status, answer = self._exchange(request, bounds.answer)
        finally:
            done.set()
            watch.join()
        if status == OK:
            return answer
        if status == FAILED:
            raise BoundedError("failed", answer.decode("utf-8", "replace"))
        raise BoundedError("memory", _TEXT["memory"])

    def kill(self) -> None:
        """End the process at once, and wait until it has ended."""
        with contextlib.suppress(OSError):
            self.process.kill()
        self._reap()

    def end(self) -> None:
        """Let it put away what it has, for a few seconds; then kill it."""
        with contextlib.suppress(subprocess.TimeoutExpired, OSError):
            self.process.terminate()
            self.process.wait(END_SECONDS)
        self.kill()

    def _exchange(self, request: bytes, most: int) -> tuple[int, bytes]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(REQUEST.pack(len(request)))
            self.process.stdin.write(request)
            self.process.stdin.flush()
            status, length = ANSWER.unpack(self._read(ANSWER.size))
            if length > (most if status == OK else ERROR_BYTES):
                raise BoundedError("answer", _TEXT["answer"])
            return status, self._read(length)
        except (OSError, ValueError, EOFError) as error:  # ValueError: closed by another thread
            raise self._why() from error

    def _read(self, count: int) -> bytes:
        assert self.process.stdout is not None
        data = self.process.stdout.read(count)
        if len(data) < count:
            raise EOFError
        return data

    def _why(self) -> BoundedError:
        """Why there is no answer: the process has ended, or is about to."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(END_SECONDS)
        code = self.process.returncode
        if self._beyond:
            return BoundedError("seconds", _TEXT["seconds"])
        if code is not None and code == -getattr(signal, "SIGXCPU", 0):
            return BoundedError("cpu", _TEXT["cpu"])
        said = self._last_line()
        if any(sign in said for sign in _OUT_OF_MEMORY):
            return BoundedError("memory", _TEXT["memory"])
        return BoundedError("died", f"it ended with code {code}" + (f": {said}" if said else ""))

    def _last_line(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            end = self._errors.seek(0, os.SEEK_END)
            self._errors.seek(max(0, end - ERROR_BYTES))
            lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""

    def _watch(self, done: threading.Event, seconds: float) -> None:
        """Kill the process when its time is over, in ticks: a clock would run on while we are
        stopped."""
        for _ in range(round(seconds / TICK) + 1):
            if done.wait(TICK):
                return
        self._beyond = True
        self.process.kill()

    def _reap(self) -> None:
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self._errors):
            with contextlib.suppress(OSError, ValueError):
                if file is not None:
                    file.close()
