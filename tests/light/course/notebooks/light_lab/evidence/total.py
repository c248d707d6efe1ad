"""Evidence of UNQ_C2, the name ``total``. Beside the student."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alpaca_course.kernel.guard import Guard


def collect(
    namespace: Mapping[str, Any], challenge: str, guard: Guard, payload: dict[str, Any]
) -> None:
    """Fill ``payload`` with the value, as it is: it may be anything at all."""
    payload["total"] = namespace.get("total")
