"""What is tried again where the database's server was away, or somebody else was first."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from alpaca_course.gradebook.errors import Trouble, trouble_of

# A restart of the server, or a standby that takes its place, takes less.
AWAY_SECONDS = 120.0
_LONGEST_PAUSE = 5.0
_TRIES = 4

T = TypeVar("T")


def patiently(action: Callable[[], T]) -> T:
    """``action()``; once more while the server is away, and where two wrote the same at a time.

    It has to be one whose changes are undone where it fails, and that changes nothing more where it
    was done already: a connection that is lost while a transaction ends leaves open whether it was.

    Raises:
        Exception: what ``action`` raises, once the server was away for :data:`AWAY_SECONDS`.
    """
    end, tries = time.monotonic() + AWAY_SECONDS, 0
    while True:
        try:
            return action()
        except Exception as error:
            trouble, tries = trouble_of(error), tries + 1
            away = trouble is Trouble.GONE and time.monotonic() < end
            if not away and (trouble is not Trouble.MEANWHILE or tries >= _TRIES):
                raise
        time.sleep(min(0.1 * 2**tries, _LONGEST_PAUSE))
