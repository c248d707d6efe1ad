"""What a case was expected to give against what it gave. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from alpaca_course.contract.verdict import Message, Verdict
from alpaca_course.judging.records import Record
from alpaca_course.qualification.case import Case
from alpaca_course.qualification.header import Header, Worth
from alpaca_course.qualification.mutants import Mutant

# Of one exercise's evidence as JSON text: a class of thousands is kept, and judged in seconds.
MOST_BYTES = 5_000


@dataclass(frozen=True)
class Outcome:
    """One case or mutant, and whether the hidden tests did as they should.

    Attributes:
        name: of the case or mutant.
        kind: "wrong", "alternative", "hostile", "demo" or "mutant".
        title: what it is.
        expected: points by exercise; for a mutant empty.
        got: points by exercise.
        failed, undecided, advisories: ids.
        message: what the student reads first.
        problems: what was not as expected; empty when all is well.
        equivalent: for a mutant, the reason why it may keep its points.
        cpu_seconds: of its process.
    """

    name: str
    kind: str
    title: str
    expected: Mapping[str, float]
    got: Mapping[str, float]
    failed: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    advisories: tuple[str, ...] = ()
    message: str = ""
    problems: tuple[str, ...] = ()
    equivalent: str = ""
    cpu_seconds: float = field(default=0.0, compare=False)

    @property
    def as_expected(self) -> bool:
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.kind,
            "title": self.title,
            "expected": dict(self.expected),
            "got": dict(self.got),
            "failed": list(self.failed),
            "undecided": list(self.undecided),
            "advisories": list(self.advisories),
            "message": self.message,
            "problems": list(self.problems),
            "equivalent": self.equivalent,
        }


def compare_case(case: Case, record: Record, cpu_seconds: float = 0.0) -> Outcome:
    """A case against its header."""
    header, found = case.header, record.verdicts
    expected = {exercise: case.points[exercise] for exercise in found}
    got = {exercise: float(verdict.points) for exercise, verdict in found.items()}
    failed, undecided, advisories = _ids(found)
    notes = (*record.reasons, *record.repairs)
    message = _message(header, found)
    if header.kind == "habit":
        message = " ".join([*(note.text for note in notes), *_all_messages(found)])
    problems = [
        f"{exercise}: {got[exercise]:g} instead of {expected[exercise]:g} points"
        for exercise in found
        if got[exercise] > expected[exercise]
        or (got[exercise] < expected[exercise] and not header.varies)
    ]
    if not header.varies:
        nothing = tuple(name for name, verdict in found.items() if not verdict.results)
        problems += _differs("failing rules", header.fails, failed)
        problems += _differs("undecided rules", header.undecided, undecided)
        problems += _differs("exercises without evidence", header.nothing, nothing)
        problems += _differs("advisories", header.advisories, advisories)
    problems += [
        f"the message does not say {word!r}"
        for word in header.message
        if word.lower() not in message.lower()
    ]
    if header.state is not None and record.state is not header.state:
        problems.append(f"ends as {record.state.value!r} instead of {header.state.value!r}")
    if header.notes is not None:
        problems += _differs("notes", header.notes, tuple(note.code for note in notes))
    problems += [*_untold(found), *_gains(case, got)]
    return Outcome(
        name=case.name,
        kind=header.kind,
        title=header.title,
        expected=expected,
        got=got,
        failed=failed,
        undecided=undecided,
        advisories=advisories,
        message=message,
        problems=tuple(problems),
        cpu_seconds=cpu_seconds,
    )


def compare_mutant(
    mutant: Mutant,
    verdict: Verdict,
    equivalent: Mapping[str, str],
    cpu_seconds: float = 0.0,
) -> Outcome:
    """A mutant must lose points, or be listed as equivalent and lose none."""
    failed, undecided, advisories = _ids({mutant.exercise: verdict})
    reason = equivalent.get(mutant.name, "")
    survived = verdict.points == verdict.max_points
    problems = []
    if survived and not reason:
        problems.append("survives: gets full points and is not listed as equivalent")
    if not survived and reason:
        problems.append("loses points although it is listed as equivalent")
    problems += _untold({mutant.exercise: verdict})
    first = next((r for r in verdict.results if r.status == "failed"), None)
    return Outcome(
        name=mutant.name,
        kind="mutant",
        title=mutant.exercise,
        expected={},
        got={mutant.exercise: float(verdict.points)},
        failed=failed,
        undecided=undecided,
        advisories=advisories,
        message=first.message.seen if first and first.message else verdict.reason,
        problems=tuple(problems),
        equivalent=reason,
        cpu_seconds=cpu_seconds,
    )


def oversized(record: Record) -> list[str]:
    """Which exercises' evidence is larger than a collector's may be."""
    sizes = {
        exercise: len(json.dumps(run.payload))
        for exercise, run in record.evidence.items()
        if run.payload is not None
    }
    return [
        f"{exercise}: {size:,} bytes of evidence, more than {MOST_BYTES:,}"
        for exercise, size in sizes.items()
        if size > MOST_BYTES
    ]


def unknown_equivalents(equivalent: Mapping[str, str], mutants: list[Mutant]) -> list[str]:
    """Listed as equivalent, but no such mutant is made any more."""
    names = {mutant.name for mutant in mutants}
    return [
        f"listed as equivalent, but not made: {name}" for name in equivalent if name not in names
    ]


def unbroken_rules(cases: Iterable[Case], worth: Worth) -> list[str]:
    """Rules that no wrong case breaks: what they ask for is tried by nothing."""
    broken = {rule for case in cases if case.header.kind == "wrong" for rule in case.header.fails}
    return [
        f"no wrong case is for the rule {rule}: write cases/wrong/{rule}.toml"
        for each in worth.values()
        for rule in each
        if rule not in broken
    ]


def _ids(
    found: Mapping[str, Verdict],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    failed = tuple(r.id for v in found.values() for r in v.results if r.status == "failed")
    undecided = tuple(r.id for v in found.values() for r in v.results if r.status == "undecided")
    advisories = tuple(a.id for v in found.values() for a in v.advisories)
    return failed, undecided, advisories


def _message(header: Header, found: Mapping[str, Verdict]) -> str:
    """What the intended rule says: the first of those that should fail."""
    for rule in header.fails:
        for verdict in found.values():
            if not verdict.results and rule.startswith(verdict.exercise + "."):
                return verdict.reason
            for result in verdict.results:
                if result.id == rule and result.message is not None:
                    return _text(result.message)
    return next((v.reason for v in found.values() if v.reason), "")


def _all_messages(found: Mapping[str, Verdict]) -> Iterator[str]:
    """All that a student reads of the verdicts."""
    for verdict in found.values():
        yield verdict.reason
        yield from (_text(each.message) for each in verdict.results if each.message is not None)
        yield from (advisory.text for advisory in verdict.advisories)


def _text(message: Message) -> str:
    return " ".join(filter(None, (message.seen, message.expected, message.why, message.hint)))


def _differs(what: str, expected: list[str], got: tuple[str, ...]) -> Iterator[str]:
    if missing := sorted(set(expected) - set(got)):
        yield f"{what}: missing {', '.join(missing)}"
    if more := sorted(set(got) - set(expected)):
        yield f"{what}: also {', '.join(more)}"


def _untold(found: Mapping[str, Verdict]) -> Iterator[str]:
    """Where the losses that a student reads of are not what is missing."""
    for exercise, verdict in found.items():
        told = sum(loss.points for loss in verdict.losses)
        if told != verdict.max_points - verdict.points:
            yield f"{exercise}: tells of {told:g} lost points"


def _gains(case: Case, got: Mapping[str, float]) -> Iterator[str]:
    if case.header.honest is None or case.header.amounts_to:
        return
    for exercise, points in got.items():
        if points > case.honest[exercise]:
            yield f"{exercise}: gains {points - case.honest[exercise]:g} points"
