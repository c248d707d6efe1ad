"""Engines of the gradebook's database: SQLite's file, or PostgreSQL.

Every connection is one of these: what nbgrader makes its engines with is replaced by
:func:`make_engine` (`nbgrader_setup`), on its command line and in formgrader, too.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import math
from collections.abc import Iterator
from typing import Any

import nbgrader.api
from nbgrader.api import Base, Gradebook
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import Engine, MetaData, String, Text, create_engine, event, inspect, text
from sqlalchemy.engine import URL, Connection, make_url

from alpaca_course.course import Course
from alpaca_course.gradebook.errors import GradingError, gradebook_in_words
from alpaca_course.gradebook.locks import SCHEMA, hold
from alpaca_course.gradebook.transaction import engine_from

# So long a gradebook in use is waited for: formgrader and backups hold it for less.
BUSY_SECONDS = 120
# A server that does not answer is noticed within a minute, also where a firewall drops packets.
_KEEPALIVE = {
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 40_000,
}
DRIVERS = {"postgresql+psycopg": "psycopg", "postgresql+psycopg2": "psycopg2"}
"""Modules of PostgreSQL's drivers, by the beginning of an address."""

# Whoever opens a gradebook first enters the course; two may come first.
_OPENING = "INSERT INTO course "
AS_NBGRADER = {"echo": False, "future": True}
"""How nbgrader makes an engine: who asks for one alike shares it."""

VERSIONS = "alembic_version"
"""The table in which nbgrader keeps the version of its tables."""


def make_engine(db_url: str, **options: Any) -> Engine:
    """An engine as nbgrader makes one, with what the database needs beside it.

    It waits :data:`BUSY_SECONDS` for whoever else writes. What PostgreSQL does not store is
    replaced alike for every database: the character NUL by U+FFFD, and a number that is none by
    nothing, as SQLite does.

    Raises:
        GradingError: the driver is not installed, or PostgreSQL cannot be reached, or it has no
            tables yet and does not let this user make them.
    """
    engine = raw_engine(db_url, **options)
    if engine.dialect.name == "postgresql":
        with gradebook_in_words(db_url), engine.begin() as connection:
            prepare(connection)
    return engine


def raw_engine(db_url: str, **options: Any) -> Engine:
    """The same, but nothing is connected to, and no table is made.

    Raises:
        GradingError: the driver is not installed.
    """
    check_driver(db_url)
    url = make_url(db_url)
    if url.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": BUSY_SECONDS, **options.get("connect_args", {})}
    elif url.get_backend_name() == "postgresql":
        options = {
            "isolation_level": "READ COMMITTED",
            "pool_pre_ping": True,  # a firewall forgets a connection that nobody uses for a while
            **options,
            "connect_args": {**_connect_args(url), **options.get("connect_args", {})},
        }
    engine = create_engine(url, **options)
    event.listen(engine, "before_cursor_execute", _storable, retval=True)
    return engine


def check_driver(db_url: str) -> None:
    """Whether the database's driver is installed.

    Raises:
        GradingError: it is not; the text says what to install.
    """
    module = DRIVERS.get(make_url(db_url).drivername)
    if module is not None and importlib.util.find_spec(module) is None:
        raise GradingError(
            f"The gradebook is in PostgreSQL, and its driver {module} is not installed. Install "
            "it into this environment: pip install -c constraints.txt -e '.[postgres]'."
        )


@contextlib.contextmanager
def opened(course: Course) -> Iterator[Gradebook]:
    """The gradebook of ``course``, for reading or for a change of one's own.

    Raises:
        GradingError: it cannot be used; errors of the database in the block, too.
    """
    with gradebook_in_words(course.db_url):
        with engine_from(engine_of):
            gradebook = Gradebook(course.db_url, course.course_id)
        with gradebook:
            yield gradebook


@functools.cache
def engine_of(db_url: str, **options: Any) -> Engine:
    """One engine for an address in this process; a gradebook closes its connections."""
    return make_engine(db_url, **options)


def is_prepared(db_url: str) -> bool:
    """Whether the database has nbgrader's tables; nothing is made.

    Raises:
        GradingError: it cannot be reached.
    """
    with gradebook_in_words(db_url):
        engine = raw_engine(db_url)
        try:
            return inspect(engine).has_table(VERSIONS)
        finally:
            engine.dispose()


def prepare(connection: Connection) -> None:
    """Make nbgrader's tables in an empty database, once, however many programs come first.

    nbgrader bounds ids and names to 128 characters, which SQLite never asked for; these columns
    are made without a bound, so that every id that a folder can have is graded in both.
    """
    if inspect(connection).has_table(VERSIONS):
        return
    hold(connection, SCHEMA)
    if inspect(connection).has_table(VERSIONS):
        return
    unbounded().create_all(connection)
    connection.execute(text(f"CREATE TABLE {VERSIONS} (version_num VARCHAR(32) NOT NULL)"))
    inserted = text(f"INSERT INTO {VERSIONS} VALUES (:version)")
    connection.execute(inserted, {"version": newest_version()})


def newest_version() -> str:
    """The version of nbgrader's tables that the installed nbgrader works with."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


# nbgrader's own starts the program `alembic`, which takes a second and has to be on the path.
nbgrader.api.get_alembic_version = newest_version


def unbounded() -> MetaData:
    """nbgrader's tables, with texts of any length."""
    found = MetaData()
    for table in Base.metadata.sorted_tables:
        for column in table.to_metadata(found).columns:
            if type(column.type) is String:
                column.type = Text()
    return found


def _connect_args(url: URL) -> dict[str, Any]:
    """What libpq is told; what stands in the address counts more."""
    given = str(url.query.get("options", ""))
    settings = f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS * 1000} {given}".strip()
    found = {name: value for name, value in _KEEPALIVE.items() if name not in url.query}
    return {"application_name": "alpaca-course", **found, "options": settings}


def _storable(
    connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    if statement.startswith(_OPENING) and connection.dialect.name == "postgresql":
        statement += " ON CONFLICT DO NOTHING"
    return statement, storable(parameters)


def storable(value: Any) -> Any:
    """A statement's parameters, without what one of the databases does not store."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in value else value
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, dict):
        return {name: storable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(storable, value))
    return value
