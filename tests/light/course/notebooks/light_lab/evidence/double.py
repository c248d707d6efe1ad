"""Evidence of UNQ_C1, ``double()``. Beside the student."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alpaca_course.kernel.guard import Guard


def collect(
    namespace: Mapping[str, Any], challenge: str, guard: Guard, payload: dict[str, Any]
) -> None:
    """Fill ``payload`` with what the function gave, as it is: it may be anything at all."""
    payload["values"] = [_called(namespace.get("double"), x, guard) for x in (3, -4)]


def _called(function: Any, x: int, guard: Guard) -> Any:
    value = guard.run(lambda: function(x))
    return value if guard.error is None else f"{guard.error['type']}: {guard.error['text']}"
