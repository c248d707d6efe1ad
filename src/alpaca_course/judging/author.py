"""The verdict in an author's own kernel, where source notebooks are opened and tried."""

from __future__ import annotations

import sys
from typing import Any

from alpaca_course.assets.inputs import facts_about
from alpaca_course.course import Course, CourseNotFoundError
from alpaca_course.errors import CourseError
from alpaca_course.judging.judge import load_exercises
from alpaca_course.judging.loading import faults_of_rules


def judge_here(payload: Any, exercise: str, lab: str, challenge: str) -> float:
    """Judge evidence at once and print the verdict; 0.0 outside of a course's folder.

    Raises:
        CourseError: the lab's hidden tests cannot be used.
        EvidenceRefused: the evidence is not what the rules read.
    """
    try:
        course = Course.find()
    except CourseNotFoundError:
        return 0.0
    spec = course.lab(lab)
    rules = load_exercises(spec)[exercise]
    try:
        facts = facts_about(course, spec.kernel.inputs)
    except CourseError:  # what is not there yet cannot be compared with
        facts = {}
    seen = rules.parse(payload, challenge=challenge)
    try:
        with faults_of_rules(spec):
            verdict = rules.judge(seen, facts)
    except CourseError as error:  # the evidence is there: a test cell would say that it is not
        sys.stdout.write(f"{error}\n")
        return 0.0
    sys.stdout.write(verdict.text())
    return float(verdict.points)
