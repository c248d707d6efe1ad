"""Locks in PostgreSQL that graders on several machines share; a transaction's end frees them.

SQLite needs none: whoever writes to its file has all of it. There these do nothing.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import text

SCHEMA = "schema"
"""Held while tables are made: two programs that find none would both make them."""

ASSIGNMENT = "assignment"
"""Held while the assignment is put into the gradebook."""

ROSTER = "roster"
"""Held while students are enrolled or their spellings joined."""

SUBMISSION = "submission"
"""Held, with the lab and the student, while one submission is written."""


def hold(session: Any, *names: str) -> None:
    """Wait for the lock of ``names`` and hold it until the transaction ends.

    Args:
        session: a connection or a session of SQLAlchemy's, in a transaction.
        names: one of the constants above, and what it is about.

    Raises:
        OperationalError: another holds it for longer than the connection waits for locks.
    """
    if dialect_of(session) == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key_of(*names)})


def key_of(*names: str) -> int:
    """The number of a lock, the same on all machines: 64 bits with a sign, as PostgreSQL has it."""
    digest = hashlib.sha256("\0".join(("alpaca-course", *names)).encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def dialect_of(session: Any) -> str:
    """Name of the database that a connection or a session of SQLAlchemy's is for."""
    bind = session.get_bind() if hasattr(session, "get_bind") else session
    return str(bind.dialect.name)
