"""What a student's page says, as plain lines and as data: where there is no page to look at. Pure.

Both hold what :func:`alpaca_course.gradebook.student_page.student_page` left to be shown, and
nothing else. A line never begins with what a student chose: some programs that show them take
lines with a certain beginning for commands.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from alpaca_course.contract.states import printable
from alpaca_course.gradebook.student_page import ExerciseShown, LossShown, StudentPage
from alpaca_course.judging.result import Result
from alpaca_course.lab import Lab

_SHOWN = ("state", "reasons", "notes", "policy", "repairs", "exercises")


def lines(page: StudentPage) -> list[str]:
    """The page, without its facts, questions and comments."""
    said = [
        f"{page.lab}: {page.total} of {page.max_points} points.",
        f"State: {page.state}. {page.heading}".rstrip(),
        *(f"- {each.text}" for each in page.reasons),
        *(f"- {text}" for text in page.notes),
        *page.policy,
    ]
    for exercise in page.exercises:
        said += [f"{exercise.title}: {exercise.points} of {exercise.max_points} points."]
        said += [f"  {text}" for text in _of(exercise)]
    if page.repairs:
        said += ["Put right before grading:", *(f"- {each.text}" for each in page.repairs)]
    return [_on_one_line(line) for line in said]


def _of(exercise: ExerciseShown) -> Iterator[str]:
    if exercise.reason:
        yield f"Reason: {exercise.reason}"
    for loss in exercise.losses:
        yield f"- {loss.heading} ({loss.points}), code {loss.code}"
        yield from (f"    {label}: {text}" for label, text in _parts(loss))
    if exercise.right:
        yield f"- Right: {'; '.join(exercise.right)}."
    for remark in exercise.remarks:
        yield f"- Remark, costs no points: {remark.text}"


def _parts(loss: LossShown) -> Iterator[tuple[str, str]]:
    yield from loss.parts
    if loss.unchecked:
        yield "Not checked", f"{'; '.join(loss.unchecked)}."


def _on_one_line(line: str) -> str:
    blanks = len(line) - len(line.lstrip())
    return " " * blanks + printable(line)


def data(page: StudentPage, result: Result, lab: Lab) -> dict[str, Any]:
    """The same as JSON has it; points are numbers."""
    shown = asdict(page)
    found = {name: shown[name] for name in _SHOWN}
    for each in found["exercises"]:
        each |= {"points": float(each["points"]), "max_points": float(each["max_points"])}
    whole = {"points": result.total, "max_points": result.max_points}
    return {"assignment": lab.name, "title": page.lab, **found, **whole}


def for_classroom(page: StudentPage, result: Result) -> str:
    """What GitHub Classroom's Autograding Reporter takes as the result of one of its runners.

    An exercise is a test of it. See ``src/main.js`` and ``src/notify-classroom.js`` of
    ``classroom-resources/autograding-grading-reporter``, which add up the tests' scores.
    """
    tests = [
        {
            "name": each.title,
            "status": "pass" if each.points == each.max_points else "fail",
            "score": float(each.points),
            "max_score": float(each.max_points),
            "message": "\n".join(map(_on_one_line, _of(each)))
            or f"{each.points} of {each.max_points} points.",
        }
        for each in page.exercises
    ]
    whole = result.total >= result.max_points
    graded = result.state.is_graded
    status = "error" if not graded else "pass" if whole else "fail"
    found = {"version": 1, "status": status, "max_score": result.max_points, "tests": tests}
    return base64.b64encode(json.dumps(found).encode()).decode()
