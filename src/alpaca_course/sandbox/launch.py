"""Start bwrap and find the first process of the sandbox it makes."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any

from alpaca_course.bounded import lifted
from alpaca_course.contract.inputs import EvidenceCode, InputMount
from alpaca_course.sandbox import bubblewrap, cgroup, seccomp
from alpaca_course.sandbox.limits import SandboxLimits

ERROR_LIMIT = 16_384
START_SECONDS = 180.0
RESET_SECONDS = 20.0
SETTLE_SECONDS = 30.0
# Threads that a template may have.
TEMPLATE_TASKS = 64


class SandboxError(Exception):
    """A sandbox could not be started or does not answer; the text says what was seen."""


class TemplateError(Exception):
    """A lab's template could not be prepared; the text says why."""


@dataclass(frozen=True)
class Setup:
    """What is fixed when a sandbox is made.

    Attributes:
        limits: of each execution in it.
        preload: modules that the warm process imports.
        environment: variables besides those of every sandbox.
        inputs: the course's inputs.
        evidence: the lab's collectors, or None.
        template: name of the module of its collectors that prepares a template; empty without one.
        hidden: folders that must not be seen inside, the course above all.
        bwrap: executable; None takes the first that there is.
    """

    limits: SandboxLimits = field(default_factory=SandboxLimits)
    preload: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[InputMount, ...] = ()
    evidence: EvidenceCode | None = None
    template: str = ""
    hidden: tuple[Path, ...] = ()
    bwrap: Path | None = None


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


