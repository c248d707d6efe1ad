"""What became of changed rules, as data and as a table for a terminal. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from rich.table import Table
from rich.text import Text

from alpaca_course.qualification.rule_fates import Fate
from alpaca_course.qualification.rule_mutants import FILE, RuleMutant

_HEADINGS: Mapping[Fate, str] = {
    "corpus": "noticed by the corpus",
    "tests": "by the rules' tests",
    "survived": "by nobody",
}


@dataclass(frozen=True)
class RuleReport:
    """Every mutant of the rules and its fate, and those that may survive, with the reason."""

    fates: Sequence[tuple[RuleMutant, Fate]]
    reasons: Mapping[str, str]

    @property
    def survivors(self) -> list[str]:
        return [mutant.name for mutant, fate in self.fates if fate == "survived"]

    @property
    def surprises(self) -> list[str]:
        """Survivors without a reason, and reasons without a survivor."""
        survivors = self.survivors
        found = [f"nobody notices: {name}" for name in survivors if name not in self.reasons]
        stale = [name for name in self.reasons if name not in survivors]
        return [*found, *(f"in {FILE}, but noticed or not made: {name}" for name in stale)]

    @property
    def holds(self) -> bool:
        return not self.surprises

    def by_module(self) -> dict[str, Counter[Fate]]:
        counts: dict[str, Counter[Fate]] = {}
        for mutant, fate in self.fates:
            counts.setdefault(mutant.module, Counter())[fate] += 1
        return counts

    def to_json(self) -> dict[str, Any]:
        return {
            "mutants": len(self.fates),
            "killed": len(self.fates) - len(self.survivors),
            "by_module": {
                module: {fate: counts[fate] for fate in get_args(Fate)}
                for module, counts in self.by_module().items()
            },
            "surprises": self.surprises,
        }


def table(report: RuleReport) -> Table:
    """Counts by module and in all."""
    made = Table(title="Changed rules")
    for column in ("module", "made", *_HEADINGS.values()):
        made.add_column(column, justify="left" if column == "module" else "right")
    by_module = report.by_module()
    for module, counts in by_module.items():
        name = module.partition(".rules.")[2] or module
        made.add_row(Text(name), *_numbers(counts))
    made.add_section()
    made.add_row("all", *_numbers(sum(by_module.values(), Counter())))
    return made


def _numbers(counts: Counter[Fate]) -> list[str]:
    return [str(counts.total()), *(str(counts[fate]) for fate in _HEADINGS)]
