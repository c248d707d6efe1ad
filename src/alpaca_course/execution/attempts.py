"""Execute a notebook, and once more where something else than its answers kept it from running.

What else that may be: something in the notebook, which is then left out, or the machine, which
others kept busy; then it is executed again with nothing else running. Pure but for what executes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from alpaca_course.execution.counting import way_of
from alpaca_course.execution.cuts import Cut
from alpaca_course.execution.executor import MachineGoneError
from alpaca_course.execution.follow import FollowThrough, with_followed
from alpaca_course.execution.leaving_out import without_what_ended, without_what_is_lacking
from alpaca_course.execution.needed import executed_cells
from alpaca_course.execution.runner import Execution, Way

MOST = 4  # executions of one notebook
# Starved for less than this part of its time, or for less than this many seconds, does not count.
STARVED_PART = 0.2
STARVED_SECONDS = 1.0


@dataclass
class Attempts:
    """The executions of one submission, of which those that others may have spoilt do not count.

    Once one did not count, all that follow are alone: so a submission burns its limits beside
    others at most once. The same holds for forks of the lab's template: once one did not count,
    all that follow are plain.

    Args:
        beside_others: executes a notebook; says also whether others ran meanwhile.
        run_alone: executes it with no other running.
        from_template: executes it in a fork of the lab's template; None where there is none to be
            had. Without it, none is tried.
        certain_errors: of the lab; see :func:`~.counting.way_of`.

    Attributes:
        alone: what follows runs with no other.
        way: which process the last one was a fork of, and why.
        gone: a machine went away in the middle of one.
    """

    beside_others: Callable[[NotebookNode], tuple[Execution, bool]]
    run_alone: Callable[[NotebookNode], Execution]
    from_template: Callable[[NotebookNode], Execution | None] | None = None
    certain_errors: Collection[str] = ()
    alone: bool = False
    way: Way = "plain"
    gone: bool = False

    def once(self, notebook: NotebookNode) -> Execution:
        """One execution that counts.

        Raises:
            MachineGoneError: twice a machine went away in the middle, the second time with nothing
                else running there. A third is not tried.
        """
        try:
            return self._once(notebook)
        except MachineGoneError:
            if self.gone:
                raise
            self.gone = self.alone = True
            return self._once(notebook)

    def _once(self, notebook: NotebookNode) -> Execution:
        if self.from_template is not None and not self.alone:
            execution = self.from_template(notebook)
            self.way = "none" if execution is None else way_of(execution, self.certain_errors)
            if execution is not None and self.way == "template":
                return replace(execution, way=self.way)
            self.from_template = None
        return replace(self._plain(notebook), way=self.way)

    def _plain(self, notebook: NotebookNode) -> Execution:
        if not self.alone:
            execution, accompanied = self.beside_others(notebook)
            if is_own_doing(execution, accompanied=accompanied):
                return execution
            self.alone = True
        return self.run_alone(notebook)


def is_own_doing(execution: Execution, *, accompanied: bool = False) -> bool:
    """Whether nothing but the notebook made ``execution`` end as it did.

    Args:
        execution: that was tried.
        accompanied: others ran at the same time.
    """
    early = execution.ending != "complete" or any(
        run.status == "timeout" for run in execution.cells
    )
    if not early:
        return True
    starved = max(STARVED_SECONDS, STARVED_PART * execution.seconds)
    return not (accompanied or execution.ending == "lost" or execution.starved > starved)


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
    whole = tuple(executed_cells(notebook))
    best = once(notebook)
    if best.ending == "died" and without_what_ended(notebook, best) is None:
        # Not clearly the notebook's own doing.
        best = once(notebook)
    cuts: tuple[Cut, ...] = ()
    for _ in range(MOST - 1):
        changed = without_what_ended(notebook, best) or without_what_is_lacking(notebook, best)
        if changed is None:
            break
        if changed[0] is notebook:
            best = replace(best, cuts=(*best.cuts, *changed[1]))
            break
        again = once(changed[0])
        if _worth(again) < _worth(best):
            break
        notebook, cuts = changed[0], (*cuts, *changed[1])
        best = replace(again, cuts=(*cuts, *again.cuts))
    if plan is not None:
        best = with_followed(notebook, best, plan, once)
    return replace(best, executed=whole)


def _worth(execution: Execution) -> tuple[int, int]:
    """How much there is to judge: exercises with evidence, and cells that ran to their end."""
    return (
        sum(test.messages == 1 and test.payload is not None for test in execution.tests),
        sum(cell.status == "ok" for cell in execution.cells),
    )
