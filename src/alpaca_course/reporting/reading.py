"""The class for a report, from the gradebook and the stored records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from alpaca_course.course import Course
from alpaca_course.files import ignore_progress, is_file
from alpaca_course.gradebook.booked import NothingGraded, in_order
from alpaca_course.gradebook.results import ClassResults, read_results
from alpaca_course.gradebook.written import autograded_notebook, page_of
from alpaca_course.judging.result import Result
from alpaca_course.lab import Lab
from alpaca_course.lms.roster import Roster
from alpaca_course.reporting.excerpts import excerpt
from alpaca_course.reporting.records import About, ClassRecord, Exercise
from alpaca_course.reporting.summary import summarise

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
    record = ClassRecord(
        assignment=lab.name,
        exercises=exercises,
        submissions=tuple(_in_order(each, exercises) for each in found.results.values()),
        missing=found.missing,
        excused=found.excused,
        dropped=found.dropped,
        about=_about(course, lab, found),
    )
    return replace(record, excerpts=_excerpts(record))


def _about(course: Course, lab: Lab, found: ClassResults) -> dict[str, About]:
    roster = Roster.load(course)
    everybody = [*found.results, *found.missing]
    return {name: _about_one(course, lab, found, roster, name) for name in everybody}


def _about_one(
    course: Course, lab: Lab, found: ClassResults, roster: Roster, student: str
) -> About:
    record = found.records.get(student)
    ran = record is not None and record.ending is not None
    page, notebook = page_of(course, lab, student), autograded_notebook(course, lab, student)
    return About(
        name=found.names.get(student, ""),
        sections=roster.sections_of(student),
        page=page if is_file(page) else None,
        notebook=notebook if is_file(notebook) else None,
        seconds=record.seconds if record is not None and ran else None,
        memory=record.memory if record is not None and ran else None,
    )


def _excerpts(record: ClassRecord) -> dict[tuple[str, str], str]:
    """The cell of one student for each misconception."""
    found: dict[tuple[str, str], str] = {}
    for rule in summarise(record).rules:
        for seen in rule.seen:
            student = seen.students[0]
            notebook = record.known(student).notebook
            if notebook is not None and (student, rule.exercise) not in found:
                found[student, rule.exercise] = excerpt(notebook, rule.exercise)
    return found


def _in_order(result: Result, exercises: Iterable[Exercise]) -> Result:
    verdicts = result.verdicts
    ordered = {e.id: verdicts[e.id] for e in exercises if e.id in verdicts}
    return replace(result, verdicts=ordered | dict(verdicts))


def _exercises(
    order: Sequence[str], points: Mapping[str, float], results: Iterable[Result]
) -> tuple[Exercise, ...]:
    titles = {name: verdict.title for each in results for name, verdict in each.verdicts.items()}
    return tuple(
        Exercise(name, titles.get(name, name), points[name]) for name in in_order(points, order)
    )
