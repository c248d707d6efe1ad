"""Process 1 of a sandbox: imports once, then forks one ipykernel after the other.

This file runs on its own inside the sandbox (``python -I process_one.py SETUP``); it imports
nothing of the package. Everything that students' code may try reaches this process, so it

* makes itself undumpable: no ``ptrace``, ``/proc/1/mem`` or ``pidfd_getfd`` from its children;
* handles no signal: process 1 is immune from inside to every signal it has no handler for;
* runs no TensorFlow operation and has one thread, since only such a process is safe to fork;
* is told nothing of a submission but one-time keys, since children can read its heap;
* after each kernel kills everything else in its namespace, empties every writable place, and
  compares its own state with the state at its start. Whoever drives it throws the sandbox away
  when anything differs.
"""

# Paths arrive as text in JSON and name files of /proc: plain calls of os, no pathlib.
# ruff: noqa: PTH103, PTH108, PTH109, PTH116, PTH118, PTH120, PTH123, PTH208, PTH211

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import random
import resource
import select
import shutil
import signal
import socket
import stat
import sys
import time
import traceback
from collections.abc import Iterator
from typing import Any

PR_SET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE = 1, 3, 4
IOPRIO_WHO_PROCESS, SYS_IOPRIO_GET = 1, {"x86_64": 252, "aarch64": 31}
MESSAGE_LIMIT = 131_072
REAP_SECONDS = 0.2
LIBC = ctypes.CDLL(None, use_errno=True)
STATUS_FIELDS = {
    "Umask",
    "Uid",
    "Gid",
    "Groups",
    "Threads",
    "SigPnd",
    "ShdPnd",
    "SigBlk",
    "SigIgn",
    "SigCgt",
    "CapInh",
    "CapPrm",
    "CapEff",
    "CapBnd",
    "CapAmb",
    "NoNewPrivs",
    "Seccomp",
}


def main() -> None:
    setup = json.loads(sys.argv[1])
    control = socket.socket(fileno=setup["control"])
    try:
        harden(setup)
        make_folders(setup)
        # Last: what a lab brings shall not hide what is installed.
        sys.path.append(setup["import_from"])
        preload(setup["preload"])
        drop_foreign_handlers()
        empty_all(setup)
        initial = state(setup)
        send(control, {"ready": True, "state": initial})
    except Exception:
        send(control, {"ready": False, "error": traceback.format_exc(limit=3)[-8000:]})
        os._exit(1)
    detach_output()
    serve(control, setup, initial)
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


def serve(control: socket.socket, setup: dict[str, Any], initial: dict[str, Any]) -> None:
    """Answer requests until the other end is closed."""
    ended: dict[int, dict[str, Any]] = {}
    kernel = 0
    poll = select.poll()
    poll.register(control, select.POLLIN)
    while True:
        # Orphans of the kernel become children of process 1; unreaped ones would fill the
        # process limit.
        ready = poll.poll(REAP_SECONDS * 1000)
        reap(ended)
        if not ready:
            continue
        request = control.recv(MESSAGE_LIMIT)
        if not request:
            return
        message = json.loads(request)
        if message["do"] == "fork":
            ended.clear()
            kernel = fork_kernel(control, setup, message)
        else:
            odd = reset(setup, initial, ended)
            usage = ended.get(kernel)
            send(control, {"ok": not odd, "odd": odd, "usage": usage})


def fork_kernel(control: socket.socket, setup: dict[str, Any], message: dict[str, Any]) -> int:
    """Fork one kernel and pass its pidfd on; returns its process id in this namespace."""
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
            run_kernel(setup, message)
        finally:
            os._exit(1)
    handle = os.pidfd_open(child)
    socket.send_fds(control, [json.dumps({"forked": child}).encode()], [handle])
    os.close(handle)
    return child


