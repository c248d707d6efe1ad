"""Attacks on the machine and on the neighbour, each as a cell of a submission.

They print what they get, so that a canary that was read shows in the graded notebook; what they
leave behind carries ``MARK`` in its name. Names in capitals are set by :func:`cells`.
"""

# Programs as text, some with long lines.
# ruff: noqa: E501
from __future__ import annotations

import secrets
from dataclasses import dataclass

from tests.sandbox.hostile import scripts
from tests.sandbox.hostile.floods import DEEP, FLOODS

MARK = f"left{secrets.token_hex(5)}"
"""In the name of every file and process that an attack leaves; short enough for a process name.

Of this process of tests only: another one's class may be under attack at the same time.
"""


@dataclass(frozen=True)
class Targets:
    """What attacks look for outside the sandbox.

    Attributes:
        files: to be read; each holds a secret.
        folders: to be listed, and to be written into.
        port: of a TCP and a UDP listener on this machine.
        unix: path of a listening Unix socket.
        abstract: name of a listening abstract Unix socket, without the leading zero byte.
    """

    files: tuple[str, ...]
    folders: tuple[str, ...]
    port: int
    unix: str
    abstract: str


_LISTS = r"""
import glob, os
for path in [*FILES, "/proc/1/environ", "/proc/1/root/etc/shadow", "/etc/shadow"]:
    for way in (path, "/proc/1/root" + path, "/proc/self/root" + path):
        try: print(path, open(way, errors="replace").read()[:2000])
        except OSError as error: print(path, type(error).__name__)
for pattern in ("../*", "../../*", "../../../*", "../../../../**/*.db", "/proc/[0-9]*/cwd/*.ipynb"):
    print(pattern, glob.glob(pattern)[:20])
os.symlink(FILES[0], "link")
try: print(open("link").read())
except OSError as error: print(type(error).__name__)
print(sorted(os.environ.values()))
for number in filter(str.isdecimal, os.listdir("/proc")):
    try: print(open(f"/proc/{number}/cmdline").read(), open(f"/proc/{number}/environ").read())
    except OSError: pass
"""

_WRITES = r"""
import ctypes, os
for folder in (*FOLDERS, "/", "/usr", "/etc", "/run", "/var/tmp", "/root", os.path.dirname(os.__file__)):
    for name in (f"{folder}/MARK", f"/proc/1/root{folder}/MARK"):
        try: open(name, "w").write("x"); print("WROTE", name)
        except OSError as error: print(type(error).__name__)
for path in FILES:
    for change in (lambda: open(path, "a").write("MARK"), lambda: os.remove(path), lambda: os.chmod(path, 0o777),
                   lambda: os.link(path, "hard-link")):
        try: change(); print("CHANGED", path)
        except OSError as error: print(type(error).__name__)
libc = ctypes.CDLL(None, use_errno=True)
print(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None), libc.umount2(b"/usr", 2), libc.unshare(0x10000000))
"""

_SOCKETS = r"""
import socket
def attempt(name, family, address=None, kind=socket.SOCK_STREAM):
    try:
        with socket.socket(family, kind) as s:
            s.settimeout(1)
            if address is not None:
                s.connect(address); s.sendall(b"MARK")
                # A datagram is always taken; the listener tells whether it came.
                print("sent" if kind == socket.SOCK_DGRAM else "CONNECTED", name)
    except OSError as error:
        print(name, type(error).__name__)
attempt("tcp", socket.AF_INET, ("127.0.0.1", PORT))
attempt("tcp6", socket.AF_INET6, ("::1", PORT))
attempt("udp", socket.AF_INET, ("127.0.0.1", PORT), socket.SOCK_DGRAM)
attempt("path", socket.AF_UNIX, UNIX)
attempt("root path", socket.AF_UNIX, "/proc/1/root" + UNIX)
attempt("abstract", socket.AF_UNIX, "\0" + ABSTRACT)
for family in (17, 38, 40):
    attempt(str(family), family, None, socket.SOCK_RAW)
"""

