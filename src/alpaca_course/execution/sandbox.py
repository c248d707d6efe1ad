"""One running sandbox: started, checked, driven and ended from outside.

The trusted side never asks the sandbox whether it is a sandbox: :func:`check` compares what the
warm process reports before any student's code ran, and bwrap's word for the process id is held as a
pidfd from then on.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alpaca_course.execution import bubblewrap, seccomp
from alpaca_course.execution.limits import Limits
from alpaca_course.execution.uids import SpareUid

MESSAGE_LIMIT = 131_072
ERROR_LIMIT = 16_384
START_SECONDS = 180.0
FORK_SECONDS = 30.0
RESET_SECONDS = 20.0
SETTLE_SECONDS = 30.0
NO_CAPABILITY = "0000000000000000"
FILTERED = "2"


class SandboxError(Exception):
    """A sandbox could not be started or does not answer; the text says what was seen."""


@dataclass(frozen=True)
class Setup:
    """What is fixed when a sandbox is made.

    Attributes:
        limits: of each execution in it.
        preload: modules that the warm process imports.
        dataset: pictures, or None.
        keras_models: folder of weights, or None.
        hidden: folders that must not be seen inside, the course above all.
        bwrap: executable; None takes the first that there is.
    """

    limits: Limits = field(default_factory=Limits)
    preload: tuple[str, ...] = ()
    dataset: Path | None = None
    keras_models: Path | None = None
    hidden: tuple[Path, ...] = ()
    bwrap: Path | None = None


@dataclass(frozen=True)
class Report:
    """The answer to a reset: whether all is as at the start, and what the kernel used."""

    odd: tuple[str, ...]
    cpu_seconds: float | None = None
    max_rss_bytes: int | None = None


_spawner_lock = threading.Lock()
_spawners: dict[int, ThreadPoolExecutor] = {}


def _spawner() -> ThreadPoolExecutor:
    """One thread that lives as long as the process and starts all sandboxes.

    "Die with parent" means the parent *thread*: a sandbox that a short-lived worker thread had
    started would be killed when that thread ends.
    """
    with _spawner_lock:
        if os.getpid() not in _spawners:
            _spawners.clear()
            _spawners[os.getpid()] = ThreadPoolExecutor(1, thread_name_prefix="sandbox-parent")
        return _spawners[os.getpid()]


class Sandbox:
    """A sandbox whose process 1 waits for requests.

    Raises:
        SandboxError: it cannot be started here, or is not tight.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._process: subprocess.Popen[bytes] | None = None
        self._init: int | None = None
        self._root: int | None = None
        self._stderr: int | None = None
        self._ended = threading.Lock()
        self._uid = SpareUid() if os.geteuid() == 0 else None
        self._control, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with inside:
                self._start(inside)
            hello = self._receive(START_SECONDS)[0]
            if not hello.get("ready"):
                raise SandboxError(str(hello.get("error", "the warm process did not start")))
            check(hello["state"], self._uid.number if self._uid else os.getuid())
            # Not earlier: until its set-up is over, process 1 still has this machine's root.
            self._root = os.open(f"/proc/{self._pid}/root", os.O_PATH | os.O_DIRECTORY)
            if not self.alive:
                raise SandboxError("the warm process has ended")
        except BaseException as error:
            complaint = self._complaint()
            self.kill()
            if isinstance(
                error, OSError | SandboxError | seccomp.SeccompUnavailableError | ValueError
            ):
                text = "\n".join(part for part in (complaint, str(error)) if part)
                raise SandboxError(text) from error
            raise
        self._forget_stderr()

    def _start(self, inside: socket.socket) -> None:
        setup = self.setup
        bwrap = setup.bwrap or next(iter(bubblewrap.executables()), None)
        if bwrap is None:
            raise SandboxError("bwrap is not installed")
        mounts = [
            *bubblewrap.environment_mounts(setup.hidden),
            *bubblewrap.input_mounts(
                Path(__file__).with_name("warm_child.py"), setup.dataset, setup.keras_models
            ),
        ]
        read_info, write_info = os.pipe()
        read_error, write_error = os.pipe()
        self._stderr = read_error
        os.set_blocking(read_error, False)
        program = seccomp.open_program()
        try:
            descriptors = bubblewrap.Descriptors(program, write_info, inside.fileno())
            command = bubblewrap.arguments(
                bwrap,
                mounts=mounts,
                limits=setup.limits,
                descriptors=descriptors,
                program=[
                    sys.executable,
                    "-I",
                    bubblewrap.PROGRAM,
                    json.dumps(self._inside(mounts, inside)),
                ],
                spare_uid=self._uid.number if self._uid else None,
            )
            self._process = _spawner().submit(_spawn, command, descriptors, write_error).result()
        finally:
            for descriptor in (program, write_info, write_error):
                os.close(descriptor)
        with os.fdopen(read_info, "rb", buffering=0) as stream:
            pid = _child_pid(stream.fileno())
        # From here on numbers are not trusted to stay with their process.
        self._init = os.pidfd_open(pid)
        self._pid = pid

    def _inside(self, mounts: Sequence[bubblewrap.Mount], inside: socket.socket) -> dict[str, Any]:
        """What the warm process is told at its start."""
        limits = self.setup.limits
        links = {}
        if self.setup.dataset is not None:
            links[f"{bubblewrap.WORK}/dataset"] = bubblewrap.DATASET
        if self.setup.keras_models is not None:
            links[f"{bubblewrap.KERAS_HOME}/models"] = bubblewrap.MODELS
        folders = [bubblewrap.WORK, bubblewrap.HOME, bubblewrap.SOCKETS, bubblewrap.KERAS_HOME]
        below = [
            m.path for m in mounts if m.path.startswith(tuple(f"{w}/" for w in bubblewrap.WRITABLE))
        ]
        return {
            "control": inside.fileno(),
            "preload": list(self.setup.preload),
            "work": bubblewrap.WORK,
            "sockets": bubblewrap.SOCKETS,
            "folders": folders,
            "links": links,
            "writable": list(bubblewrap.WRITABLE),
            "keep": below,
            "reset_seconds": RESET_SECONDS / 2,
            "limits": {
                # The warm process itself counts as one.
                "RLIMIT_NPROC": limits.processes + 1,
                "RLIMIT_FSIZE": limits.file_size,
                "RLIMIT_DATA": limits.memory,
                "RLIMIT_NOFILE": limits.open_files,
                "RLIMIT_CORE": 0,
                "RLIMIT_MSGQUEUE": 0,
                "RLIMIT_RTPRIO": 0,
            },
        }

    # What the trusted side does with it

    @property
    def root(self) -> str:
        """A path that leads into the sandbox's file system, for this process only.

        Only names that no student's code could have replaced may be used below it.
        """
        return f"/proc/self/fd/{self._root}"

    @property
    def alive(self) -> bool:
        return self._init is not None and not _has_ended(self._init)

    def write_files(self, files: Mapping[str, bytes]) -> None:
        """Write the course's helper files into the working folder of the next kernel.

        Only before the kernel is forked: no student's code runs then that could place a link.

        Raises:
            ValueError: a name leads out of the folder.
            OSError: the files do not fit.
        """
        for name, data in files.items():
            relative = Path(name)
            if relative.is_absolute() or ".." in relative.parts or not relative.parts:
                raise ValueError(f"not a name below the working folder: {name!r}")
            path = Path(self.root + bubblewrap.WORK) / relative
            for folder in reversed(relative.parents[:-1]):
                self._own(self.root + bubblewrap.WORK + f"/{folder}", folder=True)
            path.write_bytes(data)
            self._own(str(path))

    def _own(self, path: str, *, folder: bool = False) -> None:
        """Give a path to the user of the sandbox, as a student's own file would be."""
        if folder:
            Path(path).mkdir(exist_ok=True)
        if self._uid is not None:
            os.chown(path, self._uid.number, self._uid.number)

    def fork(self, connection: Mapping[str, Any], environment: Mapping[str, str], seed: int) -> int:
        """Start a kernel; returns its pidfd, which the caller closes.

        Raises:
            SandboxError: the warm process refuses or does not answer.
        """
        request = {
            "do": "fork",
            "connection": dict(connection),
            "environment": dict(environment),
            "seed": seed,
        }
        answer, handles = self._ask(request, FORK_SECONDS)
        if "error" in answer or len(handles) != 1:
            raise SandboxError(str(answer.get("error", "no handle for the kernel")))
        return handles[0]

    def reset(self) -> Report:
        """Kill what runs, empty what is writable, compare with the start.

        Raises:
            SandboxError: no answer; the sandbox must be thrown away.
        """
        answer, _ = self._ask({"do": "reset"}, RESET_SECONDS)
        usage = answer.get("usage") or {}
        return Report(
            tuple(answer.get("odd", ("no report",))),
            usage.get("cpu_seconds"),
            usage.get("max_rss_bytes"),
        )

    def kill(self) -> None:
        """End everything in the sandbox, and wait until it is gone. Safe to call twice."""
        with self._ended:
            with contextlib.suppress(OSError):
                self._control.close()
            if self._init is not None:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._init, signal.SIGKILL)
            if self._process is not None:
                _end(self._process, wait=self._init is not None)
            self._forget_stderr()
            # The mount namespace with its memory lives until the last descriptor is closed.
            for descriptor in (self._root, self._init):
                if descriptor is not None:
                    os.close(descriptor)
            self._init = self._root = self._process = None
            if self._uid is not None:
                self._uid.release()

    # The control connection

    def _ask(self, request: dict[str, Any], seconds: float) -> tuple[dict[str, Any], list[int]]:
        try:
            self._control.sendall(json.dumps(request).encode())
            return self._receive(seconds)
        except (OSError, ValueError) as error:
            raise SandboxError(f"the warm process does not answer: {error}") from error

    def _receive(self, seconds: float) -> tuple[dict[str, Any], list[int]]:
        """One message; the only writer of this connection is the warm process."""
        self._control.settimeout(seconds)
        data, handles, _, _ = socket.recv_fds(self._control, MESSAGE_LIMIT, 1)
        if not data:
            raise SandboxError("the warm process has ended")
        return json.loads(data), handles

    def _complaint(self) -> str:
        """What bwrap or the interpreter said on stderr, bounded."""
        if self._stderr is None or self._process is None:
            return ""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        with contextlib.suppress(OSError):
            return os.read(self._stderr, ERROR_LIMIT).decode("utf-8", "replace").strip()
        return ""

    def _forget_stderr(self) -> None:
        if self._stderr is not None:
            os.close(self._stderr)
        self._stderr = None


