"""What a rule is, and how the rules of one exercise are applied in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from alpaca_course.contract.verdict import Advisory, Message, RuleResult, Verdict

E = TypeVar("E")


@dataclass(frozen=True)
class Fault:
    """A rule failed: what was seen, and a hint that does not give the line of code away."""

    seen: str
    hint: str = ""


@dataclass(frozen=True)
class Undecided:
    """A rule cannot be decided, because something that it looks at is missing."""

    because: str


Outcome = Fault | Undecided | None


@dataclass(frozen=True)
class Rule(Generic[E]):
    """One thing that a student can get right or wrong.

    Attributes:
        name: id within the exercise.
        points: what it is worth; all or nothing.
        title: what it is about, as the student reads it.
        expected: what was asked for, in words.
        why: why it matters.
        needs: rules that must pass before this one can be decided.
        check: None if it passes; gets the evidence and the fingerprints of the weights in use.
    """

    name: str
    points: int
    title: str
    expected: str
    why: str
    needs: tuple[str, ...]
    check: Callable[[E, Mapping[str, str] | None], Outcome]


@dataclass
class Exercise(Generic[E]):
    """The rules of one exercise, in the order in which they are applied and shown."""

    id: str
    title: str
    rules: list[Rule[E]] = field(default_factory=list)
    advisories: list[tuple[str, Callable[[E], str | None]]] = field(default_factory=list)

    @property
    def points(self) -> int:
        return sum(rule.points for rule in self.rules)

    def rule(
        self, *, points: int, title: str, expected: str, why: str, needs: tuple[str, ...] = ()
    ) -> Callable[[Callable[[E], Outcome]], Callable[[E], Outcome]]:
        """Declare a rule; the function's name is the rule's."""

        def declare(check: Callable[[E], Outcome]) -> Callable[[E], Outcome]:
            self._add(
                Rule(check.__name__, points, title, expected, why, needs, lambda e, _: check(e))
            )
            return check

        return declare

    def rule_on_weights(
        self, *, points: int, title: str, expected: str, why: str, needs: tuple[str, ...] = ()
    ) -> Callable[[Callable[[E, Mapping[str, str] | None], Outcome]], Any]:
        """Like :meth:`rule`, for a check that also gets the fingerprints in use."""

        def declare(check: Callable[[E, Mapping[str, str] | None], Outcome]) -> Any:
            self._add(Rule(check.__name__, points, title, expected, why, needs, check))
            return check

        return declare

    def _add(self, rule: Rule[E]) -> None:
        known = {other.name for other in self.rules}
        missing = [name for name in rule.needs if name not in known]
        if missing or rule.name in known:
            raise ValueError(f"{rule.name}: declared twice, or before {missing}")
        self.rules.append(rule)

    def advisory(self, check: Callable[[E], str | None]) -> Callable[[E], str | None]:
        """Declare a remark that costs nothing; the function's name is its id."""
        self.advisories.append((check.__name__, check))
        return check

    def judge(self, evidence: E, fingerprints: Mapping[str, str] | None) -> Verdict:
        """Apply every rule once, in order."""
        results: dict[str, RuleResult] = {}
        for rule in self.rules:
            results[rule.name] = self._apply(rule, evidence, fingerprints, results)
        remarks = [(name, check(evidence)) for name, check in self.advisories]
        return Verdict(
            exercise=self.id,
            title=self.title,
            points=sum(result.points for result in results.values()),
            max_points=self.points,
            results=tuple(results.values()),
            advisories=tuple(Advisory(f"{self.id}.{name}", text) for name, text in remarks if text),
        )

    def _apply(
        self,
        rule: Rule[E],
        evidence: E,
        fingerprints: Mapping[str, str] | None,
        results: Mapping[str, RuleResult],
    ) -> RuleResult:
        outcome = rule.check(evidence, fingerprints)
        lacking = [results[name] for name in rule.needs if results[name].status != "passed"]
        if lacking:
            outcome = Undecided(f"this depends on “{lacking[0].title}”.")
        message = because = None
        if isinstance(outcome, Fault):
            message = Message(outcome.seen, rule.expected, rule.why, outcome.hint)
        if isinstance(outcome, Undecided):
            because = outcome.because
        status = "passed" if outcome is None else "failed" if message else "undecided"
        return RuleResult(
            id=f"{self.id}.{rule.name}",
            title=rule.title,
            status=status,  # type: ignore[arg-type]
            points=rule.points if outcome is None else 0,
            max_points=rule.points,
            message=message,
            because=because or "",
        )
