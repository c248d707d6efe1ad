"""nbgrader's exchange in this process, whichever plugin the course's configuration names."""

from __future__ import annotations

import copy
import glob
import logging
from typing import Any

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from traitlets.config import Config

from alpaca_course.course import Course
from alpaca_course.lab import Lab


def exchange(
    course: Course, lab: Lab, action: str, student: str = "", plugin: type | None = None
) -> Any:
    """nbgrader's plugin for ``action``, for example "Collect"; ``start()`` does it.

    Args:
        course: the course.
        lab: nbgrader's assignment.
        action: as :class:`nbgrader.exchange.ExchangeFactory` calls it.
        student: only of this student.
        plugin: in place of the one that the configuration names.
    """
    config: Config = copy.deepcopy(course.config)
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.assignment_id = lab.name
    if student:
        # nbgrader takes it for a pattern.
        config.CourseDirectory.student_id = glob.escape(student)
    made = (plugin or getattr(ExchangeFactory(config=config), action))(
        coursedir=CourseDirectory(config=config),
        authenticator=Authenticator(config=config),
        config=config,
    )
    made.log = logging.getLogger(__name__)
    return made
