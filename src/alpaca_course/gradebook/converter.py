"""nbgrader's Autograde with the course's intake and execution.

A subclass, and not only preprocessors, because of what nbgrader does before the first preprocessor
runs: it skips folders whose notebook has another name, stops a whole batch at a notebook that it
cannot read, and copies every file of a student beside the notebook that is graded.
"""

from __future__ import annotations

import glob
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, NbGraderException
from sqlalchemy.exc import SQLAlchemyError

from alpaca_course.contract.states import fault, in_words
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.files import moved_aside
from alpaca_course.gradebook.errors import first_line, gradebook_in_words
from alpaca_course.gradebook.transaction import one_transaction
from alpaca_course.intake.inbox import strays
from alpaca_course.intake.released import is_test
from alpaca_course.intake.timestamp import read_timestamp
from alpaca_course.judging.session import Graded, GradingSession
from alpaca_course.lab import Lab

# What nbgrader's exchange puts beside a hand-in; releasing feedback needs both again.
EXCHANGE_FILES = ("timestamp.txt", "submission_secret.txt")
_LARGEST_EXCHANGE_FILE = 4096


class CourseAutograde(Autograde):
    """Autograde for the lab: every submission ends in a state, and none stops the batch.

    Attributes:
        session: lab, rules, cache and kernels; made at the start unless it was given.
        graded: the submission that is being written; read, executed and judged here unless it was
            given.
    """

    session: GradingSession
    graded: Graded

    def __init__(
        self,
        *args: Any,
        session: GradingSession | None = None,
        graded: Graded | None = None,
        **traits: Any,
    ) -> None:
        super().__init__(*args, **traits)
        self._session, self._graded = session, graded
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
        if self._session is not None:
            self.session = self._session
            super().start()
            return
        try:
            course = Course.from_config(Path(self.coursedir.root), self.config)
            lab = course.lab(self.coursedir.assignment_id)
            session = GradingSession(course, lab)
            session.check_isolation()
            self._check_gradebook(lab)
        except CourseError as error:
            self.log.error("%s Nothing was graded.", error)
            raise NbGraderException(str(error)) from error
        with session:
            self.session = session
            super().start()

    def init_notebooks(self) -> None:
        """Take every folder of the assignment, whatever its files are called."""
        pattern = self._folder(self.coursedir.submitted_directory, self.coursedir.student_id)
        if self._graded is not None:
            student = self._graded.submission.student
            folders = [self._folder(self.coursedir.submitted_directory, student)]
        else:
            folders = sorted(filter(os.path.isdir, glob.glob(pattern)))  # noqa: PTH207
            for stray in strays(self.session.course, self.session.lab):
                self.log.warning(stray.text)
        self.assignments = dict.fromkeys(folders)
        if not folders:
            self.log.error("No submissions in %s", self.coursedir.submitted_directory)
            raise NbGraderException("no submissions")

    def convert_notebooks(self) -> None:
        """Write each submission whole or not at all; none stops those after it."""
        failed = []
        for place in self.assignments:
            folder = Path(place)
            student = folder.parent.name
            if not self._is_wanted(student, folder):
                self.log.info("Skipping existing assignment: %s", student)
                continue
            self.log.info("Autograding %s", folder)
            try:
                self._grade(student, folder)
            except Exception as error:
                failed.append(student)
                self.log.error("%s (%s)", first_line(error), in_words(error))
        if failed:
            raise NbGraderException(f"Not written: {', '.join(failed)}")

    def _is_wanted(self, student: str, folder: Path) -> bool:
        """As nbgrader decides it: what is new, or newer than what was graded, or all by force."""
        if student in self.coursedir.student_id_exclude.split(","):
            return False
        target = Path(self._folder(self.coursedir.autograded_directory, student))
        if self.force or not target.exists():
            return True
        (now, _), (before, _) = read_timestamp(folder), read_timestamp(target)
        return now is not None and before is not None and now > before

    def _grade(self, student: str, folder: Path) -> None:
        """Write what was graded; where that fails by what was handed in, its result without it."""
        self.graded = self._graded or self.session.grade(self.session.take_in(student, folder))
        try:
            self._write(folder)
        except (OSError, SQLAlchemyError):
            raise
        except Exception as error:
            self.graded = self.session.without_their_cells(self.graded, fault(error))
            try:
                self._write(folder)
            except Exception:
                if self.session.records.load(student) is None:
                    self.session.records.store(self.graded.record)
                raise error from None
        record = self.graded.record
        for note in record.reasons:
            self.log.warning("%s: %s", student, note.text)
        points = (record.points, record.max_points)
        self.log.info("%s: %s, %g of %g points", student, record.state.value, *points)

    def _write(self, folder: Path) -> None:
        """Write folder, gradebook and record of a submission; where it raises, none has changed.

        The record is last, and makes the submission a graded one.
        """
        lab, record = self.session.lab, self.graded.record
        target = Path(self._folder(self.coursedir.autograded_directory, record.student))
        names = {"student": record.student, "assignment": lab.name, "notebook": lab.notebook}
        resources = {
            "unique_key": lab.notebook,
            "output_files_dir": f"{lab.notebook}_files",
            "nbgrader": {**names, "db_url": self.coursedir.db_url},
        }
        with (
            self.session.records.replacing(record),
            moved_aside(target),
            one_transaction(self.coursedir.db_url),
        ):
            self._book(record.student, folder)
            _copy_exchange_files(folder, target)
            notebook = self.graded.submission.intake.notebook
            output, resources = self.exporter.from_notebook_node(notebook, resources)
            self.write_single_notebook(output, resources)
            self.set_permissions(lab.name, record.student)

    def _book(self, student: str, folder: Path) -> None:
        """Have student and submission in the gradebook."""
        lab = self.session.lab
        timestamp, _ = read_timestamp(folder)
        given = {"timestamp": timestamp} if timestamp else {}
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            if self.create_student:
                gradebook.update_or_create_student(student)
            gradebook.find_notebook(lab.notebook, lab.name)
            gradebook.update_or_create_submission(lab.name, student, **given)

    def _check_gradebook(self, lab: Lab) -> None:
        url = self.coursedir.db_url
        with gradebook_in_words(url), Gradebook(url) as gradebook:
            if not has_assignment(gradebook, lab):
                raise CourseError(
                    f"The gradebook does not have {lab.name!r} as source/ has it: run `nbgrader "
                    f"generate_assignment {lab.name}`, or grade with `alpaca grade`."
                )

    def _folder(self, parent: str, student: str) -> str:
        return self.coursedir.format_path(parent, student, self.session.lab.name)


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


def _copy_exchange_files(source: Path, target: Path) -> None:
    """Copy the exchange's files; a link or a large file is none of its files."""
    for name in EXCHANGE_FILES:
        path = source / name
        if path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size <= _LARGEST_EXCHANGE_FILE:
            target.mkdir(parents=True, exist_ok=True)
            (target / name).unlink(missing_ok=True)  # nbgrader leaves its files read-only
            shutil.copyfile(path, target / name)


def register() -> None:
    """Let nbgrader's command line and formgrader use :class:`CourseAutograde`.

    nbgrader names its converter in these modules and has no option to name another one.
    """
    import nbgrader.apps.api
    import nbgrader.apps.autogradeapp
    import nbgrader.converters

    for module in (nbgrader.converters, nbgrader.apps.autogradeapp, nbgrader.apps.api):
        module.Autograde = CourseAutograde
