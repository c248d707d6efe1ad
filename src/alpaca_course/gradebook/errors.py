"""What goes wrong with nbgrader and its gradebook, in words for the person who can mend it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from enum import Enum

from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError, SQLAlchemyError

from alpaca_course.contract.states import printable
from alpaca_course.database_url import is_postgres, shown
from alpaca_course.errors import CourseError
from alpaca_course.files import in_the_way

_DAMAGED = (
    "The gradebook {} cannot be read ({}). Put a copy of it in its place; or move it away and "
    "grade again: a new one is then made from what is kept, without what a person entered."
)
_NO_DRIVER = (
    "The gradebook {} needs a database driver that is not installed ({}). Install it with pip "
    "into this environment."
)
_NOT_OPENED = (
    "The gradebook {} cannot be opened ({}). Look whether the database is there and may be used, "
    "and whether CourseDirectory.db_url in nbgrader_config.py names it."
)
_FULL = (
    "The disk of the gradebook {} is full ({}). Nothing of this was written: make room there, and "
    "start again."
)
_NOT_REACHED = (
    "The gradebook {} cannot be opened ({}). Look whether the server runs, whether the database is "
    "there, and whether CourseDirectory.db_url or ALPACA_DB_URL names it and a user who may use "
    "it; the password is in PGPASSWORD or ~/.pgpass. `alpaca doctor` looks at all of it."
)
_NOT_TAKEN = (
    "The gradebook {} does not take this ({}). Nothing of it was written. `alpaca doctor` says "
    "whether its tables are as they should be."
)
_BUSY = (
    "The gradebook {} is in use by another program ({}): formgrader, another nbgrader, a backup, "
    "or a program on another machine where the folder is shared. It was waited for; end that "
    "program and start again."
)
_GONE = (
    "The connection to the gradebook {} was lost ({}). Start again when the server is there: what "
    "was finished is kept, and nothing is entered twice."
)
_LOCKED = ("database is locked", "database table is locked")


class GradingError(CourseError):
    """nbgrader could not do what was asked; the text says why."""


class GradebookBusyError(GradingError):
    """Another program holds the gradebook; nobody can be written for now."""


class GradebookGoneError(GradebookBusyError):
    """The database's server went away in the middle; nobody can be written for now."""


class Trouble(Enum):
    """What an error says about the database.

    Attributes:
        NONE: nothing that passes by itself.
        BUSY: another program holds what is needed.
        GONE: the connection was lost, or the server does not take one for now.
        MEANWHILE: another program wrote the same at the same time; tried again, it works.
    """

    NONE = 0
    BUSY = 1
    GONE = 2
    MEANWHILE = 3


# By SQLSTATE, or how it begins: https://www.postgresql.org/docs/current/errcodes-appendix.html
_STATES = {
    ("55P03", "55006"): Trouble.BUSY,
    ("08", "57P0", "53300", "25006"): Trouble.GONE,
    ("23505", "40P01", "40001"): Trouble.MEANWHILE,
}


def trouble_of(error: BaseException | None) -> Trouble:
    """What an error, or one that it was raised from, says about the database.

    nbgrader raises errors of its own in place of the database's, which are what these were raised
    in the handling of.
    """
    found = (_trouble(each) for each in _behind(error))
    return next((each for each in found if each is not Trouble.NONE), Trouble.NONE)


def database_error(error: BaseException) -> DBAPIError | None:
    """The database's own error that an error was raised from, in the same sense.

    That nothing was found is SQLAlchemy's, and no error of the database.
    """
    return next((each for each in _behind(error) if isinstance(each, DBAPIError)), None)


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and those that it was raised from, or in the handling of."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _trouble(error: BaseException) -> Trouble:
    if isinstance(error, GradebookBusyError):
        return Trouble.GONE if isinstance(error, GradebookGoneError) else Trouble.BUSY
    if not isinstance(error, DBAPIError):
        return Trouble.NONE
    state = sqlstate(error)
    if any(words in str(error.orig) for words in _LOCKED):
        return Trouble.BUSY
    for beginnings, trouble in _STATES.items():
        if state.startswith(beginnings):
            return trouble
    operational = isinstance(error, OperationalError)
    by_libpq = operational and not state and _is_of_psycopg(error)
    return Trouble.GONE if by_libpq or error.connection_invalidated else Trouble.NONE


def _is_of_psycopg(error: DBAPIError) -> bool:
    """What libpq says by itself has no state: it could not connect, or lost the connection."""
    return type(error.orig).__module__.startswith("psycopg")


def sqlstate(error: DBAPIError) -> str:
    """The database's own code of an error; empty where it has none."""
    orig = error.orig
    return str(getattr(orig, "sqlstate", None) or getattr(orig, "pgcode", None) or "")


def in_trouble(db_url: str, trouble: Trouble, reason: str) -> GradebookBusyError:
    """The error to raise of ``trouble``, which is BUSY or GONE."""
    if trouble is Trouble.GONE:
        return GradebookGoneError(_GONE.format(shown(db_url), reason))
    return GradebookBusyError(_BUSY.format(shown(db_url), reason))


@contextlib.contextmanager
def gradebook_in_words(db_url: str, *, opened: bool = False) -> Iterator[None]:
    """Whatever keeps the gradebook at ``db_url`` from being used, as a :class:`GradingError`.

    Args:
        db_url: its address.
        opened: it was used before, so that a connection that cannot be had was lost.
    """
    try:
        yield
    except (SQLAlchemyError, ImportError) as error:
        reason, trouble = first_line(error), trouble_of(error)
        if trouble is Trouble.BUSY or (trouble is Trouble.GONE and opened):
            raise in_trouble(db_url, trouble, reason) from error
        raise refused(db_url, error) from error


def refused(db_url: str, error: SQLAlchemyError | ImportError) -> GradingError:
    """The error to raise of a database that cannot be used, whoever tries it again."""
    return GradingError(_words(error, db_url).format(shown(db_url), first_line(error)))


def _words(error: SQLAlchemyError | ImportError, db_url: str) -> str:
    if isinstance(error, ImportError):
        return _NO_DRIVER
    refused = isinstance(error, DatabaseError) and not isinstance(error, OperationalError)
    if is_postgres(db_url):
        return _NOT_TAKEN if refused else _NOT_REACHED
    if "disk is full" in first_line(error):
        return _FULL
    return _DAMAGED if refused else _NOT_OPENED


def first_line(error: BaseException) -> str:
    """Without the query, and without SQLAlchemy's address for more on the error.

    Where something stands in the way, that is told in place of an error's number.
    """
    if told := in_the_way(error):
        return printable(told)
    said = printable(str(getattr(error, "orig", None) or error).strip().partition("\n")[0])
    return said or type(error).__name__
