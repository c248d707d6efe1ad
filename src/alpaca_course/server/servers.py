"""Jupyter servers as processes: start, wait until they answer, stop with all their kernels."""

from __future__ import annotations

import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.server.settings import ADDRESS, Role, ServerPlan

START_TIMEOUT = 120.0
STOP_TIMEOUT = 15.0
PORTS_TRIED = 50
_LINES_SHOWN = 15


@dataclass
class Server:
    """A running Jupyter server of this machine."""

    plan: ServerPlan
    port: int
    process: subprocess.Popen[bytes]
    log: Path
    token: str = field(repr=False)

    @property
    def role(self) -> Role:
        return self.plan.role

    @property
    def address(self) -> str:
        return f"http://{ADDRESS}:{self.port}"

    @property
    def url(self) -> str:
        """Its first page, with the token."""
        return f"{self.address}{self.plan.page}?token={self.token}"

    def wait_until_ready(self, timeout: float = START_TIMEOUT) -> None:
        """Return when it answers.

        Raises:
            CourseError: it ended, or did not answer within ``timeout`` seconds; the text holds
                the end of its log.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise CourseError(
                    f"The {self.role} server ended with code {self.process.returncode}:\n"
                    + self._end_of_log()
                )
            if self._answers():
                return
            time.sleep(0.2)
        raise CourseError(
            f"The {self.role} server did not answer within {timeout:.0f} s:\n{self._end_of_log()}"
        )

    def _answers(self) -> bool:
        request = urllib.request.Request(
            f"{self.address}/api/status", headers={"Authorization": f"token {self.token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _end_of_log(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_LINES_SHOWN:])

    def stop(self) -> None:
        """End it and everything it started; kernels first get the time to end by themselves."""
        try:
            family = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        self.process.terminate()
        try:
            self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for left in psutil.wait_procs(family, timeout=1)[1]:
            left.kill()


def start(course: Course, plan: ServerPlan, *, port: int, open_browser: bool) -> Server:
    """Start the server of ``plan``; it needs a few seconds until it answers."""
    plan.write()
    plan.folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(24)
    log = plan.settings / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            plan.command(port, open_browser=open_browser),
            cwd=plan.folder,
            env=plan.environment(course, token),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl+C reaches `alpaca lab` alone, which then ends the servers in order.
            start_new_session=True,
        )
    return Server(plan, port, process, log, token)


def port_is_free(port: int) -> bool:
    """Whether nothing listens on ``port`` of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def free_ports(first: int, count: int) -> list[int]:
    """The first ``count`` free ports from ``first`` on; fewer where there are not as many."""
    candidates = range(first, min(first + PORTS_TRIED, 65536))
    return [port for port in candidates if port_is_free(port)][:count]
