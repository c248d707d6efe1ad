"""Attempts to hold what all sandboxes of a machine share, each with the answer it has to get.

``ATTEMPTS`` are bodies of functions in a kernel, where ``call(number or name, …)`` is a system
call that raises, and ``SHARED`` a read-only file that every sandbox sees.
"""

# Programs as text, some with long lines.
# ruff: noqa: E501
from __future__ import annotations

PRELUDE = r"""
import array, ctypes, errno, fcntl, json, mmap, os, resource, signal, socket, struct, sys, time
SHARED = sys.executable
libc = ctypes.CDLL(None, use_errno=True)
NUMBERS = {"sched_setattr": (314, 274), "fcntl": (72, 25), "vmsplice": (278, 75), "tee": (276, 77),
    "io_uring_setup": (425, 425), "userfaultfd": (323, 282), "add_key": (248, 217), "seccomp": (317, 277),
    "landlock_create_ruleset": (444, 444), "migrate_pages": (256, 238), "membarrier": (324, 283),
    "fanotify_init": (300, 262), "perf_event_open": (298, 241), "statmount": (457, 457), "bpf": (321, 280),
    "ioprio_set": (251, 30), "rt_sigqueueinfo": (129, 138)}
def call(name, *arguments):
    number = NUMBERS[name][os.uname().machine == "aarch64"]
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result
def shared(flags=os.O_RDONLY):
    return os.open(SHARED, flags)
def option(number, value=1):
    s = socket.socketpair()[0]
    s.setsockopt(socket.SOL_SOCKET, number, value)
def outcome(attempt):
    try:
        got = attempt()
    except OSError as error:
        return errno.errorcode[error.errno]
    except ValueError as error:
        return "EPERM" if "not permitted" in str(error) else str(error)
    return "HELD" if got is None else got
"""

ATTEMPTS: dict[str, tuple[str, str]] = {
    # Locks and leases.
    "flock, exclusive": ("fcntl.flock(shared(), fcntl.LOCK_EX)", "ENOSYS"),
    "flock, shared": ("fcntl.flock(shared(), fcntl.LOCK_SH | fcntl.LOCK_NB)", "ENOSYS"),
    "record lock": ("fcntl.lockf(shared(), fcntl.LOCK_SH)", "EPERM"),
    "lock of an open file": (
        "fcntl.fcntl(shared(), 37, struct.pack('hhqqi4x', fcntl.F_RDLCK, 0, 0, 0, 0))",
        "EPERM",
    ),
    "waiting lock of an open file": (
        "fcntl.fcntl(shared(), 38, struct.pack('hhqqi4x', fcntl.F_RDLCK, 0, 0, 0, 0))",
        "EPERM",
    ),
    "lease to read": ("fcntl.fcntl(shared(), 1024, fcntl.F_RDLCK)", "EPERM"),
    "lease to write": ("fcntl.fcntl(shared(), 1024, fcntl.F_WRLCK)", "EPERM"),
    "notice of a folder": ("fcntl.fcntl(os.open('/usr/lib', os.O_RDONLY), 1026, 1)", "EPERM"),
    "owner of signals": ("fcntl.fcntl(shared(), 8, os.getpid())", "EPERM"),
    "a command that is not known yet": ("fcntl.fcntl(shared(), 1040, 0)", "EPERM"),
    "a command with bits nobody looks at": (
        "call('fcntl', shared(), (1 << 32) | 1024, 0)",
        "EPERM",
    ),
    "hint of a file's life": ("fcntl.fcntl(shared(), 1036, struct.pack('Q', 2))", "EPERM"),
    # Watches.
    "inotify": (
        "libc.inotify_init1(0) == -1 and call('fcntl', -1, 1) or (_ for _ in ()).throw(OSError(ctypes.get_errno(), ''))",
        "EBADF",
    ),
    "fanotify": ("call('fanotify_init', 0, 0)", "EPERM"),
    "performance counters": ("call('perf_event_open', 0, 0, 0, -1, 0)", "EPERM"),
    # The scheduler.
    "slices of the scheduler": (
        "call('sched_setattr', 0, struct.pack('IIQiIQQQ', 48, 0, 0, 0, 0, 100_000, 0, 0), 0)",
        "EPERM",
    ),
    "deadline": (
        "call('sched_setattr', 0, struct.pack('IIQiIQQQ', 48, 6, 0, 0, 0, 10**7, 10**7, 10**7), 0)",
        "EPERM",
    ),
    "batch": ("os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))", "EPERM"),
    "order of input and output": ("call('ioprio_set', 1, 0, (2 << 13) | 0)", "EPERM"),
    "priority of all of a user": ("os.setpriority(os.PRIO_USER, os.getuid(), 5)", "EPERM"),
    "whole cores": (
        "libc.prctl(62, 1, 0, 1, 0) and (_ for _ in ()).throw(OSError(ctypes.get_errno(), ''))",
        "EINVAL",
    ),
    "barriers on all processors": ("call('membarrier', 1 << 0, 0, 0)", "ENOSYS"),
    # Pools of the kernel.
    "a filter of one's own": (
        "libc.prctl(22, 2, 0, 0, 0) and (_ for _ in ()).throw(OSError(ctypes.get_errno(), ''))",
        "EINVAL",
    ),
    "a filter by its own call": ("call('seccomp', 1, 0, 0)", "EPERM"),
    "a filter of a socket": ("option(26, struct.pack('HxxxxxxP', 1, 0))", "EPERM"),
    "pages pinned by a socket": ("option(60)", "EPERM"),
    "pages pinned by a pipe": ("call('vmsplice', os.pipe()[1], 0, 0, 0)", "EPERM"),
    "pipes that share pages": ("call('tee', os.pipe()[0], os.pipe()[1], 1, 0)", "EPERM"),
    "a larger pipe": ("fcntl.fcntl(os.pipe()[1], 1031, 1 << 20)", "EPERM"),
    "huge pages": (
        "mmap.mmap(-1, 2 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)",
        "ENOMEM",
    ),
    "merged pages": ("mmap.mmap(-1, 4096).madvise(12)", "EINVAL"),
    "merged pages of all": (
        "libc.prctl(67, 1, 0, 0, 0) and (_ for _ in ()).throw(OSError(ctypes.get_errno(), ''))",
        "EINVAL",
    ),
    "pages kept in memory": (
        "libc.mlockall(2) and (_ for _ in ()).throw(OSError(ctypes.get_errno(), ''))",
        "EPERM",
    ),
    "moved pages": ("call('migrate_pages', os.getppid(), 64, 0, 0)", "EPERM"),
    "keys": ("call('add_key', b'user', b'a', b'b', 1, -3)", "EPERM"),
    "io_uring": ("call('io_uring_setup', 8, ctypes.create_string_buffer(120))", "EPERM"),
    "faults handled by a program": ("call('userfaultfd', 1)", "EPERM"),
    "programs in the kernel": ("call('bpf', 0, 0, 0)", "EPERM"),
    "rules of Landlock": ("call('landlock_create_ruleset', 0, 0, 1)", "EPERM"),
    "mounts of the machine": ("call('statmount', 0, 0, 0, 0)", "EPERM"),
}

