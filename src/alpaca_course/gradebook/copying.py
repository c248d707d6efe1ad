"""A gradebook copied into another database, and the copy compared with it row by row.

All of it is one transaction at either end: the source is read as one moment has it, and the target
has all of it or nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from nbgrader.api import Base
from sqlalchemy import (
    ColumnElement,
    Float,
    ForeignKey,
    String,
    Table,
    collate,
    delete,
    exists,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import Connection

from alpaca_course.database_url import file_url, shown, sqlite_file
from alpaca_course.errors import CourseError
from alpaca_course.files import ignore_progress
from alpaca_course.gradebook.engine import VERSIONS, newest_version, prepare, raw_engine, storable
from alpaca_course.gradebook.errors import gradebook_in_words

TABLES: tuple[Table, ...] = tuple(Base.metadata.sorted_tables)
"""nbgrader's tables; none refers to one that comes after it."""

_AT_ONCE = 500
_BY_ITSELF = "course"  # the table into which opening a gradebook writes a row
_STEPS = 3  # rows are looked at, copied, and compared
Row = tuple[Any, ...]
Advance = Callable[[int, int], None]


class CopyError(CourseError):
    """A gradebook cannot be copied, and nothing was written; the text says why."""


@dataclass(frozen=True)
class Copied:
    """What was copied.

    Attributes:
        rows: how many each table has.
        replaced: how many texts had the character NUL, which became U+FFFD: PostgreSQL has none.
        others: tables of the source that are not nbgrader's, and stay behind.
        digest: SHA-256 of all rows, 64 hexadecimal digits: the same for every copy of the same.
    """

    rows: Mapping[str, int]
    replaced: int
    others: tuple[str, ...]
    digest: str


def copy(
    source: str, target: str, *, dry_run: bool = False, advance: Advance = ignore_progress
) -> Copied:
    """Copy all of nbgrader's tables, and compare every row of the copy with its source.

    Args:
        source: address of the gradebook; it stays as it is.
        target: address of a database without a gradebook, or with an empty one.
        dry_run: undo it at the end: everything is tried, and nothing is there afterwards.
        advance: is told how many rows are done, and of how many.

    Raises:
        CopyError: the source is no gradebook, or holds what the target cannot; or the target has
            something in it.
        GradingError: one of them cannot be used.
    """
    path = sqlite_file(target)
    if path is None or path.exists():
        return _copy(source, target, shown(target), dry_run, advance)
    if not path.parent.is_dir():
        raise CopyError(f"There is no folder {path.parent}.")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        new = Path(folder) / path.name
        found = _copy(source, file_url(new), shown(target), dry_run, advance)
        if not dry_run:
            new.replace(path)
    return found


def _copy(source: str, target: str, name: str, dry_run: bool, advance: Advance) -> Copied:
    with gradebook_in_words(source), reading(source) as reader:
        others = _check_tables(reader, shown(source))
        rows = {table.name: _count(reader, table) for table in TABLES}
        progress = _Progress(advance, _STEPS * sum(rows.values()))
        _check_rows(reader, progress)
        with gradebook_in_words(target), writing(target) as writer:
            prepare(writer)
            _check_empty(writer, name)
            replaced = sum(_insert(reader, writer, table, progress) for table in TABLES)
            digest = _compare(reader, writer, progress)
            if dry_run:
                writer.rollback()
            else:
                writer.commit()
    return Copied(rows, replaced, others, digest)


@contextlib.contextmanager
def reading(url: str) -> Iterator[Connection]:
    """A connection that sees the gradebook as one moment has it, and changes nothing.

    Raises:
        CopyError: it is a file that is not there.
    """
    path = sqlite_file(url)
    if path is not None and not path.is_file():
        raise CopyError(f"There is no gradebook {path}.")
    engine = raw_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            elif engine.dialect.name == "postgresql":
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield connection
    finally:
        engine.dispose()


@contextlib.contextmanager
def writing(url: str) -> Iterator[Connection]:
    """A connection in a transaction beside which nobody else writes; undone unless committed."""
    engine = raw_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
    finally:
        engine.dispose()


def lock_tables(connection: Connection) -> None:
    """Let nobody else write to nbgrader's tables until the transaction ends; SQLite has that."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in TABLES)
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


def remove_rows(connection: Connection) -> None:
    """Remove every row of nbgrader's tables; the tables stay."""
    for table in reversed(TABLES):
        connection.execute(delete(table))


class _Progress:
    def __init__(self, advance: Advance, total: int) -> None:
        self._advance, self._total, self._done = advance, total, 0

    def add(self, count: int) -> None:
        self._done += count
        self._advance(self._done, self._total)


