"""The qualification as data, as a page for the documentation, and as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table
from rich.text import Text

from alpaca_course.qualification.compare import Outcome

KINDS = ("wrong", "alternative", "habits", "hostile", "demo", "mutants")
_KIND_OF = {"mutant": "mutants", "habit": "habits"}
_HEADINGS = {
    "wrong": "Wrong in one named way",
    "alternative": "Right in another way",
    "habits": "Ordinary habits",
    "hostile": "Hostile",
    "demo": "The demonstration class",
    "mutants": "Automatic mutants",
}
_INTRODUCTIONS = {
    "wrong": (
        "Each loses points through the rules that its header names, and the message of the "
        "intended one names the misconception. An exercise that builds on it loses nothing."
    ),
    "alternative": "Each gets full points. Notes cost nothing.",
    "habits": "What ordinary people hand in costs what is wrong in it, and nothing else.",
    "hostile": (
        "None gets more in any exercise than the same submission gets without its attack. An "
        "attack that makes evidence unusable costs the exercise. Where a forgery is as good as a "
        "solution, the case says why. All are executed in the sandbox; attacks on files beside the "
        "notebook and on the gradebook are graded through nbgrader, in the test suite."
    ),
    "demo": "What `alpaca demo` grades.",
    "mutants": (
        "Every small change to the reference's graded cells, and one to each statement that only "
        "alternatives have. Each loses points, or is listed below with the reason why it cannot."
    ),
}


@dataclass(frozen=True)
class Qualification:
    """All outcomes of one run; ``notes`` are surprises that belong to no single case.

    ``stored`` of them were judged by what an earlier run had kept; ``ways`` counts how the others
    were executed; ``raising`` names those that a fork of the lab's template is nothing for.
    """

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    stored: int = field(default=0, compare=False)
    ways: Mapping[str, int] = field(default_factory=dict, compare=False)
    raising: frozenset[str] = field(default_factory=frozenset, compare=False)

    def of_kind(self, kind: str) -> list[Outcome]:
        return [o for o in self.outcomes if _KIND_OF.get(o.kind, o.kind) == kind]

    @property
    def surprises(self) -> list[str]:
        found = [f"{o.name}: {'; '.join(o.problems)}" for o in self.outcomes if o.problems]
        return [*found, *self.notes]

    @property
    def holds(self) -> bool:
        return not self.surprises

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            kind: {"total": len(all_), "as_expected": sum(o.as_expected for o in all_)}
            for kind in KINDS
            for all_ in [self.of_kind(kind)]
        }
        mutants = self.of_kind("mutants")
        data["mutants"]["equivalent"] = sum(bool(o.equivalent) for o in mutants)
        data["mutants"]["killed"] = sum(_killed(o) for o in mutants)
        data["surprises"] = self.surprises
        data["stored"] = self.stored
        data["ways"] = dict(self.ways)
        data["seconds"] = round(self.seconds, 1)
        data["cpu_seconds"] = round(sum(o.cpu_seconds for o in self.outcomes), 1)
        data["cases"] = [outcome.to_json() for outcome in self.outcomes]
        return data


def tables(qualification: Qualification, *, everything: bool) -> Iterable[Table]:
    """Cases (all, or only those that surprise) and the summary, for a terminal."""
    shown = [o for o in qualification.outcomes if everything or o.problems]
    if shown:
        table = Table(title="Cases" if everything else "Surprises", show_lines=not everything)
        for column in ("case", "expected", "got", "rules that fired", "message"):
            table.add_column(column, overflow="fold")
        for outcome in shown:
            message = "; ".join(outcome.problems) or outcome.message
            table.add_row(
                Text(outcome.name),
                Text(_points(outcome.expected)),
                Text(_points(outcome.got)),
                Text("\n".join((*outcome.failed, *outcome.advisories))),
                Text(message if len(message) < 240 or outcome.problems else message[:237] + "..."),
            )
        yield table
    summary = Table(title="Summary")
    for column in ("", "total", "as expected"):
        summary.add_column(column, justify="left" if not column else "right")
    for kind in KINDS:
        found = qualification.of_kind(kind)
        if found:
            summary.add_row(
                _HEADINGS[kind], str(len(found)), str(sum(o.as_expected for o in found))
            )
    yield summary


def page(qualification: Qualification) -> str:
    """The page ``docs/qualification.md``: no timings, so that equal results give equal pages."""
    parts = [
        "# Qualification of the hidden tests\n",
        "Written by `alpaca qualify --write-docs`; `alpaca qualify --check` compares it. The "
        "cases are in the lab's `corpus/cases/`; every one of them and every "
        "mutant is executed and judged.\n",
        _summary(qualification),
    ]
    for kind in KINDS:
        found = qualification.of_kind(kind)
        if not found:
            continue
        parts += [f"## {_HEADINGS[kind]}\n", _INTRODUCTIONS[kind] + "\n"]
        parts.append(_mutants(found) if kind == "mutants" else _cases(kind, found))
    return "\n".join(parts)


def _summary(qualification: Qualification) -> str:
    lines = ["| | total | as expected |", "| --- | ---: | ---: |"]
    for kind in KINDS:
        found = qualification.of_kind(kind)
        good = sum(o.as_expected for o in found)
        if found:
            lines.append(f"| {_HEADINGS[kind]} | {len(found)} | {good} |")
    surprises = [f"* {_escape(text)}" for text in qualification.surprises]
    if surprises:
        lines += ["", "### Surprises", "", *surprises]
    return "\n".join(lines) + "\n"


def _cases(kind: str, found: Sequence[Outcome]) -> str:
    last = "notes" if kind == "alternative" else "rules that fail"
    lines = [f"| case | what it is | points | {last} |", "| --- | --- | ---: | --- |"]
    for outcome in found:
        fired = outcome.advisories if kind == "alternative" else outcome.failed
        lines.append(
            f"| `{outcome.name.partition('/')[2]}` | {_escape(outcome.title)} "
            f"| {_points(outcome.got)} | {', '.join(f'`{rule}`' for rule in fired)} |"
        )
    return "\n".join(lines) + "\n"


def _mutants(found: Sequence[Outcome]) -> str:
    equivalent = [o for o in found if o.equivalent]
    lines = [
        f"{len(found)} mutants: {sum(_killed(o) for o in found)} lose points, "
        f"{len(equivalent)} are equivalent.",
        "",
        "| equivalent mutant | why |",
        "| --- | --- |",
    ]
    lines += [f"| `{_escape(o.name)}` | {_escape(o.equivalent)} |" for o in equivalent]
    return "\n".join(lines) + "\n"


def _killed(outcome: Outcome) -> bool:
    return outcome.as_expected and not outcome.equivalent


def _points(points: dict[str, float] | Any) -> str:
    return " + ".join(f"{value:g}" for value in points.values())


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
