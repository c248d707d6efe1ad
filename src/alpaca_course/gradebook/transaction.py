"""nbgrader's many openings of the gradebook as one: one engine, one transaction a submission."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import nbgrader.api
from sqlalchemy import Engine

from alpaca_course.gradebook.locks import hold


@contextlib.contextmanager
def engine_from(make: Callable[..., Any]) -> Iterator[None]:
    """nbgrader opens the gradebook six times a submission, each time with another engine.

    An engine keeps its compiled queries, so with one for all of them no query is compiled twice.
    Each gradebook still closes the engine's connections when it is closed.
    """
    before, nbgrader.api.create_engine = nbgrader.api.create_engine, make
    try:
        yield
    finally:
        nbgrader.api.create_engine = before


@contextlib.contextmanager
def held(engine: Engine, *lock: str) -> Iterator[None]:
    """Hold the lock of the names ``lock`` while the block works on connections of its own."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect() as connection, connection.begin():
        connection.detach()  # else it would go back into a pool that a gradebook left meanwhile
        hold(connection, *lock)
        yield


@contextlib.contextmanager
def one_transaction(db_url: str, *lock: str, keep: bool = False) -> Iterator[None]:
    """Whatever nbgrader writes in the block, written at its end; nothing where it raises.

    A session on a connection whose transaction was begun before leaves the commit to that.

    Args:
        db_url: address of the gradebook.
        lock: names of the lock that is held meanwhile.
        keep: leave PostgreSQL's connection to who made the engine: the next submission's needs
            none of its own then, and what is asked again is prepared there.
    """
    engine = nbgrader.api.create_engine(db_url, echo=False, future=True)
    try:
        with engine.connect() as connection, connection.begin():
            if lock:
                hold(connection, *lock)
            # What each gradebook calls when it is closed; the connection is closed here.
            connection.dispose = lambda: None
            with engine_from(lambda *_, **__: connection):
                yield
    finally:
        if not keep or engine.dialect.name == "sqlite":
            engine.dispose()