def _check_tables(reader: Connection, name: str) -> tuple[str, ...]:
    """The tables that are not nbgrader's; an error where some of nbgrader's are not as they are."""
    look = inspect(reader)
    have = {*look.get_table_names()}
    missing = sorted({table.name for table in TABLES} - have)
    if VERSIONS not in have or missing:
        what = f"it lacks {', '.join(missing)}" if have else "it has no tables"
        raise CopyError(f"{name} is no gradebook of nbgrader's: {what or 'it says no version'}.")
    versions = [row[0] for row in reader.execute(text(f"SELECT version_num FROM {VERSIONS}"))]
    columns = {table: {each["name"] for each in look.get_columns(table.name)} for table in TABLES}
    lacking = [t.name for t, names in columns.items() if not {*t.columns.keys()} <= names]
    if versions != [newest_version()] or lacking:
        raise CopyError(
            f"The tables of {name} are those of another nbgrader (version "
            f"{', '.join(versions) or 'none'}, not {newest_version()}). Bring them up to date "
            "first: `nbgrader db upgrade`."
        )
    return tuple(sorted(have - {VERSIONS} - {table.name for table in TABLES}))


def _check_rows(reader: Connection, progress: _Progress) -> None:
    """Whether everything fits: SQLite keeps any value in any column, and orphans of lost rows."""
    for table in TABLES:
        for key in table.foreign_keys:
            _check_orphans(reader, table, key)
        for chunk in _chunks(reader, table):
            for row in chunk:
                for column, value in zip(table.columns, row, strict=True):
                    if not _fits(column.type, value):
                        raise CopyError(
                            f"In {_place(table, row)} {column.name} is {value!r}, which is not "
                            "what the column is for. Mend or remove it; nothing was copied."
                        )
            progress.add(len(chunk))


def _check_orphans(reader: Connection, table: Table, key: ForeignKey) -> None:
    there = exists().where(key.column == key.parent)
    lost = select(*table.columns).where(key.parent.is_not(None), ~there).limit(1)
    row = reader.execute(lost).mappings().first()
    if row is not None:
        raise CopyError(
            f"In {_place(table, tuple(row.values()))} {key.parent.name} is "
            f"{row[key.parent]!r}, and {key.column.table.name} has no such row: what it "
            "belonged to was removed. Remove it, too; nothing was copied."
        )


def _fits(kind: Any, value: Any) -> bool:
    if value is None:
        return True
    if isinstance(kind, Float):
        return isinstance(value, int | float)
    return not isinstance(kind, String) or isinstance(value, str)


def _check_empty(writer: Connection, name: str) -> None:
    lock_tables(writer)
    full = [t.name for t in TABLES if t.name != _BY_ITSELF and _count(writer, t)]
    if full:
        raise CopyError(
            f"{name} is not empty: {', '.join(full)} have rows. Nothing was copied; name a "
            "database without a gradebook."
        )
    remove_rows(writer)


def _insert(reader: Connection, writer: Connection, table: Table, progress: _Progress) -> int:
    replaced = 0
    for chunk in _chunks(reader, table):
        rows = [dict(zip(table.columns.keys(), row, strict=True)) for row in chunk]
        replaced += sum(isinstance(v, str) and "\0" in v for row in chunk for v in row)
        writer.execute(table.insert(), rows)
        progress.add(len(chunk))
    return replaced


def _compare(reader: Connection, writer: Connection, progress: _Progress) -> str:
    """Both have the same rows; their digest.

    Raises:
        CopyError: they do not.
    """
    digest = hashlib.sha256()
    for table in TABLES:
        for ours, theirs in zip_longest(_chunks(reader, table), _chunks(writer, table)):
            for old, new in zip_longest(ours or [], theirs or []):
                if old is None or new is None or storable(old) != new:
                    raise CopyError(
                        f"The copy differs in {_place(table, new or old)}, and was undone. "
                        "Please report it."
                    )
                digest.update(repr((table.name, new)).encode("utf-8", "surrogatepass"))
            progress.add(len(ours or []))
    return digest.hexdigest()


def _chunks(connection: Connection, table: Table) -> Iterator[list[Row]]:
    """The rows of a table, in the order of their keys as bytes, some at a time.

    Raises:
        CopyError: one of them cannot be read as what its column is for.
    """
    rows = select(table).order_by(*(_as_bytes(connection, key) for key in table.primary_key))
    found = connection.execute(rows.execution_options(yield_per=_AT_ONCE))
    try:
        while chunk := [tuple(row) for row in islice(found, _AT_ONCE)]:
            yield chunk
    except (ValueError, LookupError, TypeError) as error:
        raise CopyError(
            f"A row of the table {table.name} cannot be read: {error}. Mend or remove it; nothing "
            "was copied."
        ) from error


def _as_bytes(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """SQLite's order, which is the same everywhere; another database has that of a language."""
    return collate(column, "C") if connection.dialect.name == "postgresql" else column


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _place(table: Table, row: Row) -> str:
    keys = [str(value) for column, value in zip(table.columns, row, strict=True)
            if column.primary_key]  # fmt: skip
    return f"the row {' '.join(keys)} of the table {table.name}"
