"""Whoever has the same program as a case of the corpus, written otherwise, shares its execution."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from alpaca_course.contract.cells import STUDENT_CELL
from alpaca_course.course import Course
from alpaca_course.execution.program import program_in, sees_text
from alpaca_course.gate import ipython
from alpaca_course.lab import Lab
from alpaca_course.qualification.case import Case, load_cases
from tests.rewriting import reached, rewritten

LAB = "transfer_learning_mobilenet"


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Course.load(Path(__file__).resolve().parents[3]).lab(LAB)


@pytest.fixture(scope="module")
def cases(lab: Lab) -> list[Case]:
    return load_cases(lab)


def program(texts: Iterable[str], lab: Lab) -> list[Any] | None:
    own = {"alpaca": {"origin": STUDENT_CELL}}
    cells = [new_code_cell(text, metadata=own) for text in texts]
    return program_in(new_notebook(cells=cells), [path.name for path in lab.helpers.iterdir()])


def texts_of(case: Case) -> list[str]:
    return [*case.solutions.values(), *(each.source for each in case.extra_cells)]


def test_the_collectors_see_no_text(lab: Lab) -> None:
    """Otherwise nobody shares anything, and nobody would be told."""
    sources = {path.name: path.read_text() for path in lab.evidence.glob("*.py")}
    assert sources
    assert not [name for name, source in sources.items() if sees_text(source)]


def test_most_right_and_wrong_work_counts_by_its_program(lab: Lab, cases: list[Case]) -> None:
    found = {
        case.name: program(texts_of(case), lab) is not None
        for case in cases
        if case.name.startswith(("alternative/", "wrong/"))
    }
    assert sum(found.values()) > 0.75 * len(found)


def test_written_otherwise_it_is_the_same_program(lab: Lab, cases: list[Case]) -> None:
    """The same key, and compiled it reaches for the same."""
    texts = sorted({text for case in cases for text in texts_of(case)})
    # Of a cell of comments alone nothing is left to be executed.
    kept = {text: found for text in texts if (found := program([text], lab)) and _does(found)}
    assert len(kept) > 200
    for seed, (text, found) in enumerate(kept.items()):
        plain = ipython.runs_as(text)
        # A cell of one line may come out as it was.
        others = (rewritten(plain, chance) for chance in itertools.count(seed))
        other = next(each for each in others if each != text)
        assert program([other], lab) == found, (text, other)
        one, two = (compile(each, "<cell>", "exec", optimize=2) for each in (plain, other))
        assert reached(one) == reached(two), (text, other)


def _does(found: list[Any]) -> bool:
    return found[0][0] != "Module(body=[], type_ignores=[])"


def test_cases_with_one_program_expect_the_same(lab: Lab, cases: list[Case]) -> None:
    """No two cases that differ in what they get are one program."""
    expected: dict[str, tuple[str, dict[str, float]]] = {}
    for case in cases:
        # A habit or an attack may be in more than its cells.
        if not case.name.startswith(("alternative/", "wrong/")) or case.header.notebook:
            continue
        found = program(texts_of(case), lab)
        if found is not None:
            places = [(each.before, each.anchor) for each in case.extra_cells]
            name, points = expected.setdefault(str((found, places)), (case.name, dict(case.points)))
            assert points == dict(case.points), (name, case.name)
