"""Follow-through: an error in one exercise costs that exercise, and not those that build on it.

Where an exercise left nothing to work with, the notebook is executed once more with the lab's own
answer in its cell, in a kernel of its own, and what the later exercises send then is kept beside
what they sent first. Of that run nothing else is: no outputs, no errors. Pure but for ``once``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nbformat import NotebookNode

from alpaca_course.execution.needed import evidence_cells, executed_cells, own_cells, solution_cells
from alpaca_course.execution.runner import EvidenceRun, Execution, Followed


@dataclass(frozen=True)
class FollowThrough:
    """What follow-through needs to know of a lab and a submission.

    Attributes:
        reference: source of the lab's own answers, by grade id; without any there is none.
        answered: grade ids of the cells that hold an answer: others get nothing anyway.
        lost: grade ids of the exercises that an execution does not give full points.
    """

    reference: Mapping[str, str] = field(default_factory=dict)
    answered: frozenset[str] = frozenset()
    lost: Callable[[Execution], frozenset[str]] = lambda _: frozenset()

    def replaced_next(self, notebook: NotebookNode, execution: Execution) -> tuple[str, ...]:
        """Whose answers the next further execution replaces; empty where none is needed.

        The first that gave nothing to work with, also beside the answers replaced so far; and in
        the end all that are not right before one that is not right either, since what they made
        may be what is wrong with it.
        """
        if execution.ending != "complete":
            return ()
        order = list(solution_cells(notebook).values())
        before = {name for run in execution.followed for name in run.replaced}
        wanted = before | (self._broken(notebook, execution) or self._earlier(notebook, execution))
        if wanted == before or not wanted <= set(self.reference):
            return ()
        return tuple(name for name in order if name in wanted)

    def _broken(self, notebook: NotebookNode, execution: Execution) -> set[str]:
        """Who gave nothing to work with, where there is an answer after it."""
        order = list(solution_cells(notebook).values())
        if execution.followed:
            broken = execution.followed[-1].broken
        else:
            broken = first_broken(notebook, execution, ())
        if broken is None or not self.answered & set(order[order.index(broken) + 1 :]):
            return set()
        return {broken}

    def _earlier(self, notebook: NotebookNode, execution: Execution) -> set[str]:
        """Who is not right, before the last answer that is not right and may hang on them."""
        order = list(solution_cells(notebook).values())
        lost = self.lost(execution) & _test_of(notebook).keys()
        replaced = [order.index(name) for run in execution.followed for name in run.replaced]
        late = [
            at
            for at, name in enumerate(order)
            if name in lost & self.answered and at > max(replaced, default=-1)
        ]
        return set(lost & set(order[: late[-1]])) if late else set()


def with_followed(
    notebook: NotebookNode,
    execution: Execution,
    plan: FollowThrough,
    once: Callable[[NotebookNode], Execution],
) -> Execution:
    """``execution`` with the further ones that ``plan`` asks for; none of an ordinary notebook."""
    order = list(solution_cells(notebook).values())
    tests = _test_of(notebook)
    while replaced := plan.replaced_next(notebook, execution):
        later = order[max(map(order.index, replaced)) + 1 :]
        wanted = {tests[name] for name in later if name in tests}
        changed = _with(notebook, {name: plan.reference[name] for name in replaced})
        run = once(changed)
        found = Followed(
            replaced=replaced,
            challenge=run.challenge,
            ending=run.ending,
            tests=tuple(test for test in run.tests if test.grade_id in wanted),
            broken=first_broken(changed, run, replaced),
        )
        execution = replace(execution, followed=(*execution.followed, found))
    return execution


def _test_of(notebook: NotebookNode) -> dict[str, str]:
    """The test of each solution cell, by grade ids; of some a notebook may have none."""
    solutions, tests = solution_cells(notebook), evidence_cells(notebook)
    owners = {at: max((s for s in solutions if s < at), default=None) for at in tests}
    return {solutions[owner]: tests[at] for at, owner in owners.items() if owner is not None}


def first_broken(notebook: NotebookNode, run: Execution, replaced: Sequence[str]) -> str | None:
    """The first exercise, of those not replaced, that left later cells nothing to work with."""
    if run.ending != "complete":
        return None
    tests = {test.grade_id: test for test in run.tests}
    test_of = _test_of(notebook)
    blamed = _blamed(notebook, run, replaced)
    for name in solution_cells(notebook).values():
        test = tests.get(test_of.get(name, ""))
        if name not in replaced and (name in blamed or (test and _gave_nothing(test))):
            return name
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
    # The notebook may be another one than was executed, with the same code.
    for index, place in zip(executed_cells(notebook), run.executed, strict=False):
        given = index not in own and index not in tests and index not in solutions
        if given and run.cells[place].status == "error":
            before = [n for at, n in solutions.items() if at < index and n not in replaced]
            blamed.update(before[-1:])
    return blamed


def _with(notebook: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    changed = copy.deepcopy(notebook)
    for index, name in solution_cells(notebook).items():
        if name in answers:
            changed.cells[index].source = answers[name]
    return changed
