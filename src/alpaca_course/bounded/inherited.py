"""Limits of a bounded process are its own: what it starts gets those that it was started with."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from types import ModuleType

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

_LIMITS = ("RLIMIT_DATA", "RLIMIT_NOFILE", "RLIMIT_CPU")
_one_at_a_time = threading.Lock()


def lower(name: str, value: int | None) -> None:
    """Lower a limit of this process, where the system has it, in a way that :func:`lifted` lifts.

    Args:
        name: of a limit of the module ``resource``.
        value: in that limit's unit; None leaves it as it is.
    """
    kind = getattr(resource, name, None)
    if resource is None or kind is None or value is None:
        return
    hard = resource.getrlimit(kind)[1]
    new = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(OSError, ValueError):  # macOS knows names that it does not take
        resource.setrlimit(kind, (new, hard))


@contextlib.contextmanager
def lifted() -> Iterator[None]:
    """Start processes in here, for they inherit the limits of the moment; it takes milliseconds."""
    if resource is None:
        yield
        return
    with _one_at_a_time:
        kinds = [getattr(resource, name) for name in _LIMITS]
        before = [resource.getrlimit(kind) for kind in kinds]
        try:
            for kind, (_, hard) in zip(kinds, before, strict=True):
                with contextlib.suppress(OSError, ValueError):
                    resource.setrlimit(kind, (hard, hard))
            yield
        finally:
            for kind, both in zip(kinds, before, strict=True):
                with contextlib.suppress(OSError, ValueError):
                    resource.setrlimit(kind, both)
