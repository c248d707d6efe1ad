"""What each student's page may show at a moment, by the policy and due dates of today."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

from alpaca_course.course import Course
from alpaca_course.deadlines import Term
from alpaca_course.gradebook.late import terms
from alpaca_course.judging.policies import Policies
from alpaca_course.judging.result import Result
from alpaca_course.lab import Lab
from alpaca_course.policy import View


class Views:
    """The policy of one lab at one moment.

    Args:
        course: the course.
        lab: the lab.
        policies: of the lab; read anew without them.
        now: in UTC; the present moment without it.

    Raises:
        CourseError: deadlines or roster cannot be read; then nothing may be shown.
    """

    def __init__(
        self,
        course: Course,
        lab: Lab,
        policies: Policies | None = None,
        now: datetime | None = None,
    ) -> None:
        self._course, self._lab = course, lab
        self._now = now or datetime.now(UTC)
        self._policies = policies or Policies(course, lab)

    def of(self, result: Result) -> View:
        """What the page of ``result`` may show.

        Raises:
            CourseError: the due date cannot be had.
        """
        policy = self._policies.of(result.student)
        due = None
        if policy.shows != policy.shows_after:
            everybody, students = self._terms
            due = students.get(result.student, everybody).until
        return policy.view(result.attempts, self._now, due)

    @functools.cached_property
    def _terms(self) -> tuple[Term, dict[str, Term]]:
        return terms(self._course, self._lab.name)