class Launched:
    """A bwrap process and the first process of the sandbox it makes.

    Args:
        setup: what to make.
        control: the end of the control connection that the warm process inherits.
        spare_uid: as root, the user id of the sandbox; None for an ordinary user.

    Raises:
        SandboxError: bwrap made no sandbox; the text is what it said.
        OSError: bwrap or its filter cannot be had.

    Attributes:
        pid: of process 1 as seen outside; its own as long as ``init`` has not ended.
        init: pidfd of process 1.
        group: the control group of all that runs in it; None where none can be had.
    """

    def __init__(self, setup: Setup, control: socket.socket, spare_uid: int | None) -> None:
        program = seccomp.program()
        # A file, which nothing inside has open once the warm process is ready.
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115
        self._process: subprocess.Popen[bytes] | None = None
        self.init: int | None = None
        self.group = cgroup.new_group(setup.limits)
        try:
            with tempfile.TemporaryFile() as filter_file, _pipe() as (told, teller):
                filter_file.write(program)
                filter_file.seek(0)
                passed = bubblewrap.Descriptors(
                    seccomp=filter_file.fileno(), info=teller.fileno(), control=control.fileno()
                )
                command = [*self._prefix, *_command(setup, passed, spare_uid)]
                spawning = _spawner().submit(_spawn, command, passed, self._stderr.fileno())
                self._process = spawning.result()
                teller.close()
                self.pid = _child_pid(told.fileno())
            # From here on a number is not trusted to stay with its process.
            self.init = os.pidfd_open(self.pid)
            if self.group is not None:
                self.group.locate(self.pid)
        except BaseException as error:
            complaint = self.complaint()
            self.end()
            # Process 1 may have ended before a handle for it could be had.
            if complaint and isinstance(error, SandboxError | ProcessLookupError):
                raise SandboxError(complaint) from error
            raise

    @property
    def _prefix(self) -> list[str]:
        return [] if self.group is None else self.group.prefix

    @property
    def alive(self) -> bool:
        return self.init is not None and not select.select([self.init], [], [], 0)[0]

    def complaint(self) -> str:
        """What bwrap and the interpreter said on stderr before the warm process was ready."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
        with contextlib.suppress(OSError, ValueError):
            self._stderr.seek(0)
            return self._stderr.read(ERROR_LIMIT).decode("utf-8", "replace").strip()
        return ""

    def forget_stderr(self) -> None:
        """Close what only the start needed."""
        self._stderr.close()

    def end(self) -> None:
        """Kill process 1, with which everything in the sandbox goes, and wait until it has."""
        if self.init is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.init, signal.SIGKILL)
        if self._process is not None:
            if self.init is not None:
                # bwrap ends after process 1, which ends after all others of its namespace.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(SETTLE_SECONDS)
            # The group too: bwrap killed within its first milliseconds can leave a child that
            # waits for it for ever.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self.init is not None:
            os.close(self.init)
        if self.group is not None:
            self.group.end()
        self.init = self._process = None
        self._stderr.close()


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[FileIO, FileIO]]:
    read_end, write_end = os.pipe()
    with FileIO(read_end, "rb") as reader, FileIO(write_end, "wb") as writer:
        yield reader, writer


def _command(setup: Setup, descriptors: bubblewrap.Descriptors, spare_uid: int | None) -> list[str]:
    bwrap = setup.bwrap or next(iter(bubblewrap.executables()), None)
    if bwrap is None:
        raise SandboxError("bwrap is not installed")
    program = Path(__file__).with_name("process_one")
    mounts = [
        *bubblewrap.environment_mounts(setup.hidden),
        *bubblewrap.course_mounts(program, setup.inputs, setup.evidence),
    ]
    told = json.dumps(_inside(setup, mounts, descriptors.control))
    return bubblewrap.arguments(
        bwrap,
        mounts=mounts,
        limits=setup.limits,
        descriptors=descriptors,
        program=[sys.executable, "-I", "-c", bubblewrap.BOOT, told],
        spare_uid=spare_uid,
        environment={**setup.environment, **_variables(setup)},
    )


def _variables(setup: Setup) -> dict[str, str]:
    named = [mount.variable for mount in setup.inputs if mount.variable is not None]
    return {name: f"{bubblewrap.LAB}/{place}" for name, place in named}


def _inside(setup: Setup, mounts: Sequence[bubblewrap.Mount], control: int) -> dict[str, Any]:
    """What the warm process is told at its start; nothing of it is a secret."""
    limits = setup.limits
    # The warm process itself counts as one.
    processes = limits.processes + 1
    links = {
        f"{bubblewrap.LAB}/{mount.place}": bubblewrap.input_path(mount) for mount in setup.inputs
    }
    folders = [bubblewrap.WORK, bubblewrap.HOME, bubblewrap.SOCKETS]
    folders += [link.rpartition("/")[0] for link in links]
    writable = tuple(f"{place}/" for place in bubblewrap.WRITABLE)
    return {
        "control": control,
        "preload": list(setup.preload),
        "work": bubblewrap.WORK,
        "sockets": bubblewrap.SOCKETS,
        "folders": list(dict.fromkeys(folders)),
        "template": setup.template,
        "links": links,
        "writable": list(bubblewrap.WRITABLE),
        "keep": [mount.path for mount in mounts if mount.path.startswith(writable)],
        "reset_seconds": RESET_SECONDS / 2,
        "processes": processes,
        "limits": {
            # Each kernel has the lower limit of "processes".
            "RLIMIT_NPROC": processes + (TEMPLATE_TASKS if setup.template else 0),
            "RLIMIT_FSIZE": limits.file_size,
            "RLIMIT_DATA": limits.memory,
            "RLIMIT_NOFILE": limits.open_files,
            "RLIMIT_CORE": 0,
            "RLIMIT_MSGQUEUE": 0,
            "RLIMIT_RTPRIO": 0,
            "RLIMIT_NICE": 0,
            # Counted for all sandboxes of a user together.
            "RLIMIT_SIGPENDING": limits.signals,
            "RLIMIT_MEMLOCK": 0,
        },
    }


def _spawn(
    command: list[str], descriptors: bubblewrap.Descriptors, stderr: int
) -> subprocess.Popen[bytes]:
    with lifted():
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stderr,
            stderr=stderr,
            env=cgroup.environment(),
            pass_fds=(descriptors.seccomp, descriptors.info, descriptors.control),
            # Its own group: Ctrl-C at the terminal is for the grader, which then ends this.
            process_group=0,
        )


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
