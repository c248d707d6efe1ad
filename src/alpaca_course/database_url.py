"""The address of the gradebook's database: in one spelling, without its password, in words.

A password that stands in an address, in ``nbgrader_config.py`` or in the environment, is moved to
``PGPASSWORD`` of this process, where libpq and what nbgrader starts find it. So it is in no address
that is logged, written into a file, or shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING

from alpaca_course.errors import CourseError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

URL_VARIABLE = "ALPACA_DB_URL"
PASSWORD_VARIABLE = "PGPASSWORD"
_SQLITE = "sqlite"
# psycopg 3 unless another one is named: see docs/database.md for why.
_DRIVER = "postgresql+psycopg"
_WITHOUT_DRIVER = ("postgres", "postgresql")
_SECRET_OPTIONS = ("password", "sslpassword")
# Up to the last @ of a word: a password may hold one that nobody escaped.
_IN_ADDRESS = re.compile(rb"(\w[\w+.-]*://[^\s:/@\"']*:)[^\s\"']*@")


class DatabaseUrlError(CourseError):
    """An address that cannot be used; the text says why, and shows nothing of it."""


def file_url(path: Path) -> str:
    """The address of SQLite's file, with what an address would read otherwise escaped."""
    text = str(path).replace("%", "%25").replace("?", "%3F")
    return f"{_SQLITE}:///{text}"


def sqlite_file(url: str) -> Path | None:
    """SQLite's file; None for another database, and for one in memory."""
    found = _parsed(url)
    if found.get_backend_name() != _SQLITE or found.database in (None, "", ":memory:"):
        return None
    return Path(str(found.database))


def is_sqlite(url: str) -> bool:
    """Whether it is SQLite's, as it is where nobody chose anything else."""
    return _parsed(url).get_backend_name() == _SQLITE


def is_postgres(url: str) -> bool:
    return _parsed(url).get_backend_name() in _WITHOUT_DRIVER


def in_one_spelling(url: str, root: Path) -> str:
    """``url`` with its driver, and with a path that counts from the course's folder ``root``.

    Raises:
        DatabaseUrlError: it is no address.
    """
    found = _parsed(url)
    if found.drivername in _WITHOUT_DRIVER:
        return found.set(drivername=_DRIVER).render_as_string(hide_password=False)
    path = sqlite_file(url)
    if path is None or path.is_absolute() or str(path).startswith("file:"):
        return url
    return found.set(database=str(root / path)).render_as_string(hide_password=False)


def put_password_aside(url: str, environment: MutableMapping[str, str] | None = None) -> str:
    """``url`` without a password, which goes to ``PGPASSWORD`` in ``environment``.

    Args:
        url: of any database; only PostgreSQL's is changed.
        environment: this process's by default.

    Raises:
        DatabaseUrlError: it is no address.
    """
    found = _parsed(url)
    password = found.password or found.query.get("password")
    if not is_postgres(url) or not password:
        return url
    (os.environ if environment is None else environment)[PASSWORD_VARIABLE] = str(password)
    return _without(found).render_as_string(hide_password=False)


def without_passwords(settings: bytes, environment: Mapping[str, str] = os.environ) -> bytes:
    """A settings file in which no password of a database stands; the rest of it as it is.

    Args:
        settings: text of ``nbgrader_config.py``, which may hold an address or its parts.
        environment: where the password of the address in use was put.
    """
    found = _IN_ADDRESS.sub(rb"\1***@", settings)
    password = environment.get(PASSWORD_VARIABLE, "")
    for quote in ("'", '"') if password else ():
        found = found.replace(f"{quote}{password}{quote}".encode(), f"{quote}***{quote}".encode())
    return found


def shown(url: str) -> str:
    """The address for people: SQLite's file, or the address without a password."""
    try:
        found = _parsed(url)
    except DatabaseUrlError:
        return "named in nbgrader_config.py"
    path = sqlite_file(url)
    return str(path) if path else _without(found).render_as_string(hide_password=True)


def _without(found: URL) -> URL:
    """An address without passwords."""
    from sqlalchemy.engine import URL

    bare = found.difference_update_query(_SECRET_OPTIONS)
    name = bare.drivername
    return URL.create(
        name, bare.username, None, bare.host, bare.port, bare.database, query=bare.query
    )


def _parsed(url: str) -> URL:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        found = make_url(url)
        if "@" in (found.host or ""):
            # A part of the password was read as the host, and would be shown as one.
            raise ValueError
    except (ArgumentError, ValueError):
        raise DatabaseUrlError(
            "The address of the gradebook's database (CourseDirectory.db_url in "
            f"nbgrader_config.py, or {URL_VARIABLE}) cannot be read. It looks like "
            "postgresql+psycopg://USER@HOST:PORT/DATABASE; in a user or password @ is written "
            "%40, / is %2F and % is %25."
        ) from None
    return found