def _spawn(
    command: list[str], descriptors: bubblewrap.Descriptors, stderr: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=stderr,
        stderr=stderr,
        env={"PATH": "/usr/bin:/bin"},
        pass_fds=(descriptors.seccomp, descriptors.info, descriptors.control),
        # Its own group: Ctrl-C at the terminal is for the grader, which then ends this.
        process_group=0,
    )


def _end(process: subprocess.Popen[bytes], *, wait: bool) -> None:
    """Wait for bwrap, which ends after process 1; kill its group where that does not happen.

    The group too, since bwrap killed within its first milliseconds can leave a child that waits
    for it for ever.
    """
    if wait:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SETTLE_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _child_pid(descriptor: int) -> int:
    """The process id that ``bwrap --info-fd`` tells, as seen outside."""
    text = b""
    deadline = time.monotonic() + START_SECONDS
    while select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
        part = os.read(descriptor, 4096)
        if not part:
            break
        text += part
    try:
        return int(json.loads(text)["child-pid"])
    except (ValueError, KeyError) as error:
        raise SandboxError("bwrap made no sandbox") from error


def _has_ended(pidfd: int) -> bool:
    return bool(select.select([pidfd], [], [], 0)[0])


def check(state: Mapping[str, Any], uid: int) -> None:
    """Is this a sandbox? Judged from the warm process' state before any student's code ran.

    Raises:
        SandboxError: names what does not hold.
    """
    wanted = {
        "Seccomp": FILTERED,
        "NoNewPrivs": "1",
        "CapPrm": NO_CAPABILITY,
        "CapEff": NO_CAPABILITY,
        "CapBnd": NO_CAPABILITY,
        "CapAmb": NO_CAPABILITY,
        "Threads": "1",
        "dumpable": 0,
        "pid": 1,
        "interfaces": ["lo"],
        "Uid": "\t".join([str(uid)] * 4),
    }
    wrong = [f"{name} is {state.get(name)!r}" for name, v in wanted.items() if state.get(name) != v]
    # glibc keeps two real-time signals for itself; any other handler would let a student's code
    # reach process 1.
    handled = int(str(state.get("SigCgt", "0")), 16) & ~(0b11 << 31)
    if handled:
        wrong.append(f"process 1 handles signals ({handled:#x})")
    if uid == 0:
        wrong.append("it runs as root")
    if wrong:
        raise SandboxError("the sandbox is not tight: " + ", ".join(wrong))
