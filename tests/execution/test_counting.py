"""Which executions in forks of a template count, and what becomes of the others. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from nbformat import NotebookNode

from alpaca_course.execution.attempts import Attempts, fairly
from alpaca_course.execution.counting import CELL_SECONDS, TOTAL_SECONDS, soon, way_of
from alpaca_course.execution.kernels import KernelUsage
from alpaca_course.execution.limits import RunLimits
from alpaca_course.execution.runner import CellRun, Execution, NoKernelError
from tests.execution.notebooks import check, executed, notebook, solution

NB = notebook(solution("a", "x = 1"), check("test_a"))
WHOLE = executed(NB)


def sent(**changes: Any) -> Execution:
    return replace(WHOLE, tests=(replace(WHOLE.tests[0], **changes),))


def stopped(kind: str, text: str) -> Execution:
    error = {"output_type": "error", "ename": kind, "evalue": text, "traceback": []}
    return executed(NB, {0: CellRun("error", [error])})


@pytest.mark.parametrize(
    ("execution", "way"),
    [
        (WHOLE, "template"),
        (executed(NB, {0: CellRun("skipped")}), "template"),
        (replace(WHOLE, starved=100.0, seconds=100.0), "template"),
        (executed(NB, {0: CellRun("error")}), "error"),
        (stopped("NameError", "name 'layers' is not defined"), "template"),
        (stopped("ValueError", "Input 0 of layer dense is incompatible"), "template"),
        (stopped("RuntimeError", "can't start new thread"), "error"),
        (stopped("AssertionError", ""), "error"),
        (stopped("InternalError", "no thread"), "error"),
        (stopped("AttributeError", "Tensor.op is undefined when eager execution"), "error"),
        (executed(NB, {0: CellRun("timeout")}), "late"),
        (executed(NB, {1: CellRun("not_run")}), "ended early"),
        (executed(NB, {1: CellRun("not_run")}, ending="total_timeout"), "late"),
        (executed(NB, {1: CellRun("error")}, ending="unresponsive"), "late"),
        (replace(WHOLE, ending="died"), "ended early"),
        (replace(WHOLE, ending="memory"), "ended early"),
        (replace(WHOLE, ending="lost"), "ended early"),
        (replace(WHOLE, output_cut=True), "ended early"),
        (sent(messages=0, payload=None), "evidence"),
        (sent(messages=2), "evidence"),
        (sent(payload=None), "evidence"),
        (sent(payload={"error": {"type": "ValueError", "text": "x"}}), "error"),
        (sent(payload={"raised": 1}), "template"),
        (sent(payload={"raised": 2, "uncertain": 1}), "error"),
        (sent(payload={"error": None, "raised": 0, "text": "error"}), "template"),
        (replace(WHOLE, usage=KernelUsage(disturbed="it has ended")), "disturbed"),
        (executed(NB, {0: CellRun("timeout")}, ending="died"), "late"),
    ],
)
def test_what_counts(execution: Execution, way: str) -> None:
    assert way_of(execution) == way


def test_what_the_lab_is_certain_of_counts_too() -> None:
    blank = stopped("NotFilledIn", "There is no model yet.")
    assert (way_of(blank), way_of(blank, ("NotFilledIn",))) == ("error", "template")
    assert way_of(stopped("RuntimeError", "no thread"), ("NotFilledIn",)) == "error"


def test_soon_is_never_later_than_the_course_allows() -> None:
    limits = soon(RunLimits(cell_seconds=120, total_seconds=300))
    assert (limits.cell_seconds, limits.total_seconds) == (CELL_SECONDS, TOTAL_SECONDS)
    limits = soon(RunLimits(cell_seconds=5, total_seconds=20))
    assert (limits.cell_seconds, limits.total_seconds) == (5, 20)


class Machine:
    """Executes as told, and notes by which way."""

    def __init__(self, template: list[Execution | None], *others: Execution) -> None:
        self.template: Iterator[Execution | None] = iter(template)
        self.others = iter(others)
        self.did: list[str] = []
        self.attempts = Attempts(self.beside_others, self.alone, self.from_template)

    def from_template(self, nb: NotebookNode) -> Execution | None:
        self.did.append("template")
        return next(self.template)

    def beside_others(self, nb: NotebookNode) -> tuple[Execution, bool]:
        self.did.append("beside")
        return next(self.others), True

    def alone(self, nb: NotebookNode) -> Execution:
        self.did.append("alone")
        return next(self.others)


def test_what_ends_normally_is_executed_once() -> None:
    machine = Machine([WHOLE])
    assert fairly(NB, machine.attempts.once) == replace(WHOLE, way="template")
    assert machine.did == ["template"]


FAILED = executed(NB, {0: CellRun("error")})


def test_anything_else_is_executed_again_and_only_that_counts() -> None:
    machine = Machine([FAILED], WHOLE)
    assert fairly(NB, machine.attempts.once) == replace(WHOLE, way="error")
    assert machine.did == ["template", "beside"]


def test_where_the_plain_way_says_the_same_that_counts() -> None:
    machine = Machine([FAILED], FAILED)
    assert fairly(NB, machine.attempts.once) == replace(FAILED, way="error")


def test_after_one_that_did_not_count_no_other_is_tried() -> None:
    late = replace(WHOLE, ending="died")
    machine = Machine([late], late, late, WHOLE)
    fairly(NB, machine.attempts.once)
    assert machine.did[0] == "template"
    assert "template" not in machine.did[1:]


def test_without_a_template_the_plain_way_is_taken_and_said() -> None:
    machine = Machine([None], WHOLE)
    assert fairly(NB, machine.attempts.once) == replace(WHOLE, way="none")


def test_what_has_to_run_alone_is_no_fork_of_a_template() -> None:
    machine = Machine([], WHOLE)
    machine.attempts.alone = True
    assert fairly(NB, machine.attempts.once) == WHOLE
    assert machine.did == ["alone"]


def test_where_nothing_can_be_had_that_is_said() -> None:
    machine = Machine([None])

    def none(nb: NotebookNode) -> tuple[Execution, bool]:
        raise NoKernelError("none here")

    machine.attempts.beside_others = none
    with pytest.raises(NoKernelError):
        fairly(NB, machine.attempts.once)
