"""The graded cells of a class, read for comparison."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from alpaca_course.contract.ids import spelled
from alpaca_course.course import Course
from alpaca_course.errors import CourseError
from alpaca_course.files import read_ordinary
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.lab import Lab
from alpaca_course.similarity.pairs import Options, Pair, alike, even


@dataclass(frozen=True)
class Answers:
    """What a class wrote.

    Attributes:
        texts: by exercise and student, without what an editor changes.
        unread: students whose graded notebook cannot be read.
    """

    texts: Mapping[str, Mapping[str, str]]
    unread: tuple[str, ...]

    @property
    def students(self) -> set[str]:
        """Whose answers these are."""
        return {student for each in self.texts.values() for student in each}


def read_answers(course: Course, lab: Lab) -> Answers:
    """The graded cells of everybody who was graded.

    Raises:
        CourseError: nobody was.
    """
    texts: dict[str, dict[str, str]] = {exercise.cell: {} for exercise in lab.exercises}
    unread = []
    paths = sorted(course.autograded.glob(f"*/{lab.name}/{lab.file_name}"))
    for path in paths:
        student = spelled(path.parents[1].name)
        try:
            cells = json.loads(read_ordinary(path))["cells"]
            for cell in cells:
                name = cell["metadata"].get("nbgrader", {}).get("grade_id")
                if name in texts:
                    source = cell["source"]
                    whole = source if isinstance(source, str) else "".join(source)
                    texts[name][student] = even(whole)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            unread.append(student)
    if not paths:
        raise CourseError("Nobody was graded yet: run `alpaca grade` first.")
    return Answers(texts, tuple(unread))


def alike_in_class(lab: Lab, answers: Answers, options: Options) -> list[Pair]:
    """Pairs over all exercises, the most unusual first.

    Raises:
        CourseError: the release or the lab's own answers cannot be read.
    """
    released = ReleasedLab.load(lab)
    found: list[Pair] = []
    for exercise, texts in answers.texts.items():
        known = (released.sources.get(exercise, ""), released.reference.get(exercise, ""))
        found += alike(exercise, texts, known, options)
    return sorted(found, key=lambda pair: (-pair.shared * pair.share, pair.first, pair.second))
