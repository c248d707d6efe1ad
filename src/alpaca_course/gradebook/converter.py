"""nbgrader's Autograde with the course's intake and execution.

A subclass, and not only preprocessors, because of what nbgrader does before the first preprocessor
runs: it skips folders whose notebook has another name, stops a whole batch at a notebook that it
cannot read, and copies every file of a student beside the notebook that is graded.
"""

from __future__ import annotations

import contextlib
import functools
import shlex
import sys
import warnings
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.converters import Autograde, NbGraderException
from sqlalchemy.exc import SQLAlchemyError

from alpaca_course.contract.cells import is_test
from alpaca_course.contract.ids import is_left_out
from alpaca_course.contract.states import fault, in_words
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.files import in_the_way, moved_aside
from alpaca_course.gradebook.anywhere import CourseAssignment
from alpaca_course.gradebook.errors import (
    Trouble,
    first_line,
    gradebook_in_words,
    trouble_of,
)
from alpaca_course.gradebook.exporters import FormgraderExporter
from alpaca_course.gradebook.feedback import CourseFeedback
from alpaca_course.gradebook.late import LatePenalties
from alpaca_course.gradebook.locks import SUBMISSION
from alpaca_course.gradebook.notebook_exporter import AutogradedExporter
from alpaca_course.gradebook.patience import patiently
from alpaca_course.gradebook.spelling import one_spelling
from alpaca_course.gradebook.transaction import one_transaction
from alpaca_course.gradebook.written import write_exchange_files
from alpaca_course.intake.inbox import strays
from alpaca_course.intake.submissions import folder_of, students, unusable_names
from alpaca_course.intake.timestamp import read_timestamp
from alpaca_course.judging.records import Record
from alpaca_course.judging.result import Result
from alpaca_course.judging.session import Graded, GradingSession
from alpaca_course.lab import Lab
from alpaca_course.sole_writer import sole_writer


