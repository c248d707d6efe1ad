"""A consistent copy of the gradebook in a file, and what it says."""

from __future__ import annotations

import contextlib
import hashlib
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from alpaca_course.archiving.manifest import GRADEBOOK, ArchiveError
from alpaca_course.course import Course
from alpaca_course.database_url import file_url, sqlite_file
from alpaca_course.gradebook import copying
from alpaca_course.gradebook.booked import exists
from alpaca_course.gradebook.errors import gradebook_in_words

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What nbgrader keeps of the lab itself; keys of rows are no text either.
_OF_THE_LAB = frozenset(
    {"alembic_version", "assignment", "base_cell", "course", "grade_cells", "notebook",
     "solution_cells", "source_cell", "task_cells"}
)  # fmt: skip


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A database; what was not committed is undone.

    Raises:
        ArchiveError: it is none, or somebody holds it.
    """
    database = sqlite3.connect(path, timeout=30)
    try:
        yield database
    except sqlite3.Error as error:
        raise ArchiveError(f"The gradebook {path} cannot be used: {error}") from error
    finally:
        database.close()


def copy(source: Path, target: Path) -> None:
    """Copy the gradebook as one moment has it, also while others use it.

    Raises:
        ArchiveError: it cannot be read.
    """
    with opened(source) as database, opened(target) as other:
        database.backup(other)


def said(path: Path) -> str:
    """SHA-256 of all that the gradebook says, 64 hexadecimal digits.

    Raises:
        ArchiveError: it cannot be read.
    """
    total = hashlib.sha256()
    with opened(path) as database:
        for line in database.iterdump():
            total.update(line.encode("utf-8", "surrogatepass"))
    return total.hexdigest()


def students(path: Path) -> list[tuple[str, ...]]:
    """Id, first and last name, address and other system's id of each student; empty where absent.

    Raises:
        ArchiveError: it cannot be read.
    """
    query = "SELECT id, first_name, last_name, email, lms_user_id FROM student ORDER BY id"
    with opened(path) as database:
        rows = database.execute(query).fetchall()
    return [tuple("" if each is None else str(each) for each in row) for row in rows]


def rewrite(path: Path, ids: Callable[[str], str], text: Callable[[str], str]) -> None:
    """Replace ids of students by ``ids``, their names by nothing, and every other text by ``text``.

    Nothing of what was there before stays in the file's unused pages.

    Raises:
        ArchiveError: it cannot be rewritten.
    """
    with opened(path) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        for table, column in _text_columns(database):
            if (table, column) == ("student", "id") or column == "student_id":
                change = ids
            elif table == "student":
                change = _nothing
            elif table in _OF_THE_LAB or column.endswith("id"):
                continue
            else:
                change = text
            _replace(database, table, column, change)
        database.commit()
        database.execute("VACUUM")


def _text_columns(database: sqlite3.Connection) -> list[tuple[str, str]]:
    tables = [
        str(row[0])
        for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if _NAME.fullmatch(str(row[0]))
    ]
    return [
        (table, str(row[1]))
        for table in tables
        for row in database.execute(f"PRAGMA table_info({table})")
        if _NAME.fullmatch(str(row[1]))
    ]


def _replace(
    database: sqlite3.Connection, table: str, column: str, change: Callable[[str], str]
) -> None:
    """Every text of a column once; keys that are no text stay as they are."""
    query = f"SELECT DISTINCT {column} FROM {table} WHERE typeof({column}) = 'text'"
    for (value,) in database.execute(query).fetchall():
        new = change(value)
        if new != value:
            database.execute(
                f"UPDATE {table} SET {column} = ? WHERE {column} = ?",
                (new, value),
            )


def _nothing(_: str) -> str:
    return ""


@contextlib.contextmanager
def snapshot(course: Course) -> Iterator[Path | None]:
    """A file of SQLite's with the gradebook as one moment has it; None where there is none.

    It is gone with the block. Wherever the gradebook is, an archive has it in this form.

    Raises:
        ArchiveError: it cannot be read.
        CourseError: its server cannot be used.
    """
    if not exists(course):
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / GRADEBOOK
        source = sqlite_file(course.db_url)
        if source is not None:
            copy(source, target)
        else:
            copying.copy(course.db_url, file_url(target))
        yield target


def empty_database(url: str, wanted: str) -> None:
    """Remove all rows of a gradebook that is no file, and whose digest is ``wanted``.

    Raises:
        ArchiveError: it says something else by now, and nothing was removed.
        GradingError: it cannot be used.
    """
    with gradebook_in_words(url), copying.writing(url) as connection:
        copying.lock_tables(connection)
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / GRADEBOOK
            copying.copy(url, file_url(target))
            if said(target) != wanted:
                raise ArchiveError("The gradebook was changed meanwhile; nothing was removed.")
        copying.remove_rows(connection)
        connection.commit()
