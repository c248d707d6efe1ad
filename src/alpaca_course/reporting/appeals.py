"""Appeals with the evidence beside them: what a person needs to answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alpaca_course.contract.appeal import Appeal
from alpaca_course.contract.codes import code_of
from alpaca_course.contract.verdict import RuleResult
from alpaca_course.course import Course
from alpaca_course.files import is_file
from alpaca_course.gradebook.results import ClassResults
from alpaca_course.gradebook.written import autograded_notebook
from alpaca_course.judging.naming import Named
from alpaca_course.judging.result import Result
from alpaca_course.lab import Lab
from alpaca_course.reporting.excerpts import excerpt


@dataclass(frozen=True)
class Evidence:
    """One appeal, and what the result says of what it is about.

    Attributes:
        appeal: the question.
        name: of the student, for people.
        title: of what it is about; empty for the whole result.
        points: of that, in words.
        parts: label and text of what the judge saw, expected and so on.
        cell: what the student wrote there; empty where that cannot be read.
        notebook: the graded copy; None where there is none.
        notes: what else has to be known: that another file was graded since, that it was answered.
    """

    appeal: Appeal
    name: str
    title: str
    points: str
    parts: tuple[tuple[str, str], ...]
    cell: str
    notebook: Path | None
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            **vars(self.appeal),
            "open": self.appeal.is_open,
            "code": code_of(self.appeal.about) if self.appeal.about else "",
            "name": self.name,
            "title": self.title,
            "points": self.points,
            "evidence": [list(part) for part in self.parts],
            "cell": self.cell,
            "notebook": str(self.notebook) if self.notebook else None,
            "notes": list(self.notes),
        }


def with_evidence(
    course: Course,
    lab: Lab,
    found: ClassResults,
    known: Mapping[str, Named],
    appeals: Iterable[Appeal],
) -> list[Evidence]:
    """Each appeal with what there is to look at."""
    return [_one(course, lab, found.results.get(each.student), known, each) for each in appeals]


def _one(
    course: Course, lab: Lab, result: Result | None, known: Mapping[str, Named], appeal: Appeal
) -> Evidence:
    notebook = autograded_notebook(course, lab, appeal.student)
    there = is_file(notebook)
    named, rule = known.get(appeal.about), _rule(result, appeal)
    return Evidence(
        appeal=appeal,
        name=result.name if result else "",
        title=named.title if named else appeal.about,
        points=_points(result, appeal, rule),
        parts=_parts(result, appeal, rule),
        cell=excerpt(notebook, appeal.exercise) if there and appeal.exercise else "",
        notebook=notebook if there else None,
        notes=_notes(result, appeal),
    )


def _rule(result: Result | None, appeal: Appeal) -> RuleResult | None:
    verdict = result.verdicts.get(appeal.exercise) if result else None
    rules = verdict.results if verdict else ()
    return next((each for each in rules if each.id == appeal.about), None)


def _points(result: Result | None, appeal: Appeal, rule: RuleResult | None) -> str:
    if rule is not None:
        return f"{rule.points:g} of {rule.max_points:g} points"
    if result is None:
        return ""
    score = result.scores.get(appeal.exercise)
    if score is not None:
        return f"{score.points:g} of {score.max_points:g} points"
    return f"{result.total:g} of {result.max_points:g} points"


def _parts(
    result: Result | None, appeal: Appeal, rule: RuleResult | None
) -> tuple[tuple[str, str], ...]:
    if rule is not None:
        because = (("Not checked", rule.because),) if rule.because else ()
        passed = (("Result", "passed"),) if rule.status == "passed" else ()
        return (*passed, *(rule.message.parts if rule.message else ()), *because)
    if result is None:
        return ()
    if appeal.exercise in result.verdicts:
        verdict = result.verdicts[appeal.exercise]
        reason = (("Reason", verdict.reason),) if verdict.reason else ()
        return (*reason, *((loss.told, loss.text) for loss in verdict.losses if loss.result))
    return tuple(("Told", text) for text in result.sentences)


def _notes(result: Result | None, appeal: Appeal) -> tuple[str, ...]:
    if result is None:
        return ("There is no result of this student any more.",)
    found = []
    if result.receipt.sha256 != appeal.submission:
        found.append("Another file was graded since: what is shown is of that one.")
    if appeal.answer:
        found.append(f"Answered {appeal.answered[:10]}: {appeal.answer}")
    return tuple(found)