_THREADS = r"""
import threading, time
made = 0
try:
    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        made += 1
except RuntimeError as error:
    print(made, error)
"""

_SHM = r"""
total = 0
try:
    for i in range(4000):
        with open(f"/dev/shm/MARK{i}", "wb") as f: total += f.write(b"x" * (1 << 20))
except OSError as error: print(total >> 20, error.errno)
"""

_MEMFD = r"""
import os
try:
    handle = os.memfd_create("MARK")
    for _ in range(4000): os.write(handle, b"x" * (1 << 20))
except OSError as error: print(error.errno)
"""

# Not by /proc/self/comm, which a process that cannot be dumped may not write: prctl(PR_SET_NAME).
_NAME_ITSELF = "import ctypes; ctypes.CDLL(None).prctl(15, b'MARK', 0, 0, 0)\n"

_DAEMON = f"""
import os, subprocess, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        {_NAME_ITSELF.strip()}
        while True:
            for folder in (*FOLDERS, "/tmp", "/dev/shm", "."):
                try: open(f"{{folder}}/MARK", "a").write("x")
                except OSError: pass
            time.sleep(0.01)
    os._exit(0)
os.wait()
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(900) # MARK"], start_new_session=True)
print("planted")
"""

_SIGNALS = r"""
import os, signal
for pid in (1, os.getppid(), *range(2, 400)):
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGKILL):
        if pid != os.getpid():
            try: os.kill(pid, number)
            except OSError: pass
try: os.kill(-1, signal.SIGTERM)
except OSError as error: print(error)
"""

_CHATTER = "for _ in range(200):\n    print('x' * 1_000_000)\n"

_PLANTED = (
    "files",
    "startup files",
    "closed roots",
    "signal to everything",
    "stopped kernel's child",
    "patched modules",
    "memory of the warm process",
    "priority",
)

# Of the ways to fill the grader's memory one of each kind; all of them are tried one by one beside
# the tests of workers.
_FLOODED = (
    "large messages on stdin",
    "empty messages on iopub",
    "one endless message on iopub",
    "one endless message of long parts on shell",
    "a message that claims to be huge on iopub",
)
_BUSY = """
import os
for _ in range(230):
    try:
        if os.fork() == 0:
            while True: pass
    except OSError: break
while True: pass
"""

_SOURCES = {
    "reads_secrets": _LISTS,
    "writes_outside": _WRITES,
    "opens_sockets": _SOCKETS,
    "fork_bomb": _NAME_ITSELF + scripts.FORK_BOMB,
    "threads": _THREADS,
    "memory_heap": scripts.MEMORY_HOGS["heap"],
    "memory_shared": scripts.MEMORY_HOGS["shared mapping"],
    "memory_processes": _NAME_ITSELF + scripts.MEMORY_HOGS["many processes"],
    "memory_shm": _SHM,
    "memory_memfd": _MEMFD,
    "stubborn_loop": _NAME_ITSELF + scripts.STUBBORN_LOOP,
    "daemon": _DAEMON,
    "fills_disk": scripts.FILL_DISK,
    "signals": _SIGNALS,
    "prints_200_mb": _CHATTER,
    "busy_processes": _NAME_ITSELF + _BUSY,
    "deep_output": DEEP[700],
    **{f"floods_{name.replace(' ', '_')}": FLOODS[name] for name in _FLOODED},
    **{
        f"plants_{name.replace(' ', '_').replace(chr(39), '')}": scripts.PLANTS[name]
        for name in _PLANTED
    },
}


def cells(targets: Targets) -> dict[str, str]:
    """Attacks by name, each the source of a code cell, aimed at ``targets``."""
    head = "\n".join(
        f"{name} = {value!r}"
        for name, value in {
            "FILES": targets.files,
            "FOLDERS": targets.folders,
            "PORT": targets.port,
            "UNIX": targets.unix,
            "ABSTRACT": targets.abstract,
        }.items()
    )
    return {name: f"{head}\n{source.replace('MARK', MARK)}" for name, source in _SOURCES.items()}