BOUNDED: dict[str, tuple[str, int]] = {
    "timers": (r"""
made = 0
try:
    while made < 100_000:
        timer = ctypes.c_void_p()
        if libc.timer_create(0, None, ctypes.byref(timer)): break
        made += 1
finally:
    pass
print(made)
""", 1100),
    "signals that wait": (r"""
# In a child: it has one thread, and none that the signals would reach.
told, teller = os.pipe()
def child():
    signal.pthread_sigmask(signal.SIG_BLOCK, {50})
    made, info = 0, ctypes.create_string_buffer(struct.pack("iii", 50, 0, -1), 128)
    try:
        while made < 100_000:
            call("rt_sigqueueinfo", os.getpid(), 50, info)
            made += 1
    except OSError:
        pass
    os.write(teller, str(made).encode())
if os.fork() == 0:
    child(); os._exit(0)
print(os.read(told, 20).decode()); os.wait()
""", 1100),
    "a socket's buffer": (r"""
one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
for number in (7, 8): one.setsockopt(socket.SOL_SOCKET, number, 64 << 20)
one.setblocking(False)
made = 0
try:
    while True: made += one.send(b"x" * 65_000)
except OSError:
    pass
print(made)
""", 500_000),
}  # fmt: skip
"""Programs that print how much they got, and the most that may be."""

DATAGRAMS = r"""
import os, socket, time
for _ in range(5):
    if os.fork() == 0: break
held = []
try:
    while True:
        pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        held.append(pair)
        pair[0].setblocking(False)
        try:
            while True: pair[0].send(b"x" * 65_000)
        except BlockingIOError: pass
except OSError: pass
time.sleep(60)
"""

IN_FLIGHT = r"""
import array, os, socket, time
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
# Sockets that no process has open: they are on their way in a message to nobody.
for _ in range(5):
    os.fork()
out, into = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
for _ in range(200):
    pair = socket.socketpair()
    try: socket.send_fds(out, [b"x"], [pair[0].fileno(), pair[1].fileno()])
    except OSError: break
    pair[0].close(); pair[1].close()
time.sleep(60)
"""