def run_kernel(setup: dict[str, Any], message: dict[str, Any]) -> None:
    """In the child: become an ipykernel."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
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


def reap(ended: dict[int, dict[str, Any]]) -> bool:
    """Collect every child that has ended; True while there are others."""
    while True:
        try:
            pid, status, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True
        ended[pid] = {
            "status": os.waitstatus_to_exitcode(status),
            "cpu_seconds": used.ru_utime + used.ru_stime,
            "max_rss_bytes": used.ru_maxrss * 1024,
        }


def reset(
    setup: dict[str, Any], initial: dict[str, Any], ended: dict[int, dict[str, Any]]
) -> list[str]:
    """Kill everything else, empty every writable place; returns what is odd afterwards."""
    deadline = time.monotonic() + setup["reset_seconds"]
    while True:
        children = reap(ended)
        others = other_processes()
        if not children and not others:
            break
        if time.monotonic() > deadline:
            return [f"{others} processes survive"]
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        time.sleep(0.0005)
    try:
        empty_all(setup)
    except OSError as error:
        return [f"a folder could not be emptied: {error.strerror} ({error.filename})"]
    now = state(setup)
    return sorted(
        name for name in initial.keys() | now.keys() if initial.get(name) != now.get(name)
    )


def other_processes() -> int:
    return sum(name.isdecimal() and name != "1" for name in os.listdir("/proc"))


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


def state(setup: dict[str, Any]) -> dict[str, Any]:
    """All that a child with the same user id, or this process itself, could have changed."""
    own: dict[str, Any] = dict(status_fields())
    for name in sorted(n for n in dir(resource) if n.startswith("RLIMIT_")):
        own[name] = list(resource.getrlimit(getattr(resource, name)))
    own["nice"] = os.getpriority(os.PRIO_PROCESS, 0)
    own["affinity"] = sorted(os.sched_getaffinity(0))
    own["scheduler"] = [os.sched_getscheduler(0), os.sched_getparam(0).sched_priority]
    own["ioprio"] = io_priority()
    own["dumpable"] = LIBC.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
    own["session"] = [os.getpgid(0), os.getsid(0)]
    own["descriptors"] = len(os.listdir("/proc/self/fd"))
    own["tasks"] = len(os.listdir("/proc/self/task"))
    own["cwd"] = os.getcwd()
    own["pid"] = os.getpid()
    own["interfaces"] = [
        line.split(":")[0].strip() for line in read("/proc/net/dev").splitlines()[2:]
    ]
    own["oom"] = read("/proc/self/oom_score_adj")
    own["mounts"] = read("/proc/self/mountinfo")
    # A connection in TIME_WAIT holds its port for a minute: ports can be planted too.
    for name in ("tcp", "tcp6", "udp", "udp6", "unix"):
        own[f"sockets_{name}"] = max(read(f"/proc/net/{name}").count("\n"), 1)
    for place in (*setup["writable"], *kept_folders(setup)):
        facts = os.stat(place)
        own[f"place_{place}"] = [
            stat.filemode(facts.st_mode),
            facts.st_uid,
            facts.st_gid,
            sorted(os.listxattr(place)),
        ]
    for place in setup["writable"]:
        # Files that are deleted but still held, by whatever means, are still there.
        space = os.statvfs(place)
        own[f"files_{place}"] = space.f_files - space.f_ffree
    return own


def kept_folders(setup: dict[str, Any]) -> Iterator[str]:
    """Folders below writable places that stay, because a mount point lies in them."""
    for path in setup["keep"]:
        parent = os.path.dirname(path)
        while parent not in setup["writable"]:
            yield parent
            parent = os.path.dirname(parent)


def status_fields() -> Iterator[tuple[str, str]]:
    for line in read("/proc/self/status").splitlines():
        name, _, value = line.partition(":")
        if name in STATUS_FIELDS:
            yield name, value.strip()


def io_priority() -> int:
    number = SYS_IOPRIO_GET.get(os.uname().machine)
    return -1 if number is None else int(LIBC.syscall(number, IOPRIO_WHO_PROCESS, 0))


def read(path: str) -> str:
    try:
        with open(path) as stream:
            return stream.read()
    except FileNotFoundError:
        return ""


def send(control: socket.socket, message: dict[str, Any]) -> None:
    control.sendall(json.dumps(message).encode())


if __name__ == "__main__":
    main()
