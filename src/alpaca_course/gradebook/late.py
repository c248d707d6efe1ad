"""Penalties for lateness: nbgrader's plugin, asked with the due date and points of today."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import SubmittedAssignment
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import TraitError

from alpaca_course.errors import CourseError


class Lateness:
    """What ``AssignLatePenalties`` and its plugin are set to in ``nbgrader_config.py``.

    Args:
        parent: whose configuration it is.
        root: the course's folder, in which nbgrader looks for a plugin, too.

    Raises:
        CourseError: the plugin cannot be loaded.
    """

    def __init__(self, parent: Any, root: Path) -> None:
        self._root = root
        try:
            with _importable(root):
                step = AssignLatePenalties(parent=parent)
                step.init_plugin()
        except (TraitError, ImportError) as error:
            raise CourseError(f"The plugin for late submissions cannot be used: {error}") from error
        self._plugin = step.plugin_inst

    def penalty(
        self, submission: SubmittedAssignment, handed_in: datetime | None, points: float
    ) -> float:
        """Points to take off ``points``: from 0 to all of them.

        Args:
            submission: whose due date and extension count.
            handed_in: in UTC and naive; None where nobody knows, which is never late.
            points: what it has without a penalty.

        Raises:
            CourseError: the plugin raised something.
        """
        # nbgrader adds an extension to a due date that need not be there.
        if handed_in is None or submission.assignment.duedate is None:
            return 0.0
        late = (handed_in - submission.duedate).total_seconds()
        if late <= 0:
            return 0.0
        try:
            with _importable(self._root):
                given = self._plugin.late_submission_penalty(submission.student_id, points, late)
        except Exception as error:
            raise CourseError(
                f"The plugin for late submissions failed: {type(error).__name__}: {error}"
            ) from error
        return min(max(float(given or 0.0), 0.0), points)


@contextlib.contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Modules beside ``nbgrader_config.py`` can be imported for once.

    Not longer: beside it lie the hidden tests as well.
    """
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
