"""Which executions are used again when the grader's limits change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from alpaca_course.execution.cache import ExecutionCache, hit_a_limit
from alpaca_course.execution.runner import CellRun, EvidenceRun, Execution

KEY = "a" * 64
WHOLE = Execution(
    challenge="0" * 32,
    ending="complete",
    cells=(CellRun("ok"),),
    executed=(0,),
    tests=(EvidenceRun("test_double", "ok", 1, {"values": [6]}, 14),),
    seconds=1.0,
)
LIMITED = {
    "all cells together took too long": replace(WHOLE, ending="total_timeout"),
    "memory": replace(WHOLE, ending="memory"),
    "one cell took too long": replace(WHOLE, cells=(CellRun("timeout"),)),
    "output was cut": replace(WHOLE, output_cut=True),
    "evidence was too large": replace(
        WHOLE, tests=(replace(WHOLE.tests[0], payload=None, size=10**6),)
    ),
}


@pytest.mark.parametrize("execution", LIMITED.values(), ids=list(LIMITED))
def test_what_a_limit_ended_is_executed_again_once_the_limit_is_raised(
    execution: Execution, tmp_path: Path
) -> None:
    assert hit_a_limit(execution)
    ExecutionCache(tmp_path, {"cell_timeout": 10, "disk_limit": 64}).store(KEY, execution)

    def found(cell_timeout: int) -> Execution | None:
        limits = {"cell_timeout": cell_timeout, "disk_limit": 64}
        return ExecutionCache(tmp_path, limits).load(KEY)

    assert found(10) == execution
    assert found(5) == execution
    assert found(11) is None


@pytest.mark.parametrize("ending", ["complete", "died"])
def test_what_ended_by_itself_is_never_executed_again_for_a_limit(
    ending: str, tmp_path: Path
) -> None:
    execution = replace(WHOLE, ending=ending)  # type: ignore[arg-type]
    ExecutionCache(tmp_path, {"cell_timeout": 10}).store(KEY, execution)
    for seconds in (5, 10, 1000):
        assert ExecutionCache(tmp_path, {"cell_timeout": seconds}).load(KEY) == execution
