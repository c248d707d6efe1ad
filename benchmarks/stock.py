"""Stock nbgrader on the same lab: its own configuration, its own Execute, its own scoring."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from alpaca_course.contract.cells import is_test
from alpaca_course.course import Course
from alpaca_course.execution.needed import executed_cells, hidden_part
from alpaca_course.kernel import MIME_TYPE
from alpaca_course.lab import Lab
from benchmarks import course as bench
from benchmarks.layer_checks import with_layer_checks
from benchmarks.timing import Command, CommandFailed, Cost, run

# The time limit is raised, since training takes longer than the default allows.
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "stock"
c.ExecutePreprocessor.timeout = 1200
"""


def our_cells(source: NotebookNode) -> list[NotebookNode]:
    """The cells of the instructor's notebook without the code that we do not execute."""
    ours = executed_cells(source)
    return [
        cell for index, cell in enumerate(source.cells) if cell.cell_type != "code" or index in ours
    ]


def notebook(source: NotebookNode, *, lessons: bool) -> NotebookNode:
    """The instructor's notebook as a peer gets it: the same graded cells and probes as ours.

    Cells that we do not execute are left out; with ``lessons`` they stay, as nbgrader would run the
    notebook that students have. Of a test cell the hidden part stays, since that is what we
    execute.
    """
    result = copy.deepcopy(source)
    if not lessons:
        result.cells = our_cells(result)
    for cell in result.cells:
        if is_test(cell):
            hidden = hidden_part(cell.source)
            cell.source = f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    return result


@dataclass(frozen=True)
class Stock:
    """A course of stock nbgrader with the assignment in its gradebook, to be copied.

    Attributes:
        root: where it lies.
        lab: what its names are taken from.
        environment: of its commands.
        evidence: its test cells collect our evidence; else they assert by themselves.
    """

    root: Path
    lab: Lab
    environment: Mapping[str, str]
    evidence: bool = True

    @classmethod
    def prepare(cls, course: Course, name: str, *, lessons: bool, evidence: bool = True) -> Stock:
        root = bench.folder_of_benchmarks(course) / name
        shutil.rmtree(root, ignore_errors=True)
        lab = bench.lab_of(course)
        shutil.copytree(lab.source, root / "source" / lab.name)
        path = root / "source" / lab.name / lab.file_name
        instructor = nbformat.read(path, as_version=4)
        made = notebook(instructor, lessons=lessons)
        nbformat.write(made if evidence else with_layer_checks(made), path)
        (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
        # While grading, a collector is looked for where the sandbox has it: on ``sys.path``.
        variables = {**bench.environment(course), "PYTHONPATH": str(course.root)}
        stock = cls(root, lab, variables, evidence)
        run(stock._command("generate_assignment"))
        return stock

    def new_class(self, reference: Mapping[str, str], numbers: range, name: str) -> Stock:
        """A copy beside this course, with ungraded submissions."""
        root = self.root.with_name(f"{self.root.name}-{name}")
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.root, root)
        release = nbformat.read(root / "release" / self.lab.name / self.lab.file_name, as_version=4)
        for number in numbers:
            folder = root / "submitted" / bench.student(number) / self.lab.name
            folder.mkdir(parents=True)
            nbformat.write(
                bench.submission(release, reference, number), folder / self.lab.file_name
            )
        return replace(self, root=root)

    @property
    def autograde(self) -> Command:
        return self._command("autograde")

    def check(self) -> None:
        """Every submission was executed, and its test cells came to their end.

        Raises:
            CommandFailed: one was not, so its time means nothing.
        """
        for folder in (self.root / "submitted").iterdir():
            path = self.root / "autograded" / folder.name / self.lab.name / self.lab.file_name
            cells = nbformat.read(path, as_version=4).cells
            why = self._evidence_lacks(cells) if self.evidence else _stopped(cells)
            if why:
                raise CommandFailed(f"{path}: {why[:2000]}")

    def _evidence_lacks(self, cells: list[NotebookNode]) -> str:
        sent = [
            output["data"][MIME_TYPE]
            for cell in cells
            for output in cell.get("outputs", [])
            if MIME_TYPE in output.get("data", {})
        ]
        whole = len(sent) == len(self.lab.exercises) and not any("error" in each for each in sent)
        return "" if whole else f"incomplete evidence: {json.dumps(sent)}"

    def _command(self, name: str) -> Command:
        words = [str(bench.BIN / "nbgrader"), name, self.lab.name]
        return Command(words, self.root, self.environment)


def _stopped(cells: list[NotebookNode]) -> str:
    """What a test cell stopped with, or that one did not run; empty where all ran to their end."""
    for cell in cells:
        if is_test(cell):
            errors = [each for each in cell.outputs if each.output_type == "error"]
            if errors or cell.execution_count is None:
                return f"{cell.metadata.nbgrader.grade_id}: {errors}"
    return ""


def grade(*courses: Stock) -> Cost:
    """What ``nbgrader autograde`` costs in ``courses`` side by side, whole commands."""
    cost = run(*(course.autograde for course in courses))
    for course in courses:
        course.check()
    return cost
