"""The steps that writing adds to nbgrader's own; ``nbgrader_setup`` puts them in order.

They write what the converter holds at the moment, and raise where there is no such converter: under
nbgrader's own one nothing may be graded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from alpaca_course.contract.states import State
from alpaca_course.execution.runner import Execution, executed_cells
from alpaca_course.gradebook import html_policy
from alpaca_course.gradebook.verdict_html import points_text, state_text, verdict_html
from alpaca_course.intake.released import GradedCell, ReleasedLab, is_test
from alpaca_course.judging.records import Record

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


class SanitizeSubmission(SanitizeHTML):
    """Make everything that a student wrote or printed harmless where it is shown.

    An instructor reads the autograded notebook with their own rights in Jupyter, so this happens
    there and not only on the feedback page. Cells of the release are the course's own.
    """

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.enabled = True
        self.tags = sorted(html_policy.TAGS)
        self.attributes = html_policy.ATTRIBUTES
        self.strip = True

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, cell_index: int
    ) -> tuple[NotebookNode, Resources]:
        if cell.cell_type == "markdown":
            if cell.metadata.get("alpaca", {}).get("origin"):
                cell.source = html_policy.harmless_markdown(cell.source)
            return cell, resources
        for output in cell.get("outputs", []):
            if "text/markdown" in output.get("data", {}):
                output.data["text/markdown"] = html_policy.harmless_markdown(
                    output.data["text/markdown"]
                )
        return super().preprocess_cell(cell, resources, cell_index)


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


class SaveStates(_Step):
    """Write the state of the submission into the gradebook, after nbgrader's own SaveAutoGrades."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        record = self.converter.graded.record
        names = resources["nbgrader"]
        where = (names["notebook"], names["assignment"], names["student"])
        with Gradebook(names["db_url"]) as gradebook:
            save_state(gradebook, record, where, self.converter.session.released.exercises)
        return nb, resources


def save_state(
    gradebook: Gradebook,
    record: Record,
    where: tuple[str, str, str],
    exercises: Iterable[GradedCell],
) -> None:
    """Set comments and the mark that a person is needed.

    Args:
        gradebook: open.
        record: of the submission.
        where: notebook, assignment and student, as nbgrader calls them.
        exercises: of the lab.
    """
    text = state_text(record)
    for exercise in exercises:
        comment = gradebook.find_comment(exercise.id, *where)
        reason = record.verdicts[exercise.id].reason
        # A refusal's reason is the state's text already.
        parts = [text] if record.state is State.REFUSED else [text, reason]
        comment.auto_comment = " ".join(part for part in parts if part) or None
        if record.state is State.NEEDS_PERSON:
            gradebook.find_grade(exercise.test_id, *where).needs_manual_grade = True
    gradebook.db.commit()


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
    return {
        key: NotebookNode(value) if isinstance(value, dict) else value
        for key, value in output.items()
    }
