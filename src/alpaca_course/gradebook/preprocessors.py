"""The steps that writing adds to nbgrader's own; ``nbgrader_setup`` puts them in order.

They write what the converter holds at the moment, and raise where there is no such converter: under
nbgrader's own one nothing may be graded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

from alpaca_course.contract.cells import is_test
from alpaca_course.execution.needed import executed_cells
from alpaca_course.execution.runner import Execution
from alpaca_course.gradebook.entering import Ledger
from alpaca_course.gradebook.shown import renderer
from alpaca_course.gradebook.verdict_html import points_text, verdict_html
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.intake.taking_in import is_untouched
from alpaca_course.judging.records import Record
from alpaca_course.rendering.cells import FORMS

if TYPE_CHECKING:
    from alpaca_course.gradebook.converter import CourseAutograde

Resources = dict[str, Any]


class _Step(NbGraderPreprocessor):
    """A step that knows the submission that is being graded."""

    @property
    def converter(self) -> CourseAutograde:
        from alpaca_course.gradebook.converter import CourseAutograde

        found = getattr(self.parent, "parent", None)
        if not isinstance(found, CourseAutograde):
            raise RuntimeError(
                f"{type(self).__name__} works in the course's own autograding only: "
                "nothing was graded."
            )
        return found


class ShowOutputs(_Step):
    """Write the outputs of the execution, where there was one."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        execution = self.converter.graded.execution
        if execution is not None:
            apply_outputs(nb, execution, self.converter.session.limits.cell_seconds)
        return nb, resources


class BuildAnew(_Step):
    """Leave of the notebook what may be shown of it, whoever wrote or printed it.

    An instructor reads the autograded notebook with their own rights in Jupyter, so this happens
    there and not only on the feedback page. A notebook in which nothing is the student's stays as
    it is: it is written where the student's cannot be shown.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        session = self.converter.session
        if is_untouched(nb, session.released):
            return nb, resources
        return renderer().notebook(nb, session.lab.version), resources


class ShowVerdicts(_Step):
    """Write the test cells' outputs anew: the verdict, then the points as the cell's result.

    The kernel is gone by now, so nothing that its code does can reach these outputs.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        show_verdicts(nb, self.converter.graded.record, self.converter.session.released)
        return nb, resources


def show_verdicts(nb: NotebookNode, record: Record, released: ReleasedLab) -> None:
    """Replace the test cells' outputs by the verdicts of ``record``."""
    exercises = {exercise.test_id: exercise.id for exercise in released.exercises}
    for cell in nb.cells:
        if is_test(cell):
            verdict = record.verdicts[exercises[cell.metadata.nbgrader.grade_id]]
            cell.outputs = [
                new_output(
                    "display_data",
                    {"text/html": verdict_html(verdict), "text/plain": verdict.text()},
                ),
                new_output("execute_result", {"text/plain": points_text(verdict.points)}),
            ]


class SaveGrades(_Step):
    """Enter the record into the gradebook, with penalties and comments."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        converter = self.converter
        ledger = Ledger(converter.gradebook, converter.session.lab.name, converter.late)
        record, converter.result = ledger.enter(converter.graded.record, converter.earlier)
        converter.graded = replace(converter.graded, record=record)
        return nb, resources


def apply_outputs(nb: NotebookNode, execution: Execution, cell_seconds: int) -> None:
    """Write an execution's outputs into a notebook with the same code.

    That may be another one than was executed: with other notes between the cells.
    """
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    count = 0
    for index, place in zip(executed_cells(nb), execution.executed, strict=True):
        cell, run = nb.cells[index], execution.cells[place]
        cell.outputs = [NotebookNode(_node(output)) for output in run.outputs]
        if run.status not in ("skipped", "not_run"):
            count += 1
            cell.execution_count = count
        if run.status == "timeout":
            text = f"[Stopped: this cell ran longer than {cell_seconds} seconds.]\n"
            cell.outputs.append(new_output("stream", name="stdout", text=text))


def _node(output: dict[str, Any]) -> dict[str, Any]:
    """An output's node; of its forms those that may be shown, since others may be of any depth."""
    return {
        key: NotebookNode(_shown(value) if key == "data" else {})
        if isinstance(value, dict)
        else value
        for key, value in output.items()
    }


def _shown(data: dict[str, Any]) -> dict[str, str]:
    return {kind: value for kind, value in data.items() if kind in FORMS and type(value) is str}
