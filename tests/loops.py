"""Coroutines in tests, also where a browser's event loop runs in the same thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def in_a_loop_of_its_own(coroutine: Coroutine[Any, Any, T]) -> T:
    """What ``coroutine`` gives. The loop of Playwright lives until the last browser test's end."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def where_no_loop_runs(work: Callable[[], T]) -> T:
    """What ``work`` gives: done here, or in a thread of its own where that loop is in the way."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
