"""ngshare's server with SQLAlchemy 2: ``python -m alpaca_course.exchange.ngshare_server …``.

ngshare (0.6) was written for SQLAlchemy 1, where an object that names its parent is kept with it.
With SQLAlchemy 2, which nbgrader's gradebook has here, it is not: ngshare answers that a release
or a hand-in was a success, and keeps neither. So that is put back, and nothing else is changed;
options and environment are ngshare's.
"""

from __future__ import annotations

import sys
from typing import Any

from ngshare.database import Base
from ngshare.ngshare import main
from sqlalchemy import event
from sqlalchemy.orm import configure_mappers, object_session


def keep_with_parents() -> None:
    """Have an object that gets a parent kept in the parent's session, as SQLAlchemy 1 has it."""
    configure_mappers()
    for mapper in Base.registry.mappers:
        for relation in mapper.relationships:
            if not relation.uselist:
                event.listen(getattr(mapper.class_, relation.key), "set", _kept)


def _kept(child: Any, parent: Any, _old: Any, _initiator: Any) -> None:
    session = object_session(parent) if parent is not None else None
    if session is not None:
        session.add(child)


if __name__ == "__main__":
    keep_with_parents()
    main(sys.argv[1:])
