"""What a rule is, and how the rules of one exercise are applied in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from alpaca_course.contract.evidence import parse
from alpaca_course.contract.verdict import Advisory, Message, RuleResult, Verdict

E = TypeVar("E")
Facts = Mapping[str, Any]
"""What the trusted side knows of the inputs that a lab declares, by input; empty in tests."""


@dataclass(frozen=True)
class Fault:
    """A rule failed: what was seen, and a hint that does not give the line of code away."""

    seen: str
    hint: str = ""


@dataclass(frozen=True)
class Undecided:
    """A rule cannot be decided, because something that it looks at is missing.

    Attributes:
        because: what is missing, as the student reads it.
        of: name of the rule of the same exercise that fails where this is missing; what cannot be
            decided is told as lost by that. Empty where none does.
    """

    because: str
    of: str = ""


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
        check: None if it passes; gets the evidence and what is known of the lab's inputs.
    """

    name: str
    points: int
    title: str
    expected: str
    why: str
    needs: tuple[str, ...]
    check: Callable[[E, Facts], Outcome]


@dataclass
class Exercise(Generic[E]):
    """The rules of one exercise, in the order in which they are applied and shown.

    Attributes:
        id: the exercise's name in ``lab.toml``.
        evidence: type of its evidence, a dataclass of the lab's ``evidence/``.
        title: for people; ``lab.toml`` says it.
        premises: what holds of all evidence that collectors make, right or wrong: that it answers
            the challenge. Each says why the evidence cannot be used, or None.
        rules: what students can get right or wrong; points stand here and nowhere else.
        advisories: remarks that cost nothing, by id.
    """

    id: str
    evidence: type[E]
    title: str = ""
    premises: list[Callable[[E], str | None]] = field(default_factory=list)
    rules: list[Rule[E]] = field(default_factory=list)
    advisories: list[tuple[str, Callable[[E], str | None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        # At once: the type names others by text, which can be looked up while its module loads.
        self._adapter = TypeAdapter(self.evidence)

    @property
    def points(self) -> int:
        return sum(rule.points for rule in self.rules)

    @property
    def ids(self) -> list[str]:
        """Of its rules and remarks, as verdicts name them."""
        names = [*(rule.name for rule in self.rules), *(name for name, _ in self.advisories)]
        return [f"{self.id}.{name}" for name in names]

    def parse(self, payload: object, *, challenge: str) -> E:
        """Validate evidence as it came out of a kernel.

        Raises:
            EvidenceRefused: see :func:`alpaca_course.contract.evidence.parse`.
        """
        return parse(payload, self._adapter, exercise=self.id, challenge=challenge)

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

    def rule_on_facts(
        self, *, points: int, title: str, expected: str, why: str, needs: tuple[str, ...] = ()
    ) -> Callable[[Callable[[E, Facts], Outcome]], Any]:
        """Like :meth:`rule`, for a check that also gets what is known of the lab's inputs."""

        def declare(check: Callable[[E, Facts], Outcome]) -> Any:
            self._add(Rule(check.__name__, points, title, expected, why, needs, check))
            return check

        return declare

    def _add(self, rule: Rule[E]) -> None:
        self._is_new(rule.name)
        known = [other.name for other in self.rules]
        # A boolean is a number to Python, and a fraction would not add up to what pages show.
        if type(rule.points) is not int or rule.points < 1:
            raise ValueError(
                f"{self.id}.{rule.name}: points={rule.points!r} is no whole number of 1 or more."
            )
        for said in ("title", "expected"):
            if not getattr(rule, said).strip():
                raise ValueError(f"{self.id}.{rule.name}: {said} is empty, and students read it.")
        if not isinstance(rule.needs, tuple):
            raise ValueError(
                f"{self.id}.{rule.name}: needs={rule.needs!r} is no tuple of names, as "
                '("shape",) is.'
            )
        if missing := [name for name in rule.needs if name not in known]:
            raise ValueError(
                f"{self.id}.{rule.name} needs {', '.join(map(repr, missing))}, and no rule before "
                f"it has that name. There is: {', '.join(known) or 'none'}."
            )
        self.rules.append(rule)

    def _is_new(self, name: str) -> None:
        if f"{self.id}.{name}" in self.ids:
            raise ValueError(f"{self.id}.{name} is declared twice.")

    def premise(self, check: Callable[[E], str | None]) -> Callable[[E], str | None]:
        """Declare what holds of all evidence; where it does not, no rule is applied."""
        self.premises.append(check)
        return check

    def advisory(self, check: Callable[[E], str | None]) -> Callable[[E], str | None]:
        """Declare a remark that costs nothing; the function's name is its id."""
        self._is_new(check.__name__)
        self.advisories.append((check.__name__, check))
        return check

    def judge(self, evidence: E, facts: Facts) -> Verdict:
        """Apply every rule once, in order, to evidence of which the premises hold."""
        for premise in self.premises:
            if reason := premise(evidence):
                return self.no_evidence(reason)
        results: dict[str, RuleResult] = {}
        for rule in self.rules:
            results[rule.name] = self._apply(rule, evidence, facts, results)
        results = {name: self._with_cause(result, results) for name, result in results.items()}
        remarks = [(name, check(evidence)) for name, check in self.advisories]
        return Verdict(
            exercise=self.id,
            title=self.title,
            points=sum(result.points for result in results.values()),
            max_points=self.points,
            results=tuple(results.values()),
            advisories=tuple(Advisory(f"{self.id}.{name}", text) for name, text in remarks if text),
        )

    def no_evidence(self, reason: str) -> Verdict:
        """Nothing to judge: 0 points, and why."""
        return Verdict(self.id, self.title, 0, self.points, reason=reason)

    def _apply(
        self,
        rule: Rule[E],
        evidence: E,
        facts: Facts,
        results: Mapping[str, RuleResult],
    ) -> RuleResult:
        outcome = self._checked(rule, rule.check(evidence, facts))
        lacking = [results[name] for name in rule.needs if results[name].status != "passed"]
        if lacking:
            needed = lacking[0]
            name = needed.id.removeprefix(f"{self.id}.")
            outcome = Undecided(f"this depends on “{needed.title}”.", name)
        message = because = None
        cause = outcome.of if isinstance(outcome, Undecided) else ""
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
            cause=cause,
        )

    def _checked(self, rule: Rule[E], outcome: object) -> Outcome:
        """What a rule gave; anything else would pass for undecided, and nobody be told why."""
        if outcome is not None and not isinstance(outcome, Fault | Undecided):
            raise TypeError(
                f"The rule {self.id}.{rule.name} gave {outcome!r}, and not None, a Fault or an "
                "Undecided."
            )
        if isinstance(outcome, Undecided) and outcome.of:
            names = [other.name for other in self.rules]
            if outcome.of not in names:
                raise ValueError(
                    f"The rule {self.id}.{rule.name} is undecided because of {outcome.of!r}, which "
                    f"is no rule of this exercise. There is: {', '.join(names)}."
                )
        return outcome

    def _with_cause(self, result: RuleResult, results: Mapping[str, RuleResult]) -> RuleResult:
        """``result`` with the id of the rule at the beginning of its chain of causes."""
        root, steps = result, 0
        while root.cause and results[root.cause].status != "passed" and steps < len(results):
            root, steps = results[root.cause], steps + 1
        return replace(result, cause="" if root is result else root.id)