class CourseAutograde(Autograde):
    """Autograde for the lab: every submission ends in a state, and none stops the batch.

    Attributes:
        session: lab, rules, cache and kernels; made at the start unless it was given.
        graded: the submission that is being written; read, executed and judged here unless it was
            given.
        earlier: the record of the same student that it takes the place of.
        result: what came of it with the gradebook's entries, once it is written.
        gradebook: open while a submission is written.
        late: what late hand-ins cost; by the files at the start unless it was given.
    """

    session: GradingSession
    graded: Graded
    earlier: Record | None = None
    result: Result
    gradebook: Gradebook
    late: LatePenalties

    def __init__(
        self,
        *args: Any,
        session: GradingSession | None = None,
        graded: Graded | None = None,
        late: LatePenalties | None = None,
        **traits: Any,
    ) -> None:
        super().__init__(*args, **traits)
        self._session, self._graded, self._late = session, graded, late
        self.exporter_class = AutogradedExporter
        # Nothing to sanitize first: what intake gives is a copy of the release.
        self.preprocessors = self.autograde_preprocessors

    def start(self) -> None:
        """Grade all submissions that the course directory's globs name.

        Raises:
            NbGraderException: nothing was graded, or a submission could not be written.
        """
        with warnings.catch_warnings():
            # nbgrader's gradebook makes SQLAlchemy warn at every new submission, for nothing.
            warnings.filterwarnings("ignore", message="Object of type <Submitted")
            self._start()

    def _start(self) -> None:
        if self._session is not None and self._late is not None:
            self.session, self.late = self._session, self._late
            super().start()
            return
        with contextlib.ExitStack() as stack:
            try:
                course = Course.from_config(Path(self.coursedir.root), self.config)
                lab = course.lab(self.coursedir.assignment_id)
                session = GradingSession(course, lab)
                session.check_isolation()
                stack.enter_context(sole_writer(course))
                self._check_gradebook(lab)
                self.late = LatePenalties(self, course, lab.name)
            except CourseError as error:
                self.log.error("%s Nothing was graded.", error)
                raise NbGraderException(str(error)) from error
            self.session = stack.enter_context(session)
            super().start()

    def init_notebooks(self) -> None:
        """Take every folder of the assignment, whatever its files are called."""
        lab, course = self.session.lab, self.session.course
        if self._graded is not None:
            found = [self._graded.submission.student]
        else:
            for name, why in unusable_names(course, lab).items():
                self.log.error("Left out: %s in submitted/: %s.", ascii(name), why)
            for stray in strays(course, lab):
                self.log.warning(stray.text)
            given = self.coursedir
            found = [
                name
                for name in students(course, lab)
                if not is_left_out(name, given.student_id, given.student_id_exclude)
            ]
        self.assignments = {student: folder_of(course, lab, student) for student in found}
        if not self.assignments:
            self.log.error("No submissions in %s", self.coursedir.submitted_directory)
            raise NbGraderException("no submissions")

    def convert_notebooks(self) -> None:
        """Write each submission whole or not at all; none stops those after it."""
        failed: dict[str, Exception] = {}
        for student, folder in self.assignments.items():
            if not self._is_wanted(student, folder):
                self.log.info("Skipping existing assignment: %s", student)
                continue
            self.log.info("Autograding %s", folder)
            try:
                self._grade(student, folder)
            except Exception as error:
                failed[student] = error
                place = "" if in_the_way(error) else f" ({in_words(error)})"
                self.log.error("%s%s", first_line(error), place)
        if failed:
            cause = next(iter(failed.values()))
            raise NbGraderException(f"Not written: {', '.join(failed)}") from cause

    def _is_wanted(self, student: str, folder: Path) -> bool:
        """As nbgrader decides it: what is new, or newer than what was graded, or all by force."""
        if self._graded is not None:
            return True
        target = Path(self._folder(self.coursedir.autograded_directory, student))
        if self.force or not target.exists():
            return True
        now, before = read_timestamp(folder).time, read_timestamp(target).time
        return now is not None and before is not None and now > before

    def _grade(self, student: str, folder: Path) -> None:
        """Write what was graded; where that fails by what was handed in, its result without it."""
        self.graded = self._graded or self.session.grade(self.session.take_in(student, folder))
        try:
            self._write()
        except (OSError, SQLAlchemyError):
            raise
        except Exception as error:
            if trouble_of(error) is not Trouble.NONE:
                raise  # what nbgrader made of the database's error: nothing is wrong with the work
            self.graded = self.session.without_their_cells(self.graded, fault(error))
            try:
                self._write()
            except Exception:
                if self.session.records.load(student) is None:
                    self.session.records.store(self.graded.record)
                raise error from None
        for note in self.result.reasons:
            self.log.warning("%s: %s", student, note.text)
        points = (self.result.total, self.result.max_points)
        self.log.info("%s: %s, %g of %g points", student, self.result.state.value, *points)

    def _write(self) -> None:
        """Write folder, gradebook and record of a submission; where it raises, none has changed.

        The record is last, and makes the submission a graded one.
        """
        graded = self.graded

        def write() -> None:
            self.graded = graded  # without what an earlier try made of it
            self._write_once()

        patiently(write)

    def _write_once(self) -> None:
        lab, student = self.session.lab, self.graded.submission.student
        target = Path(self._folder(self.coursedir.autograded_directory, student))
        resources = resources_of(lab, student, self.coursedir.db_url)
        with (
            self.session.records.replacing(student) as replacement,
            moved_aside(target),
            one_transaction(
                self.coursedir.db_url, SUBMISSION, lab.name, student, keep=self._graded is not None
            ),
            Gradebook(self.coursedir.db_url, self.coursedir.course_id) as self.gradebook,
        ):
            self.earlier = self.session.by_rules_of_today(replacement.earlier)
            self._book(student)
            write_exchange_files(self.graded.submission.intake.beside, target)
            notebook = self.graded.submission.intake.notebook
            output, resources = self.exporter.from_notebook_node(notebook, resources)
            self.write_single_notebook(output, resources)
            self.set_permissions(lab.name, student)
            replacement.write(self.graded.record)

    def _book(self, student: str) -> None:
        """Have student and submission in the gradebook; its time is entered with the rest."""
        lab = self.session.lab
        if self.create_student:
            self.gradebook.update_or_create_student(student)
        else:
            self._check_student(student)
        self.gradebook.find_notebook(lab.notebook, lab.name)
        _complete(self.gradebook.update_or_create_submission(lab.name, student))
        self.gradebook.db.flush()

    def _check_student(self, student: str) -> None:
        try:
            self.gradebook.find_student(student)
        except MissingEntry:
            raise CourseError(
                f"The gradebook has no student {student!r}, and c.Autograde.create_student is "
                f"False: `nbgrader db student add {shlex.quote(student)}`."
            ) from None

    def _check_gradebook(self, lab: Lab) -> None:
        url = self.coursedir.db_url
        with gradebook_in_words(url), Gradebook(url, self.coursedir.course_id) as gradebook:
            one_spelling(gradebook)
            if not has_assignment(gradebook, lab):
                raise CourseError(
                    f"The gradebook does not have {lab.name!r} as source/ has it: run `nbgrader "
                    f"generate_assignment {lab.name}`, or grade with `alpaca grade`."
                )

    def _folder(self, parent: str, student: str) -> str:
        return self.coursedir.format_path(parent, student, self.session.lab.name)


