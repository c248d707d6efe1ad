"""Which executions in forks of a lab's template count. Pure.

Such a fork lacks the threads that the template has, and inherits what it did, so it may end in ways
in which a plain fork does not: wait for ever, raise where that wouldn't. What ended normally and
soon is what a plain fork gives too, and so is an exception that the code itself is the reason of;
everything else is executed again the plain way.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.runner import CellRun, Execution, Way
from alpaca_course.kernel.certain import is_certain

# Seconds that one cell, and all together, may take there. Grading one takes about one; what trains
# is not tried there.
CELL_SECONDS, TOTAL_SECONDS = 15, 40


def soon(limits: RunLimits) -> RunLimits:
    """What an execution in a fork of the template may take."""
    return replace(
        limits,
        cell_seconds=min(limits.cell_seconds, CELL_SECONDS),
        total_seconds=min(limits.total_seconds, TOTAL_SECONDS),
    )


def way_of(execution: Execution, certain_errors: Collection[str] = ()) -> Way:
    """``template`` where an execution in a fork of the template counts; else why it does not.

    Args:
        execution: in such a fork.
        certain_errors: names of exceptions that the lab says the code itself is the reason of,
            beside those that are known to be.
    """
    unsure = partial(_uncertain, certain_errors=certain_errors)
    statuses = {cell.status for cell in execution.cells}
    late = execution.ending in ("total_timeout", "unresponsive") or "timeout" in statuses
    whole = execution.ending == "complete" and "not_run" not in statuses
    payloads = [test.payload for test in execution.tests]
    sent = all(test.messages == 1 for test in execution.tests) and None not in payloads
    reasons: dict[Way, bool] = {
        "disturbed": bool(execution.usage.disturbed),
        "late": late,
        "ended early": not whole or execution.output_cut,
        "error": any(map(unsure, execution.cells)) or any(map(_tells_uncertain, payloads)),
        "evidence": not sent,
    }
    return next((why for why, holds in reasons.items() if holds), "template")


def _uncertain(cell: CellRun, certain_errors: Collection[str]) -> bool:
    """Whether a cell was ended by something that a plain fork might not raise."""
    if cell.status != "error":
        return False
    errors = [each for each in cell.outputs if each["output_type"] == "error"]
    return not errors or not all(
        each["ename"] in certain_errors or is_certain(each["ename"], each["evalue"])
        for each in errors
    )


def _tells_uncertain(payload: Any) -> bool:
    """Whether evidence tells of such an exception; see ``kernel.seen.EvidenceSeen``."""
    return isinstance(payload, dict) and bool(payload.get("error") or payload.get("uncertain"))
