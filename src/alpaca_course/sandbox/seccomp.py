"""The system-call filter of the sandbox.

Namespaces hide what is outside; this filter takes away what they leave: ways into other processes,
ways to memory that no limit counts, kernel interfaces no notebook needs, objects that would
outlive a submission in a sandbox that is used again (System V IPC, POSIX message queues), and
whatever one sandbox can hold that another one needs (locks, leases, watches, slices of the
scheduler, pools of the kernel).

Numbers of options are those of the kernel's headers (``linux/fcntl.h``, ``linux/prctl.h``,
``asm-generic/socket.h``), which Python does not know in every version.
"""

from __future__ import annotations

import errno
import functools
import socket
import tempfile
from typing import Any

_DENIED = """
    ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd
    mount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick
    mount_setattr unshare setns bpf perf_event_open userfaultfd keyctl add_key request_key
    io_uring_setup io_uring_enter io_uring_register kexec_load kexec_file_load
    init_module finit_module delete_module create_module
    open_by_handle_at name_to_handle_at reboot swapon swapoff sethostname setdomainname
    iopl ioperm quotactl quotactl_fd acct syslog settimeofday clock_settime clock_adjtime adjtimex
    personality vhangup fanotify_init fanotify_mark mknod mknodat modify_ldt
    memfd_create memfd_secret
    shmget shmat shmctl shmdt msgget msgsnd msgrcv msgctl semget semop semtimedop semctl
    mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr
    sched_setattr sched_setparam ioprio_set
    vmsplice tee migrate_pages move_pages seccomp
    landlock_create_ruleset landlock_add_rule landlock_restrict_self
    statmount listmount open_tree_attr file_setattr listns
    """
DENIED = tuple(_DENIED.split())
"""Refused with EPERM. ``memfd_create`` and ``vmsplice`` are here because their memory escapes every
limit; ``seccomp`` because all filters of a machine share one pool of translated code."""

UNKNOWN = ("flock", "inotify_init", "inotify_init1", "inotify_add_watch", "membarrier")
"""Answered as by a kernel without them (ENOSYS): what uses them can do without. HDF5, for one, goes
on without a lock where the system has none, and does not where it is refused."""

IGNORED = ("sync", "syncfs", "fsync", "fdatasync", "sync_file_range", "fadvise64")
"""Answered as done. They write out or throw away what the disks of the whole machine have in
memory; what a sandbox writes lies in memory and stays there."""

_NEWER = {"statmount": 457, "listmount": 458, "open_tree_attr": 467, "file_setattr": 469}
_NEWER |= {"listns": 470}
"""Numbers, on every architecture the same, of calls that libseccomp learned later than kernels."""

CLONE_NEWUSER = 0x10000000
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
LOW_32_BITS = 0xFFFFFFFF
AF_NETLINK = 16

F_SETLK, F_SETLKW, F_SETOWN, F_SETSIG, F_SETOWN_EX = 6, 7, 8, 10, 15
F_OFD_SETLK, F_OFD_SETLKW = 37, 38
F_SETLEASE, F_NOTIFY, F_CANCELLK, F_SETPIPE_SZ = 1024, 1026, 1029, 1031
F_SET_RW_HINT, F_SET_FILE_RW_HINT = 1036, 1038
HOLDING = (
    *(F_SETLKW, F_SETOWN, F_SETSIG, F_SETOWN_EX, F_OFD_SETLK, F_OFD_SETLKW, F_SETLEASE),
    *(F_NOTIFY, F_CANCELLK, F_SETPIPE_SZ, F_SET_RW_HINT, F_SET_FILE_RW_HINT),
)
"""Commands of ``fcntl`` that hold or change what belongs to a file and not to a descriptor."""

MAP_HUGETLB = 0x40000
MADV_MERGEABLE = 12
PR_SET_SECCOMP, PR_SET_IO_FLUSHER, PR_SCHED_CORE, PR_GET_MDWE = 22, 57, 62, 66
SO_SNDBUF, SO_RCVBUF = 7, 8
SOCKET_OPTIONS = (26, 32, 33, 50, 51, 52, 60)
"""Of ``SOL_SOCKET``: programs attached to a socket (SO_ATTACH_FILTER, …_BPF, …_REUSEPORT_CBPF,
…_REUSEPORT_EBPF), buffers beyond the bounds (SO_SNDBUFFORCE, SO_RCVBUFFORCE), SO_ZEROCOPY."""


