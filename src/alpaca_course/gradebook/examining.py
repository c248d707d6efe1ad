"""What `alpaca doctor` says of the gradebook's database; nothing of it is changed."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, Text, inspect, text
from sqlalchemy.engine import make_url

from alpaca_course.course import CONFIG_FILE, Course
from alpaca_course.database_url import (
    PASSWORD_VARIABLE,
    URL_VARIABLE,
    shown,
    sqlite_file,
    without_passwords,
)
from alpaca_course.gradebook.copying import TABLES
from alpaca_course.gradebook.engine import DRIVERS, VERSIONS, newest_version, raw_engine
from alpaca_course.gradebook.errors import GradingError, gradebook_in_words

_INSTALL = "pip install -c constraints.txt -e '.[postgres]'"
_UPGRADE = "Put a backup aside, then: nbgrader db upgrade"
_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: of it.
        state: "ok"; "note" for what limits but does not stop; "mend" for what must be mended.
        found: what there is.
        remedy: what to do; empty where nothing need be done.
    """

    name: str
    state: str
    found: str
    remedy: str = ""


def examine(course: Course) -> Iterator[Finding]:
    """Driver, server, tables and rights of the gradebook's database."""
    path = sqlite_file(course.db_url)
    if path is not None and not path.is_file():
        yield Finding("Gradebook", "ok", f"none yet: grading makes {path}")
        return
    module = DRIVERS.get(make_url(course.db_url).drivername)
    if module is not None:
        yield from _driver(module)
        yield from _passwords(course)
        if importlib.util.find_spec(module) is None:
            return
    try:
        with gradebook_in_words(course.db_url):
            engine = raw_engine(course.db_url)
            try:
                with engine.connect() as connection:
                    yield from _connected(connection, shown(course.db_url))
            finally:
                engine.dispose()
    except GradingError as error:
        yield Finding("Gradebook", "mend", str(error), "See docs/database.md.")


def _driver(module: str) -> Iterator[Finding]:
    for name in (module, f"{module}-binary"):
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        yield Finding("Database driver", "ok", f"{name} {version}")
        return
    yield Finding("Database driver", "mend", f"{module} is not installed", _INSTALL)


def _passwords(course: Course) -> Iterator[Finding]:
    settings = (course.root / CONFIG_FILE).read_bytes()
    if without_passwords(settings) != settings:
        yield Finding(
            "Password",
            "note",
            f"it stands in {CONFIG_FILE}, where everybody who may read the course reads it",
            f"Put it into {PASSWORD_VARIABLE}, {URL_VARIABLE} or ~/.pgpass.",
        )


def _connected(connection: Connection, name: str) -> Iterator[Finding]:
    if connection.dialect.name == "postgresql":
        yield from _server(connection, name)
    look = inspect(connection)
    have = {*look.get_table_names()}
    if VERSIONS not in have:
        yield _empty(connection, have)
        return
    missing = sorted({table.name for table in TABLES} - have)
    versions = [row[0] for row in connection.execute(text(f"SELECT version_num FROM {VERSIONS}"))]
    if missing or versions != [newest_version()]:
        said = f"lacks {', '.join(missing)}" if missing else f"has version {', '.join(versions)}"
        yield Finding("Gradebook's tables", "mend", f"{name} {said}", _UPGRADE)
        return
    yield Finding("Gradebook's tables", "ok", f"{name}, version {versions[0]}")
    if connection.dialect.name == "postgresql":
        yield from _limits(connection, look)


def _server(connection: Connection, name: str) -> Iterator[Finding]:
    def ask(question: str) -> Any:
        return connection.execute(text(question)).scalar_one()

    version, encoding = ask("SHOW server_version"), ask("SHOW server_encoding")
    found = f"PostgreSQL {version} at {name}, {encoding}"
    if ask("SELECT pg_is_in_recovery()"):
        remedy = "Name the server that writes: this is its copy, or one that is being restored."
        yield Finding("Database server", "mend", f"{found}, which only reads", remedy)
    elif encoding != "UTF8":
        remedy = "createdb --encoding=UTF8 --template=template0 NAME, and name that database."
        yield Finding("Database server", "mend", found, remedy)
    else:
        yield Finding("Database server", "ok", found)


def _empty(connection: Connection, have: set[str]) -> Finding:
    if have:
        return Finding(
            "Gradebook's tables",
            "mend",
            f"the database has other tables ({len(have)}) and no gradebook",
            "Name a database of the course's own.",
        )
    if (
        connection.dialect.name == "postgresql"
        and not connection.execute(
            text("SELECT has_schema_privilege(current_schema(), 'CREATE')")
        ).scalar()
    ):
        remedy = "ALTER DATABASE NAME OWNER TO USER, or GRANT CREATE ON SCHEMA public TO USER."
        return Finding(
            "Gradebook's tables", "mend", "none yet, and this user may make none", remedy
        )
    return Finding("Gradebook's tables", "ok", "none yet: grading makes them")


def _limits(connection: Connection, look: Any) -> Iterator[Finding]:
    """What the user may not do, and ids that do not fit."""
    names = [table.name for table in TABLES]
    may = text("SELECT has_table_privilege(:name, :right)")
    lacking = [
        f"{right} on {name}"
        for name in names
        for right in _RIGHTS.split(", ")
        if not connection.execute(may, {"name": f'"{name}"', "right": right}).scalar()
    ]
    if lacking:
        some = f"{lacking[0]} and {len(lacking) - 1} more" if len(lacking) > 1 else lacking[0]
        remedy = f"GRANT {_RIGHTS} ON ALL TABLES IN SCHEMA public TO USER; reading needs SELECT."
        yield Finding("Rights in the gradebook", "note", f"this user may not: {some}", remedy)
    kind = next(c["type"] for c in look.get_columns("student") if c["name"] == "id")
    if isinstance(kind, String) and not isinstance(kind, Text) and kind.length:
        yield Finding(
            "Ids in the gradebook",
            "note",
            f"at most {kind.length} characters: nbgrader itself made the tables",
            "ALTER TABLE … ALTER COLUMN … TYPE TEXT, where an id is longer.",
        )
