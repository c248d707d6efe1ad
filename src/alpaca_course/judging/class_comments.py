"""One comment to all who made the same mistake, beside what a person wrote to each. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from alpaca_course.contract.codes import code_of
from alpaca_course.judging.naming import Named
from alpaca_course.judging.result import Result

Action = Literal["added", "replaced", "removed", "there already", "left to a person"]
# By student and id of the rule: the paragraph that was written last.
Written = Mapping[str, Mapping[str, str]]
_BETWEEN = "\n\n"


@dataclass(frozen=True)
class CommentChange:
    """What becomes of one student's comment.

    Attributes:
        student: id.
        exercise: on whose answer it is.
        action: what is done.
        before: the whole comment.
        after: the whole comment then.
        paragraph: the part of it that is for all; empty where there is none any more.
    """

    student: str
    exercise: str
    action: Action
    before: str
    after: str
    paragraph: str

    @property
    def changes(self) -> bool:
        return self.before != self.after


def paragraph_of(rule: str, text: str) -> str:
    """A comment with the code of what it is about; empty for an empty one."""
    text = text.strip()
    return f"{text} (code {code_of(rule)})" if text else ""


def changes(
    results: Iterable[Result], named: Named, text: str, written: Written
) -> list[CommentChange]:
    """What ``text`` does to the comments of all whose result has the mistake.

    A paragraph that was written for the rule before gives way to the new one, and an empty text
    takes it away. Nothing that a person wrote is touched: where the former paragraph is not there
    any more as it was written, that person's change stays.
    """
    found = []
    for result in results:
        former = written.get(result.student, {}).get(named.id, "")
        if not made(result, named) and not former:
            continue
        wanted = paragraph_of(named.id, text) if made(result, named) else ""
        before = result.comments.get(named.exercise, "")
        action, after = _changed(before, former, wanted)
        if action is not None:
            found.append(
                CommentChange(result.student, named.exercise, action, before, after, wanted)
            )
    return found


def made(result: Result, named: Named) -> bool:
    """Whether the result has the mistake, or the remark."""
    verdict = result.verdicts.get(named.exercise)
    if verdict is None:
        return False
    if named.kind == "remark":
        return any(each.id == named.id for each in verdict.advisories)
    return any(each.id == named.id for each in verdict.failed)


def _changed(before: str, former: str, wanted: str) -> tuple[Action | None, str]:
    """What is done to a comment, and what it is then; None where there is nothing to do."""
    parts = before.split(_BETWEEN) if before else []
    mine = former.split(_BETWEEN)
    at = _position(parts, mine) if former else None
    if former and at is None:
        return "left to a person", before
    if former == wanted:
        return ("there already" if wanted else None), before
    new = wanted.split(_BETWEEN) if wanted else []
    if at is None:
        if not new:
            return None, before
        if _position(parts, new) is not None:
            return "there already", before
        return "added", _BETWEEN.join([*parts, *new])
    after = _BETWEEN.join([*parts[:at], *new, *parts[at + len(mine) :]])
    return ("replaced" if wanted else "removed"), after


def _position(parts: list[str], some: list[str]) -> int | None:
    """Where ``some`` stand in ``parts``, one after the other."""
    places = range(len(parts) - len(some) + 1)
    return next((at for at in places if parts[at : at + len(some)] == some), None)
