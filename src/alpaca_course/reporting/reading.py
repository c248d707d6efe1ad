"""The class for a report, from the gradebook and the stored records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from alpaca_course.course import Course
from alpaca_course.files import ignore_progress
from alpaca_course.gradebook.booked import NothingGraded
from alpaca_course.gradebook.results import read_results
from alpaca_course.judging.result import Result
from alpaca_course.lab import Lab
from alpaca_course.reporting.records import ClassRecord, Exercise

__all__ = ["NothingGraded", "read_class"]


def read_class(
    course: Course, lab: Lab, advance: Callable[[int, int], None] = ignore_progress
) -> ClassRecord:
    """The class as gradebook and stored records have it, students in order of their ids.

    ``advance(done, total)`` is called for each submission of the gradebook.

    Raises:
        NothingGraded: there is nothing to report on.
        GradingError: the gradebook cannot be read.
    """
    found = read_results(course, lab, advance)
    exercises = _exercises(
        [each.cell for each in lab.exercises], found.points, found.results.values()
    )
    return ClassRecord(
        assignment=lab.name,
        exercises=exercises,
        submissions=tuple(_in_order(each, exercises) for each in found.results.values()),
        missing=found.missing,
        excused=found.excused,
        dropped=found.dropped,
    )


def _in_order(result: Result, exercises: Iterable[Exercise]) -> Result:
    verdicts = result.verdicts
    ordered = {e.id: verdicts[e.id] for e in exercises if e.id in verdicts}
    return replace(result, verdicts=ordered | dict(verdicts))


def _exercises(
    order: Iterable[str], points: Mapping[str, float], results: Iterable[Result]
) -> tuple[Exercise, ...]:
    titles = {name: verdict.title for each in results for name, verdict in each.verdicts.items()}
    known = [name for name in order if name in points]
    return tuple(
        Exercise(name, titles.get(name, name), points[name])
        for name in [*known, *sorted(set(points) - set(known))]
    )
