"""The system-call filter of the sandbox.

Namespaces hide what is outside; this filter takes away what they leave: ways into other processes,
ways to memory that no limit counts, kernel interfaces no notebook needs, and objects that would
outlive a submission in a sandbox that is used again (System V IPC, POSIX message queues).
"""

from __future__ import annotations

import errno
import functools
import socket
import tempfile

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
    """
DENIED = tuple(_DENIED.split())
"""Refused with EPERM. ``memfd_create`` is here because its memory escaped every limit."""

CLONE_NEWUSER = 0x10000000
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
LOW_32_BITS = 0xFFFFFFFF
AF_NETLINK = 16


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
    for name in DENIED:
        # A libseccomp older or newer than a call does not know its name: neither can the kernel's
        # use of it be filtered by name then, and the calls that matter most are old.
        try:
            number = sc.resolve_syscall(sc.Arch.NATIVE, name)
        except ValueError:
            continue
        # Negative numbers are calls that this architecture does not have.
        if number >= 0:
            rules.add_rule(refuse, name)
    # Limits and priorities of other processes, above all of the warm one.
    rules.add_rule(refuse, "prlimit64", sc.Arg(0, sc.NE, 0))
    for request in (TIOCSTI, TIOCLINUX):
        rules.add_rule(refuse, "ioctl", sc.Arg(1, sc.MASKED_EQ, LOW_32_BITS, request))
    rules.add_rule(refuse, "clone", sc.Arg(0, sc.MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER))
    # Its flags lie in memory, where no filter sees them; libc falls back to clone.
    rules.add_rule(sc.ERRNO(errno.ENOSYS), "clone3")
    _restrict_sockets(rules, sc)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _restrict_sockets(rules: object, sc: object) -> None:
    """Allow UNIX, INET, INET6 and routing netlink, which ZeroMQ asks for interface addresses."""
    unsupported = sc.ERRNO(errno.EAFNOSUPPORT)  # type: ignore[attr-defined]
    add = rules.add_rule  # type: ignore[attr-defined]
    arg = sc.Arg  # type: ignore[attr-defined]
    allowed = sorted({socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, AF_NETLINK})
    for family in range(max(allowed)):
        if family not in allowed:
            add(unsupported, "socket", arg(0, sc.EQ, family))  # type: ignore[attr-defined]
    add(unsupported, "socket", arg(0, sc.GT, max(allowed)))  # type: ignore[attr-defined]
    add(
        unsupported,
        "socket",
        arg(0, sc.EQ, AF_NETLINK),  # type: ignore[attr-defined]
        arg(2, sc.NE, 0),  # type: ignore[attr-defined]
    )
