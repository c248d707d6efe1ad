"""Things on this machine that no submission may read, reach, change or leave behind."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import socket
from pathlib import Path

import psutil

from alpaca_course.course import Course
from alpaca_course.lab import Lab
from tests.batch.hostile_class.attacks import MARK, Targets


class Canaries:
    """Secrets, listeners and folders around a course, and what became of them.

    Args:
        course: in whose folder and gradebook's place secrets are put.
        lab: beside whose hidden tests a secret is put.
        folder: a folder outside the course, with a short name (a Unix socket is in it).
    """

    def __init__(self, course: Course, lab: Lab, folder: Path) -> None:
        self.secret = f"canary-{secrets.token_hex(8)}"
        folder.chmod(0o755)
        self._open = folder / "open"
        self._open.mkdir()
        self._open.chmod(0o777)
        self._files = (
            folder / "secret.txt",
            course.root / "secret.txt",
            # Beside the hidden tests: a file of source/ that the release lacks stops grading.
            lab.grader_tests / "secret.txt",
        )
        for path in self._files:
            path.write_text(self.secret)
            path.chmod(0o666)
        self._course, self._lab = course, lab
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(self._tcp.getsockname())
        self._unix = _listen(str(folder / "s"))
        name = f"canary-{secrets.token_hex(8)}"
        self._abstract = _listen(f"\0{name}")
        self.targets = Targets(
            files=(
                *map(str, self._files),
                str(course.root / "gradebook.db"),
                str(course.root / "nbgrader_config.py"),
                *(str(path) for path in sorted(lab.grader_tests.glob("rules/*.py"))),
            ),
            folders=(
                str(self._open),
                str(course.root),
                str(lab.source),
                str(lab.evidence),
                str(course.submitted),
                str(Path(__file__).parent),
            ),
            port=self._tcp.getsockname()[1],
            unix=str(folder / "s"),
            abstract=name,
        )
        self._before: dict[Path, str] = {}

    def remember(self) -> None:
        """From now on nothing may change; call it when the class has handed in."""
        self._before = self._digests()

    def close(self) -> None:
        for listener in (self._tcp, self._udp, self._unix, self._abstract):
            listener.close()

    def visitors(self) -> list[str]:
        """Listeners that somebody connected or sent something to."""
        came = {
            "tcp": (self._tcp, self._tcp.accept),
            "udp": (self._udp, lambda: self._udp.recv(1)),
            "unix": (self._unix, self._unix.accept),
            "abstract": (self._abstract, self._abstract.accept),
        }
        found = []
        for name, (listener, take) in came.items():
            listener.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                take()
                found.append(name)
        return found

    def changed(self) -> list[str]:
        """Secrets, and files that grading reads only, which are not as they were."""
        now = self._digests()
        return sorted(
            str(path) for path in {*self._before, *now} if self._before.get(path) != now.get(path)
        )

    def planted(self) -> list[str]:
        """Files that carry the attacks' mark, in every folder that they aim at."""
        shallow = ("/", "/tmp", "/dev/shm", "/var/tmp", "/run", "/usr", "/etc", "/root")
        names = [Path(folder) / name for folder in shallow for name in _names(folder)]
        for folder in (*self.targets.folders, str(Path(os.__file__).parent)):
            names += [Path(folder) / name for name in _names(folder)]
        return sorted(str(path) for path in names if MARK in path.name)

    def readers(self) -> list[str]:
        """Files that grading made and that hold a secret."""
        course = self._course
        made = (course.autograded, course.feedback, course.execution_cache, course.evidence_store)
        return sorted(
            str(path)
            for folder in made
            for path in folder.rglob("*")
            if path.is_file() and self.secret.encode() in path.read_bytes()
        )

    def _digests(self) -> dict[Path, str]:
        course, lab = self._course, self._lab
        read_only = [*self._files, course.root / "nbgrader_config.py", self._open]
        for folder in (lab.source, lab.evidence, course.submitted, lab.grader_tests):
            read_only += [path for path in folder.rglob("*") if "__pycache__" not in path.parts]
        return {path: _digest(path) for path in read_only}


def running() -> list[str]:
    """Processes on this machine that carry the attacks' mark in name or command line."""
    found = []
    for process in psutil.process_iter(["pid", "name", "cmdline"]):
        text = " ".join([process.info["name"] or "", *(process.info["cmdline"] or ())])
        if MARK in text:
            found.append(f"{process.info['pid']} {text}")
    return found


def _digest(path: Path) -> str:
    if path.is_dir():
        return ",".join(sorted(_names(str(path))))
    status = path.stat()
    return f"{status.st_mode} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _names(folder: str) -> list[str]:
    try:
        return [path.name for path in Path(folder).iterdir() if path.name != "__pycache__"]
    except OSError:
        return []


def _listen(address: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    return listener
