"""One server of PostgreSQL's for the tests, and databases in it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from alpaca_course.gradebook.postgres_local import LocalServer, server, why_not
from tests.database import ENGLISH
from tests.lacking import lacking

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[LocalServer]:
    """A server of the tests' own."""
    if reason := why_not():
        lacking("POSTGRES", reason)
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def new_database(postgres: LocalServer) -> Callable[[], str]:
    """Makes a database without anything in it, and gives its address."""
    return lambda: postgres.create(f"course{next(_numbers)}", ENGLISH)


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    return new_database()
