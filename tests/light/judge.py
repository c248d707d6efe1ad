"""Rules of the light course: SECRET-RULE-TEXT must never be seen by a student's code."""

from __future__ import annotations

from typing import Any

from alpaca_course.contract.verdict import Advisory, Message, RuleResult, Verdict

POINTS = {"double": 20, "total": 10}
TITLES = {"double": "Doubling", "total": "The total"}


def parse(payload: Any, *, exercise: str, challenge: str) -> dict[str, Any]:
    if not isinstance(payload, dict) or payload.get("exercise") != exercise:
        raise ValueError("it is not of this exercise")
    if payload.get("challenge") != challenge:
        raise ValueError("it is not of this run")
    return payload


def judge(evidence: dict[str, Any]) -> Verdict:
    exercise = evidence["exercise"]
    rules = _double(evidence) if exercise == "double" else _total(evidence)
    return Verdict(
        exercise,
        TITLES[exercise],
        sum(rule.points for rule in rules),
        POINTS[exercise],
        tuple(rules),
        (Advisory(f"{exercise}.style", "Neat & tidy."),) if evidence.get("neat") else (),
    )


def no_evidence(exercise: str, reason: str) -> Verdict:
    return Verdict(exercise, TITLES[exercise], 0, POINTS[exercise], reason=reason)


def _double(evidence: dict[str, Any]) -> list[RuleResult]:
    values = evidence.get("values")
    values = values if isinstance(values, list) and len(values) == 2 else [None, None]
    return [
        _rule("double.positive", "Doubles a positive number", 12, values[0] == 6, values[0]),
        _rule("double.negative", "Doubles a negative number", 8, values[1] == -8, values[1]),
    ]


def _total(evidence: dict[str, Any]) -> list[RuleResult]:
    found = evidence.get("total")
    return [_rule("total.value", "Adds up", 10, found == 10, found)]


def _rule(identity: str, title: str, points: int, passed: bool, seen: Any) -> RuleResult:
    return RuleResult(
        identity,
        title,
        "passed" if passed else "failed",
        points if passed else 0,
        points,
        None if passed else Message(f"It gave {seen!r}.", "SOMETHING ELSE.", "Sums.", "Try."),
    )
