"""Waiting for what comes about by itself."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS = 180.0


def until(
    condition: Callable[[], object], what: str = "it is so", *, seconds: float = SECONDS
) -> None:
    """Wait until something has come about; the time is no assertion, but an end."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it never came about that {what}"
        time.sleep(0.05)
