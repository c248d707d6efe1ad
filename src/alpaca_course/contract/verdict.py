"""What the judge says about one exercise: frozen, plain data, and as plain text."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Literal

Status = Literal["passed", "failed", "undecided"]
_WIDTH = 92
_MARKS: dict[Status, str] = {"passed": "PASSED", "failed": "FAILED", "undecided": "UNDECIDED"}


@dataclass(frozen=True)
class Message:
    """What a student reads when a rule fails; plain sentences, no code of the solution.

    Attributes:
        seen: what was found.
        expected: what was asked for, in words.
        why: why it matters.
        hint: where to look; may be empty.
    """

    seen: str
    expected: str
    why: str
    hint: str = ""

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Label and text of each part that says anything, in the order in which it is told."""
        parts = (("Seen", self.seen), ("Expected", self.expected), ("Why", self.why))
        return tuple((label, text) for label, text in (*parts, ("Hint", self.hint)) if text)


@dataclass(frozen=True)
class RuleResult:
    """One rule's result. ``message`` is there unless the rule passed.

    Attributes:
        id: ``<exercise>.<rule>``.
        title: what the rule is about, for people.
        status: "passed", "failed" or "undecided".
        points: points earned.
        max_points: points the rule is worth.
        message: for a failed rule, what the student reads.
        because: for an undecided rule, what is missing.
        cause: for an undecided rule, the id of the rule whose failing left it so; may be empty.
    """

    id: str
    title: str
    status: Status
    points: int
    max_points: int
    message: Message | None = None
    because: str = ""
    cause: str = ""

    @property
    def lost(self) -> float:
        return self.max_points - self.points


@dataclass(frozen=True)
class Loss:
    """What one thing cost, with all that could not be checked because of it.

    Attributes:
        points: all of it.
        text: what was seen, or why there was nothing to see.
        result: the rule that failed; None where nothing failed that the judge looked at.
    """

    points: float
    text: str
    result: RuleResult | None = None

    @property
    def unchecked(self) -> float:
        """The part of the points that is lost only because something could not be checked."""
        return self.points - (self.result.lost if self.result else 0)

    @property
    def told(self) -> str:
        """The points in words: what is told of all losses adds up to what is missing."""
        if self.result is None or not self.unchecked:
            return f"\N{MINUS SIGN}{self.points:g}"
        return (
            f"\N{MINUS SIGN}{self.points:g}, of these {self.unchecked:g} for what could not be "
            "checked because of it"
        )


@dataclass(frozen=True)
class Advisory:
    """A remark that costs no points."""

    id: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """Result of one exercise.

    Attributes:
        exercise: the exercise's id.
        title: its title, for people.
        points: points earned, from 0 to ``max_points``.
        max_points: what the exercise is worth.
        results: one for each rule, in the order of the rules; empty without evidence.
        advisories: remarks that cost nothing.
        reason: what stopped the exercise's cell, or why there is nothing to judge; mostly empty.
        own: the part of it that is about the student's own cell, and tells nothing of a check.
    """

    exercise: str
    title: str
    points: int
    max_points: int
    results: tuple[RuleResult, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    reason: str = ""
    own: str = ""

    @property
    def failed(self) -> tuple[RuleResult, ...]:
        return tuple(result for result in self.results if result.status == "failed")

    @property
    def undecided(self) -> tuple[RuleResult, ...]:
        return tuple(result for result in self.results if result.status == "undecided")

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What cost points and how many, in the order of the rules; together all that is missing.

        What could not be checked is lost by what kept it from being checked.
        """
        if not self.results:
            missing = self.max_points - self.points
            return (Loss(missing, self.reason),) if missing else ()
        known = {result.id: result for result in self.results}
        lost: dict[tuple[str, str], float] = {}
        for result in self.results:
            root = known.get(result.cause, result)
            # Without a rule to blame, what has the same reason is one thing.
            key = ("", root.because) if root.status == "undecided" else (root.id, "")
            if result.lost:
                lost[key] = lost.get(key, 0) + result.lost
        return tuple(
            Loss(points, _seen(known[rule]), known[rule])
            if rule
            else Loss(points, f"Could not be checked: {because}")
            for (rule, because), points in lost.items()
        )

    def text(self) -> str:
        """The verdict as plain text: words instead of colours, one block for each rule."""
        blocks = [f"{self.title}: {self.points} of {self.max_points} points."]
        if self.reason:
            blocks.append(_wrap(self.reason))
        blocks += [_block(result) for result in self.results]
        blocks += [_wrap(f"NOTE (costs no points): {item.text}") for item in self.advisories]
        return "\n".join(blocks) + "\n"


def _seen(result: RuleResult) -> str:
    return result.message.seen if result.message else f"not: {result.title}"


def _wrap(text: str, label: str = "") -> str:
    return textwrap.fill(
        text,
        width=_WIDTH,
        initial_indent=f"    {label}: " if label else "",
        subsequent_indent=" " * 6,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _block(result: RuleResult) -> str:
    lines = [
        f"{_MARKS[result.status]} ({result.points} of {result.max_points}): {result.title}",
    ]
    if result.because:
        lines.append(_wrap(result.because, "Not decided"))
    if result.message is not None:
        lines += [_wrap(text, label) for label, text in result.message.parts]
    return "\n".join(lines)
