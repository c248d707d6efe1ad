"""One running sandbox: started, checked, driven and ended from outside.

The trusted side never asks the sandbox whether it is a sandbox: :func:`check` compares what the
warm process reports before any student's code ran, and bwrap's word for the process id is held as a
pidfd from then on.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alpaca_course.sandbox import bubblewrap
from alpaca_course.sandbox.cgroup import Group
from alpaca_course.sandbox.control import Control
from alpaca_course.sandbox.launch import (
    RESET_SECONDS,
    START_SECONDS,
    Launched,
    SandboxError,
    Setup,
    TemplateError,
)
from alpaca_course.sandbox.uids import SpareUid

__all__ = ["Report", "Sandbox", "SandboxError", "Setup", "TemplateError", "check", "check_names"]

NO_CAPABILITY = "0000000000000000"
FILTERED = "2"


@dataclass(frozen=True)
class Report:
    """The answer to a reset: whether all is as at the start, and what the kernel used.

    Attributes:
        odd: what is not as at the start; the sandbox must be thrown away then.
        lost: why the template had to be ended; the next one that is asked for is made anew.
    """

    odd: tuple[str, ...]
    cpu_seconds: float | None = None
    max_rss_bytes: int | None = None
    lost: str = ""


class Sandbox:
    """A sandbox whose process 1 waits for requests.

    Attributes:
        template: process id, in the sandbox, of the template that :meth:`prepare` made; 0 without.

    Raises:
        SandboxError: it cannot be started here, or is not tight.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._root: int | None = None
        self._launched: Launched | None = None
        self._uid: SpareUid | None = None
        self._ending = threading.Lock()
        self.template = 0
        self._control = Control()
        try:
            with self._control.inside as inside:
                self._uid = SpareUid() if os.geteuid() == 0 else None
                number = self._uid.number if self._uid else None
                self._launched = Launched(setup, inside, number)
            self._greet(self._launched)
        except BaseException as error:
            complaint = self._launched.complaint() if self._launched else ""
            self.kill()
            if isinstance(error, OSError | ValueError | SandboxError):
                text = "\n".join(part for part in (complaint, str(error)) if part)
                raise SandboxError(text) from error
            raise

    def _greet(self, launched: Launched) -> None:
        """Wait until the warm process is ready, and see that the sandbox is one."""
        hello = self._control.greeting(START_SECONDS)
        check(hello["state"], self._uid.number if self._uid else os.getuid())
        # Not earlier: until its set-up is over, process 1 still has this machine's root.
        self._root = os.open(f"/proc/{launched.pid}/root", os.O_PATH | os.O_DIRECTORY)
        if not launched.alive:
            raise SandboxError("the warm process has ended")
        launched.forget_stderr()

    # What the trusted side does with it

    @property
    def root(self) -> str:
        """A path that leads into the sandbox's file system, for this process only.

        Only names that no student's code could have replaced may be used below it.
        """
        return f"/proc/self/fd/{self._root}"

    @property
    def sockets(self) -> str:
        """The folder of the kernels' sockets, as they see it."""
        return bubblewrap.SOCKETS

    @property
    def alive(self) -> bool:
        launched = self._launched
        return launched is not None and launched.alive

    @property
    def out_of_memory(self) -> bool:
        """Whether the kernel ended something in it because its control group had no more memory."""
        group = self._group
        return group is not None and group.out_of_memory

    @property
    def ended_for_others(self) -> bool:
        """Whether the kernel ended something in it since memory ran out around its group."""
        group = self._group
        return group is not None and group.ended_for_others

    @property
    def _group(self) -> Group | None:
        return self._launched.group if self._launched is not None else None

    def write_files(self, files: Mapping[str, bytes]) -> None:
        """Write the course's helper files into the working folder of the next kernel.

        Only before the kernel is forked: no student's code runs then that could place a link.

        Args:
            files: by names that :func:`check_names` accepts.

        Raises:
            OSError: the files do not fit.
        """
        for name, data in files.items():
            relative = Path(name)
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

    def prepare(self) -> None:
        """Have a template, unless there is one; only while nothing of a submission is here.

        One that is there was compared when the last submission's traces were removed.

        Raises:
            TemplateError: it cannot be prepared, and why; the sandbox stays good.
            SandboxError: no answer, or the sandbox is not as at its start.
        """
        if self.template:
            return
        answer = self._control.prepare()
        if not answer.get("ok"):
            raise SandboxError(f"after the template was prepared: {answer.get('odd')}")
        self.template = int(answer["template"])
        if not self.template:
            raise TemplateError(str(answer.get("error", "no reason given")))

    def fork(
        self,
        connection: Mapping[str, Any],
        environment: Mapping[str, str],
        seed: int,
        *,
        ready: bool = False,
    ) -> int:
        """Start a kernel, from the template if ``ready``; returns its pidfd, which is the caller's.

        Raises:
            SandboxError: the warm process refuses or does not answer.
        """
        return self._control.fork(connection, environment, seed, ready=ready)

    def reset(self) -> Report:
        """Kill what runs, empty what is writable, compare with the start.

        Raises:
            SandboxError: no answer; the sandbox must be thrown away.
        """
        answer = self._control.ask({"do": "reset"}, RESET_SECONDS)
        usage = answer.get("usage") or {}
        lost = str(answer.get("lost", ""))
        if lost:
            self.template = 0
        return Report(
            tuple(answer.get("odd", ("no report",))),
            usage.get("cpu_seconds"),
            usage.get("max_rss_bytes"),
            lost,
        )

    def kill(self) -> None:
        """End everything in the sandbox, and wait until it is gone. Safe to call twice."""
        with self._ending:
            self._control.close()
            if self._launched is not None:
                self._launched.end()
            # The mount namespace with its memory lives until the last descriptor is closed.
            if self._root is not None:
                os.close(self._root)
            self._root = self._launched = None
            if self._uid is not None:
                self._uid.release()


def check_names(names: Iterable[str]) -> None:
    """Are these names of files below the working folder?

    Raises:
        ValueError: names the first that is not.
    """
    for name in names:
        parts = Path(name).parts
        if not parts or ".." in parts or Path(name).is_absolute():
            raise ValueError(f"not a name below the working folder: {name!r}")


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
