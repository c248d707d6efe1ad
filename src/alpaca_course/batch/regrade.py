"""Judge stored evidence by rules, points and due dates of today, without executing anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import nbformat

from alpaca_course.batch.grade import autograded_notebook
from alpaca_course.contract.states import State
from alpaca_course.files import write_atomically
from alpaca_course.gradebook.entering import Ledger
from alpaca_course.gradebook.errors import GradingError
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.preprocessors import show_verdicts
from alpaca_course.gradebook.results import read_results
from alpaca_course.judging import assessment
from alpaca_course.judging.records import Record
from alpaca_course.judging.result import Result
from alpaca_course.judging.session import GradingSession

EARLIER = (
    "The evidence was made by an earlier version of the course, which the rules of today do not "
    "read. Nothing was changed; `alpaca grade` executes and grades again."
)


@dataclass(frozen=True)
class Change:
    """One student's result by the rules and due dates of before and of today.

    Attributes:
        before: as it is stored.
        after: judged anew.
        was: the result that is there; None where the gradebook does not have it.
        will_be: the result of today; None where there is an error.
        error: why it could not be judged or written; empty where nothing went wrong.
    """

    before: Record
    after: Record
    was: Result | None = None
    will_be: Result | None = None
    error: str = ""

    @property
    def difference(self) -> float:
        """Points gained or lost, penalties included."""
        return self.will_be.total - self.was.total if self.will_be and self.was else 0.0

    @property
    def changed(self) -> bool:
        return not self.error and self.was != self.will_be

    def exercises(self) -> dict[str, float]:
        """Points gained or lost by exercise, where there are any."""
        if self.was is None or self.will_be is None:
            return {}
        found = {
            name: score.points - self.was.scores[name].points
            for name, score in self.will_be.scores.items()
            if name in self.was.scores
        }
        found["penalty"] = self.was.penalty - self.will_be.penalty
        return {name: points for name, points in found.items() if points}

    def to_json(self) -> dict[str, Any]:
        was, will_be = self.was, self.will_be or self.was
        return {
            "student": self.after.student,
            "before": was.total if was else None,
            "after": will_be.total if will_be else None,
            "difference": self.difference,
            "exercises": self.exercises(),
            "state_before": (was.state if was else self.before.state).value,
            "state": (will_be.state if will_be else self.after.state).value,
            "changed": self.changed,
            "error": self.error,
        }


def changes(session: GradingSession, nbgrader: NbGrader) -> Iterator[Change]:
    """Judge every stored record again, but for those of students who left the course.

    Raises:
        GradingError: the gradebook cannot be used.
    """
    found = read_results(session.course, session.lab)
    with nbgrader.ledger() as ledger:
        for student, before in found.records.items():
            yield _change(before, found.results[student], session, ledger)


def _change(before: Record | None, was: Result, session: GradingSession, ledger: Ledger) -> Change:
    if before is None:
        error = " ".join(note.text for note in was.reasons)
        unknown = Record(was.student, State.NEEDS_PERSON, (), (), {})
        return Change(unknown, unknown, error=error)
    if before.is_outdated:
        return Change(before, before, was, error=EARLIER)
    after = assessment.judged(before, session.released, session.judge)
    after = replace(after, versions={**after.versions, "rules": session.judge.digest})
    try:
        _, will_be = ledger.foresee(after, before)
    except GradingError as error:
        return Change(before, after, was, error=str(error))
    return Change(before, after, was, replace(will_be, name=was.name))


def write(change: Change, session: GradingSession, ledger: Ledger) -> Change:
    """Put a new result into the autograded notebook, the gradebook and the record, in this order.

    The record is last, so a run that was ended in between is repeated by the next one.
    """
    if change.error:
        return change
    try:
        if change.before.verdicts != change.after.verdicts:
            _write_notebook(change.after, session)
        record, _ = ledger.enter(change.after, change.before)
        session.records.store(record)
    except GradingError as error:
        return replace(change, error=str(error))
    except OSError as error:
        return replace(change, error=f"{type(error).__name__}: {error}")
    return replace(change, after=record)


def _write_notebook(record: Record, session: GradingSession) -> None:
    path = autograded_notebook(session.course, session.lab, record.student)
    notebook = nbformat.read(path, as_version=4)
    show_verdicts(notebook, record, session.released)
    mode = path.stat().st_mode
    write_atomically(path, nbformat.writes(notebook).encode())
    path.chmod(mode)
