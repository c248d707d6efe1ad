"""Lateness, with the due date, extensions, penalties and points of today."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry, SubmittedAssignment
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import TraitError

from alpaca_course.contract.ids import spelled
from alpaca_course.contract.lateness import Lateness
from alpaca_course.course import Course
from alpaca_course.deadlines import Deadlines, Term
from alpaca_course.errors import CourseError
from alpaca_course.files import stamps
from alpaca_course.gradebook.booked import exists
from alpaca_course.gradebook.engine import opened
from alpaca_course.gradebook.spelling import submissions_of
from alpaca_course.judging.policies import Policies
from alpaca_course.lms.collected import Collected
from alpaca_course.lms.misnamed import misnamed
from alpaca_course.lms.roster import Roster
from alpaca_course.policy import Policy


class LatePenalties:
    """When hand-ins for one lab are due, and what lateness costs, by all who have a say in it.

    That are ``deadlines.toml`` and the roster's sections; formgrader's due date and extensions; and
    the plugin that ``AssignLatePenalties`` is set to in ``nbgrader_config.py``.

    Args:
        parent: whose configuration it is.
        course: beside whose configuration nbgrader looks for a plugin, too.
        lab: its name.

    Attributes:
        policies: what pages show and which run counts, by the same files.

    Raises:
        CourseError: the plugin, the deadlines or the roster cannot be loaded.
    """

    def __init__(self, parent: Any, course: Course, lab: str) -> None:
        self._root, self._lab = course.root, lab
        self._files = (course.deadlines, course.roster, Collected.path(course, lab))
        self._seen = stamps(self._files)
        self.policies = Policies(course, course.lab(lab))
        self._deadlines, self._roster = Deadlines.read(course.deadlines), Roster.load(course)
        self._collected = Collected.load(course, lab)
        try:
            with _importable(self._root):
                step = AssignLatePenalties(parent=parent)
                step.init_plugin()
        except (TraitError, ImportError) as error:
            raise CourseError(f"The plugin for late submissions cannot be used: {error}") from error
        self._plugin = step.plugin_inst

    @property
    def is_current(self) -> bool:
        """Whether its files are those that it was made from."""
        return stamps(self._files) == self._seen

    def lateness(
        self,
        submission: SubmittedAssignment,
        handed_in: datetime | None,
        points: float,
        possible: float,
    ) -> Lateness:
        """Whether a hand-in was late, and the points that are taken off for it.

        Args:
            submission: whose due date and extension in formgrader count, too.
            handed_in: in UTC and naive; None where nobody knows, which costs nothing.
            points: what it has without a penalty.
            possible: what the lab is worth.

        Raises:
            CourseError: the plugin raised something.
        """
        student = spelled(submission.student_id)
        due = submission.assignment.duedate
        term = self._deadlines.term(
            self._lab,
            student,
            self._roster.sections_of(student),
            formgrader_due=due.replace(tzinfo=UTC) if due else None,
            formgrader_extension=submission.extension or timedelta(0),
        )
        time = handed_in.replace(tzinfo=UTC) if handed_in else None
        late = term.late_by(time)
        if late <= timedelta(0):
            penalty = 0.0
        elif term.penalty is not None:
            penalty = term.penalty.taken_off(late, points, possible)
        else:
            given = self._by_plugin(submission.student_id, points, late.total_seconds())
            penalty = min(max(given, 0.0), points)
        said, unsure = self._collected.said_of(student)
        return term.lateness(time, penalty, said=said, unsure=unsure)

    def policy(self, student: str) -> Policy:
        """What pages show and which run counts for a student."""
        return self.policies.of(spelled(student))

    def _by_plugin(self, student: str, points: float, seconds: float) -> float:
        try:
            with _importable(self._root):
                given = self._plugin.late_submission_penalty(student, points, seconds)
            return float(given or 0.0)
        except Exception as error:
            raise CourseError(
                f"The plugin for late submissions failed: {type(error).__name__}: {error}"
            ) from error


def terms(course: Course, lab: str) -> tuple[Term, dict[str, Term]]:
    """What counts for everybody, and for each student whom the roster or the gradebook knows.

    Raises:
        CourseError: deadlines, roster or gradebook cannot be read.
    """
    deadlines, roster = Deadlines.read(course.deadlines), Roster.load(course)
    due, extensions = _formgraders(course, lab)
    found = {}
    for student in sorted({*roster.by_id, *extensions, *deadlines.named(lab)[0]}):
        found[student] = deadlines.term(
            lab,
            student,
            roster.sections_of(student),
            formgrader_due=due,
            formgrader_extension=extensions.get(student, timedelta(0)),
        )
    return deadlines.term(lab, "", formgrader_due=due), found


def in_vain(course: Course) -> list[str]:
    """A sentence for each thing in ``deadlines.toml`` and ``lab.toml`` that nobody gets.

    Raises:
        CourseError: deadlines, roster or gradebook cannot be read.
    """
    deadlines, said = Deadlines.read(course.deadlines), misnamed(course)
    for lab in filter(course.labs.__contains__, deadlines.labs):
        # The gradebook is asked where it matters: another program may hold it.
        due = None if deadlines.due(lab) else _formgraders(course, lab)[0]
        said += deadlines.without_effect(lab, due)
    return said


def _formgraders(course: Course, lab: str) -> tuple[datetime | None, dict[str, timedelta]]:
    """The due date of nbgrader's gradebook, and its extensions by student."""
    if not exists(course):
        return None, {}
    with opened(course) as gradebook:
        try:
            assignment = gradebook.find_assignment(lab)
        except MissingEntry:
            return None, {}
        submissions = submissions_of(assignment.submissions)
        extensions = {name: each.extension for name, each in submissions.items() if each.extension}
        due = assignment.duedate
    return (due.replace(tzinfo=UTC) if due else None), extensions


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
