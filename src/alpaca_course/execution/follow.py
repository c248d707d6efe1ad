"""Follow-through: an error in one exercise costs that exercise, and not those that build on it.

Where an exercise left nothing to work with, the notebook is executed once more with the lab's own
answer in its cell, in a kernel of its own, and what the later exercises send then is kept beside
what they sent first. Of that run nothing else is: no outputs, no errors. Pure but for ``once``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from alpaca_course.execution.needed import evidence_cells, executed_cells, own_cells, solution_cells
from alpaca_course.execution.runner import EvidenceRun, Execution, Followed


@dataclass(frozen=True)
class FollowThrough:
    """What follow-through needs to know of a lab and a submission.

    Attributes:
        reference: source of the lab's own answers, by grade id; without any there is none.
        answered: grade ids of the cells that hold an answer: others get nothing anyway.
    """

    reference: Mapping[str, str] = field(default_factory=dict)
    answered: frozenset[str] = frozenset()


def followed(
    notebook: NotebookNode,
    execution: Execution,
    plan: FollowThrough,
    once: Callable[[NotebookNode], Execution],
) -> Iterator[Followed]:
    """The further executions, each with one answer more replaced; none of an ordinary notebook."""
    order = _tests_in_order(notebook)
    solutions = list(order)
    replaced: list[str] = []
    run = execution
    while broken := _first_broken(notebook, run, order, replaced):
        replaced.append(broken)
        later = solutions[max(map(solutions.index, replaced)) + 1 :]
        if broken not in plan.reference or not plan.answered & set(later):
            return
        run = once(_with(notebook, {each: plan.reference[each] for each in replaced}))
        tests = tuple(t for t in run.tests if t.grade_id in {order[each] for each in later})
        yield Followed(tuple(replaced), run.challenge, run.ending, tests)


def _tests_in_order(notebook: NotebookNode) -> dict[str, str]:
    """The test of each solution cell, by grade ids."""
    tests = evidence_cells(notebook)
    found: dict[str, str] = {}
    for index, name in solution_cells(notebook).items():
        test = next((tests[at] for at in sorted(tests) if at > index), None)
        if test is not None and test not in found.values():
            found[name] = test
    return found


def _first_broken(
    notebook: NotebookNode, run: Execution, order: Mapping[str, str], replaced: Sequence[str]
) -> str | None:
    """The first exercise that left later cells nothing to work with."""
    if run.ending != "complete":
        return None
    tests = {test.grade_id: test for test in run.tests}
    blamed = _blamed(notebook, run, replaced)
    for solution, test in order.items():
        if solution not in replaced and (
            solution in blamed or (test in tests and _gave_nothing(tests[test]))
        ):
            return solution
    return None


def _gave_nothing(test: EvidenceRun) -> bool:
    seen = test.payload.get("function") if isinstance(test.payload, dict) else None
    if isinstance(seen, dict):
        return seen.get("status") != "returned" or seen.get("returned") == "None"
    # An exercise without a function, or one whose collector saw nothing at all of it.
    return test.stop is not None or (isinstance(test.payload, dict) and "function" in test.payload)


def _blamed(notebook: NotebookNode, run: Execution, replaced: Sequence[str]) -> set[str]:
    """Exercises after which a given cell stopped: it found what it needs not as asked for."""
    own, tests, solutions = own_cells(notebook), evidence_cells(notebook), solution_cells(notebook)
    blamed = set()
    for index in executed_cells(notebook):
        given = index not in own and index not in tests and index not in solutions
        if given and run.cells[index].status == "error":
            before = [n for at, n in solutions.items() if at < index and n not in replaced]
            blamed.update(before[-1:])
    return blamed


def _with(notebook: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    changed = copy.deepcopy(notebook)
    for index, name in solution_cells(notebook).items():
        if name in answers:
            changed.cells[index].source = answers[name]
    return changed
