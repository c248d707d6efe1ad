"""One error costs its points once: later exercises beside the lab's own answer; and repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode

from alpaca_course.execution.attempts import fairly
from alpaca_course.execution.follow import FollowThrough, with_followed
from alpaca_course.execution.runner import CellRun, Execution
from tests.execution.notebooks import check, error, executed, notebook, own, solution

ALL = frozenset({"one", "two", "three"})
REFERENCE = {"one": "ONE", "two": "TWO", "three": "THREE"}
PLAN = FollowThrough(REFERENCE, ALL)
GOOD = {"function": {"status": "returned", "returned": "Model"}}
RAISED = {"function": {"status": "raised"}}
NOTHING = {"function": {"status": "returned", "returned": "None"}}
NB = notebook(
    solution("one", "first"),
    check("test_one"),
    solution("two", "second"),
    check("test_two"),
    "use()",
    solution("three", "third"),
    check("test_three"),
)


class Kernel:
    """Executes by a table: what comes of a notebook, by the sources of its solution cells."""

    def __init__(self, table: Mapping[tuple[str, str], Execution]) -> None:
        self.table, self.asked = table, list[tuple[str, str, str]]()

    def __call__(self, nb: NotebookNode) -> Execution:
        self.asked.append((nb.cells[0].source, nb.cells[2].source, nb.cells[5].source))
        return self.table[self.asked[-1][:2]]


def run(first: Execution, table: Mapping[tuple[str, str], Execution], plan: Any = PLAN) -> Any:
    kernel = Kernel(table)
    return list(with_followed(NB, first, plan, kernel).followed), kernel.asked


def test_an_ordinary_notebook_is_not_executed_again() -> None:
    assert run(executed(NB, payloads=[GOOD, GOOD, {}]), {}) == ([], [])


def test_a_function_that_raises_or_returns_nothing_is_replaced() -> None:
    for broken in (RAISED, NOTHING, {"function": {"status": "missing"}}):
        found, asked = run(
            executed(NB, payloads=[broken, GOOD, {}]),
            {("ONE", "second"): executed(NB, payloads=[GOOD, GOOD, {}])},
        )
        assert asked == [("ONE", "second", "third")]
        assert [each.replaced for each in found] == [("one",)]
        assert [test.grade_id for test in found[0].tests] == ["test_two", "test_three"]


def test_what_is_broken_beside_the_labs_answer_is_replaced_as_well() -> None:
    found, asked = run(
        executed(NB, payloads=[RAISED, RAISED, {}]),
        {
            ("ONE", "second"): executed(NB, payloads=[GOOD, RAISED, {}]),
            ("ONE", "TWO"): executed(NB, payloads=[GOOD, GOOD, {}]),
        },
    )
    assert [each.replaced for each in found] == [("one",), ("one", "two")]
    assert [test.grade_id for test in found[1].tests] == ["test_three"]
    assert ("ONE", "TWO", "THREE") not in asked


def test_a_given_cell_that_stops_blames_what_came_before_it() -> None:
    stopped = executed(NB, {4: error("NotFilledIn", "no model")}, [GOOD, GOOD, {}])
    found, asked = run(stopped, {("first", "TWO"): executed(NB, payloads=[GOOD, GOOD, {}])})
    assert asked == [("first", "TWO", "third")]
    assert [test.grade_id for test in found[0].tests] == ["test_three"]
    # The one before that, where the lab's own does not help: and who was replaced is not judged.
    found, asked = run(
        stopped,
        {
            ("first", "TWO"): stopped,
            ("ONE", "TWO"): executed(NB, payloads=[GOOD, GOOD, {}]),
        },
    )
    assert [test.grade_id for test in found[1].tests] == ["test_three"]


def test_nothing_is_executed_for_exercises_without_an_answer() -> None:
    plan = replace(PLAN, answered=frozenset({"one", "two"}))
    first = executed(NB, payloads=[GOOD, RAISED, {}])
    assert run(first, {}, plan) == ([], [])
    assert run(executed(NB, payloads=[GOOD, GOOD, {}], ending="died"), {}) == ([], [])


def losing(*names: str) -> FollowThrough:
    return replace(PLAN, lost=lambda _: frozenset(names))


def test_a_wrong_answer_after_a_wrong_one_is_tried_beside_the_labs() -> None:
    right = executed(NB, payloads=[GOOD, GOOD, {}])
    found, asked = run(right, {("first", "TWO"): right}, losing("two", "three"))
    assert asked == [("first", "TWO", "third")]
    assert [test.grade_id for test in found[0].tests] == ["test_three"]
    found, asked = run(right, {("ONE", "TWO"): right}, losing("one", "two", "three"))
    assert asked == [("ONE", "TWO", "third")]


def test_a_single_wrong_answer_is_not_tried_again() -> None:
    right = executed(NB, payloads=[GOOD, GOOD, {}])
    for name in ("one", "two", "three"):
        assert run(right, {}, losing(name)) == ([], [])
    # Nor one without an answer after it.
    nobody = replace(losing("one", "three"), answered=frozenset({"one"}))
    assert run(right, {}, nobody) == ([], [])


# --- repeats
def test_one_execution_is_enough_for_what_went_well_or_is_wrong() -> None:
    for runs in ({}, {0: error("NameError", "name 'x' is not defined")}):
        asked: list[NotebookNode] = []

        def once(
            nb: NotebookNode, runs: Any = runs, asked: list[NotebookNode] = asked
        ) -> Execution:
            asked.append(nb)
            return executed(nb, runs, [GOOD, GOOD, {}])

        assert fairly(NB, once).cuts == ()
        assert len(asked) == 1


def test_the_better_execution_counts_and_says_what_it_did_without() -> None:
    nb = notebook(own("kill()"), solution("one", "x = 1"), check("test_one"))

    def once(made: NotebookNode) -> Execution:
        if made.cells[0].source:
            return replace(executed(made, {0: CellRun("error")}, ending="died"), tests=())
        return executed(made)

    found = fairly(nb, once)
    assert (found.ending, [cut.what for cut in found.cuts]) == ("complete", ["kill()"])


def test_a_repeat_that_helps_nothing_is_dropped() -> None:
    nb = notebook(solution("one", "import cv2\nx = 1"), check("test_one"))

    def once(made: NotebookNode) -> Execution:
        if "cv2" in made.cells[0].source:
            return executed(made, {0: error("ModuleNotFoundError", "No module named 'cv2'")})
        return replace(executed(made, ending="died"), tests=())

    found = fairly(nb, once)
    assert (found.ending, found.cuts) == ("complete", ())


def test_a_kernel_that_died_for_no_known_cause_gets_a_second_chance() -> None:
    nb = notebook(solution("one", "x = 1"), check("test_one"))
    endings = iter(["died", "complete"])
    assert fairly(nb, lambda made: executed(made, ending=next(endings))).ending == "complete"
