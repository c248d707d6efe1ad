"""A PostgreSQL server of one's own: in a folder, on a socket in it, gone with the block.

For the demonstration and the tests; Debian's `postgresql` package has what it needs. Nothing of an
installed server is used or changed, and no port is opened. It keeps nothing safe: what it is told
is on the disk whenever the system writes it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.engine import URL

from alpaca_course.errors import CourseError
from alpaca_course.gradebook.engine import raw_engine

if TYPE_CHECKING:
    from pwd import struct_passwd

PACKAGE = "postgresql"
USER = "alpaca"
_LIBRARIES = Path("/usr/lib/postgresql")  # where Debian and Ubuntu have each version's programs
_ORDINARY = ("postgres", "nobody")
_SECONDS = 60
_SETTINGS = (
    "listen_addresses = ''",
    "fsync = off",
    "full_page_writes = off",
    "shared_buffers = 16MB",
    "max_connections = 50",
    "logging_collector = off",
)


class NoServerError(CourseError):
    """No server can be started here; the text says why."""


def why_not() -> str:
    """Why no server can be started here, in words; empty where one can."""
    if os.name == "nt":
        return "PostgreSQL's server is started on Unix only"
    if _program("initdb") is None:
        return f"PostgreSQL's server is not installed: apt install {PACKAGE}"
    if os.geteuid() == 0 and _ordinary_user() is None:
        return f"as root, a user {' or '.join(_ORDINARY)} is needed to run PostgreSQL's server as"
    return ""


@dataclass(frozen=True)
class LocalServer:
    """A server in ``folder``; :func:`server` makes one.

    Attributes:
        folder: its data, its socket and its log.
    """

    folder: Path

    def url(self, database: str = "postgres", user: str = USER) -> str:
        """The address of a database, for SQLAlchemy."""
        where = {"host": str(self.folder)}
        return URL.create(
            "postgresql+psycopg", user, database=database, query=where
        ).render_as_string()

    def create(self, database: str, options: str = "ENCODING 'UTF8' TEMPLATE template0") -> str:
        """Make a database, and give its address."""
        self.run(f'CREATE DATABASE "{database}" {options}')
        return self.url(database)

    def run(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """What a statement gives, as the server's owner."""
        engine = raw_engine(self.url(database), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                found = connection.execute(text(statement))
                return [tuple(row) for row in found] if found.returns_rows else []
        finally:
            engine.dispose()

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            NoServerError: it does not start; the text has the end of its log.
        """
        log = self.folder / "log"
        done = _run("pg_ctl", "-D", self.data, "-l", log, "-w", "-t", str(_SECONDS), "start")
        if done.returncode:
            said = log.read_text(errors="replace") if log.exists() else done.stdout
            raise NoServerError(f"PostgreSQL's server does not start: {said[-500:]}")

    def stop(self) -> None:
        """End it at once, with all connections."""
        _run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "-t", str(_SECONDS), "stop")

    @property
    def data(self) -> Path:
        return self.folder / "data"


@contextlib.contextmanager
def server(folder: Path | None = None) -> Iterator[LocalServer]:
    """A server that runs as long as the block.

    Args:
        folder: an empty or absent one for its data, kept at the end, and used again where it has
            data; a temporary one by default. Its path must be short: a socket's has 107 bytes.

    Raises:
        NoServerError: none can be started here.
    """
    if said := why_not():
        raise NoServerError(f"No database server can be started: {said}.")
    place = folder or Path(tempfile.mkdtemp(prefix="alpaca-pg-"))
    try:
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o700)
        if (user := _ordinary_user()) is not None:
            os.chown(place, user.pw_uid, user.pw_gid)
        found = LocalServer(place.resolve())
        _initialize(found)
        found.stop()  # one that an earlier process left
        with _ended_with_this_process(found, place if folder is None else None):
            found.start()
            yield found
    finally:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def _ended_with_this_process(found: LocalServer, temporary: Path | None) -> Iterator[None]:
    """End the server after the block, and also where this process is killed in it.

    Then a ``temporary`` folder goes, too.
    """
    path = _program("pg_ctl")
    assert path is not None
    # Its input ends with whoever holds the other end.
    waits = 'cat; "$0" -D "$1" -m immediate stop; [ -z "$2" ] || rm -rf "$2"'
    keeper = subprocess.Popen(
        ["sh", "-c", waits, str(path), str(found.data), str(temporary or "")],
        **_as_ordinary_user(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for this process
    )
    try:
        yield
    finally:
        found.stop()
        keeper.communicate()


def _initialize(new: LocalServer) -> None:
    if (new.data / "PG_VERSION").exists():
        return
    options = ("--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    done = _run("initdb", "-D", new.data, f"--username={USER}", *options)
    if done.returncode:
        raise NoServerError(f"PostgreSQL's server cannot be set up: {done.stderr[-500:]}")
    settings = (*_SETTINGS, f"unix_socket_directories = '{new.folder}'")
    with (new.data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\n".join(settings) + "\n")


def _run(program: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program of the server's, as an ordinary user where this is root."""
    path = _program(program)
    assert path is not None
    with tempfile.TemporaryFile("w+") as said:
        # Not a pipe: the server goes on and would hold it open.
        done = subprocess.run(
            [str(path), *map(str, words)],
            **_as_ordinary_user(),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            check=False,
        )
        said.seek(0)
        text_ = said.read()
    return subprocess.CompletedProcess(done.args, done.returncode, text_, text_)


def _as_ordinary_user() -> dict[str, Any]:
    """How a program of the server's is started."""
    user = _ordinary_user()
    return {
        "user": user.pw_uid if user else None,
        "group": user.pw_gid if user else None,
        "extra_groups": [] if user else None,
        "cwd": "/",
        "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
    }


def _program(name: str) -> Path | None:
    """A program of the newest server that is installed."""
    found = sorted(_LIBRARIES.glob(f"*/bin/{name}"), key=lambda path: _number(path.parts[-3]))
    elsewhere = shutil.which(name)
    return found[-1] if found else (Path(elsewhere) if elsewhere else None)


def _number(version: str) -> float:
    try:
        return float(version)
    except ValueError:
        return 0.0


def _ordinary_user() -> struct_passwd | None:
    """Whom to run it as: root must not; None for this user itself, or where there is nobody."""
    import pwd  # not on Windows

    if os.geteuid() != 0:
        return None
    for name in _ORDINARY:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return None
