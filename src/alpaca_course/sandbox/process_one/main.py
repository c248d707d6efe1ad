"""Process 1 at work: it becomes ready, answers requests, and leaves nothing of a kernel behind."""

# Paths arrive as text in JSON and name files of /proc: plain calls of os, no pathlib.
# ruff: noqa: PTH103, PTH108, PTH123, PTH208, PTH211

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import time
import traceback
from typing import Any

from .kernel import (
    MESSAGE_LIMIT,
    detach_output,
    drop_foreign_handlers,
    fork_kernel,
    preload,
    send,
    tell_forked,
    usage_of,
)
from .state import LIBC, UNIX_SOCKETS, differences, state
from .template import PR_SET_PDEATHSIG, Template, TemplateError

PR_SET_DUMPABLE = 4
REAP_SECONDS = 0.2
# So long the template is spared while everything else is killed one by one. What makes processes
# faster than that is killed with it, all at once.
SPARE_SECONDS = 2.0


def main() -> None:
    setup = json.loads(sys.argv[1])
    control = socket.socket(fileno=setup["control"])
    try:
        harden(setup)
        make_folders(setup)
        preload(setup["preload"])
        drop_foreign_handlers()
        empty_all(setup)
        initial = state(setup)
        send(control, {"ready": True, "state": initial})
    except Exception:
        send(control, {"ready": False, "error": traceback.format_exc(limit=3)[-8000:]})
        os._exit(1)
    detach_output()
    Server(control, setup, initial).until_closed()
    os._exit(0)


def harden(setup: dict[str, Any]) -> None:
    """Limits, death with the parent, and a closed door to this process' memory."""
    # Where memory runs out for the whole machine, this goes first.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as stream:
        stream.write("1000")
    # bwrap's own "die with parent" is lost when the user id changes on the way here.
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    # Python's own handler would make process 1 vulnerable to SIGINT from inside.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for name, value in setup["limits"].items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(number, (limit, limit))
    os.closerange(3, setup["control"])
    os.closerange(setup["control"] + 1, 65_536)
    os.umask(0o022)


class Server:
    """Answers requests: to prepare the template, to fork a kernel, to leave nothing of it."""

    def __init__(
        self, control: socket.socket, setup: dict[str, Any], initial: dict[str, Any]
    ) -> None:
        self.control = control
        self.setup = setup
        self.initial = initial
        self.template: Template | None = None
        self.ended: dict[int, dict[str, Any]] = {}
        self.kernel = 0

    def until_closed(self) -> None:
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        while True:
            # Orphans of the kernel become children of process 1; unreaped ones would fill the
            # process limit.
            ready = poll.poll(REAP_SECONDS * 1000)
            reap(self.ended)
            if not ready:
                continue
            request = self.control.recv(MESSAGE_LIMIT)
            if not request:
                return
            message = json.loads(request)
            if message["do"] == "fork":
                self.fork(message)
            elif message["do"] == "prepare":
                send(self.control, self.prepare())
            else:
                send(self.control, self.reset())

    def prepare(self) -> dict[str, Any]:
        """Have a template, with what it wrote gone: before anything of a submission is here."""
        if self.template is None:
            try:
                self.template = Template(self.setup, self.control)
            except TemplateError as error:
                return {"template": 0, "error": str(error), **self.clean()}
        return {"template": self.template.pid, **self.clean()}

    def fork(self, message: dict[str, Any]) -> None:
        self.ended.clear()
        if not message.get("ready"):
            room = 0 if self.template is None else self.template.tasks
            self.kernel = fork_kernel(self.control, self.setup, message, room)
            return
        try:
            if self.template is None:
                raise TemplateError("there is none")
            self.kernel = self.template.fork(message)
            tell_forked(self.control, self.kernel)
        except (TemplateError, OSError) as error:
            send(self.control, {"error": f"the template: {error}"})

    def reset(self) -> dict[str, Any]:
        """Kill everything else, empty every writable place; says what is odd afterwards."""
        lost = self.spare() if self.template is not None else ""
        survivors = self.kill_all() if self.template is None else 0
        usage = self.ended.get(self.kernel)
        if survivors:
            return {"ok": False, "odd": [f"{survivors} processes survive"], "usage": usage}
        return {**self.clean(), "usage": usage, "lost": lost}

    def spare(self) -> str:
        """Kill all but the template and compare it; where that fails, why it is no more.

        Killing one by one is a race against whatever makes processes, and is given up soon.
        """
        assert self.template is not None
        pid = self.template.pid
        deadline = time.monotonic() + SPARE_SECONDS
        try:
            settled = False
            while others := other_processes() - {pid}:
                if time.monotonic() > deadline:
                    raise TemplateError(f"{len(others)} processes beside it do not end")
                for other in others:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(other, signal.SIGKILL)
                reap(self.ended)
                if not settled:
                    self.collect()
                    settled = True
                    continue
                time.sleep(0.0005)
            if not settled:
                self.collect()
        except TemplateError as error:
            self.template.end()
            self.template = None
            return str(error)
        return ""

    def collect(self) -> None:
        assert self.template is not None
        usage = self.template.settle()
        if usage is not None:
            self.ended[self.kernel] = usage

    def kill_all(self) -> int:
        """Kill everything else at once until nothing is left; how many survive."""
        deadline = time.monotonic() + self.setup["reset_seconds"]
        while True:
            children = reap(self.ended)
            others = other_processes()
            if not children and not others:
                return 0
            if time.monotonic() > deadline:
                return len(others)
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            time.sleep(0.0005)

    def clean(self) -> dict[str, Any]:
        """Empty every writable place, and compare with the start."""
        try:
            empty_all(self.setup)
        except OSError as error:
            said = f"a folder could not be emptied: {error.strerror} ({error.filename})"
            return {"ok": False, "odd": [said]}
        now = state(self.setup)
        if self.template is not None:
            # The connection to it: one descriptor here, and two sockets.
            now["descriptors"] -= 1
            now[UNIX_SOCKETS] -= 2
        odd = differences(self.initial, now)
        return {"ok": not odd, "odd": odd}


def reap(ended: dict[int, dict[str, Any]]) -> bool:
    """Collect every child that has ended; True while there are others."""
    while True:
        try:
            pid, _, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True
        ended[pid] = usage_of(used)


def other_processes() -> set[int]:
    return {int(name) for name in os.listdir("/proc") if name.isdecimal()} - {1}


def make_folders(setup: dict[str, Any]) -> None:
    for folder in setup["folders"]:
        os.makedirs(folder, mode=0o755, exist_ok=True)
    for link, target in setup["links"].items():
        os.symlink(target, link)


def empty_all(setup: dict[str, Any]) -> None:
    """Back to the first state: empty places, with the folders and links every kernel finds."""
    for place in setup["writable"]:
        empty(place, setup["keep"])
    make_folders(setup)


def empty(folder: str, keep: list[str]) -> None:
    """Remove everything in ``folder`` except mount points and the folders above them."""
    with os.scandir(folder) as entries:
        found = list(entries)
    for entry in found:
        if entry.path in keep:
            continue
        if any(path.startswith(entry.path + "/") for path in keep):
            empty(entry.path, keep)
        elif entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)
