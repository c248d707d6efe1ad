"""The student version of the lab, made by nbgrader's own GenerateAssignment."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from traitlets.config import Config

from alpaca_course.authoring.problem import AuthoringError, Problem
from alpaca_course.authoring.trees import Files, apply, plan, read_tree
from alpaca_course.database_url import file_url
from alpaca_course.gradebook.anywhere import CourseAssignment
from alpaca_course.gradebook.nbgrader_options import configure


def make_release(source: Files, assignment: str, config: Config) -> dict[str, bytes]:
    """What ``nbgrader generate_assignment`` makes of the files ``source``, in a folder aside.

    The step that saves cells to the gradebook is left out: it changes nothing in the notebook,
    and a build must neither make nor change a gradebook.

    Raises:
        AuthoringError: nbgrader refused the notebook.
    """
    with tempfile.TemporaryDirectory(prefix="alpaca-build-") as folder:
        root = Path(folder).resolve()
        instructor = root / "source" / assignment
        apply(instructor, source, plan(source, {}))
        converter = _converter(root, assignment, config)
        try:
            converter.start()
        except (NbGraderException, RuntimeError, ValueError) as error:
            raise AuthoringError([Problem("nbgrader generate_assignment", str(error))]) from error
        return read_tree(root / "release" / assignment)


def _converter(root: Path, assignment: str, config: Config) -> CourseAssignment:
    own = Config()
    configure(own)
    own.merge(config)
    own.CourseDirectory = Config()
    if "ignore" in config.CourseDirectory:
        own.CourseDirectory.ignore = config.CourseDirectory.ignore
    own.CourseDirectory.root = str(root)
    own.CourseDirectory.assignment_id = assignment
    own.CourseDirectory.db_url = file_url(root / "unused.db")
    own.GenerateAssignment.no_database = True
    converter = CourseAssignment(coursedir=CourseDirectory(config=own), config=own)
    converter.preprocessors = [p for p in converter.preprocessors if p is not SaveCells]
    return converter
