"""nbgrader's own programs on the course's database: addresses without passwords, errors in words.

nbgrader logs the address of the database and writes it into files for Alembic, which end at a
percent sign in it; and what it raises at a database that it cannot use is a traceback.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import nbgrader.api
import nbgrader.dbutil
from nbgrader.coursedir import CourseDirectory
from traitlets import TraitError, Unicode

from alpaca_course.database_url import file_url, in_one_spelling, put_password_aside
from alpaca_course.errors import CourseError
from alpaca_course.gradebook.engine import check_driver, make_engine

_write = nbgrader.dbutil.write_alembic_ini


class Address(Unicode[str, str]):
    """nbgrader's address of the database, in one spelling and without a password."""

    def validate(self, obj: Any, value: Any) -> str:
        """``value`` as it is kept.

        Raises:
            TraitError: it is no address, or its driver is not installed; nbgrader ends with it.
        """
        text = super().validate(obj, value)
        if not text:
            return text
        root = Path(obj.root).resolve()
        if text == f"sqlite:///{root / 'gradebook.db'}":  # nbgrader's own, which escapes nothing
            return file_url(root / "gradebook.db")
        try:
            address = put_password_aside(in_one_spelling(text, root))
            check_driver(address)
        except CourseError as error:
            raise TraitError(str(error)) from None
        return address


def use_addresses_without_passwords() -> None:
    """Have nbgrader keep such ones, connect as the course does, and end with a sentence."""
    trait = CourseDirectory.class_traits()["db_url"]
    trait.validate = Address.validate.__get__(Address(trait.default_value))
    nbgrader.api.create_engine = make_engine
    nbgrader.dbutil.write_alembic_ini = _write_for_alembic
    sys.excepthook = _in_words


def _write_for_alembic(path: str, url: str) -> None:
    """As nbgrader does; in a file of Alembic's a percent sign is written twice."""
    _write(path, url.replace("%", "%%"))


def _in_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody caught: a sentence where it is meant for people, as the course's commands do."""
    if isinstance(error, CourseError):
        print(error, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)