def _complete(submission: SubmittedAssignment) -> None:
    """Give a submission the places for points and comments that nbgrader made with it.

    A gradebook that was mended by hand may lack some, and nbgrader makes them once.
    """
    for notebook in submission.notebooks:
        graded = {grade.cell_id for grade in notebook.grades}
        commented = {comment.cell_id for comment in notebook.comments}
        for cell in notebook.notebook.grade_cells:
            if cell.id not in graded:
                notebook.grades.append(Grade(cell_id=cell.id, cell=cell))
        for cell in (*notebook.notebook.solution_cells, *notebook.notebook.task_cells):
            if cell.id not in commented:
                notebook.comments.append(Comment(cell_id=cell.id, cell=cell))


def has_assignment(gradebook: Gradebook, lab: Lab) -> bool:
    """Whether the gradebook has the test cells and points of the instructor's notebook."""
    try:
        booked = gradebook.find_notebook(lab.notebook, lab.name)
    except MissingEntry:
        return False
    points = {cell.name: cell.max_score for cell in booked.grade_cells}
    have = {(cell.name, cell.source, points.get(cell.name)) for cell in booked.source_cells}
    return have >= {
        (cell.metadata.nbgrader.grade_id, cell.source, cell.metadata.nbgrader.points)
        for cell in nbformat.read(lab.instructor_notebook, as_version=4).cells
        if is_test(cell)
    }


def source_cells(lab: Lab) -> set[str]:
    """Ids of the cells of the instructor's notebook that nbgrader keeps."""
    return {
        cell.metadata.nbgrader.grade_id
        for cell in nbformat.read(lab.instructor_notebook, as_version=4).cells
        if any(
            cell.metadata.get("nbgrader", {}).get(key)
            for key in ("grade", "solution", "locked", "task")
        )
    }


def resources_of(lab: Lab, student: str, db_url: str) -> dict[str, Any]:
    """What nbgrader's steps and writer know of the notebook that is converted."""
    names = {"student": student, "assignment": lab.name, "notebook": lab.notebook}
    return {
        "unique_key": lab.notebook,
        "output_files_dir": f"{lab.notebook}_files",
        "nbgrader": {**names, "db_url": db_url},
    }


def register() -> None:
    """Let nbgrader's command line and formgrader use the course's converters.

    nbgrader names its converters in these modules and has no option to name others.
    """
    import nbgrader.apps.api
    import nbgrader.apps.autogradeapp
    import nbgrader.apps.generateassignmentapp
    import nbgrader.apps.generatefeedbackapp
    import nbgrader.converters

    apps = nbgrader.apps
    for module in (nbgrader.converters, apps.api, apps.autogradeapp):
        module.Autograde = CourseAutograde
    for module in (nbgrader.converters, apps.api, apps.generateassignmentapp):
        module.GenerateAssignment = CourseAssignment
    for module in (nbgrader.converters, apps.api, apps.generatefeedbackapp):
        module.GenerateFeedback = CourseFeedback
    formgrader: Any = sys.modules.get("nbgrader.server_extensions.formgrader.formgrader")
    if formgrader is not None:
        formgrader.HTMLExporter = FormgraderExporter
        formgrader.Environment = functools.partial(Environment, autoescape=True)