@functools.lru_cache(maxsize=1)
def program() -> bytes:
    """The filter as a classic BPF program for this machine's architecture.

    Raises:
        OSError: ``pyseccomp`` or the library it wraps is missing.
    """
    try:
        import pyseccomp as sc
    except (ImportError, RuntimeError, OSError) as error:
        raise OSError(f"libseccomp cannot be loaded: {error}") from error
    rules = sc.SyscallFilter(sc.ALLOW)
    refuse = sc.ERRNO(errno.EPERM)
    for names, answer in (
        (DENIED, refuse),
        (UNKNOWN, sc.ERRNO(errno.ENOSYS)),
        (IGNORED, sc.ERRNO(0)),
    ):
        for name in names:
            _add_known(rules, sc, answer, name)
    # Limits and priorities of other processes, above all of the warm one.
    rules.add_rule(refuse, "prlimit64", sc.Arg(0, sc.NE, 0))
    rules.add_rule(refuse, "sched_setaffinity", sc.Arg(0, sc.NE, 0))
    # ZeroMQ gives each of its threads the policy that it has, SCHED_OTHER.
    rules.add_rule(refuse, "sched_setscheduler", sc.Arg(1, sc.NE, 0))
    for number in (0, 1):
        rules.add_rule(refuse, "setpriority", sc.Arg(number, sc.NE, 0))
    for request in (TIOCSTI, TIOCLINUX):
        rules.add_rule(refuse, "ioctl", sc.Arg(1, sc.MASKED_EQ, LOW_32_BITS, request))
    rules.add_rule(refuse, "clone", sc.Arg(0, sc.MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER))
    # Its flags lie in memory, where no filter sees them; libc falls back to clone.
    rules.add_rule(sc.ERRNO(errno.ENOSYS), "clone3")
    _restrict_files(rules, sc)
    _restrict_memory(rules, sc)
    _restrict_sockets(rules, sc)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _add_known(rules: Any, sc: Any, answer: Any, name: str) -> None:
    """Answer a call that this machine has.

    A libseccomp older or newer than a call does not know its name; the calls that matter most are
    old.
    """
    try:
        number = sc.resolve_syscall(sc.Arch.NATIVE, name)
    except ValueError:
        number = -1
    if number < 0:
        number = _NEWER.get(name, -1)
    # Negative numbers are calls that this architecture does not have.
    if number >= 0:
        rules.add_rule(answer, number)


def _restrict_files(rules: Any, sc: Any) -> None:
    """No lock, lease, notice or larger pipe.

    Files that all sandboxes share are read-only, and still a lock or a lease on one of them makes
    every other reader wait. ``F_SETLK`` alone is answered as done, and locks nothing: SQLite asks
    for nothing else, and its files are those of one sandbox. A command with bits beyond the lower
    32, which the kernel does not look at, is larger than every one that is known.
    """
    for command in HOLDING:
        rules.add_rule(sc.ERRNO(errno.EPERM), "fcntl", sc.Arg(1, sc.EQ, command))
    rules.add_rule(sc.ERRNO(errno.EPERM), "fcntl", sc.Arg(1, sc.GT, F_SET_FILE_RW_HINT))
    rules.add_rule(sc.ERRNO(0), "fcntl", sc.Arg(1, sc.EQ, F_SETLK))


def _restrict_memory(rules: Any, sc: Any) -> None:
    """Neither the machine's huge pages, nor pages merged with those of others, nor whole cores."""
    huge = sc.Arg(3, sc.MASKED_EQ, MAP_HUGETLB, MAP_HUGETLB)
    rules.add_rule(sc.ERRNO(errno.ENOMEM), "mmap", huge)
    merged = sc.Arg(2, sc.MASKED_EQ, LOW_32_BITS, MADV_MERGEABLE)
    rules.add_rule(sc.ERRNO(errno.EINVAL), "madvise", merged)
    for option in (PR_SET_SECCOMP, PR_SET_IO_FLUSHER, PR_SCHED_CORE):
        rules.add_rule(sc.ERRNO(errno.EINVAL), "prctl", sc.Arg(0, sc.EQ, option))
    # Later ones merge pages, extend slices of time, or are not known yet.
    rules.add_rule(sc.ERRNO(errno.EINVAL), "prctl", sc.Arg(0, sc.GT, PR_GET_MDWE))


def _restrict_sockets(rules: Any, sc: Any) -> None:
    """Allow UNIX, INET, INET6 and routing netlink, which ZeroMQ asks for interface addresses."""
    unsupported = sc.ERRNO(errno.EAFNOSUPPORT)
    allowed = sorted({socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, AF_NETLINK})
    for family in range(max(allowed)):
        if family not in allowed:
            rules.add_rule(unsupported, "socket", sc.Arg(0, sc.EQ, family))
    rules.add_rule(unsupported, "socket", sc.Arg(0, sc.GT, max(allowed)))
    rules.add_rule(unsupported, "socket", sc.Arg(0, sc.EQ, AF_NETLINK), sc.Arg(2, sc.NE, 0))
    level = sc.Arg(1, sc.MASKED_EQ, LOW_32_BITS, socket.SOL_SOCKET)
    for option in SOCKET_OPTIONS:
        chosen = sc.Arg(2, sc.MASKED_EQ, LOW_32_BITS, option)
        rules.add_rule(sc.ERRNO(errno.EPERM), "setsockopt", level, chosen)
    # A wish that the kernel may grant in part; here it is heard, and nothing grows.
    for option in (SO_SNDBUF, SO_RCVBUF):
        chosen = sc.Arg(2, sc.MASKED_EQ, LOW_32_BITS, option)
        rules.add_rule(sc.ERRNO(0), "setsockopt", level, chosen)
