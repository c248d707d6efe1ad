"""Coroutines and commands in tests, also where a browser's event loop runs in the same thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def in_a_loop_of_its_own(coroutine: Coroutine[Any, Any, T]) -> T:
    """What ``coroutine`` gives."""
    return where_no_loop_runs(lambda: asyncio.run(coroutine))


def where_no_loop_runs(work: Callable[[], T]) -> T:
    """What ``work`` gives, done in this thread.

    The loop of Playwright is suspended while a test runs, and called running, until the last
    browser test's end. A thread of its own would do for coroutines, but signals belong to the
    main one.
    """
    suspended = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return work()
    finally:
        asyncio._set_running_loop(suspended)