CONNECTIONS = r"""
import os, socket, time
for _ in range(3): os.fork()
server = socket.create_server(("127.0.0.1", 0), backlog=1000)
held = []
try:
    while True:
        client = socket.create_connection(server.getsockname()); held.append((client, server.accept()))
        client.setblocking(False)
        client.send(b"x" * 65_000)
except OSError: pass
time.sleep(60)
"""

PAGE_TABLES = r"""
import ctypes, mmap, os, time
for _ in range(2): os.fork()
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
size, step = 400 << 30, 2 << 20
# Read only and private: neither RLIMIT_DATA nor any count of resident pages knows it.
start = libc.mmap(None, ctypes.c_size_t(size), 1, 0x4022, -1, ctypes.c_long(0))
libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), 15)
for at in range(start, start + size, step): ctypes.c_char.from_address(at).value
time.sleep(60)
"""

ENDED: dict[str, tuple[str, str]] = {
    "buffers of datagrams": (DATAGRAMS, "sockets"),
    "sockets on their way": (IN_FLIGHT, "sockets"),
    "connections that nobody reads": (CONNECTIONS, "sockets"),
    "page tables of nothing": (PAGE_TABLES, "memory"),
}
"""Floods that end the submission, and by what."""

HOLDER = r"""
import ctypes, fcntl, os, struct, time
libc = ctypes.CDLL(None, use_errno=True)
held = []
for folder, _, names in os.walk(os.environ["KERAS_HOME"] + "/models/"):
    for name in names:
        fd = os.open(f"{folder}/{name}", os.O_RDONLY)
        held.append(fd)
        record = struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0)
        for attempt in (
            lambda: fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB),
            lambda: fcntl.fcntl(fd, fcntl.F_SETLK, record),
            lambda: fcntl.fcntl(fd, 37, record),
            lambda: fcntl.fcntl(fd, 1024, fcntl.F_RDLCK),
            lambda: fcntl.fcntl(fd, 1024, fcntl.F_WRLCK),
        ):
            try: attempt()
            except (OSError, ValueError): pass
print(len(held), flush=True)
time.sleep(SECONDS)
"""

HONEST: dict[str, str] = {
    "SQLite": r"""
import sqlite3
for _ in range(2):
    with sqlite3.connect("notes.db", timeout=1) as db:
        db.execute("create table if not exists t (x)"); db.execute("insert into t values (1)")
    db.close()
print(sqlite3.connect("notes.db").execute("select count(*) from t").fetchone()[0] == 2)
""",
    "HDF5": r"""
import h5py, os
for locking in (None, "TRUE", "BEST_EFFORT"):
    os.environ.pop("HDF5_USE_FILE_LOCKING", None)
    if locking: os.environ["HDF5_USE_FILE_LOCKING"] = locking
    with h5py.File("a.h5", "w", locking=False if locking == "TRUE" else None) as f: f["x"] = [1, 2]
    with h5py.File("a.h5", "r", locking=False if locking == "TRUE" else None) as f: assert list(f["x"]) == [1, 2]
print(True)
""",
    "shelves": "import shelve\nwith shelve.open('s') as s: s['a'] = 1\nprint(shelve.open('s')['a'] == 1)",
    "fonts of Matplotlib": r"""
import matplotlib; matplotlib.use("agg")
import matplotlib.font_manager as fm, matplotlib.pyplot as plt, os
plt.plot([1, 2]); plt.title("ä"); plt.savefig("a.png")
print(os.path.getsize("a.png") > 1000 and bool(fm.findSystemFonts() or True))
""",
    "files on disk": r"""
import os, tempfile
with tempfile.NamedTemporaryFile("w") as f:
    f.write("a"); f.flush(); os.fsync(f.fileno()); os.fdatasync(f.fileno()); os.sync()
    print(open(f.name).read() == "a")
""",
    "processes of multiprocessing": r"""
import multiprocessing
with multiprocessing.get_context("fork").Pool(2) as pool: print(pool.map(abs, [-1, -2]) == [1, 2])
""",
    "threads and a loop": r"""
import asyncio, threading, subprocess
result = []
async def main(): await asyncio.sleep(0.01); return 7
def inside(): result.append(asyncio.run(main()))
t = threading.Thread(target=inside); t.start(); t.join()
print(result == [7] and subprocess.run(["ls", "/"], capture_output=True).returncode == 0)
""",
    "a lower priority of one's own": "import os\nos.nice(3); os.sched_setaffinity(0, os.sched_getaffinity(0)); print(True)",
    "time zones": "import zoneinfo\nprint(zoneinfo.ZoneInfo('Europe/Berlin').key == 'Europe/Berlin')",
    "libraries by name": "import ctypes.util\nprint(ctypes.util.find_library('c') is not None)",
}
"""What honest notebooks do with files, locks and processes; each prints True."""
