"""Execute a notebook, and once more where something else than its answers kept it from running."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nbformat import NotebookNode

from alpaca_course.execution.cuts import Cut
from alpaca_course.execution.follow import FollowThrough, followed
from alpaca_course.execution.leaving_out import without_what_ended, without_what_is_lacking
from alpaca_course.execution.runner import Execution

MOST = 4  # executions of one notebook


def fairly(
    notebook: NotebookNode,
    once: Callable[[NotebookNode], Execution],
    plan: FollowThrough | None = None,
) -> Execution:
    """The best of a few executions of ``notebook``; an ordinary one is executed once.

    Args:
        notebook: what is executed; it is left unchanged.
        once: executes a notebook.
        plan: for later exercises where an earlier one gave nothing; none without it.
    """
    best = once(notebook)
    if best.ending == "died" and without_what_ended(notebook, best) is None:
        # Not clearly the notebook's own doing.
        best = once(notebook)
    cuts: tuple[Cut, ...] = ()
    for _ in range(MOST - 1):
        changed = without_what_ended(notebook, best) or without_what_is_lacking(notebook, best)
        if changed is None:
            break
        again = once(changed[0])
        if _worth(again) < _worth(best):
            break
        notebook, cuts = changed[0], (*cuts, *changed[1])
        best = replace(again, cuts=(*cuts, *again.cuts))
    if plan is None:
        return best
    return replace(best, followed=tuple(followed(notebook, best, plan, once)))


def _worth(execution: Execution) -> tuple[int, int]:
    """How much there is to judge: exercises with evidence, and cells that ran to their end."""
    return (
        sum(test.messages == 1 and test.payload is not None for test in execution.tests),
        sum(cell.status == "ok" for cell in execution.cells),
    )
