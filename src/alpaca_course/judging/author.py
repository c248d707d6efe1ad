"""The verdict in an author's own kernel, where source notebooks are opened and tried."""

from __future__ import annotations

import sys
from typing import Any

from alpaca_course.course import Course, CourseNotFoundError
from alpaca_course.judging.judge import load_judge


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
    judge = load_judge(course, course.lab(lab))
    rules = judge.exercises[exercise]
    verdict = rules.judge(rules.parse(payload, challenge=challenge), judge.facts)
    sys.stdout.write(verdict.text())
    return float(verdict.points)
