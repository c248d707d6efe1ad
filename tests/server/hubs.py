"""A JupyterHub of this machine, by the configuration files in ``docs/hub/``.

What a site changes in them stands on top as constants; nothing else of them is changed. For the
test alone the sign-in is Jupyterhub's dummy and every server runs as this user.
"""

from __future__ import annotations

import importlib.util
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import requests

from tests.lacking import lacking

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "docs/hub"
COURSE_ID = "alpaca"
STUDENTS = ("ada", "ben")
GRADERS = ("instructor1", "instructor2")
PACKAGES = ("jupyterhub", "configurable_http_proxy", "ngshare", "ngshare_exchange")
STARTS = 300.0  # seconds; beside a whole suite everything is slow
FOR_THE_TEST = """
load_subconfig({config!r})
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.args = ["--allow-root"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
c.Spawner.environment["JUPYTER_PATH"] = {settings!r}
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
for service in c.JupyterHub.services:
    service.pop("user", None)
    if service["name"] == {course!r}:
        service["command"].append("--allow-root")
c.JupyterHub.services.append({{"name": "test", "api_token": {token!r}}})
c.JupyterHub.load_roles.append(
    {{"name": "test", "services": ["test"], "scopes": ["admin:users", "admin:servers", "tokens"]}}
)
"""


def need_hub() -> None:
    """Skip where the packages of the extra ``hub`` are not installed, with the reason."""
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        lacking("HUB", f"{', '.join(missing)} not installed (extra `hub`)")


def unused_ports(count: int) -> list[int]:
    """Ports that nobody has, drawn by the system: suites beside this one draw others."""
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in opened:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in opened]


def as_run(path: Path, target: Path, **constants: object) -> None:
    """Copy a configuration file with other values of the constants on its top."""
    text = path.read_text(encoding="utf-8")
    for name, value in constants.items():
        shown = f"Path({str(value)!r})" if isinstance(value, Path) else repr(value)
        (old,) = re.findall(rf"(?m)^{name} = .*$", text)
        text = text.replace(old, f"{name} = {shown}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


@dataclass
class Hub:
    """A running hub."""

    url: str
    ngshare: str
    folder: Path
    token: str
    tokens: dict[str, str]

    @property
    def log(self) -> str:
        return (self.folder / "hub.log").read_text(encoding="utf-8", errors="replace")

    def home(self, user: str) -> Path:
        return self.folder / "home" / user

    def api(self, method: str, path: str, **words: Any) -> requests.Response:
        """Ask the hub itself."""
        return self._ask(method, f"hub/api/{path}", self.token, **words)

    def ask(self, user: str, method: str, path: str, **words: Any) -> requests.Response:
        """Ask a user's own server as this user."""
        return self._ask(method, f"user/{user}/{path}", self.token_of(user), **words)

    def formgrader(self, user: str, method: str, path: str) -> requests.Response:
        """Ask the course's formgrader as a user."""
        path = f"services/{COURSE_ID}/formgrader/{path}"
        return self._ask(method, path, self.token_of(user))

    def press(self, user: str, path: str) -> dict[str, Any]:
        """Press a button of formgrader; what it answers has to be a success."""
        answer = self.formgrader(user, "POST", f"api/{path}")
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}\n{self.log[-3000:]}"
        found: dict[str, Any] = answer.json()
        assert found["success"], f"{path}: {found}\n{self.log[-3000:]}"
        return found

    def token_of(self, user: str) -> str:
        if user not in self.tokens:
            answer = self.api("POST", f"users/{user}/tokens", json={"note": "test"})
            assert answer.ok, answer.text
            self.tokens[user] = answer.json()["token"]
        return self.tokens[user]

    def start_servers(self, *users: str) -> None:
        for user in users:
            assert self.api("POST", f"users/{user}/server").ok
        for user in users:
            self._wait(partial(self._is_ready, user), f"the server of {user}")

    def _is_ready(self, user: str) -> bool:
        server = self.api("GET", f"users/{user}").json()["servers"].get("", {})
        return bool(server.get("ready"))

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        def ready() -> bool:
            assert process.poll() is None, self.log
            try:
                # Formgrader, too: it is started by the hub, and nobody waits for it there.
                return self.api("GET", "").ok and self.formgrader(GRADERS[0], "GET", "").ok
            except requests.ConnectionError:
                return False

        self._wait(ready, "the hub")

    def _wait(self, done: Any, what: str) -> None:
        end = time.monotonic() + STARTS
        while not done():
            assert time.monotonic() < end, f"{what} did not start:\n{self.log[-6000:]}"
            time.sleep(0.1)

    def _ask(self, method: str, path: str, token: str, **words: Any) -> requests.Response:
        return requests.request(
            method,
            f"{self.url}/{path}",
            headers={"Authorization": f"token {token}"},
            timeout=120,
            **words,
        )


@contextmanager
def running(folder: Path, course: Path, *, over_ngshare: bool) -> Iterator[Hub]:
    """A hub for the course in ``course``, with its exchange as a folder or over ngshare."""
    public, inner, proxy, formgrader, sharing = unused_ports(5)
    address = f"http://127.0.0.1:{sharing}" if over_ngshare else ""
    ngshare = f"{address}/services/ngshare" if over_ngshare else ""
    hub = Hub(f"http://127.0.0.1:{public}", ngshare, folder, secrets.token_hex(16), tokens={})
    (folder / "ngshare").mkdir(parents=True)
    (folder / "home").mkdir()
    settings = folder / "jupyter"
    as_run(
        FILES / "jupyterhub_config.py",
        folder / "site_config.py",
        COURSE=course,
        SETTINGS=settings,
        FORMGRADER=f"http://127.0.0.1:{formgrader}",
        NGSHARE=address,
        NGSHARE_FILES=folder / "ngshare",
    )
    as_run(
        FILES / "jupyter/nbgrader_config.py",
        settings / "nbgrader_config.py",
        EXCHANGE=str(course / ".exchange"),
        NGSHARE=ngshare,
    )
    as_run(
        FILES / "jupyter/jupyter_server_config.py",
        settings / "jupyter_server_config.py",
        DATASET=str(folder / "dataset"),
        MODELS=str(folder / "models"),
    )
    _have_package(settings)
    (folder / "jupyterhub_config.py").write_text(
        FOR_THE_TEST.format(
            config=str(folder / "site_config.py"),
            settings=str(settings),
            homes=str(folder / "home/{username}"),
            public=public,
            hub=inner,
            proxy=proxy,
            course=COURSE_ID,
            token=hub.token,
        )
    )
    with (folder / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", "jupyterhub_config.py"],
            cwd=folder,
            env=_environment(folder),
            stdout=log,
            stderr=log,
        )
    try:
        hub.wait_until_ready(process)
        yield hub
    finally:
        _end(process)


def _have_package(settings: Path) -> None:
    """What installing the wheel puts beside Jupyter's own; an editable one leaves it out."""
    source = ROOT / "src/alpaca_course/server"
    for name in ("jupyter_server_config.d", "labextensions"):
        shutil.copytree(source / name, settings / name)


def _environment(folder: Path) -> dict[str, str]:
    ours = ("NBGRADER", "JUPYTER", "KERAS", "ALPACA_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    own = folder / "own"
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(own),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "IPYTHONDIR": str(own / "ipython"),
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the hub with all that it started: proxy, services and servers."""
    family = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for left in family:
        if left.is_running():
            left.terminate()
    for left in psutil.wait_procs(family, timeout=5)[1]:
        left.kill()
