"""Evidence of UNQ_C1, ``double()``. Beside the student."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notebooks.light_lab.evidence.seen import DoubleEvidence

from alpaca_course.kernel.guard import Guard

EVIDENCE = DoubleEvidence


def collect(namespace: Mapping[str, Any], guard: Guard, seen: DoubleEvidence) -> None:
    """What the function gave, as it is: it may be anything at all."""
    seen.values = tuple(_called(namespace.get("double"), x, guard) for x in (3, -4))


def _called(function: Any, x: int, guard: Guard) -> Any:
    value = guard.run(lambda: function(x))
    return value if guard.error is None else f"{guard.error.type}: {guard.error.text}"
