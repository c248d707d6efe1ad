"""What goes wrong with nbgrader and its gradebook, in words for the person who can mend it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, SQLAlchemyError

from alpaca_course.contract.states import printable
from alpaca_course.errors import CourseError

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


_BUSY = (
    "The gradebook {} is in use by another program ({}): formgrader, another nbgrader, a backup, "
    "or a program on another machine where the folder is shared. It was waited for; end that "
    "program and start again."
)
_LOCKED = ("database is locked", "database table is locked")


class GradingError(CourseError):
    """nbgrader could not do what was asked; the text says why."""


class GradebookBusyError(GradingError):
    """Another program holds the gradebook; nobody can be written for now."""


def is_busy(text: str) -> bool:
    """Whether an error's text says that the gradebook is held by another program."""
    return any(words in text for words in _LOCKED)


def busy(db_url: str, reason: str) -> GradebookBusyError:
    return GradebookBusyError(_BUSY.format(_shown(db_url), reason))


@contextlib.contextmanager
def gradebook_in_words(db_url: str) -> Iterator[None]:
    """Whatever keeps the gradebook at ``db_url`` from being read, as a :class:`GradingError`."""
    try:
        yield
    except (SQLAlchemyError, ImportError) as error:
        reason = first_line(error)
        if is_busy(reason):
            raise busy(db_url, reason) from error
        raise GradingError(_words(error).format(_shown(db_url), reason)) from error


def _words(error: SQLAlchemyError | ImportError) -> str:
    if isinstance(error, ImportError):
        return _NO_DRIVER
    damaged = isinstance(error, DatabaseError) and not isinstance(error, OperationalError)
    return _DAMAGED if damaged else _NOT_OPENED


def first_line(error: BaseException) -> str:
    """Without the query, and without SQLAlchemy's address for more on the error."""
    said = printable(str(getattr(error, "orig", None) or error).strip().partition("\n")[0])
    return said or type(error).__name__


def _shown(db_url: str) -> str:
    """The address without its password."""
    try:
        return make_url(db_url).render_as_string(hide_password=True)
    except ArgumentError:
        return "named in nbgrader_config.py"
