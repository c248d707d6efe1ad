"""Automatic mutants of right solutions: small changes, and nobody picks which.

Each mutant differs from its seed at one place. The reference is changed at every place; an
alternative solution once at every statement that no seed before it has, since changes of one
structure miss the faults of another. A mutant's name says the exercise, the alternative, the
operator and the change, so that it stays the same when lines move. Mutants that behave like their
seed are listed with the reason in ``grader_tests/<lab>/corpus/equivalent_mutants.toml``, and what
names and texts could be taken for in ``mutations.toml`` beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from alpaca_course.qualification.changes import (
    Change,
    Replacements,
    changes,
    normalised,
    statements,
)

# Most of these end in an error, which every test notices; of an alternative's statement they are
# made where there is no other change.
COARSE = ("drop statement", "swap statements", "variable")


@dataclass(frozen=True)
class Mutant:
    """One changed graded cell.

    Attributes:
        name: ``<exercise>[/<seed>]: <operator>: <before>[ -> <after>]``, numbered where that
            repeats.
        exercise: whose cell it is.
        source: the changed cell.
        beside: the seed's cells of other exercises, by exercise, where they are not the
            reference's.
    """

    name: str
    exercise: str
    source: str
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Seed:
    """An alternative solution.

    Attributes:
        name: of its case, without the folder.
        cells: those of its graded cells that are its own, by exercise.
    """

    name: str
    cells: Mapping[str, str]


def mutants(
    reference: Mapping[str, str],
    replacements: Replacements,
    seeds: Sequence[Seed] = (),
    plain: Mapping[str, str] | None = None,
) -> list[Mutant]:
    """All mutants of the reference's graded cells, and those of further seeds.

    Args:
        reference: its cells, by exercise.
        replacements: what names and texts could be taken for.
        seeds: the alternatives.
        plain: the cells that the alternatives were made from, by exercise.

    Returns:
        Those of the reference first, by exercise and place in the cell. No two have the same cell
        of an exercise, and none has that of a seed.
    """
    made = [
        Mutant(f"{exercise}: {change.label}", exercise, change.source)
        for exercise, source in reference.items()
        for change in changes(source, replacements)
    ]
    right = [reference, plain or {}]
    seen = {(mutant.exercise, mutant.source) for mutant in made}
    seen |= {
        (exercise, normalised(source))
        for cells in [*right, *(seed.cells for seed in seeds)]
        for exercise, source in cells.items()
    }
    known = {
        (exercise, statement)
        for cells in right
        for exercise, source in cells.items()
        for statement in statements(source)
    }
    for seed in seeds:
        for mutant in _of_seed(seed, replacements, known, seen):
            made.append(mutant)
            seen.add((mutant.exercise, mutant.source))
    return made


def _of_seed(
    seed: Seed,
    replacements: Replacements,
    known: set[tuple[str, str]],
    seen: set[tuple[str, str]],
) -> Iterator[Mutant]:
    """One mutant for each statement that is not ``known`` yet, and is then."""
    for exercise, source in seed.cells.items():
        beside = {other: cell for other, cell in seed.cells.items() if other != exercise}
        made = [
            change
            for change in changes(source, replacements)
            if (exercise, change.source) not in seen
        ]
        for statement in dict.fromkeys(statements(source)):
            if (exercise, statement) in known:
                continue
            known.add((exercise, statement))
            if at_it := [change for change in made if change.statement == statement]:
                change = min(at_it, key=_lot)
                name = f"{exercise}/{seed.name}: {change.label}"
                yield Mutant(name, exercise, change.source, beside)


def _lot(change: Change) -> tuple[bool, str, str]:
    """Draws between the changes of a statement: each operator alike, and always the same one."""
    kind, text = (
        hashlib.sha256(part.encode()).hexdigest()
        for part in (f"{change.operator} {change.statement}", change.source)
    )
    return change.operator in COARSE, kind, text
