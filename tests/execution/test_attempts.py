"""Which executions count, and when one has nothing beside it. Pure."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from nbformat import NotebookNode

from alpaca_course.execution.attempts import Attempts, fairly, is_own_doing
from alpaca_course.execution.executor import MachineGoneError
from alpaca_course.execution.runner import CellRun, Execution
from alpaca_course.execution.turns import Turns, TurnsEndedError
from tests.execution.notebooks import check, executed, notebook, own, solution

NB = notebook(solution("a", "x = 1"), check("test_a"))
WHOLE = executed(NB)
LATE = replace(WHOLE, ending="total_timeout", seconds=20.0)
SLOW_CELL = executed(NB, {0: CellRun("timeout")})


@pytest.mark.parametrize(
    ("execution", "accompanied", "own_doing"),
    [
        (WHOLE, True, True),
        (replace(WHOLE, starved=100.0), True, True),
        (LATE, False, True),
        (LATE, True, False),
        (SLOW_CELL, False, True),
        (SLOW_CELL, True, False),
        (replace(WHOLE, ending="died"), True, False),
        (replace(WHOLE, ending="memory"), True, False),
        (replace(WHOLE, ending="lost"), False, False),
        (replace(LATE, starved=3.0), False, True),
        (replace(LATE, starved=5.0), False, False),
    ],
)
def test_whose_doing_an_end_is(execution: Execution, accompanied: bool, own_doing: bool) -> None:
    assert is_own_doing(execution, accompanied=accompanied) is own_doing


class Machine:
    """Executes as told, and notes how."""

    def __init__(self, *found: Execution | None, accompanied: bool = True) -> None:
        self.found = iter(found)
        self.accompanied = accompanied
        self.did: list[str] = []

    def beside_others(self, nb: NotebookNode) -> tuple[Execution, bool]:
        self.did.append("beside")
        return self.next(), self.accompanied

    def alone(self, nb: NotebookNode) -> Execution:
        self.did.append("alone")
        return self.next()

    def next(self) -> Execution:
        """What is to come; None is a machine that goes away in the middle."""
        found = next(self.found)
        if found is None:
            raise MachineGoneError("gone")
        return found

    def fairly(self, nb: NotebookNode = NB) -> Execution:
        return fairly(nb, Attempts(self.beside_others, self.alone).once)


def test_an_ordinary_one_is_executed_once() -> None:
    machine = Machine(WHOLE)
    assert machine.fairly() == WHOLE
    assert machine.did == ["beside"]


@pytest.mark.parametrize("first", [LATE, SLOW_CELL, replace(WHOLE, ending="memory")])
def test_what_ended_by_a_limit_beside_others_is_executed_again_alone(first: Execution) -> None:
    machine = Machine(first, WHOLE)
    assert machine.fairly() == WHOLE
    assert machine.did == ["beside", "alone"]


def test_limits_are_burnt_beside_others_at_most_once() -> None:
    """The cell that ended it is left out, and what is tried after that is alone from the start."""
    nb = notebook(own("loop()"), solution("a", "x = 1"), check("test_a"))
    late = executed(nb, {1: CellRun("not_run"), 2: CellRun("not_run")}, ending="total_timeout")
    machine = Machine(late, late, executed(nb))
    assert machine.fairly(nb).ending == "complete"
    assert machine.did == ["beside", "alone", "alone"]


def test_what_loses_its_machine_is_tried_once_more_alone() -> None:
    machine = Machine(None, WHOLE)
    assert machine.fairly() == WHOLE
    assert machine.did == ["beside", "alone"]


def test_what_loses_a_second_machine_is_not_tried_a_third_time() -> None:
    machine = Machine(None, None, WHOLE)
    with pytest.raises(MachineGoneError):
        machine.fairly()
    assert machine.did == ["beside", "alone"]
    late = Machine(LATE, None, None, WHOLE)  # nor where one of them came back in between
    with pytest.raises(MachineGoneError):
        late.fairly()
    assert late.did == ["beside", "alone", "alone"]


def test_a_fork_of_the_template_that_loses_its_machine_counts_as_one() -> None:
    def template(nb: NotebookNode) -> Execution:
        raise MachineGoneError("gone")

    machine = Machine(None)
    with pytest.raises(MachineGoneError):
        fairly(NB, Attempts(machine.beside_others, machine.alone, template).once)
    assert machine.did == ["alone"]


def test_who_is_alone_anyway_is_not_tried_again() -> None:
    machine = Machine(LATE, accompanied=False)
    assert machine.fairly() == LATE
    assert machine.did == ["beside"]


def test_a_turn_alone_waits_for_others_and_others_wait_for_it() -> None:
    turns = Turns()
    events: list[str] = []

    def beside(name: str, seconds: float) -> None:
        with turns.beside_others() as turn:
            events.append(f"{name} begins")
            time.sleep(seconds)
            events.append(f"{name} ends")
        if turn.accompanied:
            events.append(f"{name} had company")

    def alone() -> None:
        with turns.alone():
            events.append("alone begins")
            time.sleep(0.2)
            events.append("alone ends")

    threads = [
        threading.Thread(target=beside, args=("one", 1.5)),
        threading.Thread(target=beside, args=("two", 1.6)),
        threading.Thread(target=alone),
        threading.Thread(target=beside, args=("three", 0.0)),
    ]
    for thread in threads:
        thread.start()
        time.sleep(0.3)
    for thread in threads:
        thread.join()
    assert events.index("alone begins") > events.index("two ends")
    assert events.index("three begins") > events.index("alone ends")
    assert {each for each in events if "company" in each} == {"one had company", "two had company"}


def test_an_end_wakes_up_who_waits() -> None:
    turns = Turns()
    seen: list[type] = []

    def wait() -> None:
        try:
            with turns.alone():
                raise AssertionError
        except TurnsEndedError as error:
            seen.append(type(error))

    with turns.beside_others():
        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.1)
        turns.end()
        thread.join()
    assert seen == [TurnsEndedError]
    with pytest.raises(TurnsEndedError), turns.beside_others():
        pass
