"""What a lab's mutants are made from, and what it says of them: files of its corpus."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from alpaca_course.contract.by_hand import read_toml
from alpaca_course.errors import CourseError
from alpaca_course.files import write_atomically
from alpaca_course.intake.released import ReleasedLab
from alpaca_course.lab import Lab
from alpaca_course.qualification.case import Case, CaseReader, tables
from alpaca_course.qualification.changes import Replacements
from alpaca_course.qualification.mutants import Mutant, Seed, mutants

RAISING = "raising.txt"


def load_raising(lab: Lab) -> frozenset[str]:
    """Names of cases and mutants that raised in a fork of the lab's template, as last written.

    Only how they are executed depends on it, not what comes of it: a name too many, or one that
    is missing, costs a second or so.
    """
    path = lab.grader_tests / "corpus" / RAISING
    return (
        frozenset(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else frozenset()
    )


def write_raising(lab: Lab, names: Iterable[str]) -> None:
    """Write these for :func:`load_raising`, a line each."""
    text = "".join(f"{name}\n" for name in sorted(names))
    write_atomically(lab.grader_tests / "corpus" / RAISING, text.encode())


def load_mutants(lab: Lab) -> list[Mutant]:
    """All mutants of ``lab``.

    Raises:
        CourseError: the corpus cannot be read.
    """
    reader = CaseReader.of(lab)
    seeds = list(seeds_of(reader.all()))
    return mutants(ReleasedLab.load(lab).reference, load_replacements(lab), seeds, reader.plain)


def seeds_of(cases: Iterable[Case]) -> Iterator[Seed]:
    """The alternatives whose code is in their graded cells, and in cells right before these.

    A student's own cell before a graded one counts as a part of it, so that it is changed as well.
    """
    for case in cases:
        header = case.header
        if header.kind != "alternative" or header.notebook or header.files:
            continue
        if all(cell.before and cell.anchor in case.solutions for cell in case.extra_cells):
            cells = {
                exercise: "\n".join([*_before(case, exercise), solution])
                for exercise, solution in case.solutions.items()
                if exercise in case.changed or any(_before(case, exercise))
            }
            yield Seed(case.name.partition("/")[2], cells)


def _before(case: Case, exercise: str) -> list[str]:
    return [cell.source for cell in case.extra_cells if cell.anchor == exercise]


def load_replacements(lab: Lab) -> Replacements:
    """``mutations.toml`` of the lab's corpus; none where it has no such file.

    Raises:
        CourseError: it cannot be read.
    """
    path = lab.grader_tests / "corpus" / "mutations.toml"
    data = read_file(path)
    known = ("siblings", "strings", "prefix")
    if unknown := sorted(set(data) - set(known)):
        raise CourseError(f"{path}: unknown: {', '.join(unknown)}. It holds {', '.join(known)}.")
    listed = [v for part in ("siblings", "strings") for v in data.get(part, {}).values()]
    if not all(isinstance(values, list) for values in listed):
        raise CourseError(f'{path}: in place of a name or text stands a list: mean = ["sum"].')
    try:
        strings = {
            text: [ast.literal_eval(value) for value in values]
            for text, values in data.get("strings", {}).items()
        }
    except (ValueError, SyntaxError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from error
    return Replacements(data.get("siblings", {}), strings, data.get("prefix", ""))


def load_equivalent(lab: Lab) -> dict[str, str]:
    """Names of the mutants that behave like their seed, and why.

    Raises:
        CourseError: it cannot be read, or an entry has no name or no reason.
    """
    path = lab.grader_tests / "corpus" / "equivalent_mutants.toml"
    return reasons(read_file(path), path.name)


def read_file(path: Path) -> dict[str, Any]:
    """A file of the corpus; empty where it is missing.

    Raises:
        CourseError: it cannot be read.
    """
    try:
        return read_toml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read. {error}") from error


def reasons(data: Mapping[str, Any], name: str, *others: str) -> dict[str, str]:
    """Names of mutants that need not be noticed, and why: ``[[equivalent]]`` of the file ``name``.

    ``others`` are keys that it may have besides.

    Raises:
        CourseError: an entry has no name or no reason, or the file has another key.
    """
    found: dict[str, str] = {}
    for entry in tables(data, "equivalent", name, *others):
        if not entry.get("mutant") or not entry.get("reason"):
            raise CourseError(f"{name}: an entry needs `mutant` and `reason`: {entry}")
        found[entry["mutant"]] = entry["reason"]
    return found
