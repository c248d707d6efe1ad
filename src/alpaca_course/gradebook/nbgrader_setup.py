"""How nbgrader is set up for the course; ``nbgrader_config.py`` calls :func:`configure`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from traitlets.config import Config

from alpaca_course.database_url import URL_VARIABLE, put_password_aside
from alpaca_course.errors import CourseError
from alpaca_course.gradebook import nbgrader_options

_OWN = "alpaca_course.gradebook.preprocessors"
_STOCK = "nbgrader.preprocessors"
AUTOGRADE = [
    f"{_OWN}.ShowOutputs",
    f"{_STOCK}.LimitOutput",
    f"{_OWN}.BuildAnew",
    f"{_OWN}.ShowVerdicts",
    f"{_OWN}.SaveGrades",
    # Not nbgrader's check of the cells' metadata, a tenth of what writing costs: they are those of
    # the release, which was checked when it was built, and nothing of them is a student's.
]


def configure(c: Config) -> None:
    """Set nbgrader up for the course.

    Raises:
        CourseError: names of files are not read as UTF-8.
        ImportError: a part of the package is missing; the configuration file must end nbgrader
            then, which would otherwise go on and grade with its own rules.
    """
    if sys.getfilesystemencoding() != "utf-8":
        raise CourseError(
            "The locale is not UTF-8, so names of students would be damaged on their way into the "
            "gradebook. Set PYTHONUTF8=1 in the environment and run it again."
        )
    _find_programs_of_this_environment()
    if url := os.environ.get(URL_VARIABLE):
        # Without the password in what nbgrader starts, too.
        os.environ[URL_VARIABLE] = c.CourseDirectory.db_url = put_password_aside(url)
    c.CourseDirectory.course_id = c.CourseDirectory.get("course_id", "alpaca")
    nbgrader_options.configure(c)
    c.Autograde.autograde_preprocessors = AUTOGRADE
    c.GenerateFeedback.preprocessors = []  # `feedback` makes pages without the exporter
    c.ExportApp.plugin_class = "alpaca_course.gradebook.export.CourseCsvExport"
    if "nbgrader" in sys.modules:
        from alpaca_course.gradebook import addresses, converter

        converter.register()
        addresses.use_addresses_without_passwords()


def _find_programs_of_this_environment() -> None:
    """nbgrader calls ``alembic`` by name, which fails where the environment is not activated."""
    programs = str(Path(sys.executable).parent)
    paths = os.environ.get("PATH", "").split(os.pathsep)
    if programs not in paths:
        os.environ["PATH"] = os.pathsep.join([programs, *paths])
