"""Comments to all who made the same mistake, written into the gradebook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from alpaca_course.course import Course
from alpaca_course.files import read_json_object, write_atomically
from alpaca_course.gradebook.entering import Ledger
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.results import ClassResults
from alpaca_course.judging.class_comments import CommentChange
from alpaca_course.judging.records import RecordStore
from alpaca_course.judging.result import Result
from alpaca_course.lab import Lab


class WrittenComments:
    """What was written to all, so that it can be told from what a person wrote.

    Lost, it costs nothing but that these paragraphs count as a person's, which nobody changes.
    """

    def __init__(self, course: Course, lab: Lab) -> None:
        self.path: Path = course.state / "comments" / f"{lab.name}.json"

    def load(self) -> dict[str, dict[str, str]]:
        """By student and id of the rule."""
        found = read_json_object(self.path) or {}
        return {
            student: {str(rule): str(text) for rule, text in texts.items()}
            for student, texts in found.items()
            if isinstance(texts, Mapping)
        }

    def save(self, written: Mapping[str, Mapping[str, str]]) -> None:
        """Keep them.

        Raises:
            OSError: they cannot be kept.
        """
        kept = {student: dict(texts) for student, texts in written.items() if texts}
        write_atomically(self.path, json.dumps(kept, ensure_ascii=False, indent=1).encode())


def write_comments(
    nbgrader: NbGrader, found: ClassResults, rule: str, changes: Iterable[CommentChange]
) -> list[str]:
    """Write ``changes`` into the gradebook; ids of the students whose comment changed.

    Raises:
        GradingError: the gradebook cannot be used; what was written before is written.
        OSError: what was written cannot be kept.
    """
    kept = WrittenComments(nbgrader.course, nbgrader.lab)
    written, done = kept.load(), []
    with nbgrader.ledger() as ledger:
        for change in changes:
            if not change.changes:
                continue
            texts = written.setdefault(change.student, {})
            texts.pop(rule, None)
            if change.paragraph:
                texts[rule] = change.paragraph
            # First, since a paragraph that is not there any more is left alone, and one that is
            # there without being known would be written twice.
            kept.save(written)
            _write(nbgrader, found, ledger, change)
            done.append(change.student)
    return done


def _write(nbgrader: NbGrader, found: ClassResults, ledger: Ledger, change: CommentChange) -> None:
    ledger.comment(change.student, change.exercise, change.after)
    enter_again(nbgrader, found, ledger, change.student)


def enter_again(nbgrader: NbGrader, found: ClassResults, ledger: Ledger, student: str) -> Result:
    """Commit what was changed of a student in the gradebook, and have the record know it."""
    record = found.records.get(student)
    assert record is not None
    store = RecordStore(nbgrader.course, nbgrader.lab)
    with store.replacing(student) as replacement:
        return ledger.enter(record, record, replacement.write)[1]
