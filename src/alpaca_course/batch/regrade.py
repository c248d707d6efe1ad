"""Judge stored evidence by the rules of today, without executing anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import nbformat

from alpaca_course.batch.grade import autograded_notebook
from alpaca_course.files import write_atomically
from alpaca_course.gradebook.errors import GradingError
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.preprocessors import show_verdicts
from alpaca_course.judging import assessment
from alpaca_course.judging.records import Record
from alpaca_course.judging.session import GradingSession

EARLIER = (
    "The evidence was made by an earlier version of the course, which the rules of today do not "
    "read. Nothing was changed; `alpaca grade` executes and grades again."
)


@dataclass(frozen=True)
class Change:
    """One student's result by the rules of before and of today.

    Attributes:
        before: as it is stored.
        after: judged anew.
        error: why it could not be judged or written; empty where nothing went wrong.
    """

    before: Record
    after: Record
    error: str = ""

    @property
    def difference(self) -> float:
        return self.after.points - self.before.points

    @property
    def changed(self) -> bool:
        return self.before.verdicts != self.after.verdicts or self.before.state != self.after.state

    def exercises(self) -> dict[str, float]:
        """Points gained or lost by exercise, where there are any."""
        found = {
            name: verdict.points - self.before.verdicts[name].points
            for name, verdict in self.after.verdicts.items()
            if name in self.before.verdicts
        }
        return {name: points for name, points in found.items() if points}

    def to_json(self) -> dict[str, Any]:
        return {
            "student": self.after.student,
            "before": self.before.points,
            "after": self.after.points,
            "difference": self.difference,
            "exercises": self.exercises(),
            "state_before": self.before.state.value,
            "state": self.after.state.value,
            "changed": self.changed,
            "error": self.error,
        }


def changes(session: GradingSession) -> Iterator[Change]:
    """Judge every stored record again."""
    for before in session.records:
        if before.is_outdated:
            yield Change(before, before, EARLIER)
            continue
        after = assessment.judged(before, session.released, session.judge)
        yield Change(before, after)


def write(change: Change, session: GradingSession, nbgrader: NbGrader) -> Change:
    """Put a new result into the autograded notebook, the gradebook and the record, in this order.

    The record is last, so a run that was ended in between is repeated by the next one.
    """
    if change.error:
        return change
    record = replace(
        change.after, versions={**change.after.versions, "rules": session.judge.digest}
    )
    try:
        if change.changed:
            _write_notebook(record, session)
            nbgrader.write_points(record, session.released.exercises)
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
