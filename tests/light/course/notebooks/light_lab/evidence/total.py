"""Evidence of UNQ_C2, the name ``total``. Beside the student."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notebooks.light_lab.evidence.seen import TotalEvidence

from alpaca_course.kernel.guard import Guard

EVIDENCE = TotalEvidence


def collect(namespace: Mapping[str, Any], guard: Guard, seen: TotalEvidence) -> None:
    """The value, as it is: it may be anything at all."""
    seen.total = namespace.get("total")
