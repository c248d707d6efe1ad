"""What goes between the coordinator and a worker, and what comes of an answer that is none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from alpaca_course.execution import worker
from alpaca_course.execution.leaving_out import without_what_ended
from alpaca_course.execution.runner import CellRun, Execution, NoKernelError
from tests.execution.notebooks import check, executed, notebook, own, solution

NB = notebook(own("flood()"), solution("a", "x = 1"), check("test_a"))


def sent(execution: Execution | None, no_kernel: str = "") -> bytes:
    return json.dumps(worker.Answer(execution, no_kernel), default=vars).encode()


@pytest.mark.parametrize("value", [int("1" * 4200), float("inf"), "\x00\x1b", {"": [[[1]]]}, None])
def test_an_execution_comes_home_as_it_was(value: Any) -> None:
    output = {"output_type": "display_data", "data": {"x/json": value}, "metadata": {}}
    execution = executed(NB, {0: CellRun("ok", [output], 0.5)}, payloads=[{"n": value}])
    assert worker.read(sent(execution)) == execution


def test_why_no_kernel_could_be_had_comes_home() -> None:
    with pytest.raises(NoKernelError, match="no such interpreter"):
        worker.read(sent(None, "no such interpreter"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        sent(executed(NB))[:-1],
        sent(executed(NB)).replace(b'"complete"', b'"well"'),
        sent(executed(NB)).replace(b'"messages": 1', b'"messages": "1"'),
        sent(executed(NB)).replace(b'"seconds": 1.0', b'"seconds": "1.0"'),
    ],
)
def test_an_answer_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(worker.MalformedAnswerError):
        worker.read(data)


def test_where_nothing_came_home_own_cells_are_left_out() -> None:
    """Nobody knows how far it got, and a graded cell seldom ends a worker."""
    found = worker.without_result(NB, "0" * 32, "output")
    assert [test.messages for test in found.tests] == [0]
    changed = without_what_ended(NB, found)
    assert changed is not None
    assert changed[0].cells[0].source == ""
    assert [cut.why for cut in changed[1]] == ["output"]
    bare = notebook(solution("a", "x = 1"), check("test_a"))
    assert without_what_ended(bare, worker.without_result(bare, "0" * 32, "lost")) is None


def test_a_call_may_take_longer_than_all_that_it_waits_for() -> None:
    limits = replace(worker.RunLimits(), total_seconds=10)
    assert worker.bounds(limits).seconds > 10 * worker.PATIENCE
    assert worker.bounds(limits).answer > 6 * limits.output_bytes
