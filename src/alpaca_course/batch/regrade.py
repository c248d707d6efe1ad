"""Judge stored evidence by rules, points and due dates of today, without executing anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from sqlalchemy.exc import SQLAlchemyError

from alpaca_course.batch.grade import autograded_notebook
from alpaca_course.contract.states import State, in_words
from alpaca_course.files import said_of, staged, write_atomically
from alpaca_course.gradebook.entering import Ledger
from alpaca_course.gradebook.errors import GradebookBusyError, GradingError
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.patience import patiently
from alpaca_course.gradebook.preprocessors import show_verdicts
from alpaca_course.gradebook.results import read_results
from alpaca_course.judging import assessment
from alpaca_course.judging.records import Record
from alpaca_course.judging.result import Result, with_appeals
from alpaca_course.judging.session import GradingSession

EARLIER = (
    "The evidence was made by an earlier version of the course, which the rules of today do not "
    "read. Nothing was changed; `alpaca grade` executes and grades again."
)

_MEANWHILE = "It was graded again meanwhile. Nothing of it was changed; regrade once more."


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
    try:
        after = assessment.judged(before, session.released, session.judge)
        after = replace(after, versions={**after.versions, "rules": session.judge.digest})
        after = session.by_rules_of_today(after) or after
        _, will_be = ledger.foresee(after, _with_runs(before, after))
    except GradingError as error:
        return Change(before, before, was, error=str(error))
    except SQLAlchemyError:
        raise
    except Exception as error:
        return Change(before, before, was, error=in_words(error))
    # What a student asked is no matter of the rules: it stands beside both results.
    will_be = with_appeals(replace(will_be, name=was.name), was.appeals)
    return Change(before, after, was, will_be)


def _with_runs(before: Record, after: Record) -> Record:
    """What was there, with the student's runs as the rules of today judge them."""
    return replace(before, attempts=after.attempts, others=after.others)


def write(change: Change, session: GradingSession, ledger: Ledger) -> Change:
    """Put a new result into the autograded notebook, the gradebook and the record.

    All of them or, where that fails, none; a run that was ended in between is repeated by the next
    one, since the record counts as not finished meanwhile.
    """
    if change.error:
        return change
    try:
        record = patiently(lambda: _write(change, session, ledger))
    except (GradebookBusyError, SQLAlchemyError):
        raise  # nobody else could be written either
    except (GradingError, OSError) as error:
        return replace(change, error=said_of(error))
    except Exception as error:
        return replace(change, error=in_words(error))
    return replace(change, after=record)


def _write(change: Change, session: GradingSession, ledger: Ledger) -> Record:
    student = change.before.student
    with session.records.replacing(student) as replacement, ExitStack() as stack:
        if replacement.earlier != change.before:
            raise GradingError(_MEANWHILE)
        if change.before.verdicts != change.after.verdicts:
            path = autograded_notebook(session.course, session.lab, student)
            _stage_notebook(path, stack.enter_context(staged(path)), change.after, session)
        earlier = _with_runs(change.before, change.after)
        return ledger.enter(change.after, earlier, replacement.write)[0]


def _stage_notebook(path: Path, new: Path, record: Record, session: GradingSession) -> None:
    notebook = nbformat.read(path, as_version=4)
    show_verdicts(notebook, record, session.released)
    write_atomically(new, nbformat.writes(notebook).encode(), mode=path.stat().st_mode)
